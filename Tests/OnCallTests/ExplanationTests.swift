import OnCall
import Testing
import Timekeeping

@Suite("How an answer comes about")
struct ExplanationTests {
    private func explain(_ story: Story, _ moment: String, timeOff: [TimeOff] = []) throws -> OnCallExplanation {
        let amendments = Amendments(overrides: story.overrides, timeOff: timeOff)
        return try #require(story.roster.explain(Story.id, at: at(moment), amendments: amendments))
    }

    @Test("A turn is told with its number, its ends and its era, across a clock change")
    func turn() throws {
        let layer = Layer(
            name: "day", eras: [.of("ana ben", from: "2026-10-01"), .of("chi ana", from: "2026-11-02")],
            turn: .days(1), handoff: .of("01:30"))
        let explained = try explain(Story("Europe/London", layer), "2026-10-25 01:15+00:00")
        let turn = try #require(explained.people.first?.turn)
        #expect(explained.people.map(\.user) == ["ana"])
        #expect(turn.users == ["ana"] && turn.turn == 24 && turn.layer == "day" && turn.zone == "Europe/London")
        // The clocks show 01:30 twice that night; the handoff is at the first.
        #expect(turn.begins == at("2026-10-25 01:30+01:00"))
        #expect(turn.ends == at("2026-10-26 01:30+00:00"))
        #expect(turn.era.from == date("2026-10-01"))
        #expect(turn.eraBegins == at("2026-10-01 01:30+01:00"))
        #expect(turn.eraEnds == at("2026-11-02 01:30+00:00"))
        #expect(turn.opens == nil && turn.closes == nil)
    }

    @Test("The last turn of an era ends where the next era begins, and counting begins anew there")
    func eras() throws {
        let layer = Layer(
            name: "week", eras: [.of("ana ben"), .of("chi ana", from: "2026-11-04")], turn: .weeks(1),
            handoff: Handoff(time: time("10:00")))
        let story = Story("UTC", layer)
        let before = try #require(try explain(story, "2026-11-04 09:00+00:00").people.first?.turn)
        #expect(before.era.from == nil && before.ends == at("2026-11-04 10:00+00:00"))
        let after = try #require(try explain(story, "2026-11-04 10:00+00:00").people.first?.turn)
        #expect(after.turn == 0 && after.users == ["chi"] && after.eraBegins == at("2026-11-04 10:00+00:00"))
        #expect(after.begins == after.eraBegins && after.eraEnds == nil)
    }

    @Test("A restricted layer tells its window, and a person alone has no turns to hand over")
    func window() throws {
        let hours = [Restriction.of("mon,tue,wed,thu,fri 09:00-17:00")]
        let story = Story("Europe/Berlin", .of("ana", .weeks(1), "mon 09:00", hours: hours))
        let turn = try #require(try explain(story, "2026-11-04 12:00+01:00").people.first?.turn)
        #expect(turn.begins == nil && turn.ends == nil)
        #expect(turn.opens == at("2026-11-04 09:00+01:00") && turn.closes == at("2026-11-04 17:00+01:00"))
        #expect(turn.restrictions == hours)
        let outside = try explain(story, "2026-11-07 12:00+01:00")
        #expect(outside.people.isEmpty && outside.answer.hole == .noLayerCovers)
        #expect(outside.next.first?.from == at("2026-11-09 09:00+01:00"))
    }

    @Test("A turn's ends are its handoffs, also those outside the layer's hours")
    func handoffOutsideHours() throws {
        let story = Story("UTC", .of("ana ben", .weeks(1), "mon 00:00", hours: [.of("09:00-17:00")]))
        let turn = try #require(try explain(story, "2026-11-04 12:00+00:00").people.first?.turn)
        #expect(turn.begins == at("2026-11-02 00:00+00:00") && turn.ends == at("2026-11-09 00:00+00:00"))
        #expect(turn.opens == at("2026-11-04 09:00+00:00"))
    }

    @Test("Beneath an override lies the plan with its turn, and overrides that decide nothing are listed too")
    func overrides() throws {
        let story = Story(
            "UTC", .of("ana ben", .days(1), "00:00", from: "2026-11-02"),
            overrides: [
                .of(1, .cover("ben"), "2026-11-02 00:00+00:00", "2026-11-03 00:00+00:00"),
                .of(2, .cover("chi"), "2026-11-02 06:00+00:00", "2026-11-02 18:00+00:00"),
                .of(3, .cover("dia"), "2026-11-04 00:00+00:00", "2026-11-05 00:00+00:00"),
            ])
        let explained = try explain(story, "2026-11-02 12:00+00:00")
        #expect(explained.people.map(\.user) == ["chi"])
        #expect(explained.people.first?.override?.id == 2)
        #expect(explained.overrides.map(\.id) == [2, 1])
        #expect(explained.beneath?.people.map(\.user) == ["ana"])
        #expect(explained.beneath?.people.first?.turn?.turn == 0)
        // At 18:00 and 24:00 the first override and the plan have the same person.
        #expect(explained.next.map(\.from) == [18, 48, 72, 96].map { at("2026-11-02T00:00:00Z") + .hours($0) })
        #expect(try explain(story, "2026-11-03 12:00+00:00").beneath == nil)
    }

    @Test("Whose time off moved the duty is told, with the turn of the person who is off")
    func timeOff() throws {
        let absence = TimeOff(
            user: "ana", from: at("2026-11-02 08:00+00:00"), until: at("2026-11-02 20:00+00:00"),
            source: .holiday(calendar: "germany", name: "Feiertag"))
        let story = Story("UTC", .of("ana ben", .days(1), "00:00", from: "2026-11-02"))
        let explained = try explain(story, "2026-11-02 12:00+00:00", timeOff: [absence])
        let person = try #require(explained.people.first)
        #expect(person.user == "ben" && person.reason == .timeOffCover(of: "ana", layer: "week"))
        #expect(person.timeOff == [absence] && explained.timeOff == [absence])
        #expect(person.turn?.users == ["ana"] && person.turn?.turn == 0)
        #expect(explained.beneath == nil)
    }

    @Test("A place behind tells the rotation it is counted in, through several schedules")
    func behind() throws {
        var story = Story("UTC", .of("ana ben chi", .days(1), "00:00", from: "2026-11-02"))
        story.schedules += [
            Schedule(id: "second", zone: "UTC", plan: .behind(Story.id, by: 1)),
            Schedule(id: "third", zone: "UTC", plan: .behind("second", by: 1)),
        ]
        let explained = try #require(
            story.roster.explain("third", at: at("2026-11-02 12:00+00:00"), amendments: .none))
        let place = try #require(explained.people.first?.place)
        #expect(explained.people.map(\.user) == ["chi"])
        #expect(place.schedule == "second" && place.by == 1)
        #expect(place.rotation?.schedule == Story.id && place.rotation?.users == ["ana"])
        #expect(place.rotation?.era.people == ["ana", "ben", "chi"])
    }

    @Test("A schedule nobody knows is not explained")
    func unknown() {
        let story = Story("UTC", .of("ana", .days(1), "00:00"))
        #expect(story.roster.explain("nothing", at: at("2026-11-02T00:00:00Z"), amendments: .none) == nil)
    }

    @Test("What is told agrees with what is answered, at random moments of random schedules")
    func agrees() throws {
        for seed in 0..<40 as Range<UInt64> {
            var dice = Dice(seed: seed &* 31)
            let world = World(seed: seed, zone: Zones.rules("Europe/Berlin"), firstDay: date("2026-03-01"), days: 60)
            let roster = world.roster
            for schedule in [World.primary, World.second] {
                for _ in 0..<10 {
                    let instant = at("2026-03-01T00:00:00Z") + .minutes(Int64(dice.roll(60 * 24 * 60)))
                    let amendments = Amendments(overrides: world.overrides)
                    let explained = try #require(roster.explain(schedule, at: instant, amendments: amendments))
                    let answer = roster.onCall(schedule, at: instant, amendments: amendments)
                    #expect(explained.answer == answer)
                    #expect(explained.people.map(\.user) == answer.duties.map(\.user))
                    for person in explained.people {
                        guard let turn = person.turn else { continue }
                        #expect(turn.begins ?? .distantPast <= instant && instant < turn.ends ?? .distantFuture)
                        #expect(turn.eraBegins <= instant && instant < turn.eraEnds ?? .distantFuture)
                        #expect(turn.opens ?? .distantPast <= instant && instant < turn.closes ?? .distantFuture)
                        if case .rotation(_, let number) = person.reason {
                            #expect(turn.turn == number && turn.users.contains(person.user))
                        }
                    }
                }
            }
        }
    }
}
