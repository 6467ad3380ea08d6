import Timekeeping

/// A date or a date with a time, as iCalendar has them (RFC 5545, sections 3.3.4 and 3.3.5).
struct CalendarTime: Hashable {
    enum Form: Hashable {
        /// A whole day, wherever one is.
        case date
        /// A time on the clocks of wherever one is.
        case floating
        case zone(ZoneRules)
    }

    let form: Form
    /// What the calendar and the clock show; midnight for a date.
    let local: CivilDateTime

    /// What tells the occurrences of an event apart, and which of them an exception means.
    enum Key: Hashable {
        case date(CivilDate)
        case floating(CivilDateTime)
        case instant(Instant)
    }

    var key: Key {
        switch form {
        case .date: .date(local.date)
        case .floating: .floating(local)
        case .zone(let zone): .instant(zone.instantOfCalendar(local))
        }
    }

    /// The same time of day on another day.
    func on(_ date: CivilDate) -> CalendarTime {
        CalendarTime(form: form, local: CivilDateTime(date: date, time: local.time))
    }

    /// - Throws: `CalendarProblem` when the line's value is not one.
    static func read(_ line: ContentLine, zone: (String) -> ZoneRules?) throws -> CalendarTime {
        try read(line.value, of: line, zone: zone)
    }

    /// The values of a list such as that of `EXDATE`.
    static func readList(_ line: ContentLine, zone: (String) -> ZoneRules?) throws -> [CalendarTime] {
        try line.value.split(separator: ",", omittingEmptySubsequences: false).map {
            try read(String($0), of: line, zone: zone)
        }
    }

    private static func read(
        _ text: String, of line: ContentLine, zone: (String) -> ZoneRules?
    ) throws -> CalendarTime {
        let kind = line.parameters["VALUE"]?.uppercased()
        guard kind == nil || kind == "DATE" || kind == "DATE-TIME" else {
            throw line.problem("VALUE=\(printable(kind ?? "")) is not read here")
        }
        guard let (date, time, isUTC) = parse(text), kind != "DATE-TIME" || time != nil, kind != "DATE" || time == nil
        else {
            throw line.problem("\(quoted(text)) is not a date such as 20261224 or a time such as 20261224T120000Z")
        }
        guard let time else {
            return CalendarTime(form: .date, local: CivilDateTime(date: date, time: .midnight))
        }
        let local = CivilDateTime(date: date, time: time)
        if isUTC { return CalendarTime(form: .zone(.utc), local: local) }
        guard let name = line.parameters["TZID"] else { return CalendarTime(form: .floating, local: local) }
        guard let rules = zone(name) else {
            throw line.problem("\(quoted(name)) is not a time zone of the tz database, such as Europe/Berlin")
        }
        return CalendarTime(form: .zone(rules), local: local)
    }

    /// `20261224`, `20261224T120000` or `20261224T120000Z`.
    static func parse(_ text: String) -> (date: CivilDate, time: CivilTime?, isUTC: Bool)? {
        let digits = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= digits.count else { return nil }
            return digits[range].reduce(0) { sum, byte in
                guard let sum, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                return sum * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8), year > 0,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        if digits.count == 8 { return (date, nil, false) }
        let isUTC = digits.count == 16 && digits[15] == UInt8(ascii: "Z")
        guard digits.count == 15 || isUTC, digits[8] == UInt8(ascii: "T"), let hour = number(9..<11), hour < 24,
            let minute = number(11..<13), let second = number(13..<15), second <= 60,
            let time = CivilTime(hour: hour, minute: minute, second: min(second, 59))
        else { return nil }
        return (date, time, isUTC)
    }
}

extension ZoneRules {
    /// A local time that clocks skip is read with the offset from before the gap, one that they show twice is the
    /// first (RFC 5545, section 3.3.5).
    func instantOfCalendar(_ local: CivilDateTime) -> Instant {
        switch resolve(local) {
        case .unique(let instant): return instant
        case .repeated(let first, _): return first
        case .skipped(let transition):
            let before = offsetSeconds(at: transition - .milliseconds(1))
            return ZoneRules.utc.firstInstant(of: local) - .seconds(before)
        }
    }
}
