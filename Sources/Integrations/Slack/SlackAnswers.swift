import Crypto
import Engine
import Incidents
import Synchronization
import Timekeeping

/// Remembers for ten minutes what was asked and answered, so that a request that comes again gets the same answer and
/// is neither carried out nor answered twice. Bounded: beyond that many at once new ones are turned away.
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
        var order: [(name: String, at: ContinuousClock.Instant)] = []
        var working = 0
        var nextTicket = 0
    }

    static let memory = Duration.minutes(10)
    static let kept = 10_000
    static let atOnce = 64

    private let state = Mutex(State())

    /// The answer to the request of that name, made once.
    /// - Parameters:
    ///   - patience: how long to wait for it.
    ///   - work: makes the answer; its argument is the name under which the engine recognises a retry.
    ///   - late: told the answer if somebody was told to wait for it.
    func answer(
        to name: String, within patience: Duration,
        _ work: @escaping @Sendable (RequestID) async -> DeskAnswer,
        late: @escaping @Sendable (DeskAnswer) async -> Void
    ) async -> Outcome {
        await withCheckedContinuation { continuation in
            let resume: @Sendable (Outcome) -> Void = { continuation.resume(returning: $0) }
            let (outcome, isNew, ticket) = state.withLock { state -> (Outcome?, Bool, Int) in
                state.nextTicket += 1
                return state.take(name, resume, patience)
            }
            if isNew {
                // Not structured: Slack is answered before it ends, and its retry may wait for the same. It ends with
                // the desk's answer and a bounded number of attempts to deliver it; `atOnce` bounds how many there are.
                Task {
                    let answer = await work(RequestID(rawValue: Self.requestName(name)))
                    if self.finish(name, answer) { await late(answer) }
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
    }

    private func finish(_ name: String, _ answer: DeskAnswer) -> Bool {
        typealias Waiting = [(ticket: Int, resume: @Sendable (Outcome) -> Void)]
        let (waiting, isLate) = state.withLock { state -> (Waiting, Bool) in
            state.working -= 1
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
        _ name: String, _ resume: @escaping @Sendable (SlackAnswers.Outcome) -> Void, _ patience: Duration
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
            guard working < SlackAnswers.atOnce, entries.count < SlackAnswers.kept else { return (.busy, false, 0) }
            working += 1
            order.append((name, .now))
            let isPatient = patience > .zero
            entries[name] = .working(waiting: isPatient ? [(nextTicket, resume)] : [], isLate: !isPatient)
            return (isPatient ? nil : .late, true, nextTicket)
        }
    }

    private mutating func forget() {
        let limit = ContinuousClock.now - SlackAnswers.memory
        let old = order.prefix { $0.at < limit }
        guard !old.isEmpty else { return }
        for (name, _) in old {
            // What is still under way stays recognisable.
            if case .working? = entries[name] {
                order.append((name, .now))
            } else {
                entries[name] = nil
            }
        }
        order.removeFirst(old.count)
    }
}
