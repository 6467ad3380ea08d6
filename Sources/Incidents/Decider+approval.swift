import OnCall
import Timekeeping

/// Who may say yes to a rollback, and who is asked when one yes is not enough (S19).
extension Decider {
    public static let longestReason = 1000

    mutating func approveRollback(_ id: Incident.ID, _ user: UserID, _ via: Via, breakGlass: String?, plan: RollbackID?)
        -> Reply
    {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
        guard let rollback = incident.activeRollback else { return .refused(.rollback(.nothingPlanned(id))) }
        if let plan, plan != rollback.id { return .refused(.rollback(.planVoid(plan))) }
        guard rollback.waitsForApproval else {
            return rollback.approvals.contains { $0?.user == user }
                ? .already(id, owner: incident.owner) : .refused(.rollback(.alreadyBegun(rollback.id)))
        }
        let actor = Actor(user: user, via: via)
        guard mayApprove(user, incident) else { return .refused(.rollback(.notOnCall(user, incident.service))) }
        if let breakGlass { return breakTheGlass(rollback, actor, breakGlass) }
        let isSecond = rollback.approvals.contains { $0?.user != user }
        guard rollback.secondPerson == nil || isSecond else {
            guard rollback.approvals.isEmpty else { return .refused(.rollback(.needsSecondPerson)) }
            record(.rollbackApproved(RollbackApproved(rollback: rollback.id, by: actor, isComplete: false)))
            askSecondPerson(rollback.id)
            return .done(incidents: [id])
        }
        record(.rollbackApproved(RollbackApproved(rollback: rollback.id, by: actor, isComplete: true)))
        return .done(incidents: [id])
    }

    /// One person alone, with a reason. A manager is told at once.
    private mutating func breakTheGlass(_ rollback: Rollback, _ actor: Actor, _ reason: String) -> Reply {
        guard rollback.policy.allowsBreakGlass else { return .refused(.rollback(.noBreakGlass(rollback.service))) }
        guard reason.contains(where: { !$0.isWhitespace }) else { return .refused(.rollback(.needsReason)) }
        guard reason.count <= Self.longestReason else { return .refused(.textTooLong(limit: Self.longestReason)) }
        record(
            .rollbackApproved(
                RollbackApproved(rollback: rollback.id, by: actor, isBreakGlass: true, isComplete: true)),
            text: EventText(body: reason))
        let managers = directory.users.values.filter { $0.role == "manager" && $0.id != actor.user }
            .map(\.id).sorted()
        let targets = managers.isEmpty ? directory.lastResort : managers.map(Target.user)
        guard let urgency = book.incidents[rollback.id.incident]?.urgency else { return .done(incidents: []) }
        let answers = targets.map { look(up: $0, urgency: urgency) }
        for person in answers.flatMap(\.people) where person.user != actor.user {
            startRun(rollback.id.incident, person.user, .breakGlass)
        }
        return .done(incidents: [rollback.id.incident])
    }

    /// Whoever is on call for it now, or was paged for it.
    private func mayApprove(_ user: UserID, _ incident: Incident) -> Bool {
        if incident.runs.contains(where: { $0.user == user }) { return true }
        return policySteps(of: incident).flatMap(\.page).contains { target in
            look(up: target, urgency: incident.urgency).people.contains { $0.user == user }
        }
    }

    private func policySteps(of incident: Incident) -> [EscalationPolicy.Step] {
        let today = directory.services[incident.service].flatMap { directory.policies[$0.policy] }
        return (today ?? incident.escalation?.policy)?.steps ?? []
    }

    // MARK: The second person

    /// Pages the people of the next step who have not said yes, and after the last step the last resort, until somebody
    /// answers or the plan expires.
    mutating func askSecondPerson(_ id: RollbackID) {
        guard let incident = book.incidents[id.incident], let rollback = incident.activeRollback, rollback.id == id
        else { return }
        let said = Set(rollback.approvals.compactMap { $0?.user })
        let rounds = policySteps(of: incident).map { others($0.page, besides: said, incident.urgency) }
            .filter { !$0.isEmpty }
        let answers = rounds[safely: rollback.asked] ?? others(directory.lastResort, besides: said, incident.urgency)
        record(
            .rollbackApprovalAsked(
                RollbackApprovalAsked(
                    rollback: id, answers: answers, round: rollback.asked + 1,
                    waitMilliseconds: RollbackPolicy.secondPersonTime.milliseconds)))
        page(id.incident, answers, .approval)
    }

    /// What the targets mean now, without those people; empty when nobody is left who can be reached.
    private func others(_ targets: [Target], besides said: Set<UserID>, _ urgency: Urgency) -> [TargetAnswer] {
        targets.compactMap { target in
            let answer = look(up: target, urgency: urgency)
            let people = answer.people.filter { !said.contains($0.user) }
            guard people.contains(where: \.canBeReached) else { return nil }
            return TargetAnswer(target: target, people: people, until: answer.until)
        }
    }

    // MARK: When it did not end well

    /// A person has to look now. Whoever has the incident is asked, and without an answer the next step comes; where
    /// nobody has it, it calls anew.
    mutating func callPeople(_ rollback: Rollback) {
        let id = rollback.id.incident
        guard let incident = book.incidents[id] else { return }
        switch incident.state {
        case .acknowledged where incident.snoozedUntil == nil:
            let wait = incident.escalation?.policy.steps.first?.wait ?? .minutes(5)
            ask(id, holders(of: incident), .rollback, wait: wait)
        case .acknowledged: reopen(id, .rollback)
        case .resolved:
            if openSibling(of: id) == nil {
                reopen(id, .rollback)
            } else {
                for user in whoeverHad(incident) { startRun(id, user, .rollback) }
            }
        case .triggered:
            for user in whomItCalled(incident) { startRun(id, user, .rollback) }
        }
    }

    /// Whoever had it when it was resolved; without one, whom it had called.
    private func whoeverHad(_ incident: Incident) -> [UserID] {
        let holders = holders(of: incident)
        return holders.isEmpty ? whomItCalled(incident) : holders
    }

    private func whomItCalled(_ incident: Incident) -> [UserID] {
        incident.escalation?.answers.flatMap(\.people).filter { !$0.isHeldBack }.map(\.user) ?? []
    }
}
