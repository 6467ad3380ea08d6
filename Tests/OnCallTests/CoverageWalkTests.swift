import OnCall
import Testing
import Timekeeping

@Suite("The proof against every minute")
struct CoverageWalkTests {
    @Test(
        "The holes of random schedules are exactly the minutes in which nobody reachable is on call",
        arguments: [
            ("Europe/Berlin", "2026-03-28"), ("Africa/Cairo", "2026-04-23"), ("Africa/Cairo", "2026-10-29"),
            ("Australia/Lord_Howe", "2026-04-04"), ("America/Havana", "2026-10-31"), ("UTC", "2027-01-28"),
        ] as [(ZoneID, String)])
    func everyMinute(zone: ZoneID, from: String) {
        let rules = Zones.rules(zone)
        let firstDay = date(from)
        let begin = rules.firstInstant(of: CivilDateTime(date: firstDay, time: .midnight))
        let earlier = firstDay.adding(days: -5)
        let minutes = 2 * 1440
        var (found, covered) = (0, 0)
        for seed in 0..<4 as Range<UInt64> {
            let world = World(
                seed: seed * 7919 + UInt64(firstDay.daysSinceEpoch), zone: rules, elsewhere: Zones.rules("Asia/Tokyo"),
                firstDay: earlier, days: 7)
            let roster = world.roster
            let amendments = Amendments(overrides: world.overrides)
            var dice = Dice(seed: seed)
            let unreachable: Set<UserID> = seed % 2 == 0 ? [] : [dice.pick(["ana", "ben", "chi"]), "dia"]
            for schedule in [seed < 2 ? World.primary : World.second] {
                let proof = roster.proveCoverage(
                    of: schedule, from: begin, until: begin + .minutes(Int64(minutes)), amendments: amendments,
                    reachable: { !unreachable.contains($0) })
                var expected: [[Int]] = []
                for minute in 0..<minutes {
                    let answer = roster.onCall(
                        schedule, at: begin + .minutes(Int64(minute)), amendments: amendments)
                    if answer.duties.contains(where: { !unreachable.contains($0.user) }) {
                        covered += 1
                    } else if expected.last?[1] == minute {
                        expected[expected.count - 1][1] = minute + 1
                    } else {
                        expected.append([minute, minute + 1])
                    }
                }
                let holes = proof.holes.map { hole in
                    [hole.from, hole.until].map { Int(($0 - begin).milliseconds / 60_000) }
                }
                #expect(holes == expected, "seed \(seed), \(schedule) in \(zone)")
                #expect(proof.holes.allSatisfy { !$0.causes.isEmpty })
                found += holes.count
            }
        }
        #expect(found > 0 && covered > 0, "Worlds without holes, or of nothing else, show nothing.")
    }
}

@Suite("Handoffs that move")
struct HandoffMovesTests {
    private func roster(_ zone: ZoneRules, _ people: String = "ana ben") -> Roster {
        Roster(
            schedules: [
                Story.id: Schedule(
                    id: Story.id, zone: zone.id, plan: .layers([.of(people, .weeks(1), "mon 09:00")]))
            ], zones: [zone.id: zone])
    }

    @Test("A zone that keeps its summer time moves the handoffs of that winter, and only those")
    func rulesChanged() {
        let before = roster(Zones.rules("America/Vancouver"))
        let after = roster(.fixed(id: "America/Vancouver", offsetSeconds: -7 * 3600))
        let moves = before.handoffMoves(
            to: after, from: at("2026-10-15T00:00:00Z"), until: at("2026-11-20T00:00:00Z"), amendments: .none)
        #expect(moves.count == 3)
        #expect(moves.allSatisfy { $0.isMoved })
        #expect(moves.map(\.before?.at) == ["02", "09", "16"].map { at("2026-11-\($0)T17:00:00Z") })
        #expect(moves.map(\.after?.at) == ["02", "09", "16"].map { at("2026-11-\($0)T16:00:00Z") })
    }

    @Test("The same rules move nothing; other people at the same instant are a change without a move")
    func otherPeople() {
        let rules = Zones.rules("Europe/Berlin")
        let (from, until) = (at("2026-11-24T00:00:00Z"), at("2026-12-02T00:00:00Z"))
        let same = roster(rules).handoffMoves(to: roster(rules), from: from, until: until, amendments: .none)
        #expect(same.isEmpty)
        let others = roster(rules).handoffMoves(
            to: roster(rules, "ana chi"), from: from, until: until, amendments: .none)
        #expect(others.map(\.isMoved) == [false])
        #expect(others.map { $0.before?.at == $0.after?.at } == [true])
        let gone = roster(rules).handoffMoves(to: roster(rules, "ana"), from: from, until: until, amendments: .none)
        #expect(gone.map(\.after) == [nil])
    }
}
