import OnCall
import Testing
import Timekeeping

@Suite("Holes put in on purpose are found, with the interval and the reason")
struct CoverageTests {
    @Test("A rotation without hours is covered for ten years, and its shifts and people are counted")
    func covered() {
        let story = Story("Europe/Berlin", .of("ana ben", .days(1), "09:00"))
        let proof = story.prove("2026-11-23 09:00+01:00", "2036-11-23 09:00+01:00")
        #expect(proof.isCovered)
        #expect(proof.shiftCount == 3653)
        #expect(proof.people == ["ana", "ben"])
    }

    @Test("Everybody off at once: whose turn it is, who would cover, and why not")
    func everyoneOff() {
        let story = Story(
            "Europe/Berlin", .of("ana ben", .weeks(1), "mon 09:00"),
            timeOff: [
                .of("ana", "2026-12-24 00:00+01:00", "2026-12-27 00:00+01:00"),
                .of("ben", "2026-12-25 12:00+01:00", "2027-01-02 00:00+01:00"),
            ])
        let proof = story.prove("2026-11-23 09:00+01:00", "2027-11-23 09:00+01:00")
        #expect(story.spans(proof) == ["2026-12-25 12:00+01:00 – 2026-12-27 00:00+01:00"])
        guard case .everyoneAway(let away) = proof.holes.first?.causes.first else {
            Issue.record("\(proof.holes)")
            return
        }
        #expect(Set(away.map(\.user)) == ["ana", "ben"])
        #expect(away.allSatisfy { $0.why == .timeOff(.configuration) && $0.layer == "week" })
    }

    @Test("Somebody taken out without a successor: the override is named")
    func removed() {
        let story = Story(
            "UTC", .of("ana", .weeks(1), "mon 09:00"),
            overrides: [.of(7, .remove("ana"), "2026-12-01T00:00:00Z", "2026-12-01T02:30:00Z")])
        let proof = story.prove("2026-11-23T00:00:00Z", "2026-12-23T00:00:00Z")
        #expect(story.spans(proof) == ["2026-12-01 00:00+00:00 – 2026-12-01 02:30+00:00"])
        #expect(
            proof.holes.first?.causes == [
                .everyoneAway([.init(user: "ana", layer: "week", why: .override(id: 7))])
            ])
    }

    @Test("Outside all hours: the layer whose hours end there and the one whose hours begin are named")
    func outsideHours() {
        let story = Story(
            "Europe/Berlin", .of("ana", .weeks(1), "mon 09:00", hours: [.of("08:00-18:00")], name: "day"),
            .of("ben", .weeks(1), "mon 09:00", hours: [.of("mon,tue,wed,thu,fri 18:00-08:00")], name: "night"))
        let proof = story.prove("2026-11-23 09:00+01:00", "2036-11-24 09:00+01:00")
        #expect(story.spans(proof).first == "2026-11-28 18:00+01:00 – 2026-11-29 08:00+01:00")
        #expect(
            proof.holes.first?.causes == [
                .noLayerAnswers([
                    .init(name: "day", silence: .closed(ends: true, begins: true)),
                    .init(name: "night", silence: .closed(ends: false, begins: false)),
                ])
            ])
        #expect(proof.holes.allSatisfy { $0.clockChange == nil })
        let repeated = proof.repeatedHoles(in: story.zone)
        #expect(repeated.map(\.rhythm) == [.weekly([.saturday, .sunday])])
        #expect(repeated.map(\.holes.count) == [2 * 522])
    }

    @Test("Somebody whom nothing reaches has every second week, 261 times in ten years")
    func unreachable() {
        let story = Story("Europe/Berlin", .of("ana ben", .weeks(1), "mon 10:00"))
        let proof = story.prove("2026-11-23 10:00+01:00", "2036-11-24 10:00+01:00") { $0 != "ben" }
        let repeated = proof.repeatedHoles(in: story.zone)
        #expect(repeated.map(\.rhythm) == [.every(days: 14)])
        #expect(repeated.map(\.holes.count) == [261])
        #expect(proof.holes[0].causes == [.nobodyReachable([.init(user: "ben", by: .turn(layer: "week"))])])
        #expect(proof.holes[0].until - proof.holes[0].from == .days(7))
    }

    @Test("A hole with two causes in a row is one hole")
    func twoCauses() {
        let story = Story(
            "UTC", .of("ana", .weeks(1), "mon 09:00"),
            overrides: [
                .of(1, .remove("ana"), "2026-12-01T00:00:00Z", "2026-12-01T02:00:00Z"),
                .of(2, .cover("ben"), "2026-12-01T02:00:00Z", "2026-12-01T03:00:00Z"),
            ])
        let proof = story.prove("2026-11-23T00:00:00Z", "2026-12-23T00:00:00Z") { $0 == "ana" }
        #expect(story.spans(proof) == ["2026-12-01 00:00+00:00 – 2026-12-01 03:00+00:00"])
        #expect(
            proof.holes[0].causes == [
                .everyoneAway([.init(user: "ana", layer: "week", why: .override(id: 1))]),
                .nobodyReachable([.init(user: "ben", by: .override(id: 2))]),
            ])
    }

    @Test("An era still to begin, an era with nobody, and a schedule that is not there")
    func noPeople() {
        let later = Story("UTC", .of("ana", .weeks(1), "mon 09:00", from: "2027-01-04"))
        let proof = later.prove("2026-11-23T00:00:00Z", "2027-02-01T00:00:00Z")
        #expect(later.spans(proof) == ["2026-11-23 00:00+00:00 – 2027-01-04 09:00+00:00"])
        #expect(
            proof.holes[0].causes == [.noLayerAnswers([.init(name: "week", silence: .notBegun(date("2027-01-04")))])])
        let empty = Story(
            "UTC",
            Layer(
                name: "week", eras: [.of("ana"), .of("", from: "2027-01-04")], turn: .weeks(1),
                handoff: .of("mon 09:00")))
        let holes = empty.prove("2026-11-23T00:00:00Z", "2027-02-01T00:00:00Z").holes
        #expect(holes.map(\.causes) == [[.noLayerAnswers([.init(name: "week", silence: .hasNobody)])]])
        #expect(holes.map(\.from) == [at("2027-01-04T09:00:00Z")])
        let unknown = empty.roster.proveCoverage(
            of: "nowhere", from: at("2026-11-23T00:00:00Z"), until: at("2026-11-24T00:00:00Z"), amendments: .none)
        #expect(unknown.holes.map(\.causes) == [[.unknownSchedule("nowhere")]])
    }

    @Test("Behind another schedule: nobody further in its rotation, or nobody in front at all")
    func behind() {
        var story = Story(
            "UTC", .of("ana", .weeks(1), "mon 00:00", hours: [.of("00:00-12:00")], name: "morning"))
        story.schedules.append(Schedule(id: "second", zone: "UTC", plan: .behind("primary", by: 1)))
        let proof = story.roster.proveCoverage(
            of: "second", from: at("2026-11-23T00:00:00Z"), until: at("2026-11-24T00:00:00Z"), amendments: .none)
        #expect(proof.holes.map(\.from) == [at("2026-11-23T00:00:00Z")])
        #expect(proof.holes.map(\.until) == [at("2026-11-24T00:00:00Z")])
        #expect(
            proof.holes[0].causes == [
                .nobodyElse(behind: "primary"),
                .nobodyInFront(
                    "primary",
                    .noLayerAnswers([.init(name: "morning", silence: .closed(ends: true, begins: true))])),
            ])
    }
}

@Suite("Hours and clocks that change at midnight")
struct MidnightTests {
    @Test("Hours that meet in one zone never lose an hour, whatever quarter they meet at, Cairo's midnights included")
    func oneZone() {
        for quarter in 0..<96 {
            let meets = CivilTime(secondsFromMidnight: quarter * 900)
            let before = Restriction(start: .midnight, end: quarter == 0 ? CivilTime("24:00")! : meets)
            let after = Restriction(start: meets, end: .midnight)
            let story = Story(
                "Africa/Cairo", .of("ana", .weeks(1), "mon 09:00", hours: [before], name: "before"),
                .of("ben", .weeks(1), "mon 09:00", hours: [after], name: "after"))
            let proof = story.prove("2026-04-01T00:00:00Z", "2026-11-15T00:00:00Z")
            #expect(proof.isCovered, "\(meets): \(story.spans(proof).prefix(2))")
        }
    }

    @Test("Cairo's mornings and Tokyo's evenings meet in winter; when Cairo's midnight is skipped an hour is lost")
    func twoZones() {
        let story = cairoAndTokyo
        let proof = story.prove("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
        let cairo = Zones.rules("Africa/Cairo")
        let first = at("2026-04-24T09:00:00Z")
        #expect(cairo.civil(at: first).description == "2026-04-24 12:00")
        #expect(proof.holes.first?.from == first)
        #expect(proof.holes.allSatisfy { $0.until - $0.from == .seconds(3600) })
        let change = ClockChange(zone: "Africa/Cairo", at: at("2026-04-23T22:00:00Z"), bySeconds: 3600)
        #expect(proof.holes.allSatisfy { $0.clockChange == change })
        let repeated = proof.repeatedHoles(in: cairo)
        #expect(repeated.map(\.rhythm) == [.daily])
        // From the change on April 24th to the day before clocks went back on the night to October 30th.
        #expect(repeated.map(\.holes.count) == [189])
    }

    @Test("A hole that is there anyway is not blamed on the clocks")
    func notBlamed() {
        let story = Story("Africa/Cairo", .of("ana", .weeks(1), "mon 09:00", hours: [.of("00:30-00:00")]))
        let proof = story.prove("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
        #expect(proof.holes.count > 360)
        #expect(proof.holes.allSatisfy { $0.clockChange == nil })
        // The half hour that is skipped is no hole.
        #expect(!proof.holes.contains { $0.from == at("2026-04-23T22:00:00Z") })
    }

    private var cairoAndTokyo: Story {
        func layer(_ name: String, _ user: UserID, _ hours: String, _ zone: ZoneID) -> Layer {
            Layer(
                name: name, eras: [Era(people: [user])], turn: .weeks(1), handoff: .of("mon 00:00"),
                restrictions: [.of(hours)], zone: zone)
        }
        var story = Story("Africa/Cairo")
        story.schedules = [
            Schedule(
                id: Story.id, zone: "Africa/Cairo",
                plan: .layers([
                    layer("cairo", "ana", "00:00-12:00", "Africa/Cairo"),
                    layer("tokyo", "chi", "19:00-07:00", "Asia/Tokyo"),
                ]))
        ]
        return story
    }
}

extension Story {
    func prove(_ from: String, _ until: String, reachable: (UserID) -> Bool = { _ in true }) -> CoverageProof {
        roster.proveCoverage(
            of: Self.id, from: at(from), until: at(until), amendments: Amendments(overrides: overrides),
            reachable: reachable)
    }

    func spans(_ proof: CoverageProof) -> [String] {
        proof.holes.map { "\(local($0.from)) – \(local($0.until))" }
    }
}
