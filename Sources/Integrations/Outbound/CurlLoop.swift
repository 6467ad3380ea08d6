import CCurl
import Foundation
import Synchronization
import Timekeeping

/// The thread that drives libcurl's multi interface: takes what was handed over, lets libcurl work until a socket or a
/// timer needs it, answers what has ended. It sleeps otherwise; `curl_multi_wakeup` is the only call from outside.
///
/// This file is the only one with pointers in it.
final class CurlLoop: Sendable {
    private struct Inbox {
        var arrivals: [CurlTransfer] = []
        var isStopping = false
    }

    private let inbox = Mutex(Inbox())
    private let multi: MultiHandle

    init() {
        precondition(Self.isLibraryReady, "libcurl could not be initialised")
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
            inbox.arrivals.append(CurlTransfer(request, done))
            // Under the lock: the handle is cleaned up only after the loop has seen that it must stop.
            curl_multi_wakeup(multi.pointer)
            return true
        }
        guard !isAccepted else { return }
        // Never on the caller's stack, where it may hold a lock that `done` wants.
        DispatchQueue.global().async { done(.failed(CurlTransfer.stopped(mayHaveArrived: false))) }
    }

    func stop() {
        inbox.withLock { inbox in
            inbox.isStopping = true
            curl_multi_wakeup(multi.pointer)
        }
    }

    /// Returns after `stop`, when everything has been answered.
    func run() {
        Self.blockBrokenPipeSignal()
        var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
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
            transfer.close(.failed(CurlTransfer.stopped(mayHaveArrived: transfer.mayHaveArrived)))
        }
    }

    private func answerFinished(_ transfers: inout [UnsafeMutableRawPointer: CurlTransfer]) {
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

    /// Thread-safe, once a process.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// With `CURLOPT_NOSIGNAL` libcurl leaves SIGPIPE alone, and the TLS library may raise it. For this thread only:
    /// what the rest of the process does with signals is not ours to change.
    private static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}

/// Sendable because it is used on the loop's thread only, but for `curl_multi_wakeup`, which libcurl allows from any.
private struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}

/// One request on its way, as libcurl sees it. `open` and `close` come in pairs, and `close` answers.
///
/// `@unchecked Sendable` because it is made by one thread, handed to the loop's through a lock, and touched by no
/// other from then on.
final class CurlTransfer: @unchecked Sendable {
    private let request: OutboundRequest
    private let done: @Sendable (OutboundResult) -> Void
    private var easy: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private(set) var refusal = FailedTransfer(reason: "libcurl has no memory left", mayHaveArrived: false)

    private var bytesTaken = 0
    private var collector: ResponseCollector

    init(_ request: OutboundRequest, _ done: @escaping @Sendable (OutboundResult) -> Void) {
        self.request = request
        self.done = done
        collector = ResponseCollector(bodyLimit: request.responseLimit)
    }

    /// The prepared handle; nil when the request is refused, and then `refusal` says why. The caller keeps `self`
    /// alive until `close`.
    func open() -> UnsafeMutableRawPointer? {
        if let objection = request.objection {
            refusal = FailedTransfer(reason: objection, mayHaveArrived: false, isRefused: true)
            return nil
        }
        guard let handle = curl_easy_init() else { return nil }
        easy = handle
        let code = configure(handle)
        guard code == CURLE_OK else {
            refusal = FailedTransfer(
                reason: FailedTransfer.reason(code), mayHaveArrived: false, isRefused: code != CURLE_OUT_OF_MEMORY)
            return nil
        }
        return handle
    }

    func close(_ result: OutboundResult) {
        if let easy { curl_easy_cleanup(easy) }
        curl_slist_free_all(headerList)
        easy = nil
        headerList = nil
        done(result)
    }

    /// - Precondition: the handle is still open.
    func result(_ code: CURLcode) -> OutboundResult {
        var status = 0
        var microseconds: Int64 = 0
        _ = tocsin_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        _ = tocsin_curl_get_offset(easy, CURLINFO_TOTAL_TIME_T, &microseconds)
        if status >= 200 {
            return .response(
                OutboundResponse(
                    status: status, headers: collector.headers, body: collector.body,
                    elapsed: .microseconds(microseconds)))
        }
        if code == CURLE_OK {
            return .failed(FailedTransfer(reason: "the answer was not HTTP", mayHaveArrived: mayHaveArrived))
        }
        let isRefused =
            !mayHaveArrived
            && [CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED].contains(code)
        return .failed(
            FailedTransfer(reason: FailedTransfer.reason(code), mayHaveArrived: mayHaveArrived, isRefused: isRefused))
    }

    /// Whether a byte of the request may have left: a head that was written, or a body that libcurl has asked for.
    var mayHaveArrived: Bool {
        var written = 0
        if let easy { _ = tocsin_curl_get_long(easy, CURLINFO_REQUEST_SIZE, &written) }
        return written > 0 || bytesTaken > 0
    }

    static func stopped(mayHaveArrived: Bool) -> FailedTransfer {
        FailedTransfer(reason: "Tocsin is stopping", mayHaveArrived: mayHaveArrived)
    }

    // MARK: Options

    private func configure(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        var firstError = CURLE_OK
        func check(_ code: CURLcode) { if firstError == CURLE_OK { firstError = code } }
        func set(_ option: CURLoption, _ value: Int) { check(tocsin_curl_set_long(easy, option, value)) }
        func set(_ option: CURLoption, _ value: String) { check(tocsin_curl_set_string(easy, option, value)) }

        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_USERAGENT, "Tocsin")
        set(CURLOPT_NOSIGNAL, 1)
        let milliseconds = Int(max(1, min(request.timeout.milliseconds, Self.longestMilliseconds)))
        set(CURLOPT_TIMEOUT_MS, milliseconds)
        set(CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, Self.connectMilliseconds))
        set(CURLOPT_MAXAGE_CONN, Self.idleSeconds)
        switch request.method {
        case .head: set(CURLOPT_NOBODY, 1)
        case .get where request.body.isEmpty: set(CURLOPT_HTTPGET, 1)
        case .delete where request.body.isEmpty: set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .get, .post, .put, .patch, .delete:
            set(CURLOPT_POST, 1)
            check(tocsin_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(request.body.count)))
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        check(makeHeaderList() ? CURLE_OK : CURLE_OUT_OF_MEMORY)
        check(tocsin_curl_set_list(easy, CURLOPT_HTTPHEADER, headerList))
        check(
            tocsin_curl_set_callbacks(
                easy, readBody, writeBody, writeHeader, Unmanaged.passUnretained(self).toOpaque()))
        check(tocsin_curl_refuse_resending(easy))
        check(tocsin_curl_leave_resolver_behind(easy))
        return firstError
    }

    private func makeHeaderList() -> Bool {
        // libcurl's own ideas: wait for "100 Continue", and call every body a form.
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        for (name, value) in request.headers {
            // "Name:" would remove the header; "Name;" sends it empty.
            lines.append(value.allSatisfy({ $0 == " " || $0 == "\t" }) ? "\(name);" : "\(name): \(value)")
        }
        for line in lines {
            guard let list = curl_slist_append(headerList, line) else { return false }
            headerList = list
        }
        return true
    }

    private static let connectMilliseconds = 5000
    private static let longestMilliseconds: Int64 = 3_600_000
    /// Reusing a connection that the other side is just closing costs an attempt; most servers keep one longer.
    private static let idleSeconds = 30

    // MARK: Called by libcurl

    fileprivate func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, request.body.count - bytesTaken)
        request.body.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[bytesTaken..<bytesTaken + count]))
        }
        bytesTaken += count
        return count
    }

    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool { collector.take(body: bytes) }
    fileprivate func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool { collector.take(headerLine: bytes) }
}

private let readBody: curl_read_callback = { buffer, size, count, context in
    transfer(context).fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
}

private let writeBody: curl_write_callback = { bytes, size, count, context in
    let count = size * count
    let isTaken = transfer(context).take(UnsafeRawBufferPointer(start: bytes, count: count))
    return isTaken ? count : refusal(of: count)
}

private let writeHeader: curl_write_callback = { bytes, size, count, context in
    let count = size * count
    let isTaken = transfer(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: count))
    return isTaken ? count : refusal(of: count)
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
    Unmanaged<CurlTransfer>.fromOpaque(context!).takeUnretainedValue()
}

/// Any number but the one given ends the transfer.
private func refusal(of count: Int) -> Int { count == 0 ? 1 : 0 }
