import OnCall
import Testing
import Timekeeping

@Suite("Handoffs (S5)")
struct HandoffTests {
    @Test("Weekly turns change hands on their weekday at their clock time, summer and winter")
    func weeklyKeepsItsClockTime() {
        let story = Story("Europe/Berlin", .of("ana ben chi", .weeks(1), "mon 10:00", from: "2026-03-16"))
        #expect(
            story.shifts("2026-03-16 00:00+01:00", "2026-04-08 00:00+02:00") == [
                "2026-03-16 00:00+01:00 -", "2026-03-16 10:00+01:00 ana", "2026-03-23 10:00+01:00 ben",
                "2026-03-30 10:00+02:00 chi", "2026-04-06 10:00+02:00 ana",
            ])
    }

    @Test("The incoming person is on call at the very millisecond of the handoff, the outgoing one the one before")
    func halfOpen() {
        let story = Story("Europe/Berlin", .of("ana ben", .weeks(1), "mon 10:00", from: "2026-11-02"))
        #expect(story.who("2026-11-09T09:59:59.999+01:00") == "ana")
        #expect(story.who("2026-11-09T10:00:00+01:00") == "ben")
    }

    @Test("A handoff in a spring gap happens as soon as clocks have jumped")
    func gap() {
        let story = Story("Europe/Berlin", .of("ana ben", .days(1), "02:30", from: "2026-03-28"))
        #expect(
            story.shifts("2026-03-28 12:00+01:00", "2026-03-30 12:00+02:00") == [
                "2026-03-28 12:00+01:00 ana", "2026-03-29 03:00+02:00 ben", "2026-03-30 02:30+02:00 ana",
            ])
    }

    @Test("A handoff whose clock time comes twice happens the first time, and only once")
    func fold() {
        let story = Story("America/New_York", .of("ana ben", .days(1), "01:30", from: "2026-10-31"))
        #expect(
            story.shifts("2026-10-31 12:00-04:00", "2026-11-02 12:00-05:00") == [
                "2026-10-31 12:00-04:00 ana", "2026-11-01 01:30-04:00 ben", "2026-11-02 01:30-05:00 ana",
            ])
        // Asked directly, clocks show 01:10 for the second time: the handoff is over.
        let answer = story.answer("2026-11-01 01:10-05:00")
        #expect(answer.duties.map(\.user) == ["ben"])
        #expect(answer.duties.first?.since == at("2026-11-01 01:30-04:00"))
        #expect(answer.nextChange == at("2026-11-02 01:30-05:00"))
    }

    @Test("Whatever clocks show again after being set back, nobody's turn comes again")
    func monthlyFold() {
        let story = Story("Europe/Berlin", .of("ana ben", .months(1), "25 02:30", from: "2026-09-25"))
        #expect(story.who("2026-10-25 02:29+02:00") == "ana")
        #expect(story.who("2026-10-25 02:30+02:00") == "ben")
        #expect(story.who("2026-10-25 02:10+01:00") == "ben")
        let quick = Story("Antarctica/Troll", .of("p0 p1 p2 p3 p4 p5", .hours(1), "00:30", from: "2026-10-24"))
        #expect(quick.who("2026-10-25 02:45+02:00") == "p2")
        #expect(quick.who("2026-10-25 01:15+00:00") == "p2")
        #expect(quick.who("2026-10-25 03:29+00:00") == "p2")
        #expect(quick.who("2026-10-25 03:30+00:00") == "p3")
    }

    static let midnights: [(ZoneID, String, String, String, String)] = [
        ("Africa/Cairo", "2026-04-23", "2026-04-24 01:00+03:00", "2026-10-29", "2026-10-30 00:00+02:00"),
        ("America/Havana", "2026-03-07", "2026-03-08 01:00-04:00", "2026-10-31", "2026-11-01 00:00-04:00"),
        ("America/Santiago", "2026-09-05", "2026-09-06 01:00-03:00", "2026-04-04", "2026-04-05 00:00-04:00"),
        ("Asia/Beirut", "2026-03-28", "2026-03-29 01:00+03:00", "2026-10-24", "2026-10-25 00:00+02:00"),
        ("Atlantic/Azores", "2026-03-28", "2026-03-29 01:00+00:00", "2026-10-24", "2026-10-25 00:00+00:00"),
    ]

    @Test("Midnight handoffs survive clocks that change at midnight", arguments: midnights)
    func midnightZones(zone: ZoneID, spring: String, afterSpring: String, autumn: String, afterAutumn: String) {
        for (day, expected) in [(spring, afterSpring), (autumn, afterAutumn)] {
            let story = Story(zone, .of("ana ben", .days(1), "00:00", from: day))
            let begin = story.zone.firstInstant(of: CivilDateTime(date: date(day), time: time("12:00")))
            let answer = story.roster.onCall(Story.id, at: begin, amendments: .none)
            #expect(answer.duties.map(\.user) == ["ana"])
            #expect(answer.nextChange.map(story.local) == expected)
            let next = story.roster.onCall(Story.id, at: answer.nextChange!, amendments: .none)
            #expect(next.duties.map(\.user) == ["ben"])
            let nextDay = CivilDateTime(date: date(day).adding(days: 2), time: .midnight)
            #expect(next.nextChange == story.zone.firstInstant(of: nextDay))
        }
    }

    @Test("Eight-hour slots keep to the wall clock; the one with the change is an hour shorter or longer")
    func slots() {
        let story = Story("Europe/Berlin", .of("ana ben chi", .hours(8), "00:00", from: "2026-03-28"))
        #expect(
            story.shifts("2026-03-28 00:00+01:00", "2026-03-30 00:00+02:00") == [
                "2026-03-28 00:00+01:00 ana", "2026-03-28 08:00+01:00 ben", "2026-03-28 16:00+01:00 chi",
                "2026-03-29 00:00+01:00 ana", "2026-03-29 08:00+02:00 ben", "2026-03-29 16:00+02:00 chi",
            ])
        #expect(
            story.shifts("2026-10-25 00:00+02:00", "2026-10-26 00:00+01:00").map { String($0.dropLast(4)) } == [
                "2026-10-25 00:00+02:00", "2026-10-25 08:00+01:00", "2026-10-25 16:00+01:00",
            ])
    }

    @Test("An hourly slot that falls into the gap has length zero and is used up")
    func slotInGap() {
        let story = Story("Europe/Berlin", .of("ana ben chi", .hours(1), "00:00", from: "2026-03-29"))
        #expect(
            story.shifts("2026-03-29 00:00+01:00", "2026-03-29 05:00+02:00") == [
                "2026-03-29 00:00+01:00 ana", "2026-03-29 01:00+01:00 ben",
                // 02:00 would have been chi's.
                "2026-03-29 03:00+02:00 ana", "2026-03-29 04:00+02:00 ben",
            ])
    }

    @Test("An hourly slot whose hour comes twice lasts two hours")
    func slotInFold() {
        let story = Story("Europe/Berlin", .of("ana ben chi", .hours(1), "00:00", from: "2026-10-25"))
        #expect(
            story.shifts("2026-10-25 01:00+02:00", "2026-10-25 05:00+01:00") == [
                "2026-10-25 01:00+02:00 ben", "2026-10-25 02:00+02:00 chi", "2026-10-25 03:00+01:00 ana",
                "2026-10-25 04:00+01:00 ben",
            ])
    }

    @Test("Lord Howe's half hour is part of the slot it falls into")
    func lordHowe() {
        let story = Story("Australia/Lord_Howe", .of("ana ben", .hours(1), "00:00", from: "2026-04-05"))
        #expect(
            story.shifts("2026-04-05 00:00+11:00", "2026-04-05 03:00+10:30") == [
                "2026-04-05 00:00+11:00 ana", "2026-04-05 01:00+11:00 ben", "2026-04-05 02:00+10:30 ana",
            ])
        let spring = Story("Australia/Lord_Howe", .of("ana ben", .days(1), "02:15", from: "2026-10-03"))
        #expect(spring.answer("2026-10-03 12:00+10:30").nextChange == at("2026-10-04 02:30+11:00"))
    }

    @Test("Troll's two hours swallow two slots in spring and lengthen one in autumn")
    func troll() {
        let spring = Story("Antarctica/Troll", .of("ana ben chi", .hours(1), "00:00", from: "2026-03-29"))
        #expect(
            spring.shifts("2026-03-29 00:00+00:00", "2026-03-29 05:00+02:00") == [
                // 01:00 would have been ben's and 02:00 chi's; 03:00 is ana's again.
                "2026-03-29 00:00+00:00 ana", "2026-03-29 04:00+02:00 ben",
            ])
        let autumn = Story("Antarctica/Troll", .of("ana ben chi", .hours(1), "00:00", from: "2026-10-25"))
        #expect(
            autumn.shifts("2026-10-25 00:00+02:00", "2026-10-25 04:00+00:00") == [
                "2026-10-25 00:00+02:00 ana", "2026-10-25 01:00+02:00 ben", "2026-10-25 02:00+02:00 chi",
                "2026-10-25 03:00+00:00 ana",
            ])
    }

    @Test("Ramadan in Casablanca and Dublin's winter time move no handoff off its clock time")
    func negativeDaylight() {
        let casablanca = Story("Africa/Casablanca", .of("ana ben", .days(1), "08:00", from: "2026-02-13"))
        #expect(
            casablanca.shifts("2026-02-13 08:00+01:00", "2026-02-16 12:00+00:00") == [
                "2026-02-13 08:00+01:00 ana", "2026-02-14 08:00+01:00 ben", "2026-02-15 08:00+00:00 ana",
                "2026-02-16 08:00+00:00 ben",
            ])
        let dublin = Story("Europe/Dublin", .of("ana ben", .days(1), "01:30", from: "2026-10-24"))
        #expect(
            dublin.shifts("2026-10-24 12:00+01:00", "2026-10-26 12:00+00:00") == [
                "2026-10-24 12:00+01:00 ana", "2026-10-25 01:30+01:00 ben", "2026-10-26 01:30+00:00 ana",
            ])
    }

    @Test("The day Apia skipped uses up its turn, and that turn begins when the day after does")
    func apia() {
        let story = Story("Pacific/Apia", .of("ana ben chi", .days(1), "08:00", from: "2011-12-28"))
        #expect(
            story.shifts("2011-12-28 08:00-10:00", "2012-01-01 12:00+14:00") == [
                "2011-12-28 08:00-10:00 ana", "2011-12-29 08:00-10:00 ben",
                "2011-12-31 00:00+14:00 chi", "2011-12-31 08:00+14:00 ana", "2012-01-01 08:00+14:00 ben",
            ])
        let midnight = Story("Pacific/Apia", .of("ana ben chi", .days(1), "00:00", from: "2011-12-29"))
        #expect(
            midnight.shifts("2011-12-29 00:00-10:00", "2012-01-01 12:00+14:00") == [
                "2011-12-29 00:00-10:00 ana", "2011-12-31 00:00+14:00 chi", "2012-01-01 00:00+14:00 ana",
            ])
    }

    @Test("Turns of 24 and 48 hours are days")
    func multiplesOfADay() {
        for (hours, days) in [(24, 1), (48, 2), (168, 7)] {
            let byHours = Story("Europe/Berlin", .of("ana ben", .hours(hours), "02:30", from: "2026-03-20"))
            let byDays = Story("Europe/Berlin", .of("ana ben", .days(days), "02:30", from: "2026-03-20"))
            let (from, until) = ("2026-03-20 00:00+01:00", "2026-04-20 00:00+02:00")
            #expect(byHours.shifts(from, until) == byDays.shifts(from, until))
        }
    }

    @Test("Turns of ten hours last ten elapsed hours, also when clocks change")
    func elapsed() {
        let story = Story("Europe/Berlin", .of("ana ben", .hours(10), "20:00", from: "2026-03-28"))
        #expect(
            story.shifts("2026-03-28 20:00+01:00", "2026-03-29 20:00+02:00") == [
                "2026-03-28 20:00+01:00 ana", "2026-03-29 07:00+02:00 ben", "2026-03-29 17:00+02:00 ana",
            ])
    }

    @Test("Monthly turns anchored on the 31st fall on each month's last day and return to the 31st")
    func januaryTheThirtyFirst() {
        let story = Story("UTC", .of("ana ben", .months(1), "09:00", from: "2026-01-31"))
        #expect(
            story.shifts("2026-01-31 09:00+00:00", "2026-06-01 00:00+00:00") == [
                "2026-01-31 09:00+00:00 ana", "2026-02-28 09:00+00:00 ben", "2026-03-31 09:00+00:00 ana",
                "2026-04-30 09:00+00:00 ben", "2026-05-31 09:00+00:00 ana",
            ])
        // Eleven months after 31 January is 31 December, not what eleven shortened steps would reach.
        #expect(story.answer("2026-12-15 00:00+00:00").duties.first?.until == at("2026-12-31 09:00+00:00"))
    }

    @Test("A yearly turn anchored on 29 February returns to it in leap years")
    func leapDay() {
        let story = Story("UTC", .of("ana ben", .months(12), "00:00", from: "2024-02-29"))
        let starts = ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]
        for (index, start) in starts.enumerated() {
            #expect(story.who("\(start) 00:00+00:00") == (index % 2 == 0 ? "ana" : "ben"))
            let before = at("\(start) 00:00+00:00") - .milliseconds(1)
            let people = story.roster.onCall(Story.id, at: before, amendments: .none).duties.map(\.user)
            #expect(people == (index == 0 ? [] : index % 2 == 0 ? ["ben"] : ["ana"]))
        }
    }

    @Test("An hourly rotation older than half a century is read as exactly as a new one")
    func oldHourly() {
        let people = (0..<7).map { "p\($0)" }.joined(separator: " ")
        let story = Story("UTC", .of(people, .hours(1), "00:00"))
        for (moment, hours) in [("1970-01-05 00:30+00:00", 0), ("2026-11-23 09:30+00:00", 498_633)] {
            #expect((at(moment) - at("1970-01-05 00:00+00:00")).milliseconds / 3_600_000 == hours)
            #expect(story.who(moment) == "p\(hours % 7)")
            #expect(story.answer(moment).duties.first?.reason == .rotation(layer: "week", turn: Int(hours)))
        }
    }
}
