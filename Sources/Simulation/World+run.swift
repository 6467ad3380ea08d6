import EngineCore
import Incidents
import OnCall
import Timekeeping

extension World {
    /// Makes the world of that seed and lives it through.
    /// - Throws: `Broken`, with seed and trace, when a promise was not kept.
    package static func live(seed: UInt64, options: RunOptions = RunOptions()) throws -> (Report, Trace) {
        do {
            let world = make(seed, options, isTraced: options.isTraced)
            try world.lifeOfChaos()
            return (world.report(seed), world.trace)
        } catch is Broken where !options.isTraced {
            // The same again, slowly and with every line written down.
            var traced = options
            traced.isTraced = true
            return try live(seed: seed, options: traced)
        } catch var broken as Broken {
            broken.seed = seed
            throw broken
        }
    }

    /// The log that the world of that seed left behind, for tests of what is made of logs.
    package static func log(seed: UInt64) throws -> (events: [Event], directory: Directory) {
        let world = make(seed, RunOptions(), isTraced: false)
        try world.lifeOfChaos()
        return (world.store.log, world.directory)
    }

    private static func make(_ seed: UInt64, _ options: RunOptions, isTraced: Bool) -> World {
        var random = SeededRandom(seed: seed)
        let began = Instant(seconds: 1_795_392_000) + .minutes(Int64(random.number(0...20_000)))
        let change = began + .minutes(Int64(random.number(0...480)))
        let directory = RandomDirectory.make(&random, clocksChange: change, hasRollbacks: options.hasRollbacks)
        var limits = Limits()
        if random.chance(400) { limits.batch = random.number(1...4) }
        if random.chance(300) { limits.slotsPerMethod = random.number(1...3) }
        if random.chance(200) { limits.inbox = random.number(2...20) }
        return World(
            seed: random.next(), began: began, directory: directory, limits: limits, plant: options.plant,
            isTraced: isTraced)
    }

    /// Worlds of consecutive seeds until that many incidents have been seen.
    package static func live(
        seed: UInt64, incidents: Int, options: RunOptions = RunOptions()
    ) throws -> Report {
        var report = Report(seed: seed)
        var next = seed
        while report.incidents < incidents {
            report += try live(seed: next, options: options).0
            next += 1
        }
        return report
    }

    private func report(_ seed: UInt64) -> Report {
        var report = Report(seed: seed)
        report.worlds = 1
        report.incidents = chronicle.stories.count
        report.events = store.log.count
        report.faults = faults
        report.simulated = now - .zero
        report.attempts = ledger.entries.count
        report.arrivals = ledger.entries.count { $0.arrived != nil }
        report.pages = chronicle.stories.values.reduce(0) { $0 + $1.pages.count }
        return report
    }

    private func lifeOfChaos() throws {
        do {
            try liveThroughChaos()
        } catch var broken as Broken {
            broken.at = now
            broken.trace = trace.lines
            throw broken
        }
    }

    private func liveThroughChaos() throws {
        temper = .wild(&random)
        let length = random.time(.hours(1), .hours(8))
        for user in RandomDirectory.users {
            characters[user] = random.pick(weighted: [(3, .prompt), (3, .slow), (2, .absent)])
        }
        makeAlerts(until: length)
        makeChaos(until: length)
        makeServing(until: length)
        schedule(.checkpoint(.calm), after: length)
        schedule(.checkpoint(.healed), after: length + .minutes(30))
        schedule(.checkpoint(.settled), after: length + .hours(2))
        schedule(.checkpoint(.tidied), after: length + .hours(2) + .minutes(1))
        try start()
        let quiet = length + .hours(3) + .minutes(1)
        schedule(.checkpoint(.quiet), after: quiet)
        try run(until: .zero + quiet)
        // Two days of looking at serving layers take their time.
        if random.chance(directory.rollbackServices.isEmpty ? 100 : 30) { try forgetEverything(after: quiet) }
    }

    /// Two days later nothing is remembered, and nothing had to be.
    private func forgetEverything(after quiet: Duration) throws {
        let isExpectant = directory.integrations.values.contains { $0.expectEvery != nil }
        try run(until: .zero + quiet + .hours(50))
        guard !isExpectant, let core = process?.core, chronicle.open.isEmpty else { return }
        try demand(
            .replayAgrees, core.book.incidents.isEmpty, "\(core.book.incidents.count) incidents are never forgotten")
    }

    private func makeAlerts(until length: Duration) {
        let integrations = directory.integrations.keys.sorted()
        for number in 0..<random.number(4...24) {
            let integration = random.pick(integrations)
            let service = random.pick(["db", "web", "jobs", nil] as [ServiceID?])
            var labels = ["cluster": random.pick(["eu", "us"])]
            if let service { labels["service"] = service.rawValue } else { faults.met(.unrouted) }
            let group = random.chance(300) ? random.pick(["g1", "g2"]) : nil
            let home = service ?? directory.integrations[integration]?.service ?? directory.unrouted
            let key = AlertKey(integration: integration, key: "a\(number)")
            let isByLabel = directory.services[home]?.groupBy.isEmpty == false
            let own = group.map { "group \(integration) \($0)" } ?? "alert \(key.integration) \(key.key)"
            chronicle.identities[key] = "\(home) " + (isByLabel ? "cluster \(labels["cluster"]!)" : own)
            alerts.append(
                AlertSource(
                    key: key, labels: labels, group: group, service: home, namesEpisodes: random.chance(600),
                    repeats: random.chance(700) ? random.time(.seconds(20), .minutes(10)) : nil,
                    severity: random.pick(Severity.allCases), turnsLeft: random.number(1...4)))
            schedule(.alertTurns(number, .fire), after: random.time(.seconds(1), length))
        }
    }

    private func makeChaos(until length: Duration) {
        // Each world has some of the kinds of trouble, and not always the same.
        func some(_ chaos: Chaos, atMost: Int) {
            guard random.chance(700) else { return }
            for _ in 0..<random.number(0...atMost) {
                schedule(.chaos(chaos), after: .milliseconds(random.number(0...Int(length.milliseconds))))
            }
        }
        some(.clock, atMost: random.pick([0, 6]))
        some(.outage, atMost: random.pick([0, 3]))
        some(.crash, atMost: random.pick([0, 4]))
        some(.pagerSpell, atMost: 2)
        some(.edit, atMost: 4)
        some(.override, atMost: 7)
        some(.unreadable, atMost: 2)
        some(.storm, atMost: random.pick([0, 3]))
        some(.batch, atMost: 1)
        some(.declare, atMost: 1)
        some(.arrangement, atMost: 16)
        let change = directory.roster.zones["Jump"]?.nextTransition(after: began - .seconds(1)) ?? began
        schedule(.chaos(.clocksChange), after: change - began)
        some(.silence, atMost: random.pick([0, 0, 4, 12]))
    }
}
