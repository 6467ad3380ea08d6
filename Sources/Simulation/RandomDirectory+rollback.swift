import Incidents
import OnCall
import Timekeeping

/// What the services made up may have rolled back.
extension RandomDirectory {
    static func addRollbacks(to directory: inout Directory, _ random: inout SeededRandom) {
        for service in ["db", "web"] as [ServiceID] where random.chance(800) {
            directory.services[service]!.rollback = rollback(of: service, &random)
        }
        let people = directory.users.keys.sorted()
        if random.chance(600) { directory.users[random.pick(people)]!.role = "manager" }
    }

    static func rollback(of service: ServiceID, _ random: inout SeededRandom) -> RollbackPolicy {
        RollbackPolicy(
            target: random.chance(900) ? "model \(service)" : "model \(service) elsewhere",
            needsSecondPerson: random.chance(200), allowsBreakGlass: random.chance(800),
            checks: random.pick(
                [[.readiness], [.readiness, .golden], [.readiness, .golden, .metric], [.readiness, .metric]]),
            verify: random.pick([.seconds(10), .seconds(20), .minutes(1), .minutes(5)]),
            minSamples: random.number(1...5),
            automatic: random.chance(500) ? automatic(&random) : nil)
    }

    private static func automatic(_ random: inout SeededRandom) -> RollbackPolicy.Automatic {
        let matchers = random.chance(300) ? [LabelMatcher(label: "cluster", value: "eu")] : []
        return RollbackPolicy.Automatic(
            matchers: matchers, after: random.pick([.seconds(10), .seconds(30), .minutes(2)]))
    }
}
