import Incidents
import OnCall
import Timekeeping

/// Shifts as other programs take them: one list, and the same as an iCalendar file (RFC 5545 and 7986).
///
/// The file holds an event for each shift, in UTC and without recurrence rules, because clients read those in
/// different ways. It holds people's names and no address of theirs (S20). It has no `SOURCE`, since the address it is
/// fetched from is a secret and files are passed on.
public struct ShiftFeed: Sendable {
    private let directory: Directory
    private let amendments: Amendments
    private let history: RosterHistory
    /// The address that people reach Tocsin at, without a slash at its end; nil when there is no server.
    private let home: String?

    /// A file with more events takes clients too long; what is missing is said in it.
    public static let mostEvents = 10_000
    static let longestName = 100
    private static let mostReasons = 3

    public init(directory: Directory, amendments: Amendments, history: RosterHistory, home: String?) {
        self.directory = directory
        self.amendments = amendments
        self.history = history
        self.home = home
    }

    /// Shifts with some time in the window, in order of beginning.
    public func shifts(_ selection: ShiftSelection, in window: ShiftWindow) -> [DutyShift] {
        selection.schedules.flatMap { schedule in
            directory.roster.dutyShifts(schedule, from: window.from, until: window.until, amendments: amendments)
                .filter { selection.user == nil || $0.user == selection.user }
        }
        .sorted { a, b in
            (a.from ?? .distantPast, a.schedule, a.position) < (b.from ?? .distantPast, b.schedule, b.position)
        }
    }

    /// The whole file. The same as long as nothing in it changes.
    public func file(_ selection: ShiftSelection, in window: ShiftWindow) -> String {
        var events = shifts(selection, in: window).map { Entry($0, in: window) }.filter { $0.from < $0.until }
        let left = events.count - Self.mostEvents
        if left > 0 { events.removeLast(left) }
        let end = left > 0 ? events.last?.from : nil

        var revisions: [ScheduleID: RosterRevisions] = [:]
        for id in selection.schedules {
            let roster = directory.roster
            revisions[id] = history.revisions(in: roster.lineage(of: id), members: Set(roster.members(of: id)))
        }
        var writer = ICalendarWriter()
        writer.component("VCALENDAR") { calendar in
            head(selection, cutAt: end, &calendar)
            for event in events {
                let revision = revisions[event.shift.schedule]?.revision(of: event.shift) ?? history.configured
                calendar.component("VEVENT") { write(event, revision, &$0) }
            }
            if events.isEmpty { Self.writeNothing(&calendar) }
        }
        return writer.text
    }

    private func head(_ selection: ShiftSelection, cutAt end: Instant?, _ calendar: inout ICalendarWriter) {
        var about = "Who is on call. Calendars may show a change up to 24 hours late: never rely on one to be paged."
        if let end { about += "\nThere are more shifts than a calendar should hold. This one ends at \(end.rfc3339)." }
        calendar.property("VERSION", "2.0")
        calendar.property("PRODID", "-//Tocsin//On call//EN")
        calendar.property("CALSCALE", "GREGORIAN")
        calendar.property("METHOD", "PUBLISH")
        calendar.text("NAME", selection.title)
        calendar.text("X-WR-CALNAME", selection.title)
        calendar.text("DESCRIPTION", about)
        calendar.text("X-WR-CALDESC", about)
        calendar.property("X-WR-TIMEZONE", selection.zone.rawValue)
        calendar.property("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
        calendar.property("X-PUBLISHED-TTL", "PT1H")
    }

    private func write(_ entry: Entry, _ revision: RosterHistory.Revision, _ event: inout ICalendarWriter) {
        let shift = entry.shift
        let name = PlainText.cut(
            PlainText.printable(directory.users[shift.user]?.name ?? shift.user.rawValue), to: Self.longestName)
        let start = shift.from.map(ICalendarWriter.utc) ?? "always"
        event.property("UID", "\(shift.schedule)-\(start)-\(shift.position)@\(host)")
        event.property("DTSTAMP", revision.at)
        event.property("LAST-MODIFIED", revision.at)
        event.property("SEQUENCE", String(revision.sequence))
        event.property("DTSTART", entry.from)
        event.property("DTEND", entry.until)
        event.text("SUMMARY", "On call \(shift.schedule): \(name)")
        event.text("DESCRIPTION", reasons(shift, name))
        if let home { event.property("URL", "\(home)/schedules/\(shift.schedule)") }
        // On call, a person can still be invited.
        event.property("TRANSP", "TRANSPARENT")
        event.property("STATUS", "CONFIRMED")
        event.property("CATEGORIES", "ON-CALL")
    }

    private func reasons(_ shift: DutyShift, _ name: String) -> String {
        let shown = shift.reasons.prefix(Self.mostReasons).map { "\(name) \($0.explanation)." }
        let more = shift.reasons.count - shown.count
        return (shown + (more > 0 ? ["\(more) more reasons."] : [])).joined(separator: "\n")
    }

    /// What makes the UIDs ours.
    private var host: String {
        guard let home, let start = home.firstRange(of: "://")?.upperBound else { return "tocsin" }
        return String(home[start...].prefix { $0 != "/" && $0 != ":" })
    }

    /// A calendar must hold something (RFC 5545, section 3.6), and clients refuse one that does not.
    private static func writeNothing(_ calendar: inout ICalendarWriter) {
        calendar.component("VTIMEZONE") { zone in
            zone.property("TZID", "Etc/UTC")
            zone.component("STANDARD") { standard in
                standard.property("DTSTART", "19700101T000000")
                standard.property("TZOFFSETFROM", "+0000")
                standard.property("TZOFFSETTO", "+0000")
                standard.property("TZNAME", "UTC")
            }
        }
    }

    /// A shift as the file shows it: one without a known beginning or end is cut at the window's.
    private struct Entry {
        let shift: DutyShift
        let from: Instant
        let until: Instant

        init(_ shift: DutyShift, in window: ShiftWindow) {
            self.shift = shift
            from = (shift.from ?? window.from).wholeSecond
            until = (shift.until ?? window.until).wholeSecond
        }
    }
}

extension Instant {
    fileprivate var wholeSecond: Instant {
        Instant(milliseconds: milliseconds - (milliseconds % 1000 + 1000) % 1000)
    }
}

/// The time that a list of shifts covers, `[from, until)`.
public struct ShiftWindow: Sendable, Hashable {
    public let from: Instant
    public let until: Instant

    public init(from: Instant, until: Instant) {
        self.from = from
        self.until = until
    }

    /// A month back and two years ahead of any moment of this month (UTC): it moves once a month, so that a file does
    /// not change with every day.
    public init(around now: Instant) {
        let today = ZoneRules.utc.civil(at: now).date
        let month = ZoneRules.utc.firstInstant(
            of: CivilDateTime(date: today.adding(days: 1 - today.day), time: .midnight))
        self.init(from: month - .days(31), until: month + .days(31 + 731))
    }

    /// The moment from which on this window is the one `around` it.
    var began: Instant { from + .days(31) }
}
