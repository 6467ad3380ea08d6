import Incidents
import OnCall
import Timekeeping

/// Makes up small configurations, and edits them.
struct RandomDirectory {
    static let users: [UserID] = ["ana", "ben", "cai", "dee", "eli", "fay"]
    static let integrations: [IntegrationID] = ["prom", "grafana", "cron", "hook"]
    /// - Parameter change: when one of the zones changes its clocks.
    static func zones(_ change: Instant, _ random: inout SeededRandom) -> [ZoneID: ZoneRules] {
        let (winter, summer) = (Duration.hours(1), Duration.hours(2))
        let isSpring = random.chance(500)
        return [
            "UTC": .utc, "East": .fixed(id: "East", offsetSeconds: 19_800),
            "West": .fixed(id: "West", offsetSeconds: -28_800),
            "Jump": .changing("Jump", from: isSpring ? winter : summer, to: isSpring ? summer : winter, at: change),
        ]
    }

    static func make(
        _ random: inout SeededRandom, clocksChange change: Instant, hasRollbacks: Bool = false
    ) -> Directory {
        let zones = zones(change, &random)
        let people = Array(users.prefix(random.number(2...6)))
        var directory = Directory(
            version: 1, users: [:], roster: Roster(schedules: [:], zones: zones), policies: [:], services: [:],
            unrouted: "stray", lastResort: [.user(people[0])], inboxCounts: false)
        for user in people { directory.users[user] = person(user, &random) }
        // Somebody can always be woken, or there would be nothing to promise.
        directory.users[people[0]]!.reachableBy.insert(random.pick([.sms, .webhook, .call]))
        directory.roster = roster(people, zones, &random)
        directory.teams = teams(people, &random)
        if random.chance(300) { directory.lastResort.append(.schedule("sun")) }
        for policy in ["base", "deep", "soft"] as [PolicyID] {
            directory.policies[policy] = self.policy(policy, people, &random)
        }
        for service in ["db", "web", "jobs", "stray"] as [ServiceID] {
            directory.services[service] = Directory.Service(
                id: service, policy: random.pick(["base", "deep", "soft"]),
                groupBy: service == "web" && random.chance(500) ? ["cluster"] : [],
                refireWindow: random.pick([.zero, .minutes(5), .minutes(15), .minutes(15), .minutes(40)]),
                hours: random.chance(400)
                    ? ZonedHours(zone: random.pick(["UTC", "Jump"]), hours: hours(&random)) : nil)
        }
        directory.routes = (["db", "web", "jobs"] as [ServiceID]).map { service in
            Directory.Route(
                matchers: [LabelMatcher(label: "service", value: service.rawValue)], service: service,
                severity: random.chance(100) ? random.pick(Severity.allCases) : nil)
        }
        for integration in integrations.prefix(random.number(2...4)) {
            directory.integrations[integration] = Directory.Integration(
                id: integration,
                expectEvery: random.chance(200) ? random.time(.minutes(10), .hours(1)) : nil,
                service: random.chance(200) ? "jobs" : nil)
        }
        // Drawn from no dice: the worlds of earlier seeds stay as they were.
        directory.runbooks = (1...7).map { number in
            RunbookRule(
                id: RunbookID(rawValue: "book-\(number)"), title: "Book \(number)",
                matches: [[LabelMatcher(label: "service", value: number < 6 ? "db" : "jobs")]],
                severities: number == 7 ? [.sev1] : [])
        }
        directory.services["web"]?.runbooks = ["book-2", "book-1"]
        directory.services["db"]?.runbooks = ["book-7"]
        if random.chance(hasRollbacks ? 1000 : 450) { addRollbacks(to: &directory, &random) }
        return directory
    }

    private static func person(_ user: UserID, _ random: inout SeededRandom) -> Directory.User {
        Directory.User(
            id: user, name: user.rawValue, zone: random.pick(["UTC", "East", "West", "Jump"]), rules: rules(&random),
            reachableBy: reachable(&random), quiet: random.chance(350) ? hours(&random) : nil)
    }

    private static func rules(_ random: inout SeededRandom) -> [Urgency: [NotificationRule]] {
        var rules: [Urgency: [NotificationRule]] = [:]
        for urgency in Urgency.allCases where random.chance(600) {
            rules[urgency] = (0..<random.number(1...4)).map { _ in
                NotificationRule(
                    random.pick([.inbox, .webhook, .sms, .call, .push]),
                    after: random.chance(500) ? .zero : random.time(.seconds(10), .minutes(10)))
            }
        }
        return rules
    }

    private static func reachable(_ random: inout SeededRandom) -> Set<ContactMethod> {
        if random.chance(120) { return [] }
        var methods: Set<ContactMethod> = random.chance(700) ? [.inbox] : []
        for method in [.webhook, .sms, .call, .push] as [ContactMethod] where random.chance(450) {
            methods.insert(method)
        }
        return methods
    }

    private static func roster(
        _ people: [UserID], _ zones: [ZoneID: ZoneRules], _ random: inout SeededRandom
    ) -> Roster {
        var schedules: [ScheduleID: Schedule] = [:]
        let first = random.number(0...23)
        schedules["sun"] = Schedule(
            id: "sun", zone: "UTC",
            plan: .layers(
                (0..<3).map { shift in
                    Layer(
                        name: "shift \(shift)", eras: [Era(people: someOf(people, &random))], turn: .days(1),
                        handoff: Handoff(time: hour(first + shift * 8)),
                        restrictions: [Restriction(start: hour(first + shift * 8), end: hour(first + shift * 8 + 8))])
                }))
        schedules["week"] = schedule(
            "week", people, .weeks(1),
            Handoff(weekday: random.pick(Array(Weekday.allDays)), time: hour(random.number(0...23))),
            [], &random)
        schedules["short"] = schedule(
            "short", people, .hours(random.pick([1, 2, 4])), Handoff(time: hour(random.number(0...23))), [], &random)
        let opens = random.number(0...23)
        schedules["gap"] = schedule(
            "gap", people, .days(1), Handoff(time: hour(opens)),
            [Restriction(start: hour(opens), end: hour(opens + 4))], &random)
        schedules["next"] = Schedule(id: "next", zone: "UTC", plan: .behind("short", by: 1))
        return Roster(schedules: schedules, zones: zones)
    }

    private static func schedule(
        _ id: ScheduleID, _ people: [UserID], _ turn: TurnLength, _ handoff: Handoff, _ restrictions: [Restriction],
        _ random: inout SeededRandom
    ) -> Schedule {
        let layer = Layer(
            name: "only", eras: [Era(people: someOf(people, &random))], turn: turn, handoff: handoff,
            restrictions: restrictions)
        return Schedule(id: id, zone: random.pick(["UTC", "East", "West", "Jump"]), plan: .layers([layer]))
    }

    static func someOf(_ people: [UserID], _ random: inout SeededRandom) -> [UserID] {
        Array(random.shuffled(people).prefix(random.number(1...people.count)))
    }

    /// One change, as a person would make it in the middle of an incident. The person of the last resort stays.
    static func edit(
        _ directory: Directory, _ random: inout SeededRandom, _ faults: inout FaultCounts
    ) -> Directory {
        var edited = directory
        edited.version += 1
        faults.met(.directoryEdited)
        let people = directory.users.keys.sorted()
        let movable = people.filter { directory.lastResort[0] != .user($0) }
        switch random.number(0...4) {
        case 0:
            guard !movable.isEmpty else { break }
            let user = random.pick(movable)
            edited.users[user] = person(user, &random)
            edited.users[user]!.role = directory.users[user]!.role
        case 1:
            let policy = random.pick(directory.policies.keys.sorted())
            edited.policies[policy] = self.policy(policy, people, &random)
        case 2: edited.roster = roster(people, directory.roster.zones, &random)
        case 3:
            let service = random.pick(["db", "web"] as [ServiceID])
            guard directory.services.values.contains(where: { $0.rollback != nil }) else { break }
            edited.services[service]!.rollback = random.chance(200) ? nil : rollback(of: service, &random)
        default:
            guard movable.count > 1 else { break }
            faults.met(.personRemoved)
            let left = people.filter { [gone = random.pick(movable)] in $0 != gone }
            edited.users = directory.users.filter { left.contains($0.key) }
            edited.roster = roster(left, directory.roster.zones, &random)
            edited.teams = teams(left, &random)
            for policy in directory.policies.keys.sorted() {
                edited.policies[policy] = self.policy(policy, left, &random)
            }
        }
        return edited
    }
}

extension Weekday {
    static var allDays: [Weekday] { (1...7).map { Weekday(rawValue: $0)! } }
}
