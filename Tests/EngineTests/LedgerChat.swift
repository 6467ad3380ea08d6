import Dispatch
import Engine
import EngineCore
import Incidents
import LogDoubles
import Synchronization
import Timekeeping

/// A chat that keeps what it is told, stops at what nobody should ask of one, and lets a test wait for what it holds.
final class LedgerChat: ChatPlatform {
    struct Message {
        let key: String
        let reference: PostedMessage
        var card: IncidentCard
        var thread: [(key: String, lines: [ChatLine])] = []
    }

    struct Ledger {
        var messages: [Message] = []
        fileprivate var refusal: String?
        fileprivate var waiting: [(@Sendable (Ledger) -> Bool, CheckedContinuation<Void, Never>)] = []
    }

    let name = "slack"
    private let isThere = Mutex(true)
    var isConfigured: Bool { isThere.withLock { $0 } }
    private let state = Mutex(Ledger())
    private let line = DispatchQueue(label: "ledger.chat")

    var now: Ledger { state.withLock { $0 } }

    func configure(_ isThere: Bool) { self.isThere.withLock { $0 = isThere } }

    func refuse(_ reason: String?) { state.withLock { $0.refusal = reason } }

    func wait(_ condition: @escaping @Sendable (Ledger) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isSo = state.withLock { ledger in
                if condition(ledger) { return true }
                ledger.waiting.append((condition, continuation))
                return false
            }
            if isSo { continuation.resume() }
        }
    }

    private func answer(
        _ done: @escaping @Sendable (ChatOutcome) -> Void, _ body: @escaping @Sendable (inout Ledger) -> ChatOutcome
    ) {
        line.async { [self] in
            let (outcome, ready) = state.withLock { ledger -> (ChatOutcome, [CheckedContinuation<Void, Never>]) in
                let outcome = ledger.refusal.map { .refused($0) } ?? body(&ledger)
                let ledgerNow = ledger
                let ready = ledger.waiting.filter { $0.0(ledgerNow) }
                ledger.waiting.removeAll { $0.0(ledgerNow) }
                return (outcome, ready.map(\.1))
            }
            done(outcome)
            for continuation in ready { continuation.resume() }
        }
    }

    func post(_ card: IncidentCard, in room: String, key: String, done: @escaping @Sendable (ChatOutcome) -> Void) {
        answer(done) { ledger in
            precondition(!ledger.messages.contains { $0.key == key }, "\(key) is posted twice")
            let reference = PostedMessage(channel: "C1", id: "\(ledger.messages.count + 1)")
            ledger.messages.append(Message(key: key, reference: reference, card: card))
            return .done(reference)
        }
    }

    func update(_ card: IncidentCard, _ message: PostedMessage, done: @escaping @Sendable (ChatOutcome) -> Void) {
        answer(done) { ledger in
            guard let index = ledger.messages.firstIndex(where: { $0.reference == message }) else {
                return .lost("message_not_found")
            }
            ledger.messages[index].card = card
            return .done(message)
        }
    }

    func tell(
        _ lines: [ChatLine], below message: PostedMessage, key: String,
        done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        answer(done) { ledger in
            guard let index = ledger.messages.firstIndex(where: { $0.reference == message }) else {
                return .lost("thread_not_found")
            }
            precondition(!lines.isEmpty, "nothing is told")
            precondition(!ledger.messages[index].thread.contains { $0.key == key }, "\(key) is told twice")
            ledger.messages[index].thread.append((key, lines))
            return .done(
                PostedMessage(channel: "C1", id: "\(message.id).\(ledger.messages[index].thread.count)"))
        }
    }

    func find(
        key: String, in room: String, below message: PostedMessage?, since: Instant,
        done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        answer(done) { ledger in
            guard let message else {
                let found = ledger.messages.last { $0.key.hasPrefix(key) }
                return found.map { .found($0.reference, key: $0.key) } ?? .notFound
            }
            let thread = ledger.messages.first { $0.reference == message }?.thread ?? []
            return thread.last { $0.key.hasPrefix(key) }.map { .found(message, key: $0.key) } ?? .notFound
        }
    }
}
