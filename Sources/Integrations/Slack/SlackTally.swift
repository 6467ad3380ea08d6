import Synchronization

/// Counts what strangers can make happen as often as they like, so that the log has one line of it a minute.
final class SlackTally: Sendable {
    private struct State {
        var count = 0
        var saidAt: ContinuousClock.Instant?
    }

    private static let interval = Duration.seconds(60)

    private let state = Mutex(State())

    /// How often it has happened since it was last said, when it is time to say so; otherwise nil.
    func note(at now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            state.count += 1
            if let last = state.saidAt, last.duration(to: now) < Self.interval { return nil }
            defer { state = State(saidAt: now) }
            return state.count
        }
    }
}
