import Incidents
import Timekeeping

/// What goes wrong at serving layers, and what is there when a world begins.
extension World {
    func makeServing(until length: Duration) {
        let services = directory.services.keys.sorted().filter { directory.services[$0]?.rollback != nil }
        for service in directory.services.keys.sorted() {
            let versions = ["1", "2", "3", "4"]
            var wellness: [String: Wellness] = [:]
            for version in versions {
                wellness[version] = random.pick(weighted: [(5, .good), (2, .bad), (2, .flaky)])
            }
            let served = random.chance(50) ? nil : random.pick(versions)
            serving[service] = FakeServing(versions: versions, serving: served, wellness: wellness)
            serving[service]!.comparesAndSets = random.chance(500)
        }
        for service in services {
            for version in random.shuffled(["1", "2", "3"]).prefix(random.number(2...3)) {
                ask(
                    .declareGood(service, version: version, by: Actor(user: nil, via: .api)),
                    after: random.time(.seconds(5), .minutes(5)))
            }
            for _ in 0..<random.number(0...3) {
                schedule(
                    .chaos(.underneath(service)), after: .milliseconds(random.number(0...Int(length.milliseconds))))
            }
            for _ in 0..<random.pick([0, 2, 6]) {
                schedule(
                    .chaos(.servingSpell(service)), after: .milliseconds(random.number(0...Int(length.milliseconds))))
            }
        }
    }

    /// A deployer deploys, or somebody turns it back by hand.
    func changeUnderneath(_ service: ServiceID) {
        guard var layer = serving[service] else { return }
        faults.met(.servingUnderneath)
        let isNew = random.chance(300)
        let version = isNew ? "\(layer.available.count + 1)" : random.pick(layer.available)
        if isNew { layer.wellness[version] = random.pick(Wellness.allCases) }
        layer.turn(to: random.chance(30) ? nil : version)
        serving[service] = layer
        note("somebody has \(service) serve \(layer.version ?? "nothing")")
        if isNew, random.chance(300) {
            ask(
                .declareGood(service, version: version, by: Actor(user: nil, via: .api)),
                after: random.time(.seconds(1), .minutes(2)))
        }
    }

    /// For a while it is away, or says what is not so.
    func beginServingSpell(_ service: ServiceID) {
        let length = random.time(.seconds(10), .minutes(30))
        switch random.number(0...2) {
        case 0:
            serving[service]!.isAwayUntil = now + length
            note("\(service) is away until \(now + length)")
        case 1:
            serving[service]!.liesAboutReadiness = true
            schedule(.chaos(.servingHonest(service)), after: length)
        default:
            serving[service]!.hasNoMetric = true
            schedule(.chaos(.servingHonest(service)), after: length)
        }
    }

    func endServingSpell(_ service: ServiceID) {
        serving[service]!.liesAboutReadiness = false
        serving[service]!.hasNoMetric = false
    }

    func calmServing() {
        for service in serving.keys.sorted() {
            endServingSpell(service)
            serving[service]!.isAwayUntil = min(serving[service]!.isAwayUntil, now)
        }
    }

    func fate(of change: ServingChange, _ service: ServiceID) -> ServingFate {
        if let forced = servingFates[service]?.first {
            servingFates[service]!.removeFirst()
            return forced
        }
        if isScripted {
            return now < serving[service]!.isAwayUntil ? .notSent(after: .zero) : .answers(after: .zero)
        }
        let wait = random.time(.milliseconds(200), .seconds(40))
        if now < serving[service]!.isAwayUntil {
            faults.met(.servingUnsent)
            return .notSent(after: wait)
        }
        if random.chance(250) {
            // Somebody else was quicker, or is.
            schedule(
                .chaos(.underneath(service)),
                after: random.time(.milliseconds(1), wait + .seconds(random.pick([0, 0, 90]))))
        }
        if random.chance(150) { beginServingSpell(service) }
        if random.chance(200), !isEnding { schedule(.chaos(.crash), after: random.time(.milliseconds(1), wait)) }
        guard temper.servingFault > 0, random.chance(650 + temper.servingFault / 2) else {
            return .answers(after: wait)
        }
        return randomFate(wait, random.pick(serving[service]!.available), service)
    }

    private func randomFate(_ wait: Duration, _ other: String, _ service: ServiceID) -> ServingFate {
        switch random.number(0...10) {
        case 0:
            faults.met(.servingRefuses)
            return .refuses(after: wait)
        case 1:
            faults.met(.servingUnsent)
            return .notSent(after: wait)
        case 2:
            faults.met(.servingLost)
            return .lost(after: wait)
        case 3:
            faults.met(.servingDrops)
            return .drops(after: wait)
        case 4:
            faults.met(.servingSilentChange)
            return .silent(after: random.chance(700) ? random.time(.seconds(30), .minutes(40)) : nil)
        case 5:
            faults.met(.servingDenies)
            return .deniesIt(after: wait)
        case 6:
            faults.met(.servingClaims)
            if random.chance(900) { serving[service]!.liesAboutReadiness = true }
            return .claims(after: wait)
        case 7:
            faults.met(.servingHalf)
            return .half(to: random.chance(500) ? nil : other, after: wait)
        default: return .answers(after: random.time(.minutes(5), .minutes(25)))
        }
    }
}
