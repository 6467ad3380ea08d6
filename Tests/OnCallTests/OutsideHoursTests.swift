import OnCall
import Testing
import Timekeeping

@Suite("Turns outside hours (S8)")
struct OutsideHoursTests {
    private let weekdays: [Restriction] = [.of("mon,tue,wed,thu,fri 09:00-17:00")]

    @Test("Daily turns on working days: the weekend uses up nobody's turn")
    func skip() {
        let story = Story("Europe/Berlin", .of("ana ben chi", .days(1), "00:00", from: "2026-11-04", hours: weekdays))
        let people = ["04", "05", "06", "09", "10", "11"].map { story.who("2026-11-\($0) 12:00+01:00") }
        #expect(people == ["ana", "ben", "chi", "ana", "ben", "chi"])
        #expect(story.who("2026-11-07 12:00+01:00") == "-")
    }

    @Test("With consume, the weekend uses up two turns")
    func consume() {
        let story = Story(
            "Europe/Berlin",
            .of("ana ben chi", .days(1), "00:00", from: "2026-11-04", hours: weekdays, outside: .consume))
        let people = ["04", "05", "06", "09", "10", "11"].map { story.who("2026-11-\($0) 12:00+01:00") }
        #expect(people == ["ana", "ben", "chi", "chi", "ana", "ben"])
    }

    @Test("An era that begins on a free day keeps its first person for the first working day")
    func beginsOutside() {
        let story = Story("UTC", .of("ana ben", .days(1), "00:00", from: "2026-11-07", hours: weekdays))
        #expect(story.who("2026-11-09 12:00+00:00") == "ana")
        #expect(story.who("2026-11-10 12:00+00:00") == "ben")
    }

    @Test("A turn that only touches the hours counts as one")
    func touching() {
        // Slots from 00:00, 08:00, 16:00: two of three touch 09:00-17:00.
        let story = Story("UTC", .of("ana ben chi", .hours(8), "00:00", from: "2026-11-02", hours: weekdays))
        #expect(
            story.shifts("2026-11-02 12:00+00:00", "2026-11-03 18:00+00:00") == [
                "2026-11-02 12:00+00:00 ana", "2026-11-02 16:00+00:00 ben", "2026-11-02 17:00+00:00 -",
                "2026-11-03 09:00+00:00 chi", "2026-11-03 16:00+00:00 ana", "2026-11-03 17:00+00:00 -",
            ])
    }

    @Test("A slot that ends exactly when the hours begin does not count")
    func touchingEdges() {
        let hours: [Restriction] = [.of("08:00-16:00")]
        let story = Story("UTC", .of("ana ben chi", .hours(8), "00:00", from: "2026-11-02", hours: hours))
        let people = (2...6).map { story.who("2026-11-0\($0) 12:00+00:00") }
        #expect(people == ["ana", "ben", "chi", "ana", "ben"])
    }

    @Test("Whether a slot counts is judged as if clocks never changed: the gap's slot is still used up")
    func nominal() {
        let hours: [Restriction] = [.of("sun 00:00-04:00")]
        let story = Story(
            "Europe/Berlin", .of("p0 p1 p2 p3 p4 p5 p6", .hours(1), "00:00", from: "2026-03-23", hours: hours))
        #expect(
            story.shifts("2026-03-29 00:00+01:00", "2026-04-05 05:00+02:00") == [
                "2026-03-29 00:00+01:00 p0", "2026-03-29 01:00+01:00 p1", "2026-03-29 03:00+02:00 p3",
                "2026-03-29 04:00+02:00 -", "2026-04-05 00:00+02:00 p4", "2026-04-05 01:00+02:00 p5",
                "2026-04-05 02:00+02:00 p6", "2026-04-05 03:00+02:00 p0", "2026-04-05 04:00+02:00 -",
            ])
    }

    @Test("Where a clock set back stretches a window into a slot that does not count, the turn before goes on")
    func stretchedWindow() {
        let hours: [Restriction] = [.of("00:00-02:00")]
        let story = Story("Europe/Berlin", .of("ana ben chi", .hours(2), "00:00", from: "2026-10-25", hours: hours))
        #expect(
            story.shifts("2026-10-25 00:00+02:00", "2026-10-26 12:00+01:00") == [
                "2026-10-25 00:00+02:00 ana", "2026-10-25 02:00+01:00 -", "2026-10-26 00:00+01:00 ben",
                "2026-10-26 02:00+01:00 -",
            ])
    }

    @Test("Cycles longer than a week count right: every fifth day, weekdays only, against a count by hand")
    func longCycle() {
        let story = Story(
            "UTC", .of("p0 p1 p2 p3 p4 p5 p6 p7 p8", .days(1), "00:00", from: "2020-02-27", hours: weekdays))
        let five = Story(
            "UTC", .of("p0 p1 p2 p3 p4", .hours(120), "12:00", from: "2020-02-27", hours: [.of("sat 10:00-11:00")]))
        var (day, turns, periods) = (date("2020-02-27"), -1, -1)
        var start = day
        while day < date("2022-03-01") {
            if day.weekday < .saturday { turns += 1 }
            let noon = ZoneRules.utc.firstInstant(of: CivilDateTime(date: day, time: time("12:00")))
            let answer = story.roster.onCall(Story.id, at: noon, amendments: .none)
            #expect(answer.duties.map(\.user) == (day.weekday < .saturday ? [UserID(rawValue: "p\(turns % 9)")] : []))

            // A period of five days from noon to noon holds Saturday's hour unless it begins on a Saturday or Sunday.
            if day == start {
                if ![.saturday, .sunday].contains(start.weekday) { periods += 1 }
                start = start.adding(days: 5)
            }
            if day.weekday == .saturday {
                let hour = ZoneRules.utc.firstInstant(of: CivilDateTime(date: day, time: time("10:30")))
                let people = five.roster.onCall(Story.id, at: hour, amendments: .none).duties.map(\.user)
                #expect(people == [UserID(rawValue: "p\(periods % 5)")])
            }
            day = day.adding(days: 1)
        }
    }

    @Test("Time off never moves turns")
    func timeOffMovesNothing() {
        let layer = Layer.of("ana ben chi", .days(1), "00:00", from: "2026-11-02")
        let off = TimeOff.of("ben", "2026-11-01 00:00+00:00", "2026-11-06 00:00+00:00")
        let story = Story("UTC", layer, timeOff: [off])
        let people = (2...8).map { story.who("2026-11-0\($0) 12:00+00:00") }
        #expect(people == ["ana", "chi", "chi", "ana", "ben", "chi", "ana"])
    }
}
