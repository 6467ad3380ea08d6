import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Silences and maintenance windows, as people make them.
extension World {
    func silenceSomething() {
        let actor = Actor(user: random.pick(RandomDirectory.users), via: .cli)
        if random.chance(100) { return tellDigest() }
        if random.chance(300) {
            let open = chronicle.silencing.open.keys.sorted()
            return ask(.removeSilence(open.isEmpty ? 1 : random.pick(open), by: actor), after: .zero)
        }
        let from = wallNow + (random.chance(300) ? random.time(.seconds(1), .hours(2)) : .zero - .seconds(5))
        var wanted = WantedSilence(
            from: from, until: from + random.time(.minutes(1), .hours(3)), reason: "deploying")
        switch random.number(0...9) {
        case ..<4: wanted.services = [random.pick(["db", "web", "jobs"])]
        case ..<7: wanted.matchers = [LabelMatcher(label: "cluster", value: random.pick(["eu", "us"]))]
        case ..<9:
            wanted.services = ["db", "web"]
            wanted.matchers = [LabelMatcher(label: "cluster", comparison: .notEqual, value: "eu")]
        default: break
        }
        ask(.addSilence(wanted, isConfirmed: random.chance(800), by: actor), after: .zero)
    }

    /// As the sender of notices does, and sometimes twice.
    private func tellDigest() {
        let user = random.pick(directory.users.keys.sorted())
        let today = directory.zone(of: user).civil(at: wallNow).date
        let waiting = chronicle.open.filter { chronicle.stories[$0]?.urgency == .low }
        for _ in 0..<random.number(1...2) { ask(.tellDigest(user, day: today, waiting), after: .zero) }
    }

    func noteSilence(_ event: Event) {
        switch event.payload {
        case .silenceAdded: faults.met(.silenceAdded)
        case .silenceEnded(let e): faults.met(e.by == nil ? .silenceOver : .silenceRemoved)
        case .alertSuppressed: faults.met(.alertSuppressed)
        case .suppressionEnded(let e): faults.met(e.reason == .resolved ? .resolvedWhileSilenced : .suppressedReleased)
        default: break
        }
    }

    /// A sender's alert that is in no incident, and rightly so.
    func isHeldBack(_ signal: AlertSignal) -> Bool {
        if chronicle.silencing.held[signal.alert] != nil { return true }
        return signal.episode != nil && chronicle.silencing.endedInside[signal.alert] == signal.episode
            && chronicle.silencing.everHeld.contains(signal.alert)
    }

    /// `silence db for 2h by ana`, `silence db in 1h for 2h cluster=eu`, `silence everything for 2h really`,
    /// `unsilence 1 by ana`.
    func silencing(_ words: [String], _ options: [String: String], _ line: Scenario.Line) throws -> Command {
        let user = words.firstIndex(of: "by").map { UserID(rawValue: words[$0 + 1]) }
        let actor = Actor(user: user, via: .api)
        guard words.count > 1 else { throw ScenarioProblem(line, "which?") }
        if words[0] == "unsilence" {
            guard let id = Int(words[1]) else { throw ScenarioProblem(line, "which silence?") }
            return .removeSilence(id, by: actor)
        }
        let wait = try words.firstIndex(of: "in").map { try SmallDirectory.duration(words[$0 + 1], line) } ?? .zero
        let length = try words.firstIndex(of: "for").map { try SmallDirectory.duration(words[$0 + 1], line) }
        let from = wallNow + wait
        let matchers = options.sorted { $0.key < $1.key }.map { LabelMatcher(label: $0.key, value: $0.value) }
        let services = words[1] == "everything" ? [] : [ServiceID(rawValue: words[1])]
        return .addSilence(
            WantedSilence(
                matchers: matchers, services: services, from: from, until: from + (length ?? .hours(1)),
                reason: "deploying"),
            isConfirmed: words.contains("really"), by: actor)
    }
}
