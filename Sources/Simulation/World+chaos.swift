import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Trouble that comes at its own time.
enum Chaos {
    case clock, outage, crash, pagerSpell, edit, override, arrangement, silence, unreadable, storm, batch, declare
    case clocksChange
    case underneath(ServiceID)
    case servingSpell(ServiceID)
    case servingHonest(ServiceID)
}

enum Checkpoint {
    /// No more faults from here on.
    case calm
    /// Half an hour later nothing that is owed may be left lying.
    case healed
    /// Everything the senders called over must be over.
    case settled
    /// A person resolves what is left.
    case tidied
    /// Nothing may be left to do.
    case quiet
}

extension World {
    func wreak(_ chaos: Chaos) throws {
        switch chaos {
        case .clock:
            // A clock that is set while the program is down cannot be told from time that has passed.
            guard process != nil else { return }
            let step = random.time(.seconds(2), .hours(2))
            let isForward = random.chance(500)
            faults.met(isForward ? .clockForward : .clockBack)
            if isAnythingSnoozed { faults.met(.clockStepsWhileSnoozed) }
            stepClock(by: isForward ? step : .zero - step)
        case .outage:
            faults.met(.storeOutage)
            store.isAwayUntil = now + random.time(.seconds(1), .minutes(20))
            note("the store is away until \(store.isAwayUntil)")
        case .crash:
            if mayCrash, !isEnding { try crash(downFor: downtime()) }
        case .pagerSpell:
            let method = random.pick([.inbox, .webhook, .sms, .call, .push] as [ContactMethod])
            let fate = randomFault(random.time(.milliseconds(10), .seconds(5)))
            pagerModes = [
                PagerMode(method: method, user: nil, fate: fate, until: now + random.time(.minutes(1), .hours(1)))
            ]
            note("\(method): \(fate)")
        case .edit: edit(to: RandomDirectory.edit(directory, &random, &faults))
        case .override: overrideSomething()
        case .arrangement: arrangeSomething()
        case .silence: silenceSomething()
        case .unreadable:
            faults.met(.unreadable)
            let integration = random.pick(directory.integrations.keys.sorted())
            let body = UnreadableAlert(problem: "It is not JSON.", body: "<html>")
            requests.append(Request(unreadable: [body], integration: integration))
            try send(request: requests.count - 1)
        case .storm:
            faults.met(.storm)
            let idle = alerts.indices.filter { !alerts[$0].isBusy }
            for index in idle { try take(alerts[index].isFiring ? .repeatFiring : .fire, of: index) }
        case .batch: try sendBatch()
        case .clocksChange: if !chronicle.open.isEmpty { faults.met(.clocksChange) }
        case .underneath(let service): if !isEnding { changeUnderneath(service) }
        case .servingSpell(let service): beginServingSpell(service)
        case .servingHonest(let service): endServingSpell(service)
        case .declare:
            ask(
                .declare(
                    random.pick(["db", "web", "jobs"]), title: "It feels slow", body: "",
                    severity: random.pick(Severity.allCases),
                    by: Actor(user: random.pick(RandomDirectory.users), via: .cli)),
                after: .zero)
        }
    }

    /// One request that speaks for several alerts.
    private func sendBatch() throws {
        let integration = random.pick(directory.integrations.keys.sorted())
        let idle = alerts.indices.filter { alerts[$0].key.integration == integration && !alerts[$0].isBusy }
        guard !idle.isEmpty else { return }
        var signals: [AlertSignal] = []
        for index in idle {
            if !alerts[index].isFiring {
                alerts[index].isFiring = true
                alerts[index].episode += 1
                schedule(.alertTurns(index, .resolve), after: random.time(.seconds(20), .hours(2)))
            }
            signals.append(alerts[index].signal(.firing))
        }
        try request(idle, signals)
    }

    private func overrideSomething() {
        if random.chance(450), let override = chronicle.amendments.overrides.last {
            faults.met(.overrideRemoved)
            return ask(.removeOverride(override.id, by: Actor(user: nil, via: .api)), after: .zero)
        }
        faults.met(.overrideAdded)
        let (one, other) = (random.pick(RandomDirectory.users), random.pick(RandomDirectory.users))
        let kind: Override.Kind = random.pick([
            .cover(one), .cover(one), .replace(one, with: other), .remove(one), .add(one),
        ])
        let from = wallNow + random.time(.seconds(1), .hours(2)) - .minutes(random.pick([0, 30]))
        ask(
            .addOverride(
                random.pick(["sun", "week", "short", "gap"]), from: from,
                until: from + random.time(.minutes(5), .hours(8)),
                kind: kind, leaveHole: random.chance(300), by: Actor(user: one, via: .console)),
            after: .zero)
    }

    func reach(_ checkpoint: Checkpoint) throws {
        note("checkpoint: \(checkpoint)")
        switch checkpoint {
        case .calm:
            temper = .calm
            isEnding = true
            pagerModes = []
            store.isAwayUntil = min(store.isAwayUntil, now)
            calmServing()
            for index in alerts.indices {
                alerts[index].turnsLeft = 0
                schedule(.alertTurns(index, .resolve), after: random.time(.seconds(1), .minutes(20)))
            }
            try start()
        case .healed: try checkLiveness()
        case .settled:
            try checkSenders()
            try checkLiveness()
            try checkReplay()
        case .tidied:
            for id in chronicle.open { ask(.resolve(id, by: Actor(user: nil, via: .api)), after: .zero) }
        case .quiet: try checkQuiet()
        }
    }

    /// The log and the senders agree on what fires.
    private func checkSenders() throws {
        for source in alerts where source.episode > 0 {
            try demand(.answeredIsDurable, !source.isBusy, "\(source.key.key) has waited for an answer for an hour")
            let place = chronicle.places[source.key].flatMap { chronicle.stories[$0] }
            let isHeldBack = chronicle.silencing.held[source.key] != nil
            let isKnown = place?.alerts[source.key] != nil || chronicle.silencing.everHeld.contains(source.key)
            let isFiring = isHeldBack || place?.alerts[source.key]?.isFiring == true
            try demand(
                .refiring, isKnown && isFiring == source.isFiring,
                "\(source.key.key) fires: \(source.isFiring); the log says otherwise")
        }
        for id in chronicle.open {
            let story = chronicle.stories[id]!
            let isOurs = story.alerts.keys.contains { $0.integration == .tocsin }
            try demand(
                .refiring, story.isDeclared || story.isReopenedByPerson || isOurs,
                "\(id) is open and all its alerts are resolved")
        }
    }

    private func checkQuiet() throws {
        for story in chronicle.stories.values.sorted(by: { $0.id < $1.id }) where !story.isOpen {
            for page in story.pages { try demand(.pageEnds, page.end != nil, "page \(page.id) never ended") }
        }
        guard let process else { throw Broken(.oneAtATime, "nothing runs in the end") }
        try demand(.oneAtATime, process.tickets.isEmpty, "\(process.tickets.count) tickets were never answered")
        for index in requests.indices {
            try demand(.answeredIsDurable, requests[index].isDone, "request \(index + 1) was never answered")
        }
        try checkReports()
        try checkServingQuiet()
        try checkReplay()
    }
}
