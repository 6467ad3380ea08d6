import Timekeeping

/// What people laid over the plan since the configuration was written: overrides and time off, of any schedule.
public struct Amendments: Hashable, Sendable {
    public var overrides: [Override]
    /// Besides what the schedules themselves say.
    public var timeOff: [TimeOff]

    public static let none = Amendments()

    public init(overrides: [Override] = [], timeOff: [TimeOff] = []) {
        self.overrides = overrides
        self.timeOff = timeOff
    }

    /// What was known at that instant.
    public func known(at instant: Instant) -> Amendments {
        Amendments(
            overrides: overrides.filter { $0.createdAt <= instant }, timeOff: timeOff.filter { $0.createdAt <= instant }
        )
    }
}
