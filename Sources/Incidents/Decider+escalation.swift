import OnCall
import Timekeeping

extension Decider {
    /// How often the last resort is raised until somebody acknowledges, and so the longest an open high-urgency
    /// incident goes without a page falling due (S1).
    public static let lastResortInterval = Duration.minutes(30)

    /// Begins the policy from its first step, with a fresh copy of the policy as it is now.
    mutating func startEscalation(_ id: Incident.ID) {
        guard let incident = book.incidents[id] else { return }
        let policy = policy(of: incident)
        let generation = (incident.escalation?.generation ?? 0) + 1
        record(.escalationStarted(EscalationStarted(incident: id, generation: generation, policy: policy)))
        takeStep(id, round: 0, from: 0, passedOver: [])
    }

    /// The service's policy. A service that has left the configuration keeps the policy it last escalated by.
    private func policy(of incident: Incident) -> EscalationPolicy {
        if let drill = incident.drill { return drill.policy }
        if let service = directory.services[incident.service], let policy = directory.policies[service.policy] {
            return policy.inHours(service.hours)
        }
        return incident.escalation?.policy ?? EscalationPolicy(id: "none", steps: [])
    }

    /// Goes on after the present step: its wait is over, or it reached nobody.
    mutating func advance(_ id: Incident.ID, passedOver: [PassedOver] = []) {
        guard let incident = book.incidents[id], incident.state == .triggered, let escalation = incident.escalation
        else { return }
        switch escalation.position {
        case .starting: takeStep(id, round: 0, from: 0, passedOver: passedOver)
        case .waiting, .deferred:
            takeStep(id, round: escalation.round, from: escalation.step + 1, passedOver: passedOver)
        // Its severity was lowered meanwhile; low urgency does not reach for the last resort (S1).
        case .lastResort where incident.urgency == .low: giveUp(id, .exhausted, passedOver)
        case .lastResort(let count, _): raiseLastResort(id, count: count + 1, .stillUnacknowledged, [])
        // It ran out while the urgency was low; the last resort comes after the steps, not instead of them.
        case .exhausted: if incident.urgency == .high { startEscalation(id) }
        }
    }

    /// Some quiet hours are over, or it is somebody else's shift: the step that waited for that is looked at again (S10).
    mutating func retakeStep(_ id: Incident.ID) {
        guard let escalation = book.incidents[id]?.escalation, case .deferred = escalation.position else { return }
        takeStep(id, round: escalation.round, from: escalation.step, passedOver: [])
    }

    /// Takes the first step from `first` on that applies and can reach somebody; after the last step of the last round
    /// comes the last resort (S11). A round in which no step could be taken is not repeated.
    private mutating func takeStep(_ id: Incident.ID, round first: Int, from index: Int, passedOver: [PassedOver]) {
        guard let incident = book.incidents[id], let escalation = incident.escalation else { return }
        let policy = escalation.policy
        var passedOver = passedOver
        var round = first
        var index = index
        while round <= policy.repeats {
            let isWholeRound = index == 0
            let (found, passed) = policy.firstStep(from: index) {
                policy.applies($0, to: incident.severity, at: now, in: directory.roster.zones)
            } lookUp: {
                answers(of: incident, policy, step: $0)
            }
            passedOver += passed
            switch found {
            case .taken(let index, let answers):
                let step = policy.steps[index]
                record(
                    .stepTaken(
                        StepTaken(
                            incident: id, generation: escalation.generation, round: round, step: index,
                            waitMilliseconds: step.waitMilliseconds, answers: answers, passedOver: passedOver,
                            tell: step.tell)))
                page(id, answers, .step)
                return
            case .deferred(let index, let answers, let until):
                record(
                    .stepDeferred(
                        StepDeferred(
                            incident: id, generation: escalation.generation, round: round, step: index, until: until,
                            answers: answers, passedOver: passedOver)))
                return
            case nil: break
            }
            if isWholeRound { break }
            round += 1
            index = 0
        }
        let wasTaken = escalation.position != .starting
        giveUp(id, wasTaken ? .exhausted : .nobodyReachable, passedOver)
    }

    private func answers(of incident: Incident, _ policy: EscalationPolicy, step index: Int) -> [TargetAnswer] {
        let step = policy.steps[index]
        let targets = step.isRoundRobin ? turns(of: incident, policy, step: index) : step.page
        let why = step.isRoundRobin ? "has the next turn in this step" : "is named in the policy"
        return targets.map {
            look(
                up: $0, urgency: incident.urgency, why: why, recipientHours: step.recipientHours,
                heedsQuiet: planted != .pagingInQuietHours)
        }
    }

    /// Whom a step asks that pages in turn: first whoever comes after the one it asked last. What is no longer
    /// remembered begins anew, somewhere.
    private func turns(of incident: Incident, _ policy: EscalationPolicy, step index: Int) -> [Target] {
        let all = directory.turns(of: policy.steps[index])
        guard !all.isEmpty else { return [] }
        let last = book.incidents.values
            .compactMap { $0.escalation?.policy.id == policy.id ? $0.escalation?.turns[index] : nil }
            .max { $0.sequence < $1.sequence }
        let next = last.flatMap { all.firstIndex(of: $0.target) }.map { $0 + 1 } ?? incident.id.number
        if planted == .askingTheSameAgain { return all }
        return all.indices.map { all[($0 + next) % all.count] }
    }

    private mutating func giveUp(_ id: Incident.ID, _ reason: LastResortReason, _ passedOver: [PassedOver]) {
        guard let incident = book.incidents[id] else { return }
        if incident.drill != nil { return close(id, .drillOver) }
        switch incident.urgency {
        case .high: raiseLastResort(id, count: 1, reason, passedOver)
        case .low: record(.escalationExhausted(EscalationExhausted(incident: id, passedOver: passedOver)))
        }
    }

    private mutating func raiseLastResort(
        _ id: Incident.ID, count: Int, _ reason: LastResortReason, _ passedOver: [PassedOver]
    ) {
        let answers = directory.lastResort.map {
            directory.look(up: $0, at: now, amendments: book.amendments, occasion: .lastResort)
        }
        record(
            .lastResortRaised(
                LastResortRaised(
                    incident: id, count: count, reason: reason, nextMilliseconds: Self.lastResortInterval.milliseconds,
                    answers: answers, passedOver: passedOver)))
        page(id, answers, .lastResort)
    }

    /// Who a target is right now, and whether they could be reached.
    ///
    /// - Parameter why: the reason for a person who is named, and not looked up.
    func look(
        up target: Target, urgency: Urgency, why: String = "is named in the policy",
        recipientHours: WeeklyHours? = nil, heedsQuiet: Bool = false
    ) -> TargetAnswer {
        directory.look(
            up: target, at: now, amendments: book.amendments, occasion: .steps(urgency), why: why,
            recipientHours: recipientHours, heedsQuiet: heedsQuiet)
    }

    // MARK: Runs and pages

    /// Everybody with any method is paged: also who has only the inbox, and is not waited for.
    mutating func page(_ id: Incident.ID, _ answers: [TargetAnswer], _ reason: PagingReason) {
        var seen: Set<UserID> = []
        for person in answers.flatMap(\.people)
        where !isHeldBack(person) && seen.insert(person.user).inserted {
            startRun(id, person.user, reason)
        }
    }

    private func isHeldBack(_ person: TargetAnswer.Person) -> Bool {
        planted == .pagingOutsideHours ? person.quietUntil != nil : person.isHeldBack
    }

    /// Begins a person's rules, unless they are running already for this urgency. The last resort does not wait for
    /// rules: every method at once, and again each time it is raised.
    mutating func startRun(_ id: Incident.ID, _ user: UserID, _ reason: PagingReason) {
        guard let incident = book.incidents[id], let person = directory.users[user] else { return }
        if reason != .lastResort, incident.activeRun(of: user) != nil { return }
        // They have it already, and others are needed besides.
        if reason.isOfPolicy, incident.state == .triggered, incident.responders.contains(user) { return }
        let plan = reason == .lastResort ? person.everyMethod : person.plan(for: incident.urgency)
        guard !plan.isEmpty else { return }
        record(
            .runStarted(
                RunStarted(incident: id, run: incident.runs.count + 1, user: user, reason: reason, plan: plan)))
        requestPages(id)
    }

    /// Turns every rule that is due into a page.
    mutating func requestPages(_ id: Incident.ID) {
        guard let count = book.incidents[id]?.runs.count else { return }
        for index in 0..<count {
            while let incident = book.incidents[id], let due = incident.runs[index].nextDue, due <= steadyNow {
                let run = incident.runs[index]
                if planted != .pagingInQuietHours, run.reason.isOfPolicy,
                    let until = directory.quietUntil(run.user, at: now, .steps(run.urgency))
                {
                    record(
                        .runDeferred(
                            RunDeferred(
                                incident: id, run: run.number, until: until,
                                waitMilliseconds: (until - now).milliseconds)
                        ))
                    continue
                }
                record(
                    .pageRequested(
                        PageRequested(
                            page: PageID(incident: id, ordinal: incident.pages.count + 1), run: run.number,
                            user: run.user, method: run.plan[run.requested].method, reason: run.reason)))
            }
        }
    }

    // MARK: Attempts

    /// Records that an attempt is about to leave the house. Only what was recorded may leave. It takes along what else
    /// is owed to that person by that method, where messages are spaced out (S17).
    ///
    /// - Returns: the attempt that leads the message.
    public mutating func begin(_ page: PageID) -> AttemptID? {
        guard let page = book.page(page), case .owed = page.status else { return nil }
        var leader: AttemptID?
        for one in planted == .ringingForEach ? [page] : book.bundle(with: page) {
            let attempt = AttemptID(page: one.id, number: one.attempts + 1)
            record(
                .attemptBegun(
                    AttemptBegun(
                        attempt: attempt, incarnation: book.incarnation, isRepeat: one.isDoubtful, leader: leader)))
            leader = leader ?? attempt
        }
        return leader
    }

    /// Records what came of an attempt and what follows from it: the end of the page, the next method, the next step.
    public mutating func finish(_ attempt: AttemptID, _ outcome: AttemptOutcome) {
        guard let page = book.page(attempt.page), case .attempting = page.status, page.attempts == attempt.number
        else { return }
        defer { for one in page.carried[attempt.number] ?? [] { finish(one, outcome) } }
        record(.attemptEnded(AttemptEnded(attempt: attempt, outcome: outcome)))
        guard let incident = book.incidents[attempt.page.incident], let page = book.page(attempt.page) else { return }
        if let end = end(of: page, after: outcome, isStopped: incident.isStopped(page)) {
            record(.pageEnded(PageEnded(page: page.id, state: end)))
            if planted == .stoppingAfterDelivery, end == .delivered || end == .sent {
                record(.escalationExhausted(EscalationExhausted(incident: incident.id, passedOver: [])))
            }
        }
        requestPages(incident.id)
        passOverFailedStep(incident.id)
    }

    private func end(of page: Page, after outcome: AttemptOutcome, isStopped: Bool) -> PageEnd? {
        switch outcome.result {
        case .sent: return .sent
        case .delivered: return .delivered
        case .failedForGood: return page.isDoubtful ? .unconfirmed : .failed
        case .inDoubt where isStopped: return .unconfirmed
        case .notSent where isStopped: return page.isDoubtful ? .unconfirmed : .cancelled
        case .failedForNow where isStopped: return page.isDoubtful ? .unconfirmed : .cancelled
        case .failedForNow, .inDoubt:
            let patience = outcome.result == .inDoubt ? Page.patienceInDoubt : Page.patience
            guard page.triedBy == book.incarnation, let since = page.triedSince, steadyNow - since >= patience
            else { return nil }
            return page.isDoubtful ? .unconfirmed : .failed
        case .notSent: return nil
        }
    }

    /// When every page of the present step has failed for good, the next one starts now (S11).
    mutating func passOverFailedStep(_ id: Incident.ID) {
        guard let incident = book.incidents[id], incident.state == .triggered, let escalation = incident.escalation,
            case .waiting = escalation.position, !escalation.waitingFor.isEmpty,
            escalation.waitingFor.allSatisfy({ user in
                incident.runs.last { $0.user == user }?.hasFailed == true
            })
        else { return }
        advance(id, passedOver: [PassedOver(step: escalation.step, reason: .everyPageFailed)])
    }
}
