import OnCall
import Testing
import Timekeeping

@Suite("Against a walk of every minute")
struct WalkerTests {
    static let days = 32
    /// Each stretch holds a clock change, or a month that is too short.
    static let stretches: [(ZoneID, String)] = [
        ("Europe/Berlin", "2026-03-10"), ("Europe/Berlin", "2026-10-10"), ("America/New_York", "2026-10-18"),
        ("Australia/Lord_Howe", "2026-03-20"), ("Australia/Lord_Howe", "2026-09-20"), ("Africa/Cairo", "2026-04-10"),
        ("Africa/Cairo", "2026-10-15"), ("America/Havana", "2026-02-25"), ("America/Havana", "2026-10-20"),
        ("America/Santiago", "2026-03-22"), ("America/Santiago", "2026-08-25"), ("Asia/Beirut", "2026-03-15"),
        ("Atlantic/Azores", "2026-10-12"), ("Africa/Casablanca", "2026-02-05"), ("Europe/Dublin", "2026-10-12"),
        ("Antarctica/Troll", "2026-03-15"), ("Antarctica/Troll", "2026-10-12"), ("Pacific/Apia", "2011-12-15"),
        ("UTC", "2027-01-28"), ("America/St_Johns", "2006-10-15"),
    ]
    static let worldsEach = 5
    static let instantsEach = 100

    @Test("10 000 random instants of random schedules: the same people as the walk finds", arguments: stretches)
    func agree(zone: ZoneID, from: String) {
        let rules = Zones.rules(zone)
        let firstDay = date(from)
        let begin = rules.firstInstant(of: CivilDateTime(date: firstDay.adding(days: -3), time: .midnight))
        let walker = Walker(rules, from: begin, days: Self.days + 8)
        let change = rules.nextTransition(after: begin).map { Int(($0 - begin).milliseconds / 60_000) }
        let stretch = Self.stretches.firstIndex { $0 == (zone, from) }!
        for number in 0..<Self.worldsEach {
            let seed = UInt64(stretch * 1000 + number)
            let world = World(seed: seed, zone: rules, firstDay: firstDay, days: Self.days)
            let walked = WalkedSchedule(world, walker: walker)
            let roster = world.roster
            var dice = Dice(seed: ~seed)
            for sample in 0..<Self.instantsEach {
                // One in four falls into the hours around the change of clocks.
                let anywhere = 3 * 1440 + dice.roll(Self.days * 1440)
                let minute = sample % 4 == 1 ? (change ?? anywhere) + dice.roll(-240...240) : anywhere
                let instant = begin + .minutes(Int64(minute)) + .milliseconds(dice.roll(60_000))
                for (schedule, expected) in [
                    (World.primary, walked.people), (World.second, walked.peopleBehind),
                ] {
                    let answer = roster.onCall(
                        schedule, at: instant, amendments: Amendments(overrides: world.overrides))
                    #expect(
                        answer.duties.map(\.user) == expected(minute),
                        "seed \(seed), \(schedule) at \(instant.rfc3339) in \(zone)")
                    #expect(answer.duties.isEmpty == (answer.hole != nil), "seed \(seed) at \(instant.rfc3339)")
                    if sample % 25 == 0 {
                        checkEdges(of: answer, at: minute, begin, expected, "seed \(seed), \(schedule), \(zone)")
                    }
                }
            }
        }
    }

    /// Walks a day forward and back for what the answer says about changes.
    private func checkEdges(
        of answer: OnCallAnswer, at minute: Int, _ begin: Instant, _ people: (Int) -> [UserID], _ context: String
    ) {
        let reach = 1440
        let now = people(minute)
        let first = now.first
        var (change, left, absent): (Int?, Int?, Int?) = (nil, nil, nil)
        var next = minute + 1
        while change == nil || (left == nil && first != nil), next <= minute + reach {
            let then = people(next)
            if change == nil, Set(then) != Set(now) { change = next }
            if left == nil, let first, !then.contains(first) { left = next }
            next += 1
        }
        var before = minute - 1
        while let first, absent == nil, before >= minute - reach {
            if !people(before).contains(first) { absent = before }
            before -= 1
        }

        let instant = { (minute: Int) in begin + .minutes(Int64(minute)) }
        if let change {
            #expect(answer.nextChange == instant(change), "\(context) at \(answer.at.rfc3339)")
        } else if let claimed = answer.nextChange {
            #expect(claimed > instant(minute + reach), "\(context) at \(answer.at.rfc3339)")
        }
        if let left { #expect(answer.duties.first?.until == instant(left), "\(context) at \(answer.at.rfc3339)") }
        if let absent {
            #expect(answer.duties.first?.since == instant(absent + 1), "\(context) at \(answer.at.rfc3339)")
        }
    }
}
