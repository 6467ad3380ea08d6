import Incidents
import OnCall
import Timekeeping

/// How people steer incidents here: sooner or later than is wise, and sometimes where there is nothing to steer.
extension World {
    func snooze(_ incident: Incident.ID, _ user: UserID, after wait: Duration) {
        // Now and then it is over before it is heard, or longer than anybody may.
        let length = random.chance(900) ? random.time(.minutes(1), .hours(2)) : random.time(.zero, .hours(26))
        ask(
            .snooze(incident, until: wallNow + wait + length, by: user, via: random.pick([.slack, .link])), after: wait)
    }

    func steer(_ incident: Incident.ID, _ user: UserID, after wait: Duration) {
        let actor = Actor(user: random.chance(900) ? user : nil, via: random.pick([.slack, .cli]))
        switch random.number(0...5) {
        case 4, 5: ask(.assign(incident, to: random.pick(RandomDirectory.users), by: actor), after: wait)
        case 0: ask(.escalate(incident, by: actor), after: wait)
        case 1, 2: ask(.changeSeverity(incident, random.pick(Severity.allCases), by: actor), after: wait)
        default: ask(.page(incident, someTargets(), by: actor), after: wait)
        }
    }

    private func someTargets() -> [Target] {
        let one = Target.user(random.pick(RandomDirectory.users))
        let other = Target.schedule(random.pick(["sun", "week", "short", "gap", "next"]))
        return random.pick([[one], [other], [one, other], [.team("ops")]])
    }

    /// What likes to come while nobody looks.
    func goOn(afterSnoozing incident: Incident.ID, _ user: UserID) {
        let soon = random.time(.seconds(1), .minutes(40))
        switch random.number(0...9) {
        case 0: snooze(incident, user, after: soon)
        case 1, 7, 8: ask(.changeSeverity(incident, .sev1, by: Actor(user: user, via: .slack)), after: soon)
        case 2: ask(.acknowledge(incident, by: random.pick(RandomDirectory.users), via: .push), after: soon)
        case 3: ask(.escalate(incident, by: Actor(user: user, via: .slack)), after: soon)
        case 4 where !isEnding: schedule(.chaos(.clock), after: soon)
        case 5 where !isEnding: schedule(.chaos(.crash), after: soon)
        case 6: ask(.resolve(incident, by: Actor(user: user, via: .mail)), after: soon)
        default: break
        }
    }

    /// A bot and an address book write down what they know, the same thing twice at times.
    func keepBooks(_ incident: Incident.ID, _ user: UserID) {
        let room = ChatRoom(platform: "slack", name: random.pick(["#ops", "#db"]))
        var facts: [ChatRecord] = []
        if random.chance(100) {
            facts.append(.posted(ChatPosted(incident: incident, room: room, channel: "C1", message: "17.\(incident)")))
        }
        if random.chance(100) {
            facts.append(.told(ChatTold(incident: incident, room: room, through: store.lastSequence)))
        }
        if random.chance(20) {
            facts.append(.closed(ChatClosed(incident: incident, room: room, reason: "is_archived")))
        }
        for fact in facts { ask(.noteChat(fact), after: random.time(.zero, .hours(1))) }
        guard random.chance(50) else { return }
        let (method, actor) = (random.pick([.mail, .push] as [ContactMethod]), Actor(user: user, via: .console))
        if random.chance(700) {
            let digest = "\(user) \(random.number(1...3))"
            ask(.verifyContact(user, method, digest: digest, masked: "a…@example.com", by: actor), after: .zero)
        } else {
            ask(.removeContact(user, method, by: actor), after: .zero)
        }
    }

    /// Counts what people brought about, and what happened to it.
    func noteSteering(_ event: Event) {
        switch event.payload {
        case .incidentSnoozed: faults.met(.snoozed)
        case .stepDeferred: faults.met(.stepDeferred)
        case .runDeferred: faults.met(.methodDeferred)
        case .runStarted(let e) where e.reason == .quietEnded: faults.met(.quietEnded)
        case .stepTaken(let e):
            let steps = chronicle.stories[e.incident]?.policy?.steps ?? []
            if steps.indices.contains(e.step), steps[e.step].isRoundRobin { faults.met(.askedInTurn) }
        case .acknowledged(let e) where e.stillNeeded > 0: faults.met(.acknowledgedByOne)
        case .ownerAsked(let e) where e.reason == .assigned: faults.met(.assigned)
        case .peoplePaged: faults.met(.peopleAsked)
        case .severityChanged(let e) where e.by != nil: faults.met(e.to > e.from ? .raisedByPerson : .loweredByPerson)
        case .incidentTriggered(let e):
            switch e.reason {
            case .reopened: faults.met(.reopenedByPerson)
            case .escalated: faults.met(.escalatedByPerson)
            case .severityRaised: faults.met(.worseWhileSnoozed)
            case .assignmentUnconfirmed: faults.met(.assignedInVain)
            case .refired, .stillFiring, .acknowledgementUnconfirmed, .severityUnconfirmed, .snoozeEnded, .rollback:
                break
            }
        default: break
        }
    }

    var isAnythingSnoozed: Bool { chronicle.open.contains { chronicle.stories[$0]?.snoozeEnds != nil } }
}
