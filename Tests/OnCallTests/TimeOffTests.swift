import OnCall
import Testing
import Timekeeping

@Suite("Time off (S9)")
struct TimeOffTests {
    private let week = Layer.of("ana ben chi", .days(1), "00:00", from: "2026-11-02")
    private let day = "2026-11-02 00:00+00:00"
    private let next = "2026-11-03 00:00+00:00"

    @Test("While a person is off the next member of the rotation covers, to the minute")
    func cover() {
        let story = Story("UTC", week, timeOff: [.of("ana", "2026-11-02 09:00+00:00", "2026-11-02 17:00+00:00")])
        #expect(
            story.shifts(day, "2026-11-04 00:00+00:00") == [
                "2026-11-02 00:00+00:00 ana", "2026-11-02 09:00+00:00 ben", "2026-11-02 17:00+00:00 ana",
                "2026-11-03 00:00+00:00 ben",
            ])
        #expect(
            story.answer("2026-11-02 12:00+00:00").duties.first?.reason == .timeOffCover(of: "ana", layer: "week"))
    }

    @Test("If the next member is off too, the one after covers")
    func afterNext() {
        let story = Story(
            "UTC", week,
            timeOff: [
                .of("ana", "2026-11-01 00:00+00:00", "2026-11-05 00:00+00:00"),
                .of("ben", "2026-11-02 12:00+00:00", "2026-11-03 12:00+00:00"),
            ])
        #expect(
            story.shifts(day, "2026-11-05 00:00+00:00") == [
                "2026-11-02 00:00+00:00 ben", "2026-11-02 12:00+00:00 chi", "2026-11-03 12:00+00:00 ben",
                "2026-11-04 00:00+00:00 chi",
            ])
    }

    @Test("If a whole rotation is off the layer below answers, and without one there is a hole")
    func everybodyOff() {
        let off = ["ana", "ben", "chi"].map { TimeOff.of(UserID(rawValue: $0), day, "2026-11-02 06:00+00:00") }
        let alone = Story("UTC", week, timeOff: off)
        #expect(alone.answer(day).hole == .everyoneRemoved)
        #expect(alone.answer(day).nextChange == at("2026-11-02 06:00+00:00"))
        let backed = Story("UTC", .of("dia", .days(1), "00:00"), week, timeOff: off)
        #expect(
            backed.shifts(day, next) == ["2026-11-02 00:00+00:00 dia", "2026-11-02 06:00+00:00 ana"])
    }

    static let overrides: [(String, Override.Kind, String)] = [
        ("a cover, also by somebody who is off", .cover("ana"), "ana"),
        ("a replacement of the person who is off", .replace("ana", with: "dia"), "dia"),
        ("a replacement of the person who covers", .replace("ben", with: "dia"), "dia"),
        ("a replacement of somebody else", .replace("chi", with: "dia"), "ben"),
        ("a removal of the person who covers, after whom the next one does", .remove("ben"), "chi"),
        ("a removal of the person who is off", .remove("ana"), "low"),
    ]

    @Test("An override counts before time off", arguments: overrides)
    func overrideFirst(name: String, kind: Override.Kind, expected: String) {
        let story = Story(
            "UTC", .of("low", .days(1), "00:00"), week, timeOff: [.of("ana", day, next)],
            overrides: [.of(1, kind, day, next)])
        #expect(story.who(day) == expected, "\(name)")
    }

    @Test("Only when everybody who could cover is off or removed does the layer below answer, and the hole says who")
    func nobodyLeftToCover() {
        let overrides: [Override] = [
            .of(1, .remove("ben"), day, next), .of(2, .replace("chi", with: "dia"), day, next),
        ]
        let off: [TimeOff] = [.of("ana", day, next)]
        #expect(Story("UTC", week, timeOff: off, overrides: overrides).who(day) == "dia")
        let removed = overrides + [.of(3, .remove("dia"), day, next)]
        let story = Story("UTC", week, timeOff: off, overrides: removed)
        #expect(story.answer(day).hole == .everyoneRemoved)
        let proof = story.roster.proveCoverage(
            of: Story.id, from: at(day), until: at(next), amendments: Amendments(overrides: removed))
        #expect(
            proof.holes.map(\.causes) == [
                [
                    .everyoneAway([
                        .init(user: "ana", layer: "week", why: .timeOff(.configuration)),
                        .init(user: "ben", layer: "week", why: .override(id: 1)),
                        .init(user: "chi", layer: "week", why: .override(id: 2)),
                    ])
                ]
            ])
        let low = Story("UTC", .of("low", .days(1), "00:00"), week, timeOff: off, overrides: removed)
        #expect(low.who(day) == "low")
    }

    @Test("However many entries there are, and however they overlap, a person is off in exactly the minutes of theirs")
    func manyEntries() {
        var dice = Dice(seed: 9)
        let entries = (0..<400).map { _ in
            let from = at(day) + .minutes(Int64(dice.roll(6000)))
            return TimeOff(
                user: dice.pick(["ana", "ben"]), from: from, until: from + .minutes(Int64(dice.roll(-5...30))))
        }
        let roster = Story("UTC", .of("low", .days(1), "00:00"), .of("ana", .days(1), "00:00")).roster
        let atOnce = Amendments(timeOff: entries)
        var oneByOne = Amendments.none
        for entry in entries { oneByOne.add(entry) }
        #expect(oneByOne == atOnce)
        for minute in stride(from: 0, to: 6100, by: 1) {
            let instant = at(day) + .minutes(Int64(minute))
            let isOff = entries.contains { $0.user == "ana" && $0.from <= instant && instant < $0.until }
            for amendments in [atOnce, oneByOne] {
                let answer = roster.onCall(Story.id, at: instant, amendments: amendments)
                #expect(answer.duties.map(\.user) == [isOff ? "low" : "ana"], "minute \(minute)")
            }
        }
    }
}
