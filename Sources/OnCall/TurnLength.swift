/// How long one person's go lasts.
public enum TurnLength: Hashable, Sendable {
    /// A number that divides 24 makes slots of the wall clock, counted from the era's first handoff: one that falls
    /// into a clock change's gap has length zero and is used up. Multiples of 24 are days. Any other number is elapsed
    /// time, and its handoffs wander around the clock.
    case hours(Int)
    case days(Int)
    case weeks(Int)
    /// Handoffs on the 29th to 31st move to the last day of shorter months, and return.
    case months(Int)
}

extension TurnLength {
    /// How handoffs follow each other.
    enum Step: Hashable {
        case wallClock(seconds: Int64)
        case elapsed(seconds: Int64)
        case months(Int)
    }

    /// Nil when the length is not positive or longer than a century, which `Roster.problems()` reports.
    var step: Step? {
        switch self {
        case .hours(let count) where (1...Self.longestHours).contains(count):
            let seconds = Int64(count) * 3600
            return count % 24 == 0 || 24 % count == 0 ? .wallClock(seconds: seconds) : .elapsed(seconds: seconds)
        case .days(let count) where (1...Self.longestHours / 24).contains(count):
            return .wallClock(seconds: Int64(count) * 86400)
        case .weeks(let count) where (1...Self.longestHours / 168).contains(count):
            return .wallClock(seconds: Int64(count) * 604_800)
        case .months(let count) where (1...Self.longestMonths).contains(count):
            return .months(count)
        case .hours, .days, .weeks, .months:
            return nil
        }
    }

    /// A century: longer than anybody's career, and far from overflow.
    private static let longestHours = 876_600
    private static let longestMonths = 1200
}
