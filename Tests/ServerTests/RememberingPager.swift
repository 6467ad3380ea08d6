import Engine
import Incidents
import Synchronization

/// Remembers everything handed to it and says at once what became of it.
final class RememberingPager: Pager {
    private struct State {
        var messages: [PageMessage] = []
        var notices: [(notice: Notice, address: String?)] = []
        var outcome = AttemptOutcome(.delivered, evidence: "remembered")
    }

    private let state = Mutex(State())

    var messages: [PageMessage] { state.withLock { $0.messages } }
    var notices: [Notice] { state.withLock { $0.notices.map(\.notice) } }
    var addresses: [String?] { state.withLock { $0.notices.map(\.address) } }

    /// The code that was sent last: the first six digits in a row.
    var code: String? {
        notices.last { $0.kind == .code }?.title.split { !$0.isNumber }.first { $0.count == 6 }.map(String.init)
    }

    func becomes(_ outcome: AttemptOutcome) { state.withLock { $0.outcome = outcome } }

    func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        done(
            state.withLock { state in
                state.messages.append(message)
                return state.outcome
            })
    }

    func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        done(
            state.withLock { state in
                state.notices.append((notice, address))
                return state.outcome
            })
    }
}
