import Incidents
import OnCall
import Timekeeping

/// S19: how rollbacks end, who is called then, and what is known to serve.
extension Chronicle {
    mutating func ended(_ e: RollbackEnded) throws {
        let rollback = try active(e.rollback)
        let service = rollback.plan.service
        try demand(
            .rollbackVerified, e.end != .succeeded || rollback.verified?.verdict == .passed,
            "rollback \(e.rollback) succeeded, and nothing says that it is well")
        try demand(
            .rollbackEnds, isTrue(e, rollback),
            "rollback \(e.rollback) ends \(e.end) (\(e.why)) while \(rollback.phase)")
        try demand(
            .rollbackEnds, e.serving == serving[service]?.state.version,
            "rollback \(e.rollback) ends with \(e.serving ?? "nothing") served, seen was "
                + "\(serving[service]?.state.version ?? "nothing")")
        let isServed =
            switch e.end {
            case .succeeded: e.serving == rollback.plan.to
            case .reverted: e.serving == rollback.plan.from.version
            case .frozen, .refused, .expired, .cancelled: true
            }
        try demand(
            .rollbackEnds, isServed, "rollback \(e.rollback) \(e.end), and \(e.serving ?? "nothing") is served")
        rollbacks[e.rollback]!.phase = .ended(e.end)
        rollbacksInFlight[service] = nil
        switch e.end {
        case .frozen: frozen[service] = e.rollback
        case .succeeded: frozen[service] = nil
        case .reverted, .refused, .expired, .cancelled: break
        }
        // A plan that nobody said yes to is void, and no harm is done.
        let isWanted = ![.refused, .expired].contains(e.end) || rollback.isApproved
        if isWanted, [.frozen, .reverted, .refused, .expired].contains(e.end) { oweCall(e.rollback.incident) }
    }

    private func isTrue(_ e: RollbackEnded, _ rollback: RollbackStory) -> Bool {
        let verdict = rollback.verified?.verdict
        let result = rollback.outcome?.result
        switch (e.end, e.why) {
        case (.succeeded, .verified):
            guard case .verifying(isRevert: false, _) = rollback.phase else { return false }
            return verdict == .passed && rollback.verified?.isRevert == false
        case (.reverted, .takenBack):
            guard case .verifying(isRevert: true, _) = rollback.phase else { return false }
            return verdict == .passed && rollback.verified?.isRevert == true
        case (.expired, .nobodyApproved):
            return rollback.isPlanned && !rollback.isApproved && at - rollback.at >= RollbackStory.approvalTime
        case (.expired, .tooLate):
            let late = at - rollback.at - RollbackStory.approvalTime
            return rollback.isPlanned && rollback.isApproved && rollback.unsent == 0 && late >= .minutes(10)
        case (.cancelled, .calledOff): return rollback.isPlanned && rollback.unsent == 0
        case (.cancelled, .superseded): return rollback.isPlanned && rollback.approvals.isEmpty
        case (.cancelled, .incidentOver):
            return rollback.isPlanned && (!rollback.isApproved || rollback.plan.by == nil)
                && stories[rollback.id.incident]?.isOpen == false
        case (.refused, .changedUnderneath):
            return rollback.isPlanned && (!isAsPlanned(rollback) || isElsewhere(rollback))
                || isFirstChange(rollback) && result == .changedUnderneath
        case (.refused, .refused):
            return isFirstChange(rollback) && result == .refused
                || rollback.isPlanned && rollback.unsent >= RollbackStory.tries
        case (.frozen, .inconclusive):
            guard case .verifying(isRevert: false, _) = rollback.phase else { return false }
            return verdict == .inconclusive
        case (.frozen, .nothingToRevertTo): return verdict == .failed && rollback.plan.from.version == nil
        case (.frozen, .neverSettled):
            guard case .doubtful(_, let since) = rollback.phase else { return false }
            return at - since >= RollbackStory.doubtTime
        case (.frozen, .changedUnderneath): return isChangedSince(rollback)
        case (.frozen, .revertFailed):
            switch rollback.phase {
            case .verifying(isRevert: true, _): return verdict != .passed || rollback.verified?.isRevert == false
            case .changing(isRevert: true, _): return result == .refused
            case .revertOwed: return rollback.unsent >= RollbackStory.tries
            default: return false
            }
        default: return false
        }
    }

    private func isFirstChange(_ rollback: RollbackStory) -> Bool {
        if case .changing(isRevert: false, _) = rollback.phase { true } else { false }
    }

    private func isAsPlanned(_ rollback: RollbackStory) -> Bool {
        guard let seen = serving[rollback.plan.service]?.state else { return false }
        return (seen.version, seen.generation) == (rollback.plan.from.version, rollback.plan.from.generation)
    }

    /// The configuration names another serving layer than the plan was made for.
    private func isElsewhere(_ rollback: RollbackStory) -> Bool {
        directory.services[rollback.plan.service]?.rollback.map { $0.target != rollback.policy.target } ?? false
    }

    /// Somebody else has been there after the change had begun.
    private func isChangedSince(_ rollback: RollbackStory) -> Bool {
        let seen = serving[rollback.plan.service]?.state.version
        let isElsewhere = isElsewhere(rollback)
        switch rollback.phase {
        case .doubtful where isElsewhere, .verifying where isElsewhere, .revertOwed where isElsewhere: return true
        case .changing(isRevert: true, _): return rollback.outcome?.result == .changedUnderneath
        case .doubtful: return seen != rollback.plan.to && seen != rollback.plan.from.version
        case .verifying(let isRevert, _): return seen != rollback.wanted(isRevert: isRevert)
        case .planned, .changing, .revertOwed, .ended: return false
        }
    }

    // MARK: Calling people

    /// It did not end well: whoever has the incident is asked, or it calls anew.
    private mutating func oweCall(_ id: Incident.ID) {
        guard let story = stories[id] else { return }
        switch story.state {
        case .acknowledged: stories[id]!.owedCall = story.snoozeEnds == nil ? .question : .trigger
        case .resolved where !hasOpenSibling(story): stories[id]!.owedCall = .trigger
        case .triggered, .resolved:
            let people = whoeverHad(story).filter { hasRules($0, story.urgency) }
            stories[id]!.cause = Story.Cause(reason: .rollback, people: people, at: at, unmet: people)
        }
    }

    /// Whoever it was that had it, as far as they are still on; without one, whom it called last.
    private func whoeverHad(_ story: Story) -> [UserID] {
        guard story.state == .resolved, let owner = story.owner else {
            return story.answers.flatMap(\.people).filter { !$0.isHeldBack }.map(\.user)
        }
        return holders(story, owner) ?? [owner]
    }

    mutating func checkTriggeredByRollback(_ story: Story, _ e: IncidentTriggered) throws {
        if story.owedCall == .trigger {
            if !story.isOpen { stories[story.id]!.isReopenedByPerson = true }
            return
        }
        guard story.state == .acknowledged, let question = story.question, question.reason == .rollback else {
            throw Broken(.rollbackCalls, "\(story.id) is triggered again, and no rollback went wrong")
        }
        let early = question.at + question.wait - at
        try demand(.ownership, early <= .zero, "\(story.id) is triggered again \(spoken(early)) early")
    }

    mutating func checkAskedByRollback(_ story: Story, _ e: OwnerAsked, _ holders: [UserID]?) throws {
        try demand(.rollbackCalls, story.owedCall == .question, "\(story.id) asks, and no rollback went wrong")
        try demand(
            .ownership, e.users == [story.owner!] || e.users == holders, "\(story.id) asks \(e.users) about a rollback")
        stories[story.id]!.owedCall = nil
    }

    /// What must hold of an incident's rollback whenever a batch is complete.
    func checkRollbackWhole(_ story: Story) throws {
        try demand(
            .rollbackCalls, story.owedCall == nil || story.stoppedAt == at,
            "\(story.id): its rollback did not end well, and nobody is called")
        guard let id = rollbacksInFlight[story.service], id.incident == story.id, let rollback = rollbacks[id] else {
            return
        }
        try demand(
            .rollbackApproved, rollback.approvals.isEmpty || rollback.isApproved || rollback.asked > 0,
            "rollback \(id) needs a second person, and nobody is asked")
    }

    // MARK: What is served

    mutating func servingChanged(_ e: ServingVersionChanged) throws {
        let known = serving[e.service].flatMap { $0.target == e.target ? $0 : nil }
        try demand(.servingSeen, known?.state != e.state, "\(e.service) serves what it served")
        try demand(.servingSeen, e.from == known?.state.version, "\(e.service) served \(e.from ?? "nothing") before")
        var story = known ?? ServingStory(target: e.target, state: e.state, since: at)
        if e.state.version == nil || known?.state.version != e.state.version { story.since = at }
        if e.rollback != nil, let left = e.from, left != e.state.version { story.proved.removeAll { $0 == left } }
        story.state = e.state
        serving[e.service] = story
    }

    mutating func servingProved(_ e: ServingVersionProved) throws {
        guard var story = serving[e.service] else {
            throw Broken(.servingSeen, "\(e.service) version \(e.version) is good, and nobody has looked")
        }
        if e.by == nil {
            let isQuiet = !open.contains { stories[$0]?.service == e.service }
            let since = max(story.since, troubledAt[e.service] ?? .zero)
            try demand(
                .servingSeen,
                story.state.version == e.version && isQuiet && rollbacksInFlight[e.service] == nil
                    && at - since >= RollbackStory.provedAfter,
                "\(e.service) version \(e.version) is good after \(spoken(at - since))")
        } else {
            try demand(
                .servingSeen, story.state.available.contains(e.version) || story.state.version == e.version,
                "\(e.service) version \(e.version) is good, and not there")
        }
        story.proved.removeAll { $0 == e.version }
        story.proved.append(e.version)
        serving[e.service] = story
    }

    mutating func noteTrouble(_ payload: EventPayload) {
        switch payload {
        case .incidentOpened(let e): troubledAt[e.service] = at
        case .incidentTriggered(let e): if let story = stories[e.incident] { troubledAt[story.service] = at }
        case .incidentResolved(let e): if let story = stories[e.incident] { troubledAt[story.service] = at }
        default: break
        }
    }

    // MARK: Nothing is left half done

    func checkRollbacks(now: Moment, health: Health) throws {
        for id in rollbacksInFlight.values.sorted() {
            guard let rollback = rollbacks[id] else { continue }
            func demand(by due: Moment, _ what: String) throws {
                guard due < now else { return }
                let late = health.time(from: due, to: now)
                guard late > Self.slack else { return }
                throw Broken(.rollbackEnds, "rollback \(id): \(what) is \(spoken(late)) overdue")
            }
            switch rollback.phase {
            case .planned where !rollback.isApproved:
                try demand(by: rollback.at + RollbackStory.approvalTime, "its expiry")
                if let asked = rollback.askedAt {
                    try demand(by: asked + RollbackStory.secondPersonTime, "asking the next second person")
                }
            case .planned:
                let since = max(rollback.approvedAt ?? rollback.at, rollback.unsentAt ?? .zero, startedAt)
                try demand(by: since + Self.callTime, "its change")
            case .changing(_, let since): try demand(by: since + RollbackStory.changeTime, "the end of its change")
            case .doubtful(_, let since): try demand(by: since + RollbackStory.doubtTime, "the end of the doubt")
            case .verifying(let isRevert, let since):
                let due = max(since, startedAt) + rollback.patience(isRevert: isRevert) + .seconds(20)
                try demand(by: due, "its verdict")
            case .revertOwed(let since):
                try demand(by: max(since, rollback.unsentAt ?? .zero, startedAt) + Self.callTime, "its way back")
            case .ended: break
            }
        }
        for id in open {
            guard let story = stories[id], story.state == .triggered, let arming = story.arming, !arming.isOver else {
                continue
            }
            let due = arming.at + arming.wait + Self.blindness
            guard due < now, health.time(from: due, to: now) > Self.slack else { continue }
            throw Broken(.rollbackEnds, "\(id) was to roll back by itself at \(due)")
        }
    }

    /// How long it waits for a look before it says that it cannot see.
    private static let blindness = Duration.minutes(2)
    /// Two calls that are not answered, and a try again.
    private static let callTime = Duration.seconds(50)
}
