import OnCall
import Testing
import Timekeeping

@Suite("Several people in one turn")
struct TogetherTests {
    private let day = "2026-11-02 00:00+00:00"
    private let next = "2026-11-03 00:00+00:00"

    private func story(
        _ turns: String, timeOff: [String] = [], _ kinds: Override.Kind..., hours: [Restriction] = []
    ) -> Story {
        Story(
            "UTC", .of("low", .days(1), "00:00", name: "below"),
            .of(turns, .days(1), "00:00", from: "2026-11-02", hours: hours),
            timeOff: timeOff.map { .of(UserID(rawValue: $0), day, next) },
            overrides: kinds.enumerated().map { .of($0.offset + 1, $0.element, day, next) })
    }

    @Test("They come and go together, each for the same turn")
    func together() {
        let story = story("ana ben+chi dia")
        #expect(
            story.shifts(day, "2026-11-06 00:00+00:00") == [
                "2026-11-02 00:00+00:00 ana", "2026-11-03 00:00+00:00 ben+chi", "2026-11-04 00:00+00:00 dia",
                "2026-11-05 00:00+00:00 ana",
            ])
        let duties = story.answer(next).duties
        #expect(duties.map(\.reason) == Array(repeating: .rotation(layer: "week", turn: 1), count: 2))
        #expect(duties.map(\.until) == Array(repeating: at("2026-11-04 00:00+00:00"), count: 2))
    }

    @Test("Somebody who has two turns in a row with different people stays, the others change")
    func overlapping() {
        let answer = story("ana+ben ben+chi").answer(day)
        #expect(answer.nextChange == at(next))
        #expect(answer.duties.map(\.user) == ["ana", "ben"])
        #expect(answer.duties.map(\.until) == [at(next), nil])
    }

    static let settled: [(String, String, [String], [Override.Kind], String)] = [
        ("one is removed, the other stays", "ana+ben chi", [], [.remove("ana")], "ben"),
        ("both are removed: the layer below", "ana+ben chi", [], [.remove("ana"), .remove("ben")], "low"),
        ("one is replaced", "ana+ben chi", [], [.replace("ben", with: "eva")], "ana+eva"),
        ("one is replaced by the other", "ana+ben chi", [], [.replace("ben", with: "ana")], "ana"),
        ("a cover stands for both", "ana+ben chi", [], [.cover("eva")], "eva"),
        ("one is off", "ana+ben chi dia", ["ben"], [], "ana+chi"),
        (
            "both are off: two others come, in the order of their turns", "ana+ben chi dia", ["ana", "ben"], [],
            "chi+dia"
        ),
        ("both are off and only one other is there", "ana+ben chi", ["ana", "ben"], [], "chi"),
        ("the next turn's members come one by one", "ana+ben chi+dia", ["ana"], [], "chi+ben"),
        ("the next one is off too", "ana+ben chi dia", ["ana", "chi"], [], "dia+ben"),
        ("who has this turn anyway covers nobody", "ana+ben ben chi", ["ana"], [], "chi+ben"),
        (
            "who was put in for the other covers nobody", "ana+ben chi dia", ["ana"], [.replace("ben", with: "chi")],
            "dia+chi"
        ),
        ("everybody is off", "ana+ben chi", ["ana", "ben", "chi"], [], "low"),
        ("one is off and nobody else has a turn", "ana+ben", ["ana"], [], "ben"),
        (
            "the one who covers is removed, and the next one does", "ana+ben chi dia", ["ana"], [.remove("chi")],
            "dia+ben"
        ),
        ("named twice is there once", "ana+ana chi", [], [], "ana"),
    ]

    @Test("Each of them is settled alone, and time off is covered from the turns that follow", arguments: settled)
    func settle(name: String, turns: String, off: [String], kinds: [Override.Kind], expected: String) {
        var story = story(turns, timeOff: off)
        story.overrides = kinds.enumerated().map { .of($0.offset + 1, $0.element, day, next) }
        #expect(story.who(day) == expected, "\(name)")
    }

    @Test("Whoever covers says for whom")
    func reasons() {
        let duties = story("ana+ben chi dia", timeOff: ["ana", "ben"]).answer(day).duties
        #expect(
            duties.map(\.reason) == [
                .timeOffCover(of: "ana", layer: "week"), .timeOffCover(of: "ben", layer: "week"),
            ])
    }

    @Test("The secondary is the next person of a later turn, and the one after that of the same one")
    func behind() {
        var story = story("ana+ben chi+dia eva")
        for places in 1...5 {
            story.schedules.append(
                Schedule(id: ScheduleID(rawValue: "by\(places)"), zone: "UTC", plan: .behind(Story.id, by: places)))
        }
        #expect((1...3).map { story.who(day, of: ScheduleID(rawValue: "by\($0)")) } == ["chi", "dia", "eva"])
        #expect(story.answer(day, of: "by4").hole == .nobodyElse)
        // With ana away the first of the next turn is on call, and ben already was.
        story.schedules[0] = Schedule(
            id: Story.id, zone: "UTC", plan: story.schedules[0].plan, timeOff: [.of("ana", day, next)])
        #expect(story.who(day) == "chi+ben")
        #expect(story.who(day, of: "by1") == "dia")
    }

    @Test("A turn that nobody has leaves it to the layer below, and the rotation goes on")
    func emptyTurn() {
        let plan = Layer(
            name: "week", eras: [Era(from: date("2026-11-02"), turns: [["ana"], [], ["ben"]])], turn: .days(1),
            handoff: .of("00:00"))
        let story = Story("UTC", .of("low", .days(1), "00:00", name: "below"), plan)
        #expect((2...5).map { story.who("2026-11-0\($0) 12:00+00:00") } == ["ana", "low", "ben", "ana"])
    }

    @Test("An era names everybody once, in the order of their first turns")
    func people() {
        #expect(Era.of("ana ben+ana chi").people == ["ana", "ben", "chi"])
        #expect(Era(people: ["ana", "ana", "ben"]).turns == [["ana"], ["ana"], ["ben"]])
    }
}
