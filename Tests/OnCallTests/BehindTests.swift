import OnCall
import Testing
import Timekeeping

@Suite("Standing behind (S7)")
struct BehindTests {
    private let day = "2026-11-02 00:00+00:00"

    private func story(
        _ people: String, by: Int = 1, turn: TurnLength = .days(1), timeOff: [TimeOff] = [], overrides: [Override] = []
    ) -> Story {
        var story = Story(
            "UTC", .of(people, turn, "00:00", from: "2026-11-02"), timeOff: timeOff, overrides: overrides)
        story.schedules.append(Schedule(id: "second", zone: "UTC", plan: .behind(Story.id, by: by)))
        story.schedules.append(Schedule(id: "third", zone: "UTC", plan: .behind("second", by: 1)))
        return story
    }

    @Test("The secondary is the next person of the primary's rotation, and moves with it")
    func next() {
        let story = story("ana ben chi")
        #expect(
            story.shifts(day, "2026-11-05 00:00+00:00", of: "second") == [
                "2026-11-02 00:00+00:00 ben", "2026-11-03 00:00+00:00 chi", "2026-11-04 00:00+00:00 ana",
            ])
        #expect(story.answer(day, of: "second").duties.first?.reason == .behind("primary", primary: "ana"))
        #expect(story.answer(day, of: "second").nextChange == at("2026-11-03 00:00+00:00"))
    }

    @Test("People with two turns in a row do not stand behind themselves")
    func distinct() {
        #expect(story("ana ana ben chi").who(day, of: "second") == "ben")
        #expect(story("ana ben ben chi", by: 2).who(day, of: "second") == "chi")
    }

    @Test("Nobody else in the rotation is a hole with that reason")
    func nobodyElse() {
        for story in [story("ana"), story("ana ben", by: 2), story("ana ben", by: 0)] {
            #expect(story.answer(day, of: "second").hole == .nobodyElse)
        }
    }

    @Test("When the secondary covers the primary, the next one becomes secondary")
    func primaryCovered() {
        let (from, until) = (day, "2026-11-03 00:00+00:00")
        let covered = story("ana ben chi", overrides: [.of(1, .replace("ana", with: "ben"), from, until)])
        #expect(covered.who(day) == "ben")
        #expect(covered.who(day, of: "second") == "chi")
        let outsider = story("ana ben chi", overrides: [.of(1, .cover("dia"), from, until)])
        #expect(outsider.who(day, of: "second") == "ben")
        let off = story("ana ben chi", timeOff: [.of("ana", from, until)])
        #expect(off.who(day) == "ben")
        #expect(off.who(day, of: "second") == "chi")
        let secondOff = story("ana ben chi", timeOff: [.of("ben", from, until)])
        #expect(secondOff.who(day, of: "second") == "chi")
    }

    static let takenOut: [(String, String, Int, [TimeOff], [Override.Kind], String)] = [
        (
            "who asked for cover is passed over while there are others", "ana ben chi", 2, [],
            [.replace("ben", with: "eva")], "ben"
        ),
        ("and comes first where nobody else is left", "ana ben", 1, [], [.replace("ana", with: "ben")], "ana"),
        ("a replaced person comes after the others", "ana ben chi", 1, [], [.replace("ben", with: "eva")], "chi"),
        ("a removed person comes after the others", "ana ben chi", 1, [], [.remove("ben")], "chi"),
        (
            "given back, the turn and the place behind it are as before", "ana ben chi", 1, [],
            [.replace("ben", with: "eva"), .replace("eva", with: "ben")], "ben"
        ),
        (
            "who covers for time off and is replaced comes last too", "ana ben chi", 1,
            [.of("ana", "2026-11-02 00:00+00:00", "2026-11-03 00:00+00:00")], [.replace("ben", with: "eva")], "chi"
        ),
        (
            "who is off stands behind nobody, though nobody else is there", "ana ben", 1,
            [.of("ana", "2026-11-02 00:00+00:00", "2026-11-03 00:00+00:00")], [.replace("ana", with: "ben")], "-"
        ),
    ]

    @Test(
        "Whom overrides took out in front stands behind only where nobody else can; who is off, never",
        arguments: takenOut)
    func takenOutInFront(
        name: String, people: String, by: Int, timeOff: [TimeOff], kinds: [Override.Kind], expected: String
    ) {
        let overrides = kinds.enumerated().map {
            Override.of($0.offset + 1, $0.element, day, "2026-11-02 12:00+00:00")
        }
        let story = story(people, by: by, timeOff: timeOff, overrides: overrides)
        #expect(story.who(day, of: "second") == expected, "\(name)")
    }

    @Test("The place behind comes back when the override ends")
    func takenOutForATime() {
        let story = story(
            "ana ben chi",
            overrides: [.of(1, .replace("ben", with: "eva"), "2026-11-02 08:00+00:00", "2026-11-02 12:00+00:00")])
        #expect(
            story.shifts(day, "2026-11-03 00:00+00:00", of: "second") == [
                "2026-11-02 00:00+00:00 ben", "2026-11-02 08:00+00:00 chi", "2026-11-02 12:00+00:00 ben",
            ])
        #expect(story.answer(day, of: "second").nextChange == at("2026-11-02 08:00+00:00"))
    }

    @Test("The secondary has overrides of its own, and a removal falls through to the next person")
    func ownOverrides() {
        var story = story("ana ben chi dia")
        for (kind, expected) in [
            (Override.Kind.cover("eva"), "eva"), (.replace("ben", with: "eva"), "eva"), (.remove("ben"), "chi"),
            (.replace("chi", with: "eva"), "ben"),
        ] {
            story.overrides = [
                Override(
                    id: 1, schedule: "second", from: at(day), until: at("2026-11-02 12:00+00:00"), kind: kind,
                    createdAt: at(day))
            ]
            #expect(story.who(day, of: "second") == expected)
            #expect(story.who("2026-11-02 12:00+00:00", of: "second") == "ben")
        }
    }

    @Test("An override of the secondary counts before time off, also where that was given by the primary")
    func ownOverrideBeforeTimeOff() {
        let (from, until) = (at(day), at("2026-11-03 00:00+00:00"))
        var story = story("ana ben chi", timeOff: [TimeOff(user: "ben", from: from, until: until)])
        #expect(story.who(day, of: "second") == "chi")
        #expect(story.answer(day, of: "third").hole == .nobodyElse)
        story.overrides = [
            Override(
                id: 1, schedule: "second", from: from, until: until, kind: .replace("ben", with: "eva"),
                createdAt: from)
        ]
        #expect(story.who(day, of: "second") == "eva")
    }

    @Test("Standing behind the secondary is standing behind both")
    func third() {
        #expect(story("ana ben chi").who(day, of: "third") == "chi")
        #expect(story("ana ben").answer(day, of: "third").hole == .nobodyElse)
    }

    @Test("A hole in front is a hole behind, with the same reason")
    func hole() {
        #expect(story("ana ben").answer("2026-11-01 00:00+00:00", of: "second").hole == .noLayerCovers)
    }

    @Test("Unknown schedules, unknown zones and circles answer with a reason instead of running for ever")
    func unknown() {
        var story = story("ana ben")
        story.schedules = [
            Schedule(id: "a", zone: "UTC", plan: .behind("b", by: 1)),
            Schedule(id: "b", zone: "UTC", plan: .behind("a", by: 1)),
            Schedule(id: "c", zone: "UTC", plan: .behind("nowhere", by: 1)),
            Schedule(id: "d", zone: "Mars/Olympus", plan: .layers([.of("ana", .days(1), "00:00")])),
        ]
        for id in ["a", "b", "c", "d", "e"] as [ScheduleID] {
            let answer = story.answer(day, of: id)
            #expect(answer.hole == .unknownSchedule)
            #expect(answer.nextChange == nil)
        }
    }
}
