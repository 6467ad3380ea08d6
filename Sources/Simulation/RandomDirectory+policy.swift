import Incidents
import OnCall
import Timekeeping

/// Teams, hours and policies.
extension RandomDirectory {
    static func hour(_ hour: Int) -> CivilTime { CivilTime("\(hour % 24 < 10 ? "0" : "")\(hour % 24):00")! }

    /// Some hours of each day, or of some days.
    static func hours(_ random: inout SeededRandom) -> WeeklyHours {
        let opens = random.number(0...23)
        let days = random.chance(700) ? [] : Weekday.allDays.filter { _ in random.chance(600) }
        return WeeklyHours([Restriction(days: days, start: hour(opens), end: hour(opens + random.number(1...10)))])
    }

    static func teams(_ people: [UserID], _ random: inout SeededRandom) -> [TeamID: Directory.Team] {
        [
            "ops": Directory.Team(id: "ops", members: someOf(people, &random)),
            "void": Directory.Team(id: "void", members: []),
        ]
    }

    static func policy(
        _ id: PolicyID, _ people: [UserID], _ random: inout SeededRandom
    ) -> EscalationPolicy {
        let steps = (0..<random.number(1...4)).map { _ in step(people, &random) }
        let timeouts: EscalationPolicy.AckTimeouts =
            random.pick([.init(), .init(), .init(sev1: .minutes(5), sev2: .minutes(10)), .init(sev1: nil, sev2: nil)])
        return EscalationPolicy(
            id: id, steps: steps, repeats: random.number(0...2), ackTimeouts: timeouts,
            acknowledgements: random.chance(120) ? 2 : 1)
    }

    /// No step names a target twice.
    private static func step(_ people: [UserID], _ random: inout SeededRandom) -> EscalationPolicy.Step {
        let isInTurn = random.chance(150)
        var targets: [Target] = []
        for _ in 0..<random.pick(isInTurn ? [2, 3] : [1, 1, 2]) {
            let target = target(people, &random)
            if !targets.contains(target) { targets.append(target) }
        }
        return EscalationPolicy.Step(
            page: targets,
            wait: random.pick([.seconds(30), .minutes(1), .minutes(2), .minutes(5), .minutes(10), .minutes(30)]),
            when: random.chance(200) ? condition(&random) : nil,
            during: random.chance(120) ? random.pick([.serviceHours, .outsideServiceHours]) : nil,
            recipientHours: random.chance(120) ? hours(&random) : nil, isRoundRobin: isInTurn)
    }

    private static func target(_ people: [UserID], _ random: inout SeededRandom) -> Target {
        if random.chance(140) { return .team(random.chance(900) ? "ops" : "void") }
        return random.chance(600)
            ? .schedule(random.pick(["sun", "week", "short", "short", "gap", "next"])) : .user(random.pick(people))
    }

    private static func condition(_ random: inout SeededRandom) -> EscalationPolicy.Condition {
        random.pick([.init(.atLeast, .sev1), .init(.atMost, .sev3), .init(.equal, .sev2), .init(.atLeast, .sev3)])
    }
}
