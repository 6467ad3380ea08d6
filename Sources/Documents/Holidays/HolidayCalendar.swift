import OnCall
import Timekeeping

/// A calendar of days on which its people are off: an iCalendar text (RFC 5545), read.
///
/// Read are `VEVENT`s with dates or times (UTC, of a zone of the tz database, or of wherever one is), their
/// `DURATION`, and their repetitions as far as `RecurrenceRule` goes, with additions, exceptions, replacements and
/// cancellations. What cannot be read is left out and told, never guessed at.
public struct HolidayCalendar: Hashable, Sendable {
    /// In order of time.
    public let holidays: [Holiday]

    /// More would be no calendar of holidays.
    public static let mostHolidays = 10_000
    /// More need not be told of one text.
    static let mostProblems = 1000
    /// Days before and after the moment of reading.
    public static let window = (before: 366, after: 11 * 366)

    public init(holidays: [Holiday]) { self.holidays = holidays }

    /// Reads a text from a year before `now` to eleven years after.
    ///
    /// - Parameter zone: the rules of a zone by its name; nil when there is none.
    /// - Returns: what could be read, and everything that could not, in order of line.
    public static func read(
        _ text: String, now: Instant, zone: (String) -> ZoneRules?
    ) -> (calendar: HolidayCalendar, problems: [CalendarProblem]) {
        var problems: [CalendarProblem] = []
        guard text.utf8.count <= ContentLine.longestText else {
            return (HolidayCalendar(holidays: []), [.init(line: nil, message: "it is larger than 5 MB")])
        }
        let lines = ContentLine.lines(of: text) { problems.append($0) }
        guard let first = lines.first, first.name == "BEGIN", first.value.uppercased() == "VCALENDAR" else {
            let message = "this is no iCalendar file, which begins with BEGIN:VCALENDAR"
            return (HolidayCalendar(holidays: []), [.init(line: 1, message: message)])
        }
        // A zone named a hundred thousand times is looked up once.
        var known: [String: ZoneRules?] = [:]
        func find(_ name: String) -> ZoneRules? {
            if let found = known[name] { return found }
            let found = zone(name)
            known[name] = .some(found)
            return found
        }
        let written = events(lines, find, &problems)
        let today = ZoneRules.utc.civil(at: now).date
        let days = today.adding(days: -window.before)...today.adding(days: window.after)
        let holidays = expand(written, days, &problems)
        problems.sort { ($0.line ?? 0, $0.message) < ($1.line ?? 0, $1.message) }
        return (HolidayCalendar(holidays: holidays), Array(problems.prefix(mostProblems)))
    }

    /// As time off of a person who lives in `zone`.
    public func timeOff(
        of user: UserID, in zone: ZoneRules, calendar: String, createdAt: Instant = .distantPast
    ) -> [TimeOff] {
        holidays.compactMap { holiday in
            let (from, until) = holiday.instants(in: zone)
            guard from < until else { return nil }
            return TimeOff(
                user: user, from: from, until: until, source: .holiday(calendar: calendar, name: holiday.name),
                createdAt: createdAt)
        }
    }

    /// The events, without what is inside them.
    private static func events(
        _ lines: [ContentLine], _ zone: (String) -> ZoneRules?, _ problems: inout [CalendarProblem]
    ) -> [CalendarEvent] {
        var events: [CalendarEvent] = []
        var open: [(name: String, line: Int)] = []
        var content: [ContentLine] = []
        for line in lines {
            let name = line.value.uppercased()
            switch line.name {
            case "BEGIN":
                open.append((name, line.line))
                if name == "VEVENT" { content = [] }
            case "END":
                guard let last = open.popLast(), last.name == name else {
                    problems.append(line.problem("it ends \(quoted(name)), which is not what is open here"))
                    return events
                }
                guard name == "VEVENT" else { continue }
                do {
                    events.append(try CalendarEvent(content, line: last.line, zone: zone))
                } catch let problem as CalendarProblem {
                    problems.append(problem)
                } catch {
                    problems.append(CalendarProblem(line: last.line, message: "VEVENT: \(error)"))
                }
            default: if open.last?.name == "VEVENT" { content.append(line) }
            }
        }
        if let last = open.last {
            problems.append(
                .init(line: last.line, message: "\(printable(last.name)) has no end: was the text cut off?"))
        }
        return events
    }

    /// Of what is told twice the later version counts, and an occurrence told by itself takes its place in its series.
    private static func expand(
        _ written: [CalendarEvent], _ window: ClosedRange<CivilDate>, _ problems: inout [CalendarProblem]
    ) -> [Holiday] {
        struct Identity: Hashable {
            let uid: String
            let replaces: CalendarTime.Key?
        }
        var places: [Identity: Int] = [:]
        var events: [CalendarEvent] = []
        for event in written {
            guard let uid = event.uid else {
                events.append(event)
                continue
            }
            let identity = Identity(uid: uid, replaces: event.replaces)
            if let place = places[identity] {
                if events[place].version <= event.version { events[place] = event }
            } else {
                places[identity] = events.count
                events.append(event)
            }
        }
        let replaced = Set(places.keys.filter { $0.replaces != nil })
        var patience = CalendarPatience()
        var holidays: [Holiday] = []
        for event in events where !event.isCancelled {
            do {
                var starts = try event.starts(in: window, &patience)
                if let uid = event.uid, event.replaces == nil {
                    starts.removeAll { replaced.contains(Identity(uid: uid, replaces: $0.key)) }
                }
                holidays += starts.compactMap(event.holiday)
            } catch let problem as CalendarProblem {
                problems.append(problem)
            } catch {
                problems.append(CalendarProblem(line: nil, message: "\(error)"))
            }
            guard holidays.count <= mostHolidays else {
                problems.append(
                    .init(line: nil, message: "it has more than \(mostHolidays) days: is it the right one?"))
                return []
            }
        }
        return holidays.map { (key: $0.instants(in: .utc), value: $0) }
            .sorted { ($0.key.from, $0.key.until, $0.value.name) < ($1.key.from, $1.key.until, $1.value.name) }
            .map(\.value)
    }
}
