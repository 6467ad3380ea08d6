/// What a wall calendar and a wall clock show together, to the second. Which instant that is, if any, only
/// `ZoneRules.resolve(_:)` can say.
public struct CivilDateTime: Hashable, Sendable {
    public let date: CivilDate
    /// Before 24:00, which is kept as 00:00 of the next day: one moment has one spelling.
    public let time: CivilTime

    public init(date: CivilDate, time: CivilTime) {
        let isEndOfDay = time == .endOfDay
        self.date = isEndOfDay ? date.adding(days: 1) : date
        self.time = isEndOfDay ? .midnight : time
    }

    /// The instant at which a clock showing UTC would show this, in seconds since 1970.
    var secondsSinceEpoch: Int64 {
        Int64(date.daysSinceEpoch) * Int64(CivilTime.secondsPerDay) + Int64(time.secondsFromMidnight)
    }

    init(secondsSinceEpoch seconds: Int64) {
        let (days, rest) = seconds.flooredQuotientAndRemainder(dividingBy: Int64(CivilTime.secondsPerDay))
        date = CivilDate(daysSinceEpoch: Int(days))
        time = CivilTime(secondsFromMidnight: Int(rest))
    }
}

extension CivilDateTime: Comparable {
    public static func < (a: CivilDateTime, b: CivilDateTime) -> Bool { (a.date, a.time) < (b.date, b.time) }
}

extension CivilDateTime: CustomStringConvertible {
    /// "2026-11-02 16:00"
    public var description: String { "\(date) \(time)" }
}
