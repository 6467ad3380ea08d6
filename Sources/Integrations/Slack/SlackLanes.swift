import Dispatch
import Synchronization
import Timekeeping

/// Lets one call at a time through for each method and room, in order of arrival, and none while Slack wants a pause.
///
/// Slack counts per method, and for messages per room. Two calls at once would both be under way when the first is told
/// to wait, and the second would be one that Slack was not to get.
final class SlackLanes: Sendable {
    struct Lane: Hashable, Sendable {
        let method: SlackMethod
        /// The room of a message; empty for what is counted by method alone.
        let place: String
    }

    enum Turn: Hashable, Sendable {
        /// To be given back by `leave`.
        case go
        case paused(Duration)
        /// Those before it took too long.
        case tooLate
    }

    private struct State {
        var busy: Set<Lane> = []
        var waiting: [Lane: [(ticket: Int, resume: @Sendable (Turn) -> Void)]] = [:]
        var pausedUntil: [Lane: ContinuousClock.Instant] = [:]
        var nextTicket = 0
    }

    private let state = Mutex(State())

    /// Waits for its turn, at most until the deadline.
    func enter(_ lane: Lane, until deadline: ContinuousClock.Instant) async -> Turn {
        await withCheckedContinuation { continuation in
            let resume: @Sendable (Turn) -> Void = { continuation.resume(returning: $0) }
            let turn: Turn? = state.withLock { state in
                if let wait = Self.pause(of: lane, &state) { return .paused(wait) }
                if state.busy.insert(lane).inserted { return .go }
                let ticket = state.nextTicket
                state.nextTicket += 1
                state.waiting[lane, default: []].append((ticket, resume))
                let patience = max(.zero, ContinuousClock.now.duration(to: deadline))
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(patience.milliseconds))) {
                    self.giveUp(ticket, lane)
                }
                return nil
            }
            if let turn { resume(turn) }
        }
    }

    /// Lets the next one through.
    /// - Parameter pause: what Slack asked for; those who wait are told at once.
    func leave(_ lane: Lane, pause: Duration?) {
        let next: [(turn: Turn, resume: @Sendable (Turn) -> Void)] = state.withLock { state in
            if let pause {
                state.pausedUntil[lane] = .now + pause
                state.busy.remove(lane)
                return (state.waiting.removeValue(forKey: lane) ?? []).map { (.paused(pause), $0.resume) }
            }
            guard var queue = state.waiting[lane], !queue.isEmpty else {
                state.busy.remove(lane)
                return []
            }
            let first = queue.removeFirst()
            state.waiting[lane] = queue.isEmpty ? nil : queue
            return [(.go, first.resume)]
        }
        for (turn, resume) in next { resume(turn) }
    }

    private func giveUp(_ ticket: Int, _ lane: Lane) {
        let resume = state.withLock { state -> (@Sendable (Turn) -> Void)? in
            guard let index = state.waiting[lane]?.firstIndex(where: { $0.ticket == ticket }) else { return nil }
            return state.waiting[lane]?.remove(at: index).resume
        }
        resume?(.tooLate)
    }

    private static func pause(of lane: Lane, _ state: inout State) -> Duration? {
        guard let end = state.pausedUntil[lane] else { return nil }
        let left = ContinuousClock.now.duration(to: end)
        if left > .zero { return left }
        state.pausedUntil[lane] = nil
        return nil
    }
}
