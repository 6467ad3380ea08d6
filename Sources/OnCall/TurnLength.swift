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
    /// Pieces of hours, days and weeks that follow each other and begin again, such as five days and two: each is
    /// somebody's turn. All of them are of the wall clock, also hours that divide no day, for together they must make
    /// whole days, at most 366.
    case pattern([TurnLength])
}

extension TurnLength {
    /// Whether turns can be that long; a layer with others never answers.
    public var isPossible: Bool { step != nil }

    /// How handoffs follow each other.
    enum Step: Hashable {
        case wallClock(TurnPieces)
        case elapsed(seconds: Int64)
        case months(Int)
    }

    /// Nil when the length is not positive or longer than a century, or a pattern that cannot be, which
    /// `Roster.problems()` reports.
    var step: Step? {
        switch self {
        case .hours(let count):
            guard let seconds else { return nil }
            let isWallClock = count % 24 == 0 || 24 % count == 0
            return isWallClock ? .wallClock(TurnPieces(seconds: [seconds])) : .elapsed(seconds: seconds)
        case .days, .weeks: return seconds.map { .wallClock(TurnPieces(seconds: [$0])) }
        case .months(let count): return (1...Self.longestMonths).contains(count) ? .months(count) : nil
        case .pattern(let lengths):
            let seconds = lengths.compactMap(\.seconds)
            guard !seconds.isEmpty, seconds.count == lengths.count, seconds.count <= Self.longestPatternDays * 24,
                seconds.allSatisfy({ $0 <= Self.longestPatternSeconds })
            else { return nil }
            let pieces = TurnPieces(seconds: seconds)
            let isWhole = pieces.cycleSeconds % 86400 == 0 && pieces.cycleSeconds <= Self.longestPatternSeconds
            return isWhole ? .wallClock(pieces) : nil
        }
    }

    /// The nominal length, if it is always the same.
    private var seconds: Int64? {
        switch self {
        case .hours(let count): (1...Self.longestHours).contains(count) ? Int64(count) * 3600 : nil
        case .days(let count): (1...Self.longestHours / 24).contains(count) ? Int64(count) * 86400 : nil
        case .weeks(let count): (1...Self.longestHours / 168).contains(count) ? Int64(count) * 604_800 : nil
        case .months, .pattern: nil
        }
    }

    /// A century: longer than anybody's career, and far from overflow.
    private static let longestHours = 876_600
    private static let longestMonths = 1200
    private static let longestPatternDays = 366
    private static let longestPatternSeconds = Int64(longestPatternDays) * 86400
}
