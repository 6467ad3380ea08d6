import Foundation
import OnCall
import Testing
import Timekeeping

@Suite("Overrides (S9)")
struct OverrideTests {
    private let week = Layer.of("ana ben chi", .days(1), "00:00", from: "2026-11-02")
    private let day = "2026-11-02 00:00+00:00"
    private let next = "2026-11-04 00:00+00:00"

    private func story(_ overrides: Override..., layers: [Layer]? = nil, timeOff: [TimeOff] = []) -> Story {
        var story = Story("UTC", week, overrides: overrides)
        story.schedules = [Schedule(id: Story.id, zone: "UTC", plan: .layers(layers ?? [week]), timeOff: timeOff)]
        return story
    }

    @Test("A cover is on call instead of whoever, exactly from its start to its end")
    func cover() {
        let story = story(.of(1, .cover("dia"), "2026-11-02 12:34+00:00", "2026-11-03 08:00+00:00"))
        #expect(
            story.shifts(day, next) == [
                "2026-11-02 00:00+00:00 ana", "2026-11-02 12:34+00:00 dia", "2026-11-03 08:00+00:00 ben",
            ])
        #expect(story.who("2026-11-02T12:33:59.999Z") == "ana")
        #expect(
            story.answer("2026-11-02 13:00+00:00").duties.first?.reason == .override(id: 1, inPlaceOf: "ana"))
    }

    @Test("A cover also fills a hole and stands for every person an also layer added")
    func coverFillsHoles() {
        let cover = Override.of(1, .cover("dia"), "2026-11-01 00:00+00:00", "2026-11-03 00:00+00:00")
        let story = story(cover, layers: [week, .of("eva", .days(1), "00:00", from: "2026-11-02", also: true)])
        #expect(
            story.shifts("2026-10-31 00:00+00:00", next) == [
                "2026-10-31 00:00+00:00 -", "2026-11-01 00:00+00:00 dia", "2026-11-03 00:00+00:00 ben+eva",
            ])
        #expect(story.answer("2026-11-01 12:00+00:00").duties.first?.reason == .override(id: 1, inPlaceOf: nil))
    }

    @Test("A replacement acts only where the replaced person would be on call")
    func replace() {
        let story = story(.of(1, .replace("ben", with: "dia"), "2026-11-02 00:00+00:00", "2026-11-30 00:00+00:00"))
        #expect(
            story.shifts(day, "2026-11-07 00:00+00:00") == [
                "2026-11-02 00:00+00:00 ana", "2026-11-03 00:00+00:00 dia", "2026-11-04 00:00+00:00 chi",
                "2026-11-05 00:00+00:00 ana", "2026-11-06 00:00+00:00 dia",
            ])
    }

    @Test("A replacement takes the place of one of two people and leaves the other")
    func replaceOneOfTwo() {
        let also = Layer.of("eva", .days(1), "00:00", also: true)
        let (from, until) = ("2026-11-02 00:00+00:00", "2026-11-03 00:00+00:00")
        #expect(story(.of(1, .replace("eva", with: "dia"), from, until), layers: [week, also]).who(from) == "ana+dia")
        #expect(story(.of(1, .replace("eva", with: "ana"), from, until), layers: [week, also]).who(from) == "ana")
    }

    @Test("Remove falls through to the layer below, and through it too if the same person is there")
    func remove() {
        let below = Layer.of("eva", .days(1), "00:00")
        let remove = Override.of(1, .remove("ana"), "2026-11-02 08:00+00:00", "2026-11-02 10:00+00:00")
        let story = story(remove, layers: [below, .of("ana", .days(1), "00:00"), week])
        #expect(
            story.shifts(day, "2026-11-03 12:00+00:00") == [
                "2026-11-02 00:00+00:00 ana", "2026-11-02 08:00+00:00 eva", "2026-11-02 10:00+00:00 ana",
                "2026-11-03 00:00+00:00 ben",
            ])
    }

    @Test("Removing the last person leaves a hole that says so")
    func removeLeavesAHole() {
        let story = story(.of(1, .remove("ana"), "2026-11-02 08:00+00:00", "2026-11-03 10:00+00:00"))
        let answer = story.answer("2026-11-02 09:00+00:00")
        #expect(answer.duties.isEmpty)
        #expect(answer.hole == .everyoneRemoved)
        #expect(answer.nextChange == at("2026-11-03 00:00+00:00"))
        #expect(story.answer("2026-11-01 09:00+00:00").hole == .noLayerCovers)
    }

    static let overlaps: [(String, [Override.Kind], String)] = [
        ("the later of two covers", [.cover("dia"), .cover("eva")], "eva"),
        (
            "the later of two replacements of one person",
            [.replace("ana", with: "dia"), .replace("ana", with: "eva")], "eva"
        ),
        ("a swap of a swap", [.replace("ana", with: "ben"), .replace("ben", with: "eva")], "eva"),
        ("a swap given back", [.replace("ana", with: "ben"), .replace("ben", with: "ana")], "ana"),
        (
            "a replacement made before somebody else's",
            [.replace("ben", with: "eva"), .replace("ana", with: "ben")], "ben"
        ),
        ("the cover's replacement", [.cover("ben"), .replace("ben", with: "eva")], "eva"),
        ("a replacement after a cover", [.cover("dia"), .replace("ana", with: "eva")], "eva"),
        ("a cover after a replacement", [.replace("ana", with: "eva"), .cover("dia")], "dia"),
        ("a replacement after a removal", [.remove("ana"), .replace("ana", with: "eva")], "eva"),
        ("a removal after a replacement", [.replace("ana", with: "eva"), .remove("ana")], "low"),
        ("a removal of the replacement", [.replace("ana", with: "eva"), .remove("eva")], "low"),
        ("a removed cover is as if it were not there", [.cover("dia"), .remove("dia")], "ana"),
        ("under a removed cover the older one counts", [.cover("eva"), .cover("dia"), .remove("dia")], "eva"),
        (
            "a correction outlives what it corrected",
            [.replace("ana", with: "ben"), .replace("ana", with: "chi"), .replace("ben", with: "eva")], "chi"
        ),
        ("a cover for a removed person", [.remove("ana"), .cover("dia")], "dia"),
        ("a removal under a cover leaves the cover", [.cover("dia"), .remove("ana")], "dia"),
    ]

    @Test("Of overlapping overrides the latest created decides", arguments: overlaps)
    func overlap(name: String, kinds: [Override.Kind], expected: String) {
        let (from, until) = ("2026-11-02 08:00+00:00", "2026-11-02 10:00+00:00")
        var story = story(layers: [.of("low", .days(1), "00:00"), week])
        story.overrides = kinds.enumerated().map { .of($0.offset + 1, $0.element, from, until) }
        #expect(story.who("2026-11-02 09:00+00:00") == expected, "\(name)")
        // The order in which they are handed over is no order of creation.
        story.overrides.reverse()
        #expect(story.who("2026-11-02 09:00+00:00") == expected, "\(name)")
        #expect(story.who("2026-11-02 10:00+00:00") == "ana")
    }

    @Test("The later override wins only where the two overlap")
    func partialOverlap() {
        let story = story(
            .of(2, .cover("eva"), "2026-11-02 06:00+00:00", "2026-11-02 12:00+00:00"),
            .of(1, .cover("dia"), "2026-11-02 10:00+00:00", "2026-11-02 18:00+00:00"))
        #expect(
            story.shifts(day, "2026-11-03 00:00+00:00") == [
                "2026-11-02 00:00+00:00 ana", "2026-11-02 06:00+00:00 eva", "2026-11-02 12:00+00:00 dia",
                "2026-11-02 18:00+00:00 ana",
            ])
    }

    @Test("What was known then: an override counts from the instant it was created")
    func asKnownAt() {
        let story = story(
            .of(
                1, .cover("dia"), "2026-11-02 06:00+00:00", "2026-11-02 12:00+00:00",
                created: "2026-11-02 09:00+00:00"))
        let moment = "2026-11-02 10:00+00:00"
        func known(_ then: String) -> [UserID] { story.answer(moment, asKnownAt: then).duties.map(\.user) }
        #expect(known("2026-11-02T08:59:59.999Z") == ["ana"])
        #expect(known("2026-11-02T09:00:00Z") == ["dia"])
        #expect(story.who(moment) == "dia")
    }

    @Test("Overrides of another schedule, or that end before they begin, do nothing")
    func without() {
        let (from, until) = ("2026-11-02 08:00+00:00", "2026-11-02 10:00+00:00")
        var story = story(.of(1, .cover("dia"), until, from))
        story.overrides.append(
            Override(
                id: 2, schedule: "other", from: at(from), until: at(until), kind: .cover("eva"), createdAt: at(from)))
        #expect(story.shifts(day, "2026-11-03 00:00+00:00") == ["2026-11-02 00:00+00:00 ana"])
        #expect(story.answer(day).nextChange == at("2026-11-03 00:00+00:00"))
    }

    @Test("Overrides are written in a form that will be read for years")
    func coding() throws {
        let golden = """
            {"by":"ana","createdAt":3,"from":1,"id":7,"kind":"replace","schedule":"primary","until":2,"user":"ana",\
            "with":"ben"}
            """
        let override = Override(
            id: 7, schedule: "primary", from: Instant(milliseconds: 1), until: Instant(milliseconds: 2),
            kind: .replace("ana", with: "ben"), createdAt: Instant(milliseconds: 3), by: "ana")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(override), as: UTF8.self) == golden)
        for kind in [Override.Kind.cover("ana"), .replace("ana", with: "ben"), .remove("ana")] {
            let one = Override.of(1, kind, "2026-11-02 08:00+00:00", "2026-11-02 10:00+00:00")
            #expect(try JSONDecoder().decode(Override.self, from: encoder.encode(one)) == one)
        }
        let unknown = golden.replacingOccurrences(of: "replace", with: "swap")
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Override.self, from: Data(unknown.utf8)) }
    }
}
