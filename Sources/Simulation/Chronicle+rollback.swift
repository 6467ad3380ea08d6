import Incidents
import OnCall
import Timekeeping

/// S19, event by event: a rollback from its plan to its end.
extension Chronicle {
    mutating func readRollback(_ event: Event) throws {
        switch event.payload {
        case .servingVersionChanged(let e): try servingChanged(e)
        case .servingVersionProved(let e): try servingProved(e)
        case .rollbackPlanned(let e): try planned(e)
        case .rollbackSurveyed(let e):
            let rollback = try active(e.rollback)
            try demand(.rollbackAsPlanned, rollback.isPlanned, "rollback \(rollback.id) looks before it is planned")
            rollbacks[e.rollback]!.isSurveyed = true
        case .rollbackApproved(let e): try approved(e, reason: event.text?.body)
        case .rollbackApprovalAsked(let e): try approvalAsked(e)
        case .rollbackChangeBegun(let e): try changeBegun(e)
        case .rollbackChangeEnded(let e): try changeEnded(e)
        case .rollbackVerified(let e): try verified(e)
        case .rollbackEnded(let e): try ended(e)
        case .automaticRollbackArmed(let e): try armed(e)
        case .automaticRollbackRefused(let e): try automaticIsDue(e.incident)
        default: break
        }
    }

    func active(_ id: RollbackID) throws -> RollbackStory {
        guard let rollback = rollbacks[id], rollbacksInFlight[rollback.plan.service] == id else {
            throw Broken(.rollbackEnds, "an event of rollback \(id), which is not under way")
        }
        return rollback
    }

    // MARK: The plan

    private mutating func planned(_ e: RollbackPlanned) throws {
        let story = try story(e.rollback.incident)
        let id = e.rollback
        try demand(.rollbackOnce, id.ordinal == story.rollbackCount + 1, "rollback \(id) after \(story.rollbackCount)")
        if let other = rollbacksInFlight[e.service] {
            throw Broken(.rollbackOnce, "rollback \(id) is planned while \(other) is under way")
        }
        try demand(.rollbackAsPlanned, story.service == e.service, "rollback \(id) is of \(e.service)")
        try demand(
            .rollbackAsPlanned, story.isOpen || e.kind == .undo,
            "rollback \(id) is planned, and its incident is resolved")
        guard let policy = directory.services[e.service]?.rollback, policy == e.policy else {
            throw Broken(.rollbackAsPlanned, "rollback \(id) has a policy of its own")
        }
        guard let serving = serving[e.service], serving.state == e.from, serving.target == policy.target else {
            throw Broken(.rollbackAsPlanned, "rollback \(id) is planned on something else than was seen")
        }
        try demand(
            .rollbackAsPlanned, e.to != e.from.version && e.from.available.contains(e.to),
            "rollback \(id) is to \(e.to), which is served or not there")
        try checkKind(e, serving)
        let earlier = rollbacks.values.filter { $0.id.incident == id.incident && ($0.made != nil || $0.isFrozen) }
        let led = earlier.max { $0.id < $1.id }?.plan.to
        let isWayBack = e.kind == .undo && (e.from.version == nil || e.from.version == led)
        let isKnownGood = isWayBack || serving.proved.contains(e.to)
        let second: SecondPersonReason? = policy.needsSecondPerson ? .policy : isKnownGood ? nil : .unproved
        try demand(
            .rollbackApproved, e.secondPerson == (e.by == nil ? nil : second),
            "rollback \(id) needs a second person: \(e.secondPerson.map(\.rawValue) ?? "no")")
        try demand(
            .rollbackEnds, e.expiresMilliseconds == RollbackStory.approvalTime.milliseconds,
            "rollback \(id) expires after \(e.expiresMilliseconds) ms")
        if e.by == nil {
            try demand(
                .rollbackApproved, frozen[e.service] == nil, "rollback \(id) by itself after one without verdict")
            try automaticIsDue(id.incident)
        }
        stories[id.incident]!.rollbackCount += 1
        rollbacks[id] = RollbackStory(e, at: at)
        rollbacksInFlight[e.service] = id
    }

    private func checkKind(_ e: RollbackPlanned, _ serving: ServingStory) throws {
        let isTrue =
            switch e.kind {
            case .lastGood: e.to == serving.lastGood
            case .named: e.to != serving.lastGood && e.by != nil
            case .undo:
                e.by != nil
                    && rollbacks.values.contains {
                        $0.id.incident == e.rollback.incident && $0.plan.from.version == e.to && $0.outcome != nil
                    }
            }
        try demand(.rollbackAsPlanned, isTrue, "rollback \(e.rollback) to \(e.to) is not \(e.kind)")
    }

    // MARK: Without a person

    private mutating func armed(_ e: AutomaticRollbackArmed) throws {
        let story = try story(e.incident)
        let policy = directory.services[story.service]?.rollback?.automatic
        try demand(
            .rollbackApproved, story.state == .triggered && story.arming == nil && policy != nil,
            "\(e.incident) is to roll back by itself: again, or acknowledged, or without a policy")
        try demand(
            .rollbackApproved, e.waitMilliseconds == policy!.afterMilliseconds, "\(e.incident) rolls back too soon")
        stories[e.incident]!.arming = Story.Arming(at: at, wait: .milliseconds(e.waitMilliseconds))
    }

    /// Once per incident, when nobody has acknowledged in time; done or refused.
    private mutating func automaticIsDue(_ id: Incident.ID) throws {
        let story = try story(id)
        guard let arming = story.arming, !arming.isOver, story.state == .triggered else {
            throw Broken(.rollbackApproved, "\(id) rolls back by itself: not armed, again, or somebody has it")
        }
        let early = arming.at + arming.wait - at
        try demand(.rollbackApproved, early <= .zero, "\(id) rolls back by itself \(spoken(early)) early")
        stories[id]!.arming!.isOver = true
    }

    // MARK: The change

    private mutating func changeBegun(_ e: RollbackChangeBegun) throws {
        let rollback = try active(e.rollback)
        let id = e.rollback
        try demand(.noHoles, e.incarnation == incarnation, "rollback \(id) begins in incarnation \(e.incarnation)")
        try demand(.rollbackApproved, rollback.isApproved, "rollback \(id) begins without approval")
        try demand(
            .rollbackOnce, rollback.outcome == nil || rollback.outcome?.result == .notSent || e.isRevert,
            "rollback \(id) begins again after \(rollback.outcome?.result.rawValue ?? "nothing")")
        try demand(
            .rollbackAsPlanned, e.change.to == rollback.wanted(isRevert: e.isRevert), "rollback \(id) goes elsewhere")
        if let unsentAt = rollback.unsentAt {
            try demand(.rollbackOnce, at - unsentAt >= RollbackStory.retryWait, "rollback \(id) is tried again at once")
        }
        let target = directory.services[rollback.plan.service]?.rollback?.target
        try demand(
            .rollbackAsPlanned, target == nil || target == rollback.policy.target,
            "rollback \(id) begins at \(target ?? "") and was planned for \(rollback.policy.target)")
        let seen = serving[rollback.plan.service]?.state
        switch rollback.phase {
        case .planned where !e.isRevert:
            try demand(.rollbackAsPlanned, rollback.isSurveyed, "rollback \(id) begins before anybody looked")
            try demand(
                .rollbackAsPlanned, e.change.expected == rollback.plan.from && isSame(seen, rollback.plan.from),
                "rollback \(id) begins on \(e.change.expected.generation), seen is \(seen?.generation ?? "nothing"), "
                    + "planned was \(rollback.plan.from.generation)")
        case .revertOwed where e.isRevert:
            try demand(
                .rollbackAsPlanned, e.change.expected == rollback.made || e.change.expected == seen,
                "rollback \(id) goes back from what nobody has seen")
        default: throw Broken(.rollbackOnce, "rollback \(id) begins while \(rollback.phase)")
        }
        rollbacks[id]!.phase = .changing(isRevert: e.isRevert, since: at)
        rollbacks[id]!.change = e.change
    }

    private func isSame(_ seen: ServingState?, _ planned: ServingState) -> Bool {
        seen?.version == planned.version && seen?.generation == planned.generation
    }

    private mutating func changeEnded(_ e: RollbackChangeEnded) throws {
        let rollback = try active(e.rollback)
        switch rollback.phase {
        case .changing(e.isRevert, _): break
        case .doubtful(e.isRevert, _):
            try demand(
                .rollbackOnce, e.outcome.result == .applied,
                "rollback \(e.rollback) was in doubt, and is \(e.outcome.result)")
        default: throw Broken(.rollbackOnce, "the change of rollback \(e.rollback) ends while \(rollback.phase)")
        }
        rollbacks[e.rollback]!.phaseBefore = rollback.phase
        rollbacks[e.rollback]!.outcome = e.outcome
        switch e.outcome.result {
        case .applied:
            rollbacks[e.rollback]!.phase = .verifying(isRevert: e.isRevert, since: at)
            rollbacks[e.rollback]!.made = e.outcome.state ?? rollback.made
            rollbacks[e.rollback]!.unsentAt = nil
        case .inDoubt: rollbacks[e.rollback]!.phase = .doubtful(isRevert: e.isRevert, since: at)
        case .notSent:
            rollbacks[e.rollback]!.phase = e.isRevert ? .revertOwed(since: at) : .planned
            rollbacks[e.rollback]!.unsent += 1
            rollbacks[e.rollback]!.unsentAt = at
        case .changedUnderneath, .refused: break
        }
    }

    private mutating func verified(_ e: RollbackVerified) throws {
        let rollback = try active(e.rollback)
        guard case .verifying(e.isRevert, let since) = rollback.phase else {
            throw Broken(.rollbackVerified, "rollback \(e.rollback) has a verdict while \(rollback.phase)")
        }
        if e.verdict == .inconclusive {
            let early = since + rollback.patience(isRevert: e.isRevert) - at
            try demand(.rollbackVerified, early <= .zero, "rollback \(e.rollback) gives up \(spoken(early)) early")
        }
        rollbacks[e.rollback]!.verified = e
        if e.verdict == .failed, !e.isRevert, rollback.plan.from.version != nil {
            rollbacks[e.rollback]!.phase = .revertOwed(since: at)
            rollbacks[e.rollback]!.unsent = 0
            rollbacks[e.rollback]!.unsentAt = nil
        }
    }
}
