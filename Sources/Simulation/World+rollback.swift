import Incidents
import OnCall
import Timekeeping

/// How people roll back here: with the right yes, the wrong one, twice, too late, and alone.
extension World {
    /// Somebody has an incident of a service that can be rolled back.
    func considerRollback(_ id: Incident.ID, _ user: UserID, eagerness: Int = 900) {
        guard let service = chronicle.stories[id]?.service, directory.services[service]?.rollback != nil,
            random.chance(eagerness)
        else { return }
        let wait = random.time(.seconds(1), .minutes(3))
        let version = random.chance(450) ? nil : random.pick(["1", "2", "3", "4", "4", "5", "9 9"])
        ask(.planRollback(id, to: version, by: Actor(user: random.chance(900) ? user : nil, via: .slack)), after: wait)
        if random.chance(100) {
            ask(.planRollback(id, to: nil, by: Actor(user: user, via: .cli)), after: wait + .milliseconds(5))
        }
    }

    func goOn(afterPlanning id: Incident.ID, _ actor: Actor) {
        let user = actor.user ?? random.pick(RandomDirectory.users)
        let wait = random.chance(850) ? random.time(.seconds(1), .minutes(4)) : random.time(.minutes(10), .hours(1))
        switch random.number(0...19) {
        case 0..<11: approve(id, user, after: wait)
        case 11, 12: approve(id, random.pick(RandomDirectory.users), after: wait)
        case 13, 14:
            approve(id, user, after: wait)
            approve(id, user, after: wait + random.time(.milliseconds(1), .minutes(3)))
        case 15, 16:
            let reason = random.pick(["nobody else is awake", "nobody else is awake", " "])
            ask(.approveRollback(id, by: user, via: .cli, breakGlass: reason, plan: shown(id)), after: wait)
        case 17: ask(.cancelRollback(id, by: actor), after: wait)
        default: break
        }
        if random.chance(40) { ask(.cancelRollback(id, by: actor), after: random.time(.seconds(1), .minutes(30))) }
        if random.chance(120), !isEnding, let service = chronicle.stories[id]?.service {
            schedule(.chaos(.underneath(service)), after: wait + .milliseconds(random.number(-2000...2000)))
        }
        if random.chance(100) { ask(.resolve(id, by: actor), after: random.time(.seconds(1), .minutes(15))) }
        if random.chance(60), !isEnding {
            schedule(.chaos(.crash), after: wait + random.time(.milliseconds(1), .minutes(3)))
        }
    }

    private func approve(_ id: Incident.ID, _ user: UserID, after wait: Duration) {
        let via: Via = random.pick([.slack, .link])
        ask(.approveRollback(id, by: user, via: via, breakGlass: nil, plan: shown(id)), after: wait)
    }

    /// The plan that somebody looks at, if they say which.
    private func shown(_ id: Incident.ID) -> RollbackID? {
        guard random.chance(800), let story = chronicle.stories[id], story.rollbackCount > 0 else { return nil }
        return RollbackID(incident: id, ordinal: story.rollbackCount)
    }

    /// Somebody is asked for a yes.
    func considerApproval(_ id: Incident.ID, _ user: UserID) {
        switch random.number(0...9) {
        case 0..<4: approve(id, user, after: random.time(.seconds(5), .minutes(4)))
        case 4, 5: approve(id, user, after: random.time(.minutes(4), .minutes(40)))
        case 6:
            ask(.cancelRollback(id, by: Actor(user: user, via: .link)), after: random.time(.seconds(5), .minutes(9)))
        default: break
        }
    }

    /// Counts what came of rollbacks, and what people make of it.
    func noteRollback(_ event: Event) {
        switch event.payload {
        case .rollbackPlanned(let e):
            faults.met(e.by == nil ? .rollbackAutomatic : .rollbackTaken)
            if e.kind == .undo { faults.met(.rollbackUndone) }
        case .automaticRollbackRefused: faults.met(.rollbackAutomaticRefused)
        case .rollbackApprovalAsked: faults.met(.rollbackSecondPerson)
        case .rollbackApproved(let e):
            if e.isBreakGlass { faults.met(.rollbackAlone) }
        case .rollbackChangeBegun(let e):
            if chronicle.stories[e.rollback.incident]?.isOpen == false { faults.met(.rollbackOverResolved) }
        case .rollbackEnded(let e):
            switch e.end {
            case .succeeded: faults.met(.rollbackSucceeded)
            case .reverted: faults.met(.rollbackReverted)
            case .frozen: faults.met(.rollbackFrozen)
            case .refused: faults.met(.rollbackRefused)
            case .expired: faults.met(.rollbackExpired)
            case .cancelled: faults.met(.rollbackCancelled)
            }
            if e.end != .cancelled { goOn(afterRollback: e.rollback.incident) }
        default: break
        }
    }

    private func goOn(afterRollback id: Incident.ID) {
        guard !isScripted, !isEnding, let story = chronicle.stories[id] else { return }
        let involved = story.runs.map(\.user)
        let isInvolved = !involved.isEmpty && random.chance(900)
        let actor = Actor(user: isInvolved ? random.pick(involved) : random.pick(RandomDirectory.users), via: .slack)
        switch random.number(0...9) {
        case 0, 1, 2: ask(.undoRollback(id, by: actor), after: random.time(.seconds(1), .minutes(5)))
        case 3..<10:
            let version = random.chance(500) ? nil : random.pick(["1", "2", "3"])
            ask(.planRollback(id, to: version, by: actor), after: random.time(.seconds(1), .seconds(30)))
        default: break
        }
    }

    func noteRefusal(_ refusal: Refusal) {
        switch refusal {
        case .rollback(.notOnCall): faults.met(.rollbackWrongPerson)
        case .rollback(.needsSecondPerson): faults.met(.rollbackApprovedTwice)
        case .rollback(.planVoid): faults.met(.rollbackVoid)
        default: break
        }
    }

    /// Whether what somebody is told about a rollback is in the log.
    func isDurable(_ command: Command) -> Bool {
        func some(_ id: Incident.ID, _ isIt: (RollbackStory) -> Bool) -> Bool {
            chronicle.rollbacks.values.contains { $0.id.incident == id && isIt($0) }
        }
        switch command {
        case .planRollback(let id, let version, let actor):
            return some(id) { $0.plan.by?.user == actor.user && (version == nil || version == $0.plan.to) }
        case .approveRollback(let id, let user, _, _, let plan):
            return some(id) { $0.approvals.contains(user) && (plan == nil || plan == $0.id) }
        case .cancelRollback(let id, _): return some(id) { $0.phase == .ended(.cancelled) }
        case .undoRollback(let id, let actor):
            return some(id) { $0.plan.kind == .undo && $0.plan.by?.user == actor.user }
        case .declareGood(let service, let version, _):
            return chronicle.serving[service]?.proved.contains(version) == true
        default: return true
        }
    }

    // MARK: The log against what really happened

    /// What is said to have come of a change is what its serving layer answered, or what was seen of it afterwards.
    func checkOutcome(_ e: RollbackChangeEnded) throws {
        guard let rollback = chronicle.rollbacks[e.rollback] else { return }
        let service = rollback.plan.service
        if case .doubtful(_, let since) = rollback.phaseBefore {
            let wanted = rollback.wanted(isRevert: e.isRevert)
            let isSeen = recorder.shown[service, default: [:]].contains {
                $0.key.version == wanted && $0.value >= since
            }
            return try demand(
                .rollbackVerified, isSeen, "rollback \(e.rollback) is applied, and nobody has seen \(wanted ?? "it")")
        }
        switch e.outcome.result {
        case .inDoubt: break
        case .notSent:
            let left = recorder.calls.contains {
                $0.change?.rollback == e.rollback && $0.change?.isRevert == e.isRevert && $0.hasLeft
            }
            try demand(.rollbackOnce, !left, "rollback \(e.rollback) is called not sent, and has left the house")
        case .applied, .changedUnderneath, .refused:
            try demand(
                .rollbackEnds, recorder.answers[service] == e.outcome.result,
                "rollback \(e.rollback): \(e.outcome.result), and the answer was "
                    + "\(recorder.answers[service]?.rawValue ?? "none")")
        }
    }

    /// No data is never healthy: a verdict rests on looks that were answered.
    func checkVerdict(_ e: RollbackVerified, decided: Moment, process: Int) throws {
        guard let rollback = chronicle.rollbacks[e.rollback] else { return }
        let looks = recorder.looks[rollback.plan.service, default: []]
            .filter { $0.process == process && $0.answered <= decided }
        let counted = rollback.counted(isRevert: e.isRevert)
        let wanted = rollback.wanted(isRevert: e.isRevert)
        switch e.verdict {
        case .passed:
            let run = looks.reversed().prefix { look in
                look.version == wanted
                    && counted.allSatisfy { kind in look.checks.contains { $0.kind == kind && $0.result == .passed } }
            }
            let isShort = rollback.isShort(isRevert: e.isRevert)
            let span = run.first.map { $0.began - run.last!.began } ?? .zero
            try demand(
                .rollbackVerified,
                run.count >= (isShort ? 2 : rollback.policy.minSamples)
                    && (isShort || span >= .milliseconds(rollback.policy.verifyMilliseconds)),
                "rollback \(e.rollback) passed after \(run.count) good looks in \(spoken(span))")
        case .failed:
            let isBad = looks.last?.checks.contains { counted.contains($0.kind) && $0.result == .failed } == true
            try demand(.rollbackVerified, isBad, "rollback \(e.rollback) failed, and nothing of it was seen to fail")
        case .inconclusive: break
        }
    }

    /// A plan stands on what was seen last, and lately.
    func checkGround(_ e: RollbackPlanned, decided: Moment) throws {
        let seen = recorder.sights[e.service]?.last { $0.at <= decided }
        try demand(
            .rollbackAsPlanned, seen?.state == e.from,
            "rollback \(e.rollback) is planned on \(e.from.generation), and \(seen?.state.generation ?? "nothing") was seen"
        )
        let age = decided - (recorder.lastSeen[e.service] ?? .zero)
        try demand(
            .rollbackAsPlanned, age <= .minutes(2), "rollback \(e.rollback) is planned \(spoken(age)) after a look")
    }

    func checkSeen(_ e: ServingVersionChanged) throws {
        try demand(
            .servingSeen, recorder.shown[e.service]?[e.state] != nil,
            "\(e.service) serves \(e.state.version ?? "nothing") (\(e.state.generation)), which nobody has seen")
    }

    /// In the end nothing is under way, and the log knows what serves.
    func checkServingQuiet() throws {
        for (service, id) in chronicle.rollbacksInFlight.sorted(by: { $0.key < $1.key }) {
            throw Broken(.rollbackEnds, "rollback \(id) of \(service) never ended")
        }
        for (service, layer) in serving.sorted(by: { $0.key < $1.key })
        where directory.services[service]?.rollback != nil {
            try demand(
                .servingSeen, chronicle.serving[service]?.state == layer.state,
                "\(service) serves \(layer.version ?? "nothing") (\(layer.state.generation)) in the end, the log says "
                    + "\(chronicle.serving[service]?.state.version ?? "nothing")")
        }
    }
}
