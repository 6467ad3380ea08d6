import CCurl
import Foundation
import Synchronization
import Timekeeping

/// The thread that drives libcurl's multi interface: takes what was handed over, lets libcurl work until a socket or a
/// timer needs it, answers what has ended. It sleeps otherwise; `curl_multi_wakeup` is the only call from outside.
///
/// For HTTP only: libcurl 7.88 waits for the answer to a mail's final dot without letting go of the thread, so one mail
/// server that is slow there would hold up every other request.
final class CurlLoop: Sendable {
    private struct Inbox {
        var arrivals: [HTTPTransfer] = []
        var isStopping = false
    }

    private let inbox = Mutex(Inbox())
    private let multi: MultiHandle

    init() {
        CurlLibrary.prepare()
        guard let handle = curl_multi_init() else { preconditionFailure("libcurl has no memory left") }
        multi = MultiHandle(pointer: handle)
        // Idle connections to keep. The number of open ones has no limit here: a limit would be a queue.
        _ = tocsin_curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, 64)
    }

    /// - Precondition: `run` has returned, or was never called.
    deinit { curl_multi_cleanup(multi.pointer) }

    func start(_ request: OutboundRequest, _ done: @escaping @Sendable (OutboundResult) -> Void) {
        let isAccepted = inbox.withLock { inbox in
            guard !inbox.isStopping else { return false }
            inbox.arrivals.append(HTTPTransfer(request, done))
            // Under the lock: the handle is cleaned up only after the loop has seen that it must stop.
            curl_multi_wakeup(multi.pointer)
            return true
        }
        guard !isAccepted else { return }
        // Never on the caller's stack, where it may hold a lock that `done` wants.
        DispatchQueue.global().async { done(.failed(HTTPTransfer.stopped(mayHaveArrived: false))) }
    }

    func stop() {
        inbox.withLock { inbox in
            inbox.isStopping = true
            curl_multi_wakeup(multi.pointer)
        }
    }

    /// Returns after `stop`, when everything has been answered.
    func run() {
        CurlLibrary.blockBrokenPipeSignal()
        var transfers: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
        while true {
            let (arrivals, isStopping) = inbox.withLock { inbox in
                defer { inbox.arrivals = [] }
                return (inbox.arrivals, inbox.isStopping)
            }
            for transfer in arrivals {
                if let easy = transfer.open(), curl_multi_add_handle(multi.pointer, easy) == CURLM_OK {
                    transfers[easy] = transfer
                } else {
                    transfer.close(.failed(transfer.refusal))
                }
            }
            guard !isStopping else { break }
            var running: Int32 = 0
            let code = curl_multi_perform(multi.pointer, &running)
            precondition(code == CURLM_OK, "libcurl: \(String(cString: curl_multi_strerror(code)))")
            answerFinished(&transfers)
            if curl_multi_poll(multi.pointer, nil, 0, Self.longestSleepMilliseconds, nil) != CURLM_OK {
                // Out of memory or descriptors: it must neither spin nor give up.
                usleep(10_000)
            }
        }
        for (easy, transfer) in transfers {
            curl_multi_remove_handle(multi.pointer, easy)
            transfer.close(.failed(HTTPTransfer.stopped(mayHaveArrived: transfer.mayHaveArrived)))
        }
    }

    private func answerFinished(_ transfers: inout [UnsafeMutableRawPointer: HTTPTransfer]) {
        var easy: UnsafeMutableRawPointer?
        var code = CURLE_OK
        while tocsin_curl_multi_next_done(multi.pointer, &easy, &code) {
            guard let handle = easy, let transfer = transfers.removeValue(forKey: handle) else {
                preconditionFailure("libcurl ended a transfer that was not begun")
            }
            let result = transfer.result(code)
            curl_multi_remove_handle(multi.pointer, handle)
            transfer.close(result)
        }
    }

    /// libcurl's own timers cut it short.
    private static let longestSleepMilliseconds: Int32 = 60_000
}

/// Sendable because it is used on the loop's thread only, but for `curl_multi_wakeup`, which libcurl allows from any.
private struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}
