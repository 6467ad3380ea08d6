import Foundation

/// Sends HTTP requests and mails by libcurl: the requests all on one thread of its own, with connections kept for the
/// next, and each mail on a thread and a connection of its own.
///
/// It starts at once whatever it is given and never queues: libcurl's limits run from the moment a transfer is handed
/// over, its own waiting included. How many requests go out at a time is the caller's decision; a mail beyond 64 fails
/// at once. Redirects are not followed, no proxy is taken from the environment, and nothing is sent twice.
public final class CurlClient: Sendable {
    private let loop: CurlLoop
    private let mails = MailLines()

    public init() {
        loop = CurlLoop()
        let thread = Thread { [loop] in loop.run() }
        thread.name = "tocsin-outbound"
        thread.start()
    }

    deinit { shutdown() }

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

    /// Calls `done` exactly once, on a thread of the client's.
    public func send(_ mail: OutboundMail, done: @escaping @Sendable (MailResult) -> Void) { mails.start(mail, done) }

    /// Cancelling the task does not cancel the mail.
    public func send(_ mail: OutboundMail) async -> MailResult {
        await withCheckedContinuation { continuation in
            mails.start(mail) { continuation.resume(returning: $0) }
        }
    }

    /// Ends what is under way as failed, mails within about a second, and everything sent from now on. Returns at once.
    public func shutdown() {
        loop.stop()
        mails.stop()
    }
}
