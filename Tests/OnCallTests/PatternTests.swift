import OnCall
import Testing
import Timekeeping

@Suite("Turns of several lengths")
struct PatternTests {
    private let week: TurnLength = .pattern([.days(5), .days(2)])

    @Test("Five days and a weekend: each piece is the next person's turn")
    func fiveAndTwo() {
        let story = Story("Europe/Berlin", .of("ana ben chi", week, "mon 09:00", from: "2026-10-19"))
        #expect(
            story.shifts("2026-10-19 09:00+02:00", "2026-11-05 00:00+01:00") == [
                "2026-10-19 09:00+02:00 ana", "2026-10-24 09:00+02:00 ben", "2026-10-26 09:00+01:00 chi",
                "2026-10-31 09:00+01:00 ana", "2026-11-02 09:00+01:00 ben",
            ])
        #expect(story.answer("2026-10-26 09:00+01:00").duties.first?.reason == .rotation(layer: "week", turn: 2))
    }

    @Test("Pieces keep to the wall clock, also hours that divide no day")
    func hours() {
        let pattern = TurnLength.pattern([.hours(7), .hours(10), .hours(7)])
        let story = Story("Europe/Berlin", .of("ana ben chi dia", pattern, "08:00", from: "2026-10-24"))
        #expect(
            story.shifts("2026-10-24 08:00+02:00", "2026-10-26 08:00+01:00") == [
                "2026-10-24 08:00+02:00 ana", "2026-10-24 15:00+02:00 ben", "2026-10-25 01:00+02:00 chi",
                "2026-10-25 08:00+01:00 dia", "2026-10-25 15:00+01:00 ana", "2026-10-26 01:00+01:00 ben",
            ])
    }

    @Test("A piece that lies in a gap has length zero and is used up")
    func gap() {
        let pattern = TurnLength.pattern([.hours(2), .hours(1), .hours(21)])
        let story = Story("Europe/Berlin", .of("ana ben chi dia", pattern, "00:00", from: "2026-03-29"))
        #expect(
            story.shifts("2026-03-29 00:00+01:00", "2026-03-30 02:30+02:00") == [
                // 02:00 would have been ben's.
                "2026-03-29 00:00+01:00 ana", "2026-03-29 03:00+02:00 chi", "2026-03-30 00:00+02:00 dia",
                "2026-03-30 02:00+02:00 ana",
            ])
    }

    @Test("A pattern of one length is that length")
    func single() {
        let (from, until) = ("2026-03-20 00:00+01:00", "2026-04-20 00:00+02:00")
        for turn in [TurnLength.days(3), .weeks(1), .hours(24)] {
            let plain = Story("Europe/Berlin", .of("ana ben", turn, "02:30", from: "2026-03-20"))
            let pattern = Story("Europe/Berlin", .of("ana ben", .pattern([turn]), "02:30", from: "2026-03-20"))
            #expect(plain.shifts(from, until) == pattern.shifts(from, until))
        }
    }

    @Test("A piece outside the hours uses up nobody's turn, unless it is consumed")
    func outsideHours() {
        let hours: [Restriction] = [.of("mon,tue,wed,thu,fri 09:00-17:00")]
        // Monday to Wednesday, Thursday and Friday, the weekend.
        let pattern = TurnLength.pattern([.days(3), .days(2), .days(2)])
        func people(_ outside: OutsideHours) -> [String] {
            let story = Story(
                "UTC", .of("p0 p1 p2 p3", pattern, "mon 00:00", from: "2026-11-02", hours: hours, outside: outside))
            return ["02", "05", "09", "12", "16", "19"].map { story.who("2026-11-\($0) 12:00+00:00") }
        }
        #expect(people(.skip) == ["p0", "p1", "p2", "p3", "p0", "p1"])
        #expect(people(.consume) == ["p0", "p1", "p3", "p0", "p2", "p3"])
    }

    @Test("Cycles that do not fit the week are counted right years later, against a count by hand")
    func longCycle() {
        let hours: [Restriction] = [.of("sat,sun 00:00-24:00")]
        let pattern = TurnLength.pattern([.days(3), .days(1), .days(2), .days(5)])
        let names = (0..<7).map { "p\($0)" }
        let story = Story(
            "UTC", .of(names.joined(separator: " "), pattern, "00:00", from: "2020-02-27", hours: hours))
        var (day, turns, piece) = (date("2020-02-27"), -1, 0)
        while day < date("2022-06-01") {
            let days = (0..<[3, 1, 2, 5][piece % 4]).map { day.adding(days: $0) }
            let free = days.filter { $0.weekday >= .saturday }
            if !free.isEmpty { turns += 1 }
            for day in free {
                let noon = ZoneRules.utc.firstInstant(of: CivilDateTime(date: day, time: time("12:00")))
                let people = story.roster.onCall(Story.id, at: noon, amendments: .none).duties.map(\.user)
                #expect(people == [UserID(rawValue: names[turns % 7])], "\(day)")
            }
            day = day.adding(days: days.count)
            piece += 1
        }
    }
}
