import Documents
import Engine
import Foundation
import OnCall
import Testing
import Timekeeping

@Suite("Calendars of holidays")
struct HolidayTests {
    private func read(_ text: String) -> (days: [String], problems: [String]) {
        let (calendar, problems) = HolidayCalendar.read(text, now: Reading.now) { name in
            ConfigurationReader(environment: [:]).zone(name)
        }
        let zone = ZoneRules.fixed(id: "Test/Zone", offsetSeconds: 3600)
        let days = calendar.timeOff(of: "ana", in: zone, calendar: "x").map {
            "\(zone.civil(at: $0.from)) \(zone.civil(at: $0.until))"
        }
        return (days, problems.map(\.description))
    }

    private func day(_ start: String, _ rule: String) -> [String] {
        read(HolidaySamples.repeating(start, rule)).problems
    }

    @Test(
        "what is not read is told with its line, and never guessed at",
        arguments: [
            ("20260105", "FREQ=HOURLY", "FREQ=HOURLY is not read here, only YEARLY, MONTHLY, WEEKLY and DAILY"),
            ("20260105", "FREQ=YEARLY;BYWEEKNO=2", "BYWEEKNO is not read here"),
            ("20260105", "FREQ=YEARLY;BYYEARDAY=5", "BYYEARDAY is not read here"),
            ("20260105", "FREQ=DAILY;BYHOUR=9", "BYHOUR is not read here"),
            ("20260105", "FREQ=YEARLY;RSCALE=CHINESE", "RSCALE is not read here"),
            ("20260105", "FREQ=YEARLY;COUNT=2;UNTIL=20280101", "COUNT and UNTIL exclude each other"),
            ("20260105", "FREQ=WEEKLY;BYDAY=2MO", "BYDAY has no numbers in FREQ=WEEKLY"),
            ("20260105", "FREQ=WEEKLY;BYMONTHDAY=5", "BYMONTHDAY has no meaning in FREQ=WEEKLY"),
            ("20260105", "FREQ=YEARLY;BYDAY=MOON", "BYDAY=MOON is no day such as MO, 2TU or -1FR"),
            ("20260105", "FREQ=YEARLY;INTERVAL=0", "INTERVAL=0 is not a number of 1 to 10000"),
            ("20260105", "FREQ=YEARLY;BYSETPOS=1", "BYSETPOS needs another BY… to choose from"),
            ("20260105", "FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0 is no number that counts"),
            (
                "20260105", "FREQ=YEARLY;UNTIL=20280101T120000Z",
                "UNTIL must be a date such as 20261224, because DTSTART is one"
            ),
            (
                "20260106", "FREQ=WEEKLY;BYDAY=MO",
                "DTSTART, 2026-01-06, is not one of its days, so where it begins is not clear"
            ),
            ("20260105T080000Z", "FREQ=DAILY;UNTIL=20260301", "UNTIL must be a time in UTC such as 20261224T120000Z"),
        ])
    func rules(start: String, rule: String, says: String) {
        let line = start.contains("T") ? 9 : 8
        #expect(day(start, rule) == ["line \(line): RRULE: \(says)"])
    }

    @Test(
        "so is everything else that could be meant in two ways",
        arguments: [
            ("DTSTART;VALUE=DATE:20261332", "line 6: DTSTART: \"20261332\" is not a date such as 20261224"),
            (
                "DTSTART;TZID=W. Europe Standard Time:20261224T120000",
                "line 6: DTSTART: \"W. Europe Standard Time\" is not"
            ),
            ("DTSTART:20261224T120000Z\nDTEND;VALUE=DATE:20261225", "line 7: DTEND: is of another kind than DTSTART"),
            ("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261220", "line 7: DTEND: is before DTSTART"),
            ("DTSTART;VALUE=DATE:20261224\nDURATION:PT12H", "line 7: DURATION: must be days"),
            ("DTSTART;VALUE=DATE:20261224\nDURATION:-P1D", "line 7: DURATION: \"-P1D\" is not a length"),
            ("DTSTART;VALUE=DATE:20261224\nDTSTART;VALUE=DATE:20261225", "line 7: DTSTART: an event has one"),
            ("SUMMARY:x", "line 4: VEVENT: it has no DTSTART"),
            (
                "DTSTART;VALUE=DATE:20261224\nRDATE;VALUE=PERIOD:20261224T1/P1D",
                "line 7: RDATE: VALUE=PERIOD is not read"
            ),
            ("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=DAILY\nEXDATE:20261225T000000Z", "line 8: EXDATE: is of another"),
            (
                "DTSTART;VALUE=DATE:20261224\nRECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261224",
                "line 7: RECURRENCE-ID: RANGE=THISANDFUTURE is not read here"
            ),
        ])
    func unreadable(event: String, says: String) {
        let good = "UID:good\nDTSTART;VALUE=DATE:20261225\nSUMMARY:x"
        let (days, problems) = read(HolidaySamples.calendar(["UID:bad\n\(event)", good]))
        #expect(problems.count == 1 && problems[0].hasPrefix(says), "\(problems)")
        #expect(days == ["2026-12-25 00:00 2026-12-26 00:00"], "What is beside it is read all the same.")
    }

    @Test("what is no calendar, or is cut off, is said to be so")
    func broken() {
        let none = ["line 1: this is no iCalendar file, which begins with BEGIN:VCALENDAR"]
        #expect(read("<html>Log in</html>").problems == none)
        #expect(read("").problems == none)
        let whole = HolidaySamples.repeating("20261224", "FREQ=YEARLY")
        let cut = String(whole.prefix(whole.count - 27))
        #expect(read(cut).problems.contains { $0.contains("has no end: was the text cut off?") })
        #expect(read(String(repeating: "x", count: 5_000_001)).problems == ["it is larger than 5 MB"])
    }

    @Test("a text that asks for endless work is refused")
    func hostile() {
        let daily = "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY"
        let many = HolidaySamples.calendar((0..<20).map { "UID:\($0)\n\(daily)" })
        #expect(read(many).problems == ["it has more than 10000 days: is it the right one?"])
        let old = "DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY;COUNT=1000000"
        let slow = HolidaySamples.calendar((0..<30).map { "UID:\($0)\n\(old)" })
        #expect(read(slow).problems.contains { $0.contains("too many repetitions") })
    }

    @Test("LF alone, a byte order mark, names in small letters and a last line without end are read")
    func lenient() {
        let text =
            "\u{FEFF}begin:vcalendar\nbegin:vevent\nuid:1\ndtstart;value=date:20261224\nend:vevent\nend:vcalendar"
        #expect(read(text).days == ["2026-12-24 00:00 2026-12-25 00:00"])
        #expect(read(text).problems.isEmpty)
    }

    @Test("a cancelled event is none, and neither is one that takes no time")
    func cancelled() {
        let text = HolidaySamples.calendar([
            "UID:1\nDTSTART;VALUE=DATE:20261224\nSTATUS:CANCELLED", "UID:2\nDTSTART:20261224T120000Z",
            "UID:3\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;COUNT=3",
            "UID:3\nRECURRENCE-ID;VALUE=DATE:20260106\nDTSTART;VALUE=DATE:20260106\nSTATUS:CANCELLED",
        ])
        #expect(read(text).days == ["2026-01-05 00:00 2026-01-06 00:00", "2026-01-07 00:00 2026-01-08 00:00"])
    }

    @Test("a day is a day on the clocks of where a person lives, a time with a zone is the same for all")
    func zones() throws {
        let text = HolidaySamples.calendar([
            "UID:1\nDTSTART;VALUE=DATE:20261225\nSUMMARY:Day",
            "UID:2\nDTSTART:20261224T120000\nDURATION:PT2H\nSUMMARY:Noon",
            "UID:3\nDTSTART:20261231T120000Z\nDURATION:PT1H\nSUMMARY:Moment",
        ])
        let reader = ConfigurationReader(environment: [:])
        let tokyo = try #require(reader.zone("Asia/Tokyo"))
        let (timeOff, problems) = reader.holidays(text, calendar: "jp", of: ["chi": tokyo], now: Reading.now)
        #expect(problems.isEmpty)
        #expect(
            timeOff.map(\.from.rfc3339) == ["2026-12-24T03:00:00Z", "2026-12-24T15:00:00Z", "2026-12-31T12:00:00Z"])
        #expect(
            timeOff.map(\.until.rfc3339) == ["2026-12-24T05:00:00Z", "2026-12-25T15:00:00Z", "2026-12-31T13:00:00Z"])
        #expect(timeOff.map(\.source).contains(.holiday(calendar: "jp", name: "Noon")))
        #expect(Set(timeOff.map(\.createdAt)) == [Reading.now])
    }
}
