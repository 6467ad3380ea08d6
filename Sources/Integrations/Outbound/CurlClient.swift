import Foundation

/// Sends HTTP requests by libcurl, all on one thread of its own. Connections are kept for the next request.
///
/// It starts at once whatever it is given and never queues: libcurl's limits run from the moment a transfer is handed
/// over, its own waiting included. How many go out at a time is the caller's decision. Redirects are not followed, no
/// proxy is taken from the environment, and no request is sent twice.
public final class CurlClient: Sendable {
    private let loop: CurlLoop

    public init() {
        loop = CurlLoop()
        let thread = Thread { [loop] in loop.run() }
        thread.name = "tocsin-outbound"
        thread.start()
    }

    deinit { loop.stop() }

    /// Calls `done` exactly once, on the client's thread and never before `send` has returned to it; it must not block.
    public func send(_ request: OutboundRequest, done: @escaping @Sendable (OutboundResult) -> Void) {
        loop.start(request, done)
    }

    /// Cancelling the task does not cancel the transfer.
    public func send(_ request: OutboundRequest) async -> OutboundResult {
        await withCheckedContinuation { continuation in
            loop.start(request) { continuation.resume(returning: $0) }
        }
    }

    /// Ends what is under way as failed, and everything sent from now on. Returns at once.
    public func shutdown() { loop.stop() }
}
