import Timekeeping

/// How long an event lasts: days on the calendar, and then time that passes (RFC 5545, section 3.3.6).
struct CalendarLength: Hashable {
    var days = 0
    var seconds: Int64 = 0

    /// Longer than any absence; more would be a slip.
    static let mostDays = 3660

    /// `P1W`, `P2D`, `P1DT12H`.
    /// - Throws: `CalendarProblem` for what is none, is negative or too long.
    init(_ line: ContentLine) throws {
        var rest = line.value.uppercased().unicodeScalars[...]
        if rest.first == "+" { rest.removeFirst() }
        guard rest.popFirst() == "P", !rest.isEmpty else { throw Self.unreadable(line) }
        var isTime = false
        while !rest.isEmpty {
            if rest.first == "T", !isTime {
                isTime = true
                rest.removeFirst()
                continue
            }
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty, digits.count < 8, let count = Int64(String(Substring(digits))),
                let unit = rest.popFirst()
            else {
                throw Self.unreadable(line)
            }
            switch (isTime, unit) {
            case (false, "W"): days += Int(count) * 7
            case (false, "D"): days += Int(count)
            case (true, "H"): seconds += count * 3600
            case (true, "M"): seconds += count * 60
            case (true, "S"): seconds += count
            default: throw Self.unreadable(line)
            }
        }
        try checkLength(line)
    }

    /// From a start to an end.
    init(from start: CalendarTime, to end: CalendarTime, _ line: ContentLine) throws {
        switch (start.form, end.form) {
        case (.date, .date):
            // One day, though the end should be the day after: many calendars have it so.
            days = max(1, end.local.date.daysSinceEpoch - start.local.date.daysSinceEpoch)
            guard end.local.date >= start.local.date else { throw line.problem("is before DTSTART") }
        case (.floating, .floating):
            seconds = Self.seconds(
                ZoneRules.utc.firstInstant(of: end.local), ZoneRules.utc.firstInstant(of: start.local))
        case (.zone(let zone), .zone(let other)):
            seconds = Self.seconds(other.instantOfCalendar(end.local), zone.instantOfCalendar(start.local))
        default: throw line.problem("is of another kind than DTSTART: both must be dates, or both times")
        }
        guard seconds >= 0 else { throw line.problem("is before DTSTART") }
        try checkLength(line)
    }

    init(days: Int) { self.days = days }

    private func checkLength(_ line: ContentLine) throws {
        guard days <= Self.mostDays, seconds <= Int64(Self.mostDays) * 86400 else {
            throw line.problem("makes the event longer than ten years")
        }
    }

    private static func seconds(_ end: Instant, _ start: Instant) -> Int64 {
        (end.milliseconds - start.milliseconds) / 1000
    }

    private static func unreadable(_ line: ContentLine) -> CalendarProblem {
        line.problem("\(quoted(line.value)) is not a length such as P1D or PT12H")
    }
}
