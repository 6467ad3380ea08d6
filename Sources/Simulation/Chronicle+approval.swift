import Incidents
import OnCall
import Timekeeping

/// S19: who says yes to a rollback, and who is asked to.
extension Chronicle {
    mutating func approved(_ e: RollbackApproved, reason: String?) throws {
        let rollback = try active(e.rollback)
        let story = try story(e.rollback.incident)
        try demand(
            .rollbackApproved, rollback.isPlanned && !rollback.isApproved, "rollback \(e.rollback) is approved again")
        let age = at - rollback.at
        try demand(
            .rollbackApproved, age <= RollbackStory.approvalTime,
            "rollback \(e.rollback) is approved after \(spoken(age))"
        )
        guard let by = e.by else {
            try demand(
                .rollbackApproved, rollback.plan.by == nil && e.isComplete && !e.isBreakGlass,
                "rollback \(e.rollback) is approved by nobody")
            rollbacks[e.rollback]!.approvals.append(nil)
            rollbacks[e.rollback]!.approvedAt = at
            return
        }
        guard let user = by.user, directory.users[user] != nil else {
            throw Broken(.rollbackApproved, "rollback \(e.rollback) is approved by a stranger")
        }
        if e.isBreakGlass {
            let hasReason = reason?.contains { !$0.isWhitespace } == true
            try demand(
                .rollbackApproved, rollback.policy.allowsBreakGlass && hasReason && e.isComplete,
                "rollback \(e.rollback): one person alone, without leave or without a reason")
            callManagers(story, besides: user)
        } else {
            try demand(.rollbackApproved, mayApprove(user, story), "rollback \(e.rollback): \(user) may not approve")
            let others = rollback.approvals.filter { $0 != user }
            let isEnough = rollback.plan.secondPerson == nil || !others.isEmpty
            try demand(
                .rollbackApproved, e.isComplete == isEnough && (isEnough || rollback.approvals.isEmpty),
                "rollback \(e.rollback): \(user) after \(rollback.approvals.count) others, complete: \(e.isComplete)")
        }
        rollbacks[e.rollback]!.approvals.append(user)
        if e.isComplete { rollbacks[e.rollback]!.approvedAt = at }
    }

    /// Whoever is on call for it now, or was paged for it.
    private func mayApprove(_ user: UserID, _ story: Story) -> Bool {
        story.runs.contains { $0.user == user } || targets(story).flatMap(people).contains(user)
    }

    private func targets(_ story: Story) -> [Target] {
        let today = directory.services[story.service].flatMap { directory.policies[$0.policy] }
        return ((today ?? story.policy)?.steps ?? []).flatMap(\.page)
    }

    private mutating func callManagers(_ story: Story, besides user: UserID) {
        let managers = directory.users.values.filter { $0.role == "manager" && $0.id != user }.map(\.id).sorted()
        let called = managers.isEmpty ? directory.lastResort.flatMap(people) : managers
        let shown = called.filter { $0 != user && hasRules($0, story.urgency) }
        stories[story.id]!.cause = Story.Cause(reason: .breakGlass, people: shown, at: at, unmet: shown)
    }

    mutating func approvalAsked(_ e: RollbackApprovalAsked) throws {
        let rollback = try active(e.rollback)
        let story = try story(e.rollback.incident)
        try demand(
            .rollbackApproved, rollback.isPlanned && !rollback.isApproved && !rollback.approvals.isEmpty,
            "rollback \(e.rollback) asks for a second yes that it does not need")
        try demand(
            .rollbackApproved,
            e.round == rollback.asked + 1 && e.waitMilliseconds == RollbackStory.secondPersonTime.milliseconds,
            "rollback \(e.rollback) asks in round \(e.round)")
        if let askedAt = rollback.askedAt {
            let early = askedAt + RollbackStory.secondPersonTime - at
            try demand(.rollbackApproved, early <= .zero, "rollback \(e.rollback) asks again \(spoken(early)) early")
        }
        let possible = targets(story) + directory.lastResort
        for answer in e.answers {
            let others = people(answer.target).filter { !rollback.approvals.contains($0) }
            try demand(
                .onlyTargetsPaged, possible.contains(answer.target) && answer.people.map(\.user) == others,
                "rollback \(e.rollback): \(answer.target) is \(others), not \(answer.people.map(\.user))")
        }
        let reachable = e.answers.flatMap(\.people).map(\.user).filter { canBeReached($0, story.urgency) }
        let anybody = directory.lastResort.flatMap(people)
            .contains { !rollback.approvals.contains($0) && canBeReached($0, story.urgency) }
        try demand(
            .rollbackApproved, !reachable.isEmpty || !anybody, "rollback \(e.rollback) asks nobody who can be reached")
        let shown = shown(e.answers, story.urgency)
        stories[story.id]!.cause = Story.Cause(reason: .approval, people: shown, at: at, unmet: shown)
        rollbacks[e.rollback]!.asked = e.round
        rollbacks[e.rollback]!.askedAt = at
    }
}
