import OnCall
import Testing
import Timekeeping

@Suite("Problems of a roster")
struct ProblemsTests {
    private func problems(_ layers: Layer...) -> [String] {
        let schedule = Schedule(id: "primary", zone: "UTC", plan: .layers(layers))
        return Roster(schedules: ["primary": schedule], zones: ["UTC": .utc]).problems()
    }

    @Test("A sound roster has none")
    func none() {
        #expect(problems(.of("ana ben", .weeks(1), "mon 10:00"), .of("ana", .months(1), "31 10:00", name: "b")) == [])
    }

    static let doubtful: [(Layer, String)] = [
        (.of("", .days(1), "00:00"), "nobody in the era"),
        (Layer(name: "a", eras: [], turn: .days(1), handoff: .of("00:00")), "has no people"),
        (
            Layer(
                name: "a", eras: [.of("ana"), .of("ben", from: "1970-01-05")], turn: .days(1), handoff: .of("00:00")),
            "two eras from 1970-01-05"
        ),
        (
            Layer(
                name: "a", eras: [.of("ana", from: "2026-11-03"), .of("ben", from: "2026-11-05")], turn: .weeks(1),
                handoff: .of("mon 10:00")),
            "an era from 2026-11-03 that never begins: the next one, from 2026-11-05, begins at the same handoff on "
                + "2026-11-09"
        ),
        (
            Layer(name: "a", eras: [Era(turns: [["ana"], []])], turn: .days(1), handoff: .of("00:00")),
            "nobody in turn 2 of the era from 1970-01-05"
        ),
        (.of("ana ben+chi+ben", .days(1), "00:00"), "ben twice in turn 2"),
        (.of("ana", .pattern([.hours(5), .hours(6)]), "00:00"), "whole days"),
        (.of("ana", .pattern([]), "00:00"), "whole days"),
        (.of("ana", .pattern([.days(5), .days(-3)]), "00:00"), "whole days"),
        (.of("ana", .pattern([.months(1), .days(2)]), "00:00"), "whole days"),
        (.of("ana", .pattern([.pattern([.days(1)])]), "00:00"), "whole days"),
        (.of("ana", .pattern([.days(300), .days(67)]), "00:00"), "whole days"),
        (.of("ana", .pattern([.weeks(5000), .weeks(5000)]), "00:00"), "whole days"),
        (.of("ana", .pattern([.days(2), .days(3)]), "mon 00:00"), "hands off every 5 days"),
        (.of("ana", .pattern([.days(5), .days(2)]), "15 00:00"), "its turns are not monthly"),
        (.of("ana", .hours(0), "00:00"), "turn length"),
        (.of("ana", .days(-1), "00:00"), "turn length"),
        (.of("ana", .weeks(.max), "00:00"), "turn length"),
        (.of("ana", .months(.max), "00:00"), "turn length"),
        (.of("ana", .hours(7), "00:00"), "7 hours, which divide no day"),
        (.of("ana", .hours(36), "00:00"), "36 hours, which divide no day"),
        (.of("ana", .months(1), "32 00:00"), "day 32 of the month"),
        (.of("ana", .months(1), "mon 00:00"), "cannot hand off on a weekday"),
        (.of("ana", .weeks(1), "15 00:00"), "its turns are not monthly"),
        (.of("ana", .days(3), "mon 00:00"), "only says when an era begins"),
        (.of("ana", .days(1), "24:00"), "hands off at 24:00"),
        (.of("ana", .days(1), "00:00", hours: [.of("24:00-08:00")]), "start at 24:00"),
    ]

    @Test("Each doubtful layer gets one sentence, and none of them traps a question", arguments: doubtful)
    func layer(layer: Layer, expected: String) {
        let found = problems(layer)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("Schedule primary: layer") == true)
        #expect(found.first?.contains(expected) == true)
        _ = Story("Europe/Berlin", layer).answer("2026-11-02 00:00+00:00")
    }

    @Test("Schedules that stand behind nothing, behind themselves, or by nothing are named, in order")
    func behind() {
        let schedules = [
            Schedule(id: "a", zone: "UTC", plan: .behind("b", by: 1)),
            Schedule(id: "b", zone: "UTC", plan: .behind("a", by: 1)),
            Schedule(id: "c", zone: "UTC", plan: .behind("nowhere", by: 0)),
            Schedule(id: "d", zone: "Mars/Olympus", plan: .behind("a", by: 1)),
            Schedule(
                id: "e", zone: "UTC", plan: .layers([]),
                timeOff: [.of("ana", "2026-11-03 00:00+00:00", "2026-11-02 00:00+00:00")]),
        ]
        let roster = Roster(
            schedules: Dictionary(uniqueKeysWithValues: schedules.map { ($0.id, $0) }), zones: ["UTC": .utc])
        #expect(
            roster.problems() == [
                "Schedule a: it stands behind itself, by way of b.",
                "Schedule b: it stands behind itself, by way of a.",
                "Schedule c: it stands behind nowhere by 0, but must by 1 or more.",
                "Schedule c: it stands behind nowhere, which is not known.",
                "Schedule d: its time zone Mars/Olympus is not known.",
                "Schedule e: it has no layers, so nobody is ever on call.",
                "Schedule e: the time off of ana from 2026-11-03T00:00:00Z ends before it begins.",
            ])
    }
}
