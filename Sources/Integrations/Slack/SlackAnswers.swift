import Crypto
import Engine
import Incidents
import Logging
import Synchronization
import Timekeeping

/// Remembers for ten minutes what was asked and answered, so that a request that comes again gets the same answer and
/// is neither carried out nor answered twice. Bounded: beyond that many at once new ones are turned away, and answers
/// that cannot be delivered fast enough are dropped, a stranger's long before anybody else's.
final class SlackAnswers: Sendable {
    enum Outcome: Hashable, Sendable {
        case answer(DeskAnswer)
        /// Not yet; it will be told.
        case late
        case busy
    }

    fileprivate enum Entry {
        case working(waiting: [(ticket: Int, resume: @Sendable (Outcome) -> Void)], isLate: Bool)
        case answered(DeskAnswer)
    }

    fileprivate struct State {
        var entries: [String: Entry] = [:]
        /// In order of arrival, to be forgotten.
        var order: [(name: String, at: ContinuousClock.Instant, isKnown: Bool)] = []
        /// At the desk.
        var working = SlackAnswers.atDesk
        /// On their way back to Slack, which may take minutes.
        var delivering = SlackAnswers.onTheWay
        /// Entries that are strangers'.
        var strangers = 0
        var nextTicket = 0
    }

    static let memory = Duration.minutes(10)
    static let kept = 10_000
    /// Of what is remembered, at most so many are strangers'.
    fileprivate static let strangersKept = 2000
    fileprivate static let atDesk = SlackSeats(count: 64, forStrangers: 16, forEach: 4, keptForButtons: 8)
    fileprivate static let onTheWay = SlackSeats(count: 256, forStrangers: 16, forEach: 8, keptForButtons: 32)

    private let state = Mutex(State())
    private let log: Logger
    private let turnedAway = SlackTally()
    private let dropped = SlackTally()

    init(log: Logger) { self.log = log }

    /// The answer to the request of that name, made once.
    /// - Parameters:
    ///   - asker: whose request it is.
    ///   - patience: how long to wait for it.
    ///   - isAlwaysDelivered: also when nobody was told to wait for it.
    ///   - work: makes the answer; its argument is the name under which the engine recognises a retry.
    ///   - deliver: takes the answer to Slack if somebody was told to wait for it. It may be dropped.
    func answer(
        to name: String, from asker: SlackAsker, within patience: Duration, isAlwaysDelivered: Bool = false,
        _ work: @escaping @Sendable (RequestID) async -> DeskAnswer,
        deliver: @escaping @Sendable (DeskAnswer) async -> Void
    ) async -> Outcome {
        let outcome = await withCheckedContinuation { continuation in
            let resume: @Sendable (Outcome) -> Void = { continuation.resume(returning: $0) }
            let (outcome, isNew, ticket) = state.withLock { state -> (Outcome?, Bool, Int) in
                state.nextTicket += 1
                return state.take(name, asker, resume, patience)
            }
            if isNew {
                // Not structured: Slack is answered before it ends, and its retry may wait for the same. It ends with
                // the desk's answer and a bounded number of attempts to deliver it; the seats bound how many there are.
                Task {
                    let answer = await work(RequestID(rawValue: Self.requestName(name)))
                    let isLate = self.finish(name, asker, answer)
                    if isLate || isAlwaysDelivered { await self.deliver(answer, to: asker, deliver) }
                }
            }
            if let outcome {
                resume(outcome)
            } else {
                // Not structured: it only ends the wait above, and does nothing if that has ended.
                Task {
                    try? await Task.sleep(for: patience)
                    self.giveUp(ticket, name)
                }
            }
        }
        if outcome == .busy, let count = turnedAway.note() {
            log.warning(
                "requests from Slack were turned away, because too much was under way",
                metadata: ["slack.count": "\(count)"])
        }
        return outcome
    }

    private func deliver(
        _ answer: DeskAnswer, to asker: SlackAsker, _ deliver: @Sendable (DeskAnswer) async -> Void
    ) async {
        guard state.withLock({ $0.delivering.take(asker) }) else {
            if let count = dropped.note() {
                log.warning(
                    "answers to people in Slack were dropped, because too many were on their way",
                    metadata: ["slack.count": "\(count)"])
            }
            return
        }
        await deliver(answer)
        state.withLock { $0.delivering.giveBack(asker) }
    }

    private func finish(_ name: String, _ asker: SlackAsker, _ answer: DeskAnswer) -> Bool {
        typealias Waiting = [(ticket: Int, resume: @Sendable (Outcome) -> Void)]
        let (waiting, isLate) = state.withLock { state -> (Waiting, Bool) in
            state.working.giveBack(asker)
            guard case .working(let waiting, let isLate)? = state.entries[name] else { return ([], false) }
            state.entries[name] = .answered(answer)
            return (waiting, isLate)
        }
        for each in waiting { each.resume(.answer(answer)) }
        return isLate
    }

    private func giveUp(_ ticket: Int, _ name: String) {
        let resume = state.withLock { state -> (@Sendable (Outcome) -> Void)? in
            guard case .working(var waiting, _)? = state.entries[name],
                let index = waiting.firstIndex(where: { $0.ticket == ticket })
            else { return nil }
            let resume = waiting.remove(at: index).resume
            state.entries[name] = .working(waiting: waiting, isLate: true)
            return resume
        }
        resume?(.late)
    }

    /// Short enough to be recorded whatever Slack sends.
    private static func requestName(_ name: String) -> String {
        name.utf8.count <= 128
            ? name : "slack:" + Hex.encode(Array(SHA256.hash(data: Array(name.utf8))))
    }
}

extension SlackAnswers.State {
    fileprivate mutating func take(
        _ name: String, _ asker: SlackAsker, _ resume: @escaping @Sendable (SlackAnswers.Outcome) -> Void,
        _ patience: Duration
    ) -> (SlackAnswers.Outcome?, isNew: Bool, ticket: Int) {
        forget()
        switch entries[name] {
        case .answered(let answer): return (.answer(answer), false, 0)
        case .working(var waiting, let isLate):
            // It will be told to whoever was told to wait first.
            guard patience > .zero, !isLate else { return (.late, false, 0) }
            waiting.append((nextTicket, resume))
            entries[name] = .working(waiting: waiting, isLate: isLate)
            return (nil, false, nextTicket)
        case nil:
            guard entries.count < SlackAnswers.kept, asker.isKnown || strangers < SlackAnswers.strangersKept,
                working.take(asker)
            else { return (.busy, false, 0) }
            if !asker.isKnown { strangers += 1 }
            order.append((name, .now, asker.isKnown))
            let isPatient = patience > .zero
            entries[name] = .working(waiting: isPatient ? [(nextTicket, resume)] : [], isLate: !isPatient)
            return (isPatient ? nil : .late, true, nextTicket)
        }
    }

    private mutating func forget() {
        let limit = ContinuousClock.now - SlackAnswers.memory
        let old = order.prefix { $0.at < limit }
        guard !old.isEmpty else { return }
        for (name, _, isKnown) in old {
            // What is still under way stays recognisable.
            if case .working? = entries[name] {
                order.append((name, .now, isKnown))
            } else {
                entries[name] = nil
                if !isKnown { strangers -= 1 }
            }
        }
        order.removeFirst(old.count)
    }
}
