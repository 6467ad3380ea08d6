import OnCall
import Testing
import Timekeeping

@Suite("Against a walk of every minute")
struct WalkerTests {
    /// Each of these stretches holds a clock change out of the ordinary, or a month that is too short.
    static let hard: [(ZoneID, String)] = [
        ("Europe/Berlin", "2026-03-10"), ("Europe/Berlin", "2026-10-10"), ("America/New_York", "2026-10-18"),
        ("Australia/Lord_Howe", "2026-03-20"), ("Australia/Lord_Howe", "2026-09-20"), ("Africa/Cairo", "2026-04-10"),
        ("Africa/Cairo", "2026-10-15"), ("America/Havana", "2026-02-25"), ("America/Havana", "2026-10-20"),
        ("America/Santiago", "2026-03-22"), ("America/Santiago", "2026-08-25"), ("Asia/Beirut", "2026-03-15"),
        ("Atlantic/Azores", "2026-10-12"), ("Africa/Casablanca", "2026-02-05"), ("Africa/El_Aaiun", "2027-02-01"),
        ("Europe/Dublin", "2026-10-12"), ("Antarctica/Troll", "2026-03-15"), ("Antarctica/Troll", "2026-10-12"),
        ("Pacific/Apia", "2011-12-15"), ("UTC", "2027-01-28"), ("UTC", "2028-02-20"),
        ("America/St_Johns", "2006-10-15"),
    ]
    static let schedules = 500
    static let groups = 20
    static let instantsEach = 200
    /// The longest stretch, for the hard ones; around other zones' changes of clocks it is a week or two.
    static let days = 32

    /// A made-up world and its walk.
    private struct Case {
        let world: World
        let walked: WalkedSchedule
        let begin: Instant
        /// The minute of the first change of clocks.
        let change: Int?
    }

    @Test(
        "100 000 random instants of 500 random schedules over all zones: the same people as the walk finds",
        arguments: 0..<groups)
    func agree(group: Int) {
        for number in stride(from: group, to: Self.schedules, by: Self.groups) {
            let found = Self.make(number)
            let (world, begin) = (found.world, found.begin)
            let (roster, amendments) = (world.roster, world.amendments)
            var dice = Dice(seed: ~world.seed)
            for sample in 0..<Self.instantsEach {
                // One in four falls into the hours around the change of clocks.
                let anywhere = 4 * 1440 + dice.roll(world.days * 1440)
                let minute = sample % 4 == 1 ? (found.change ?? anywhere) + dice.roll(-240...240) : anywhere
                let instant = begin + .minutes(Int64(minute)) + .milliseconds(dice.roll(60_000))
                let isSecond = sample % 3 == 2
                let expected = isSecond ? found.walked.peopleBehind : found.walked.people
                let schedule = isSecond ? World.second : World.primary
                let answer = roster.onCall(schedule, at: instant, amendments: amendments)
                let context = "schedule \(number), \(schedule) in \(world.zone.id)"
                if answer.duties.map(\.user) != expected(minute) || answer.duties.isEmpty != (answer.hole != nil) {
                    Issue.record(
                        "\(context) at \(instant.rfc3339): \(answer.duties.map(\.user)), not \(expected(minute))")
                }
                if sample % 25 == 0 { checkEdges(of: answer, at: minute, begin, expected, context) }
            }
        }
    }

    @Test("Every zone of the tz database has its turn")
    func allZones() {
        #expect(Self.schedules - 2 * Self.hard.count >= Zones.all.count)
    }

    /// The hard stretches twice, then every zone around one of its changes of clocks from 2024 to 2040.
    private static func make(_ number: Int) -> Case {
        var dice = Dice(seed: UInt64(number) &* 7919)
        let zone: ZoneRules
        let firstDay: CivilDate
        let days: Int
        if number < 2 * hard.count {
            let (id, from) = hard[number / 2]
            (zone, firstDay, days) = (Zones.rules(id), date(from), Self.days)
        } else {
            zone = Zones.all[(number - 2 * hard.count) % Zones.all.count]
            let anytime = at("2024-01-01T00:00:00Z") + .days(Int64(dice.roll(17 * 365)))
            let change = zone.nextTransition(after: anytime) ?? anytime
            days = dice.pick([7, 7, 7, 14])
            firstDay = zone.civil(at: change).date.adding(days: -dice.roll(1..<days - 1))
        }
        let elsewhere = dice.roll(2) == 0 ? dice.pick(Zones.all) : nil
        let world = World(
            seed: UInt64(number), zone: zone, elsewhere: elsewhere, firstDay: firstDay, days: days)
        let begin = zone.firstInstant(of: CivilDateTime(date: firstDay.adding(days: -4), time: .midnight))
        var walkers: [ZoneID: Walker] = [:]
        for rules in [zone, elsewhere ?? zone] where walkers[rules.id] == nil {
            walkers[rules.id] = Walker(rules, from: begin, days: days + 9)
        }
        let change = zone.nextTransition(after: begin).map { Int(($0 - begin).milliseconds / 60_000) }
        return Case(
            world: world, walked: WalkedSchedule(world, walkers: walkers), begin: begin,
            change: change.flatMap { $0 < (days + 4) * 1440 ? $0 : nil })
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
