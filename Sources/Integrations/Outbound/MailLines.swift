import Foundation
import Synchronization

/// The mails under way, each on a thread of its own (see `CurlLoop` for why).
final class MailLines: Sendable {
    /// Twice what the engine begins at once, so that codes and alarms find room in a storm of pages.
    static let limit = 64

    private struct State {
        var underWay = 0
        var isStopping = false
    }

    private let state = Mutex(State())

    init() { CurlLibrary.prepare() }

    func start(_ mail: OutboundMail, _ done: @escaping @Sendable (MailResult) -> Void) {
        let problem = state.withLock { state -> String? in
            guard !state.isStopping else { return "Tocsin is stopping" }
            guard state.underWay < Self.limit else { return "\(Self.limit) mails are under way already" }
            state.underWay += 1
            return nil
        }
        if let problem {
            // Never on the caller's stack, where it may hold a lock that `done` wants.
            DispatchQueue.global().async {
                done(.failed(FailedMail(reason: problem, stage: .greeting, mayHaveArrived: false)))
            }
            return
        }
        let transfer = MailTransfer(mail, isStopping: { [weak self] in self?.isStopping ?? true }, done: done)
        let thread = Thread { [weak self] in
            CurlLibrary.blockBrokenPipeSignal()
            transfer.run()
            self?.state.withLock { $0.underWay -= 1 }
        }
        thread.name = "tocsin-mail"
        thread.start()
    }

    /// What is under way ends within about a second.
    func stop() { state.withLock { $0.isStopping = true } }

    private var isStopping: Bool { state.withLock { $0.isStopping } }
}
