import Commands
import OnCall
import Timekeeping

/// How the times of a schedule are written.
extension Field {
    /// `1 week`, `2 days`, `8 hours`, `1 month`; or a list of pieces that follow each other: `[5 days, 2 days]`.
    func turn() -> TurnLength? {
        guard case .list = node.value else { return singleTurn() }
        let hint = "Write pieces that make whole days together, such as [5 days, 2 days]."
        guard let items = someItems(hint) else { return nil }
        let pieces = items.compactMap { item -> TurnLength? in
            guard let piece = item.singleTurn() else { return nil }
            if case .months = piece {
                item.error("is a month, whose length differs", "Write hours, days or weeks.")
                return nil
            }
            return piece
        }
        guard pieces.count == items.count else { return nil }
        let pattern = TurnLength.pattern(pieces)
        guard pattern.isPossible else {
            error("does not add up to 1 to 366 whole days", hint)
            return nil
        }
        return pattern
    }

    private func singleTurn() -> TurnLength? {
        let hint = "Write it like 1 week, 2 days, 8 hours or 1 month."
        guard let text = text(hint) else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].utf8.count <= 3, words[0].allSatisfy(\.isASCIIDigit),
            let count = Int(words[0]), count > 0
        else {
            error("\(quoted(text)) is not the length of a turn", hint)
            return nil
        }
        switch words[1] {
        case "hour", "hours": return .hours(count)
        case "day", "days": return .days(count)
        case "week", "weeks": return .weeks(count)
        case "month", "months": return .months(count)
        default:
            error("\(quoted(text)) is not the length of a turn", hint)
            return nil
        }
    }

    /// `mon 10:00`, `10:00`, `day 31 09:00`.
    func handoff() -> Handoff? {
        let hint = "Write it like mon 10:00, 10:00 or day 31 09:00."
        guard let text = text(hint) else { return nil }
        var words = text.split(separator: " ").map(String.init)
        let clock = words.popLast() ?? ""
        guard let time = CivilTime(clock) else {
            error("\(quoted(text)) is not a handoff: \(quoted(clock)) is not a clock time", hint)
            return nil
        }
        guard time != .endOfDay else {
            error("\(quoted(text)) is not a handoff: 24:00 ends a day", "Write 00:00, of the day after if need be.")
            return nil
        }
        switch words.count {
        case 0: return Handoff(time: time)
        case 1:
            if let weekday = Weekday(abbreviation: words[0]) { return Handoff(weekday: weekday, time: time) }
            let days = Weekday.allCases.map(\.abbreviation)
            error(
                "\(quoted(text)) is not a handoff: \(quoted(words[0])) is not a weekday",
                NearestName.hint(words[0], in: days, noun: "day"))
        case 2 where words[0] == "day" && words[1].allSatisfy(\.isASCIIDigit):
            if let day = Int(words[1]), (1...31).contains(day) { return Handoff(dayOfMonth: day, time: time) }
            error("\(quoted(text)) is not a handoff: no month has a day \(words[1])", hint)
        default: error("\(quoted(text)) is not a handoff", hint)
        }
        return nil
    }

    /// `08:00-16:00`, with days before it if not every day: `mon-fri 09:00-17:00`, `sat,sun 10:00-22:00`.
    func restriction() -> Restriction? {
        text(Self.hoursHint).flatMap(restriction)
    }

    private static let hoursHint = "Write it like \"08:00-16:00\", \"mon-fri 09:00-17:00\" or \"sat,sun 10:00-22:00\"."

    func restriction(_ text: String) -> Restriction? {
        let hint = Self.hoursHint
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 1 || words.count == 2, let span = words.last else {
            error("\(quoted(text)) is not a span of hours", hint)
            return nil
        }
        guard let (start, end) = Self.clockSpan(span) else {
            error("\(quoted(text)) is not a span of hours: \(quoted(span)) is not two clock times", hint)
            return nil
        }
        guard start != .endOfDay else {
            error("\(quoted(text)) starts at 24:00", "Write 00:00, of the day after if need be.")
            return nil
        }
        guard words.count == 2 else { return Restriction(start: start, end: end) }
        guard let days = Self.weekdays(words[0]) else {
            error("\(quoted(text)) is not a span of hours: \(quoted(words[0])) is not days of the week", hint)
            return nil
        }
        return Restriction(days: days, start: start, end: end)
    }

    /// `22:00-07:00`.
    static func clockSpan(_ text: String) -> (CivilTime, CivilTime)? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = CivilTime(String(ends[0])), let end = CivilTime(String(ends[1])) else {
            return nil
        }
        return (start, end)
    }

    /// `mon-fri`, `sat,sun`, `fri-mon`.
    private static func weekdays(_ text: String) -> [Weekday]? {
        var days: [Weekday] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                Weekday(abbreviation: String($0))
            }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
            let length = (last.rawValue - first.rawValue + 7) % 7
            days += (0...length).compactMap { Weekday(rawValue: (first.rawValue - 1 + $0) % 7 + 1) }
        }
        return days
    }

    /// A date, for an era.
    func date() -> CivilDate? {
        guard let text = text("Write it like 2026-11-02.") else { return nil }
        if let date = CivilDate(text) { return date }
        error("\(quoted(text)) is not a date", "Write it like 2026-11-02.")
        return nil
    }

    /// An instant: RFC 3339 with an offset, or a date with or without a time, read on the clocks of `zone`.
    ///
    /// A local time that clocks show twice is the earlier one at the start of a span and the later one at its end.
    func instant(in zone: ZoneRules, isEnd: Bool) -> Instant? {
        let hint = "Write it like 2026-12-24, 2026-12-24 09:00 or 2026-12-24T09:00:00Z."
        guard let text = text(hint) else { return nil }
        let halves = text.split(maxSplits: 1) { $0 == " " || $0 == "T" }
        if let date = halves.first.flatMap({ CivilDate(String($0)) }) {
            let time = halves.count == 1 ? CivilTime.midnight : CivilTime(String(halves[1]))
            if let time {
                let local = CivilDateTime(date: date, time: time)
                return isEnd ? zone.lastInstant(of: local) : zone.firstInstant(of: local)
            }
        }
        if let instant = Instant(rfc3339: text) { return instant }
        error("\(quoted(text)) is not a point in time", hint)
        return nil
    }
}

extension Character {
    var isASCIIDigit: Bool { isASCII && isNumber }
}
