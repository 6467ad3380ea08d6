import OnCall
import Testing
import Timekeeping

@Suite("Somebody added by an override (S9)")
struct AddTests {
    private let week = Layer.of("ana ben chi", .days(1), "00:00", from: "2026-11-02")
    private let from = "2026-11-02 08:00+00:00"
    private let until = "2026-11-02 10:00+00:00"

    @Test("They are on call beside whoever is, exactly from start to end")
    func beside() {
        let story = Story("UTC", week, overrides: [.of(1, .add("dia"), from, until)])
        #expect(
            story.shifts("2026-11-02 00:00+00:00", "2026-11-03 00:00+00:00") == [
                "2026-11-02 00:00+00:00 ana", "2026-11-02 08:00+00:00 ana+dia", "2026-11-02 10:00+00:00 ana",
            ])
        let duty = story.answer("2026-11-02 09:00+00:00").duties.last
        #expect(duty?.reason == .override(id: 1, inPlaceOf: nil))
        #expect(duty?.since == at(from))
        #expect(duty?.until == at(until))
    }

    @Test("They fill a hole")
    func hole() {
        let story = Story(
            "UTC", week, overrides: [.of(1, .add("dia"), "2026-11-01 08:00+00:00", "2026-11-01 10:00+00:00")])
        #expect(story.who("2026-11-01 07:59+00:00") == "-")
        #expect(story.who("2026-11-01 08:00+00:00") == "dia")
        #expect(story.answer("2026-11-01 08:00+00:00").hole == nil)
    }

    static let overlaps: [(String, [Override.Kind], String)] = [
        ("two are added, the first before the second", [.add("dia"), .add("eva")], "ana+dia+eva"),
        ("who is on call anyway is so once", [.add("ana")], "ana"),
        ("a later removal counts", [.add("dia"), .remove("dia")], "ana"),
        ("an earlier one does not", [.remove("dia"), .add("dia")], "ana+dia"),
        ("a later replacement counts", [.add("dia"), .replace("dia", with: "eva")], "ana+eva"),
        ("an earlier one does not", [.replace("dia", with: "eva"), .add("dia")], "ana+dia"),
        (
            "replacements follow each other",
            [.add("dia"), .replace("dia", with: "eva"), .replace("eva", with: "fay")], "ana+fay"
        ),
        ("added again after a removal", [.add("dia"), .remove("dia"), .add("dia")], "ana+dia"),
        ("a later cover stands for everybody", [.add("dia"), .cover("eva")], "eva"),
        ("an earlier one stands beside", [.cover("eva"), .add("dia")], "eva+dia"),
        ("a removed cover is as if it were not there", [.add("dia"), .cover("eva"), .remove("eva")], "ana+dia"),
        ("the removal of the person on call leaves the added one", [.add("dia"), .remove("ana")], "dia"),
        ("somebody removed may be added again", [.remove("ana"), .add("ana")], "ana"),
    ]

    @Test("Overrides created later than the addition count for the added person too", arguments: overlaps)
    func overlap(name: String, kinds: [Override.Kind], expected: String) {
        let story = Story(
            "UTC", week, overrides: kinds.enumerated().map { .of($0.offset + 1, $0.element, from, until) })
        #expect(story.who("2026-11-02 09:00+00:00") == expected, "\(name)")
        #expect(story.who("2026-11-02 10:00+00:00") == "ana")
    }

    @Test("Time off keeps nobody away who was added")
    func off() {
        let story = Story(
            "UTC", week, timeOff: [.of("dia", "2026-11-01 00:00+00:00", "2026-11-09 00:00+00:00")],
            overrides: [.of(1, .add("dia"), from, until)])
        #expect(story.who("2026-11-02 09:00+00:00") == "ana+dia")
    }

    @Test("Who was added in front stands behind nobody, and somebody may be added behind")
    func behind() {
        var story = Story("UTC", week, overrides: [.of(1, .add("ben"), from, until)])
        story.schedules.append(Schedule(id: "second", zone: "UTC", plan: .behind(Story.id, by: 1)))
        #expect(story.who("2026-11-02 07:00+00:00", of: "second") == "ben")
        #expect(story.who("2026-11-02 09:00+00:00", of: "second") == "chi")
        story.overrides = [
            Override(
                id: 1, schedule: "second", from: at(from), until: at(until), kind: .add("dia"), createdAt: at(from))
        ]
        #expect(story.who("2026-11-02 09:00+00:00") == "ana")
        #expect(story.who("2026-11-02 09:00+00:00", of: "second") == "ben+dia")
    }
}
