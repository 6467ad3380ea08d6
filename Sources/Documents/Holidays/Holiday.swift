import OnCall
import Timekeeping

/// One day, or several, of a calendar of holidays.
public struct Holiday: Hashable, Sendable {
    public let name: String
    public let span: Span

    public enum Span: Hashable, Sendable {
        /// Whole days, wherever one is; the second is the first day after them.
        case days(CivilDate, until: CivilDate)
        /// On the clocks of wherever one is.
        case local(CivilDateTime, until: CivilDateTime)
        /// The same moment everywhere.
        case instants(Instant, until: Instant)
    }

    public init(name: String, span: Span) {
        self.name = name
        self.span = span
    }

    /// When that is for somebody in `zone`. As in the rest of a configuration, a time that clocks show twice is the
    /// first at a beginning and the last at an end.
    public func instants(in zone: ZoneRules) -> (from: Instant, until: Instant) {
        switch span {
        case .days(let from, let until):
            return (
                zone.firstInstant(of: CivilDateTime(date: from, time: .midnight)),
                zone.lastInstant(of: CivilDateTime(date: until, time: .midnight))
            )
        case .local(let from, let until): return (zone.firstInstant(of: from), zone.lastInstant(of: until))
        case .instants(let from, let until): return (from, until)
        }
    }
}

extension CalendarEvent {
    /// It, when it begins at that time; nil when it then takes no time.
    func holiday(at start: CalendarTime) -> Holiday? {
        let span: Holiday.Span
        switch start.form {
        case .date: span = .days(start.local.date, until: start.local.date.adding(days: length.days))
        case .floating:
            let end = ZoneRules.utc.firstInstant(of: start.on(length.days).local) + .seconds(length.seconds)
            span = .local(start.local, until: ZoneRules.utc.civil(at: end))
        case .zone(let zone):
            span = .instants(
                zone.instantOfCalendar(start.local),
                until: zone.instantOfCalendar(start.on(length.days).local) + .seconds(length.seconds))
        }
        return length.days == 0 && length.seconds == 0 ? nil : Holiday(name: name, span: span)
    }

    /// When it begins, each time, in the window of days.
    func starts(in window: ClosedRange<CivilDate>, _ patience: inout CalendarPatience) throws -> [CalendarTime] {
        var starts: [CalendarTime] = []
        if let (rule, line) = rule {
            starts = try rule.dates(
                start: start.local.date, earliest: window.lowerBound, latest: window.upperBound, line, &patience
            ) { day in
                switch rule.end {
                case .never, .count: false
                case .day(let last): day > last
                case .local(let last): start.on(day).local > last
                case .instant(let last):
                    if case .instant(let instant) = start.on(day).key { instant > last } else { false }
                }
            }.map { start.on($0) }
        } else {
            starts = [start]
        }
        var seen: Set<CalendarTime.Key> = []
        return (starts + added).filter { window.contains($0.local.date) && !excluded.contains($0.key) }
            .filter { seen.insert($0.key).inserted }
    }
}

extension CalendarTime {
    /// So many days later on the calendar, at the same time of day.
    fileprivate func on(_ daysLater: Int) -> CalendarTime { on(local.date.adding(days: daysLater)) }
}
