import Timekeeping

/// One `VEVENT` as it is written (RFC 5545, section 3.6.1), as far as it says when something is.
struct CalendarEvent {
    let uid: String?
    let name: String
    let start: CalendarTime
    let length: CalendarLength
    let rule: (rule: RecurrenceRule, line: ContentLine)?
    let added: [CalendarTime]
    let excluded: Set<CalendarTime.Key>
    /// Which occurrence of the event of the same UID this stands for.
    let replaces: CalendarTime.Key?
    let isCancelled: Bool
    /// Which of two that are the same event is the later one.
    let version: Version

    struct Version: Comparable {
        let sequence: Int
        let stamp: String

        static func < (a: Self, b: Self) -> Bool { (a.sequence, a.stamp) < (b.sequence, b.stamp) }
    }

    static let longestName = 100

    /// - Throws: `CalendarProblem` for the first thing that cannot be read.
    init(_ lines: [ContentLine], line: Int, zone: (String) -> ZoneRules?) throws {
        func single(_ name: String) throws -> ContentLine? {
            let found = lines.filter { $0.name == name }
            if found.count > 1 { throw found[1].problem("an event has one") }
            return found.first
        }
        guard let startLine = try single("DTSTART") else {
            throw CalendarProblem(line: line, message: "VEVENT: it has no DTSTART")
        }
        if let other = lines.first(where: { $0.name == "EXRULE" }) { throw other.problem("is not read here") }
        let start = try CalendarTime.read(startLine, zone: zone)
        self.start = start
        let end = try single("DTEND").map { (time: try CalendarTime.read($0, zone: zone), line: $0) }
        length = try Self.length(start, end: end, duration: try single("DURATION"))
        rule = try single("RRULE").map { (try RecurrenceRule($0, start: start), $0) }
        added = try lines.filter { $0.name == "RDATE" }.flatMap { line in
            let times = try CalendarTime.readList(line, zone: zone)
            return try times.map { try $0.like(start, line) }
        }
        excluded = Set(
            try lines.filter { $0.name == "EXDATE" }.flatMap { line in
                let times = try CalendarTime.readList(line, zone: zone)
                return try times.map { try $0.like(start, line).key }
            })
        let recurrence = try single("RECURRENCE-ID")
        if let recurrence, let range = recurrence.parameters["RANGE"] {
            throw recurrence.problem("RANGE=\(printable(range)) is not read here")
        }
        replaces = try recurrence.map { try CalendarTime.read($0, zone: zone).key }
        uid = try single("UID").map(\.value)
        isCancelled = try single("STATUS")?.value.uppercased() == "CANCELLED"
        version = Version(
            sequence: try single("SEQUENCE").flatMap { Int($0.value) } ?? 0, stamp: try single("DTSTAMP")?.value ?? "")
        let summary = try single("SUMMARY")?.text ?? ""
        let name = printable(summary.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        self.name = name.isEmpty ? "a day of this calendar" : name
    }

    private static func length(
        _ start: CalendarTime, end: (time: CalendarTime, line: ContentLine)?, duration: ContentLine?
    ) throws -> CalendarLength {
        switch (end, duration) {
        case (let end?, nil): return try CalendarLength(from: start, to: end.time, end.line)
        case (nil, let duration?):
            let length = try CalendarLength(duration)
            guard start.form != .date || length.seconds == 0 else {
                throw duration.problem("must be days, because DTSTART is a date")
            }
            return length
        case (_?, let duration?): throw duration.problem("stands beside DTEND")
        case (nil, nil): return CalendarLength(days: start.form == .date ? 1 : 0)
        }
    }
}

extension CalendarTime {
    /// - Throws: `CalendarProblem` unless it is a date as `start` is, or a time as `start` is.
    fileprivate func like(_ start: CalendarTime, _ line: ContentLine) throws -> CalendarTime {
        switch (form, start.form) {
        case (.date, .date), (.floating, .floating), (.zone, .zone): return self
        default: throw line.problem("is of another kind than DTSTART: both must be dates, or both times")
        }
    }
}
