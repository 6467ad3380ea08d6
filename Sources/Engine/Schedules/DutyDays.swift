import Timekeeping

/// Some days of one zone's calendar, one after the other, as long as clocks make them.
public struct DutyDays: Sendable {
    public let clock: LocalTime
    /// A date that the zone never had, as Apia had no 30 December 2011, is not among them.
    public let days: [Day]
    /// In order of time.
    public let changes: [ClockChange]

    public struct Day: Hashable, Sendable {
        public let date: CivilDate
        public let from: Instant
        public let until: Instant
    }

    /// Four calendar sheets and a half; more is no picture any more.
    public static let longest = 140

    /// - Parameter count: dates, from `first` on: 1...`longest`.
    public init(from first: CivilDate, count: Int, zone: ZoneRules) {
        precondition((1...Self.longest).contains(count), "A picture shows some days, not a life.")
        clock = LocalTime(zone: zone)
        days = (0..<count).compactMap { offset in
            let date = first.adding(days: offset)
            let (from, until) = (zone.midnight(of: date), zone.midnight(of: date.adding(days: 1)))
            return from < until ? Day(date: date, from: from, until: until) : nil
        }
        changes = zone.changes(from: zone.midnight(of: first), until: zone.midnight(of: first.adding(days: count)))
    }

    private init(clock: LocalTime, days: [Day], changes: [ClockChange]) {
        (self.clock, self.days, self.changes) = (clock, days, changes)
    }

    func first(_ count: Int) -> DutyDays {
        let kept = Array(days.prefix(count))
        return DutyDays(clock: clock, days: kept, changes: changes.filter { $0.at < kept.last?.until ?? .distantPast })
    }

    /// The week that begins on that day.
    public static func week(from date: CivilDate, zone: ZoneRules) -> DutyDays {
        DutyDays(from: date, count: 7, zone: zone)
    }

    /// The month of that day, from the Monday of its first week to the Sunday of its last.
    public static func month(of date: CivilDate, zone: ZoneRules) -> DutyDays {
        let first = date.adding(days: 1 - date.day)
        let last = first.adding(months: 1).adding(days: -1)
        let monday = first.adding(days: 1 - first.weekday.rawValue)
        let sunday = last.adding(days: 7 - last.weekday.rawValue)
        return DutyDays(from: monday, count: sunday.daysSinceEpoch - monday.daysSinceEpoch + 1, zone: zone)
    }

    public var from: Instant { days.first?.from ?? .distantPast }
    public var until: Instant { days.last?.until ?? .distantPast }
}

/// The moment at which clocks of one zone are set.
public struct ClockChange: Hashable, Sendable {
    public let at: Instant
    /// Positive when they go forward.
    public let seconds: Int

    /// "+1 h", "-30 min"
    public var short: String { "\(seconds < 0 ? "-" : "+")\(length)" }

    /// "Clocks in Berlin go back 1 h on Sun 25 Oct at 03:00."
    public func sentence(_ clock: LocalTime) -> String {
        let day = DutyWords.day(clock.zone.civil(at: at - .milliseconds(1)).date)
        let way = seconds < 0 ? "back" : "forward"
        return "Clocks in \(clock.place) go \(way) \(length) on \(day) at \(shown(clock))."
    }

    /// What clocks were about to show.
    private func shown(_ clock: LocalTime) -> String {
        let minute = clock.zone.civil(at: at - .seconds(60)).time.secondsFromMidnight / 60 + 1
        return "\(DutyWords.two(minute / 60)):\(DutyWords.two(minute % 60))"
    }

    private var length: String { DutyWords.length(.seconds(Int64(abs(seconds)))) }
}

extension ZoneRules {
    /// Whether clocks there ever show that day: Apia went from 29 to 31 December 2011.
    public func has(_ date: CivilDate) -> Bool { midnight(of: date) < midnight(of: date.adding(days: 1)) }

    /// When that day begins: at its first midnight, or where the clocks jump over it.
    func midnight(of date: CivilDate) -> Instant { firstInstant(of: CivilDateTime(date: date, time: .midnight)) }

    /// In `[from, until)`.
    func changes(from: Instant, until: Instant) -> [ClockChange] {
        var found: [ClockChange] = []
        var before = from - .milliseconds(1)
        while let at = nextTransition(after: before), at < until {
            let seconds = offsetSeconds(at: at) - offsetSeconds(at: at - .milliseconds(1))
            found.append(ClockChange(at: at, seconds: seconds))
            before = at
        }
        return found
    }
}
