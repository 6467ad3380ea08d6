import OnCall
import Testing
import Timekeeping

@Suite("Eras (S4)")
struct EraTests {
    private func layer(_ turn: TurnLength, _ handoff: String, _ eras: Era...) -> Layer {
        Layer(name: "week", eras: eras, turn: turn, handoff: .of(handoff))
    }

    @Test("An era begins at the first handoff at or after its date, with its first person")
    func beginsAtAHandoff() {
        let story = Story(
            "Europe/Berlin",
            layer(
                .weeks(1), "mon 10:00", .of("ana ben dia", from: "2026-11-02"),
                .of("ben dia ana chi", from: "2026-12-30")))
        #expect(story.who("2026-11-02 09:59+01:00") == "-")
        #expect(
            story.shifts("2026-12-20 00:00+01:00", "2027-01-20 00:00+01:00") == [
                "2026-12-20 00:00+01:00 ana", "2026-12-21 10:00+01:00 ben", "2026-12-28 10:00+01:00 dia",
                "2027-01-04 10:00+01:00 ben", "2027-01-11 10:00+01:00 dia", "2027-01-18 10:00+01:00 ana",
            ])
    }

    @Test("Adding an era leaves everything before its first handoff as it was")
    func thePastNeverMoves() {
        let (old, new) = (Era.of("ana ben chi", from: "2026-01-05"), Era.of("dia ana", from: "2026-06-03"))
        let before = Story("America/New_York", layer(.weeks(1), "mon 09:00", old))
        let after = Story("America/New_York", layer(.weeks(1), "mon 09:00", old, new))
        let (start, edit) = ("2025-12-01 00:00-05:00", "2026-06-08 09:00-04:00")
        #expect(before.shifts(start, edit) == after.shifts(start, edit))
        #expect(after.who(edit) == "dia")
        #expect(after.who("2026-06-08T08:59:59.999-04:00") == before.who("2026-06-08T08:59:59.999-04:00"))
    }

    @Test("People without a date are one era begun on Monday 1970-01-05")
    func withoutADate() {
        let undated = Story("Europe/Berlin", .of("ana ben chi", .weeks(1), "mon 10:00"))
        let dated = Story("Europe/Berlin", .of("ana ben chi", .weeks(1), "mon 10:00", from: "1970-01-05"))
        #expect(undated.who("1970-01-05 10:00+01:00") == "ana")
        #expect(undated.who("1970-01-05 09:59+01:00") == "-")
        let (from, until) = ("2026-01-01 00:00+01:00", "2027-01-01 00:00+01:00")
        #expect(undated.shifts(from, until) == dated.shifts(from, until))
        // 2026-11-02 is 2965 weeks after 1970-01-05, and 2965 = 3 x 988 + 1.
        #expect(undated.who("2026-11-02 10:00+01:00") == "ben")
    }

    @Test("A two-week turn is cut short when the next era begins in its middle")
    func turnsEndWithTheirEra() {
        let story = Story(
            "UTC",
            layer(.weeks(2), "mon 00:00", .of("ana ben", from: "2026-11-02"), .of("chi dia", from: "2026-11-23")))
        #expect(
            story.shifts("2026-11-02 00:00+00:00", "2026-12-14 00:00+00:00") == [
                "2026-11-02 00:00+00:00 ana", "2026-11-16 00:00+00:00 ben", "2026-11-23 00:00+00:00 chi",
                "2026-12-07 00:00+00:00 dia",
            ])
    }

    @Test("Two eras whose first handoff is the same: the one from the later date counts, in whatever order listed")
    func sameHandoff() {
        let (first, second) = (Era.of("ana", from: "2026-11-03"), Era.of("ben", from: "2026-11-05"))
        for eras in [[first, second], [second, first]] {
            let story = Story(
                "UTC", Layer(name: "week", eras: eras, turn: .weeks(1), handoff: .of("mon 00:00")))
            #expect(story.who("2026-11-09 00:00+00:00") == "ben")
            #expect(story.who("2026-11-08 23:59+00:00") == "-")
        }
    }

    @Test("A monthly era waits for its day: from 10 February, the 31st comes first on the 28th")
    func monthly() {
        let story = Story("UTC", layer(.months(1), "31 09:00", .of("ana ben", from: "2026-02-10")))
        #expect(
            story.shifts("2026-02-01 00:00+00:00", "2026-04-15 00:00+00:00") == [
                "2026-02-01 00:00+00:00 -", "2026-02-28 09:00+00:00 ana", "2026-03-31 09:00+00:00 ben",
            ])
        let late = Story("UTC", layer(.months(1), "5 09:00", .of("ana ben", from: "2026-02-10")))
        #expect(late.answer("2026-02-20 00:00+00:00").nextChange == at("2026-03-05 09:00+00:00"))
    }

    @Test("An era without people ends the layer, and a rotation of one never changes hands")
    func nobodyAndOne() {
        let story = Story(
            "UTC", layer(.days(1), "00:00", .of("ana ana", from: "2026-11-02"), .of("", from: "2026-11-20")))
        #expect(
            story.shifts("2026-11-01 00:00+00:00", "2026-12-01 00:00+00:00") == [
                "2026-11-01 00:00+00:00 -", "2026-11-02 00:00+00:00 ana", "2026-11-20 00:00+00:00 -",
            ])
        #expect(
            story.roster.shifts(
                Story.id, from: at("2026-11-02 00:00+00:00"), until: at("2026-11-20 00:00+00:00"), amendments: .none
            ).count == 1)
    }

    @Test("A weekly handoff without a weekday falls on the weekday of the era's date")
    func noWeekday() {
        let story = Story("UTC", layer(.weeks(1), "12:00", .of("ana ben", from: "2026-11-05")))
        #expect(
            story.shifts("2026-11-05 12:00+00:00", "2026-11-15 00:00+00:00") == [
                "2026-11-05 12:00+00:00 ana", "2026-11-12 12:00+00:00 ben",
            ])
    }
}
