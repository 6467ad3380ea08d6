import Timekeeping

/// Which days an event comes back on: the part of RFC 5545's rules (section 3.3.10) that holidays need. Everything
/// else is a problem, and never guessed at.
struct RecurrenceRule: Hashable {
    enum Frequency: String { case daily = "DAILY", weekly = "WEEKLY", monthly = "MONTHLY", yearly = "YEARLY" }

    /// `2MO`: the second Monday; `-1FR`: the last Friday; `SU`: every Sunday.
    struct Day: Hashable {
        let ordinal: Int?
        let weekday: Weekday
    }

    enum End: Hashable {
        case never
        case count(Int)
        /// The last day, included.
        case day(CivilDate)
        case instant(Instant)
        case local(CivilDateTime)
    }

    let frequency: Frequency
    private(set) var interval = 1
    private(set) var end = End.never
    private(set) var months: Set<Int> = []
    /// From 1, or from -1 backwards.
    private(set) var monthDays: Set<Int> = []
    private(set) var days: [Day] = []
    /// Which of a period's days count, from 1 or from -1 backwards.
    private(set) var positions: Set<Int> = []
    private(set) var weekStart = Weekday.monday

    /// - Throws: `CalendarProblem` for a rule that this does not read.
    init(_ line: ContentLine, start: CalendarTime) throws {
        var parts: [String: String] = [:]
        for part in line.value.split(separator: ";") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, parts.updateValue(String(halves[1]), forKey: halves[0].uppercased()) == nil else {
                throw line.problem("\(quoted(String(part))) is not one NAME=VALUE")
            }
        }
        let word = parts.removeValue(forKey: "FREQ") ?? ""
        guard let frequency = Frequency(rawValue: word.uppercased()) else {
            throw line.problem("FREQ=\(printable(word)) is not read here, only YEARLY, MONTHLY, WEEKLY and DAILY")
        }
        self.frequency = frequency
        for (name, value) in parts.sorted(by: { $0.key < $1.key }) {
            func numbers(_ range: ClosedRange<Int>) throws -> Set<Int> { try Self.numbers(value, range, name, line) }
            switch name {
            case "INTERVAL": interval = try Self.number(value, 1...10_000, name, line)
            case "COUNT":
                guard parts["UNTIL"] == nil else { throw line.problem("COUNT and UNTIL exclude each other") }
                end = .count(try Self.number(value, 1...1_000_000, name, line))
            case "UNTIL": end = try Self.until(value, start, line)
            case "BYMONTH": months = try numbers(1...12)
            case "BYMONTHDAY": monthDays = try numbers(-31...31)
            case "BYDAY":
                let parts = value.split(separator: ",")
                // Each weekday with each of its ordinals, once.
                guard parts.count <= 7 * 107 else { throw line.problem("BYDAY has too many days") }
                days = try parts.map { try Self.day(String($0), line) }
            case "BYSETPOS": positions = try numbers(-366...366)
            case "WKST":
                guard let day = Self.weekday(value) else { throw line.problem("WKST=\(printable(value)) is no day") }
                weekStart = day
            default: throw line.problem("\(printable(name)) is not read here")
            }
        }
        try check(line)
        if months.isEmpty, monthDays.isEmpty, days.isEmpty { useDefaults(of: start.local.date) }
        if monthDays.isEmpty, days.isEmpty, !months.isEmpty, frequency == .yearly || frequency == .monthly {
            monthDays = [start.local.date.day]
        }
        if frequency == .weekly, days.isEmpty { days = [Day(ordinal: nil, weekday: start.local.date.weekday)] }
    }

    private func check(_ line: ContentLine) throws {
        if frequency == .weekly, !monthDays.isEmpty { throw line.problem("BYMONTHDAY has no meaning in FREQ=WEEKLY") }
        if frequency == .weekly || frequency == .daily, days.contains(where: { $0.ordinal != nil }) {
            throw line.problem("BYDAY has no numbers in FREQ=\(frequency.rawValue)")
        }
        if !positions.isEmpty, months.isEmpty, monthDays.isEmpty, days.isEmpty {
            throw line.problem("BYSETPOS needs another BY… to choose from")
        }
    }

    /// What DTSTART says when the rule does not.
    private mutating func useDefaults(of start: CivilDate) {
        switch frequency {
        case .yearly: (months, monthDays) = ([start.month], [start.day])
        case .monthly: monthDays = [start.day]
        case .weekly, .daily: break
        }
    }

    private static func until(_ value: String, _ start: CalendarTime, _ line: ContentLine) throws -> End {
        guard let (date, time, isUTC) = CalendarTime.parse(value) else {
            throw line.problem("UNTIL=\(printable(value)) is neither a date nor a time")
        }
        switch (start.form, time) {
        case (.date, nil): return .day(date)
        // Outlook writes days so.
        case (.date, .midnight?): return .day(date)
        case (.floating, let time?) where !isUTC: return .local(CivilDateTime(date: date, time: time))
        case (.zone, let time?) where isUTC:
            return .instant(ZoneRules.utc.firstInstant(of: CivilDateTime(date: date, time: time)))
        case (.date, _): throw line.problem("UNTIL must be a date such as 20261224, because DTSTART is one")
        case (.floating, _): throw line.problem("UNTIL must be a time without a zone, because DTSTART is one")
        case (.zone, _): throw line.problem("UNTIL must be a time in UTC such as 20261224T120000Z")
        }
    }

    private static func day(_ text: String, _ line: ContentLine) throws -> Day {
        let digits = text.dropLast(2)
        let ordinal = Int(digits)
        guard let weekday = weekday(String(text.suffix(2))), digits.isEmpty || ordinal != nil, ordinal != 0,
            (-53...53).contains(ordinal ?? 1)
        else { throw line.problem("BYDAY=\(printable(text)) is no day such as MO, 2TU or -1FR") }
        return Day(ordinal: ordinal, weekday: weekday)
    }

    private static func weekday(_ text: String) -> Weekday? {
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        return names.firstIndex(of: text.uppercased()).flatMap { Weekday(rawValue: $0 + 1) }
    }

    private static func number(
        _ text: String, _ range: ClosedRange<Int>, _ name: String, _ line: ContentLine
    ) throws -> Int {
        guard text.utf8.count < 9, let number = Int(text), range.contains(number) else {
            throw line.problem(
                "\(name)=\(printable(text)) is not a number of \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func numbers(
        _ text: String, _ range: ClosedRange<Int>, _ name: String, _ line: ContentLine
    ) throws -> Set<Int> {
        let found = try text.split(separator: ",", omittingEmptySubsequences: false).map {
            try number(String($0), range, name, line)
        }
        guard !found.contains(0) else { throw line.problem("\(name)=0 is no number that counts") }
        return Set(found)
    }
}
