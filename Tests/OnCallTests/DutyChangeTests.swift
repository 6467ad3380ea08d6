import OnCall
import Testing
import Timekeeping

@Suite("Rosters edited in mid-week (S4)")
struct DutyChangeTests {
    private func changes(_ old: Story, _ new: Story, _ moment: String, timeOff: [TimeOff] = []) -> [DutyChange] {
        DutyChange.all(
            from: old.roster, to: new.roster, at: at(moment),
            amendments: Amendments(overrides: old.overrides, timeOff: timeOff))
    }

    /// The schedule as the advice would have it.
    private func advised(_ new: Story, _ change: DutyChange) -> Story {
        guard case .layers(let layers) = new.schedules[0].plan else { return new }
        var story = new
        let kept = layers.map { layer in
            Layer(
                name: layer.name, eras: change.advice.first { $0.layer == layer.name }?.eras ?? layer.eras,
                turn: layer.turn, handoff: layer.handoff, restrictions: layer.restrictions, also: layer.also,
                outsideHours: layer.outsideHours, zone: layer.zone)
        }
        story.schedules[0] = Schedule(id: Story.id, zone: new.zone.id, plan: .layers(kept))
        return story
    }

    @Test("People edited in place would move today's shift, and the dated roster that is advised does not")
    func inPlace() throws {
        let old = Story("Europe/Berlin", .of("ana ben", .weeks(1), "mon 10:00"))
        let new = Story("Europe/Berlin", .of("chi ana ben", .weeks(1), "mon 10:00"))
        let moment = "2026-11-04 12:00+01:00"
        let change = try #require(changes(old, new, moment).first)
        #expect(old.who(moment) == "ben")
        #expect(change.before == ["ben"])
        #expect(change.after == ["ana"])
        #expect(change.until == at("2026-11-09 10:00+01:00"))
        #expect(change.advice.map(\.layer) == ["week"])
        #expect(
            change.advice.first?.eras == [.of("ana ben", from: "1970-01-05"), .of("ana ben chi", from: "2026-11-09")])
        let kept = advised(new, change)
        #expect(
            kept.shifts("2026-11-04 12:00+01:00", "2026-12-01 00:00+01:00") == [
                "2026-11-04 12:00+01:00 ben", "2026-11-09 10:00+01:00 ana", "2026-11-16 10:00+01:00 ben",
                "2026-11-23 10:00+01:00 chi", "2026-11-30 10:00+01:00 ana",
            ])
        #expect(changes(old, kept, moment).isEmpty)
    }

    @Test("What is advised moves nobody before the next handoff, whatever the turns and whenever it is asked")
    func always() {
        let turns: [(TurnLength, String, [Restriction])] = [
            (.hours(8), "08:00", []), (.hours(12), "mon 06:00", []), (.days(1), "09:00", []),
            (.days(3), "tue 17:30", []), (.weeks(1), "mon 10:00", [.of("08:00-20:00")]),
            (.weeks(2), "fri 00:00", []), (.months(1), "31 09:00", []), (.hours(5), "00:00", []),
        ]
        var asked = 0
        for (turn, handoff, hours) in turns {
            let old = Story("America/New_York", .of("ana ben chi", turn, handoff, hours: hours))
            let new = Story("America/New_York", .of("dia chi eva ana", turn, handoff, hours: hours))
            for step in 0..<60 {
                let instant = at("2026-10-20T00:17:00-04:00") + .hours(Int64(step * 7))
                for change in DutyChange.all(from: old.roster, to: new.roster, at: instant, amendments: .none) {
                    asked += 1
                    #expect(!change.advice.isEmpty, "\(turn) at \(instant.rfc3339)")
                    let kept = advised(new, change)
                    let end = change.until ?? instant
                    func people(_ story: Story) -> [[UserID]] {
                        story.roster.shifts(Story.id, from: instant, until: end, amendments: .none)
                            .map { $0.duties.map(\.user) }
                    }
                    #expect(people(kept).allSatisfy { $0 == change.before }, "\(turn) at \(instant.rfc3339)")
                    // A roster begins on the handoff's weekday; until then the old one goes on.
                    let later = kept.roster.shifts(
                        Story.id, from: end + .days(15), until: end + .days(200), amendments: .none)
                    #expect(later.contains { $0.duties.first?.user == "eva" })
                    #expect(!later.contains { $0.duties.first?.user == "ben" }, "\(turn) at \(instant.rfc3339)")
                }
            }
        }
        #expect(asked > 200)
    }

    @Test("Who was alone is on call until the end of the day, whatever turns the new people take")
    func aloneBefore() throws {
        let old = Story("Asia/Tokyo", .of("chi", .weeks(1), "00:00"))
        let new = Story("Asia/Tokyo", .of("ana ben chi", .days(1), "09:00"))
        let moment = "2026-11-05 12:00+09:00"
        let change = try #require(changes(old, new, moment).first)
        let kept = advised(new, change)
        #expect(kept.who(moment) == "chi")
        #expect(kept.who("2026-11-05 23:59+09:00") == "chi")
        #expect(kept.who("2026-11-06 09:00+09:00") == "ana")
    }

    @Test("The hours of today that are over stay as they were, also in a layer that is closed by now")
    func hoursPast() throws {
        let layers = { (day: String, night: String) in
            [
                Layer.of(day, .weeks(1), "mon 08:00", hours: [.of("08:00-16:00")], name: "day"),
                Layer.of(night, .weeks(1), "mon 16:00", hours: [.of("16:00-24:00")], name: "night"),
            ]
        }
        let (was, will) = (layers("ana", "ben"), layers("dia", "dia"))
        let (old, new) = (Story("UTC", was[0], was[1]), Story("UTC", will[0], will[1]))
        let change = try #require(changes(old, new, "2026-11-23 23:00+00:00").first)
        let kept = advised(new, change)
        let day = ("2026-11-23 00:00+00:00", "2026-11-24 00:00+00:00")
        #expect(kept.shifts(day.0, day.1) == old.shifts(day.0, day.1))
        #expect(kept.who("2026-11-30 12:00+00:00") == "dia")
    }

    @Test("Rosters that were dated for later stay behind the one that is advised")
    func laterRosters() throws {
        let layer = { (people: String) in
            Layer(
                name: "week", eras: [.of(people, from: "2026-01-05"), .of("dia eva", from: "2027-01-04")],
                turn: .weeks(1), handoff: .of("mon 10:00"))
        }
        let (old, new) = (Story("UTC", layer("ana ben")), Story("UTC", layer("ben ana chi")))
        let change = try #require(changes(old, new, "2026-11-04 12:00+00:00").first)
        #expect(change.advice[0].eras.map(\.people) == [["ana", "ben"], ["ana", "chi", "ben"], ["dia", "eva"]])
        #expect(change.advice[0].eras.last?.from == date("2027-01-04"))
    }

    @Test("No dated roster can say that hours or the length of turns changed, or that somebody is off")
    func noAdvice() throws {
        let old = Story("UTC", .of("ana ben", .weeks(1), "mon 10:00"))
        let moment = "2026-11-04 12:00+00:00"
        let daily = try #require(
            changes(old, Story("UTC", .of("ana ben", .days(1), "10:00")), "2026-11-05 12:00+00:00").first)
        #expect(daily.advice.isEmpty)
        let holiday = TimeOff.of("ben", "2026-11-01 00:00+00:00", "2026-11-20 00:00+00:00")
        let off = Story("UTC", .of("ana ben", .weeks(1), "mon 10:00"), timeOff: [holiday])
        let change = try #require(changes(old, off, moment).first)
        #expect(change.after == ["ana"])
        #expect(change.advice.isEmpty)
    }

    @Test("A schedule that goes is a change, one that comes is none, and an override keeps who is on call")
    func schedulesAndOverrides() throws {
        let old = Story("UTC", .of("ana ben", .weeks(1), "mon 10:00"))
        let new = Story("UTC", .of("ben ana", .weeks(1), "mon 10:00"))
        let moment = "2026-11-04 12:00+00:00"
        let nothing = Roster(schedules: [:], zones: [:])
        let gone = try #require(
            DutyChange.all(from: old.roster, to: nothing, at: at(moment), amendments: .none).first)
        #expect(gone.isGone && gone.after.isEmpty)
        #expect(DutyChange.all(from: nothing, to: old.roster, at: at(moment), amendments: .none).isEmpty)
        var covered = old
        covered.overrides = [.of(1, .cover("ben"), "2026-11-01 00:00+00:00", "2026-11-09 10:00+00:00")]
        #expect(changes(old, new, moment).count == 1)
        #expect(changes(covered, new, moment).isEmpty)
    }

    @Test("People who have a turn together stay together, and the layer's own clock dates the roster")
    func togetherElsewhere() throws {
        let layer = { (turns: [[UserID]]) in
            Layer(
                name: "week", eras: [Era(turns: turns)], turn: .weeks(1), handoff: .of("mon 09:00"),
                zone: "Europe/Berlin")
        }
        let story = { (turns: [[UserID]]) in Story("Europe/Berlin", layer(turns)) }
        let old = story([["ana", "ben"], ["chi"]])
        let new = story([["chi", "dia"], ["ana"], ["eva"]])
        let moments = ["2026-11-04 12:00+01:00", "2026-11-11 12:00+01:00"]
        let moment = try #require(moments.first { !changes(old, new, $0).isEmpty })
        let change = try #require(changes(old, new, moment).first)
        let added = try #require(change.advice.first?.eras.last)
        #expect(Set(added.turns) == [["chi", "dia"], ["ana"], ["eva"]])
        #expect(added.from?.weekday == .monday)
        #expect(changes(old, advised(new, change), moment).isEmpty)
    }
}
