import HeapModule
import OnCall
import Timekeeping

extension IncidentBook {
    /// Folds one event in. Looks nothing up but the book itself, so a replay always ends in the same state.
    public mutating func evolve(_ event: Event) {
        let now = steady(event.at)
        switch event.payload {
        case .engineStarted(let e): incarnation = e.incarnation
        case .clockStepped(let e): clockOffset += .milliseconds(e.byMilliseconds)
        case .logRecovered: break
        case .directoryApplied(let e):
            directoryVersion = e.version
            directoryDigest = e.digest
            directoryRecord = (event.sequence, event.at)
        case .overrideAdded, .overrideRemoved, .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested,
            .coverAnswered, .coverWithdrawn, .handoffTold, .digestTold, .calendarIssued, .calendarRevoked:
            evolveArrangements(event, now)
        case .silenceAdded, .silenceEnded, .alertSuppressed, .suppressionEnded: evolveSilences(event, now)
        case .contactVerified(let e):
            verifiedContacts[e.user, default: [:]][e.method] = e.digest
            if let request = event.request { answered.remember(request, .done(incidents: []), at: now) }
        case .contactRemoved(let e):
            verifiedContacts[e.user]?[e.method] = nil
            if verifiedContacts[e.user]?.isEmpty == true { verifiedContacts[e.user] = nil }
            if let request = event.request { answered.remember(request, .done(incidents: []), at: now) }
        case .servingVersionChanged(let e):
            let isSame = serving[e.service]?.state.version == e.state.version && e.state.version != nil
            var record =
                serving[e.service]
                ?? ServingRecord(target: e.target, state: e.state, since: event.at, steadySince: now)
            if record.target != e.target {
                record = ServingRecord(target: e.target, state: e.state, since: event.at, steadySince: now)
            }
            // What a rollback took away is no longer known to be good.
            if e.rollback != nil, let left = e.from, left != e.state.version { record.proved.removeAll { $0 == left } }
            record.state = e.state
            if !isSame { (record.since, record.steadySince) = (event.at, now) }
            serving[e.service] = record
        case .servingVersionProved(let e):
            serving[e.service]?.proved.removeAll { $0 == e.version }
            serving[e.service]?.proved.append(e.version)
            if let request = event.request { answered.remember(request, .done(incidents: []), at: now) }
        case .incidentOpened(let e):
            lastNumber = max(lastNumber, e.incident.number)
            incidents[e.incident] = Incident(e, at: event.at, now)
            // Practice says nothing against a service's version.
            if e.drill == nil { noteTrouble(e.service, by: 1, at: now) }
            if let group = e.group { groups[GroupKey(service: e.service, key: group)] = e.incident }
            remember(event, at: now)
        default:
            evolveIncident(event, now)
        }
    }

    private mutating func remember(_ event: Event, at now: SteadyInstant) {
        guard let request = event.request, let incident = event.payload.incident else { return }
        answered.remember(request, .done(incidents: [incident]), at: now)
    }

    private mutating func evolveIncident(_ event: Event, _ now: SteadyInstant) {
        guard let id = event.payload.incident, incidents[id] != nil else { return }
        switch event.payload {
        case .alertFired(let e): places[e.alert] = id
        // The group goes on here, whatever came of it in between.
        case .incidentTriggered: if let key = incidents[id]!.groupKey { groups[key] = id }
        default: break
        }
        let wasOpen = incidents[id]!.isOpen
        let (deadline, shiftChange) = (incidents[id]!.nextDeadline, incidents[id]!.nextShiftChange)
        incidents[id]!.evolve(event, now, incarnation: incarnation)
        switch event.payload {
        case .pageRequested(let e): fileOwed(e.page, now)
        case .attemptBegun(let e): noteBegun(e, now)
        case .attemptEnded(let e): fileOwed(e.attempt.page, now)
        case .pageEnded(let e): dropOwed(e.page)
        default: break
        }
        let changed = incidents[id]!
        if changed.isOpen != wasOpen, changed.drill == nil {
            noteTrouble(changed.service, by: changed.isOpen ? 1 : -1, at: now)
        }
        evolveRollbacks(event)
        if changed.automaticRollbackDue != nil { armedRollbacks.insert(id) } else { armedRollbacks.remove(id) }
        if changed.nextDeadline != deadline { fileDeadline(changed) }
        if changed.nextShiftChange != shiftChange { fileShiftChange(changed) }
        remember(event, at: now)
    }

    private mutating func noteTrouble(_ service: ServiceID, by change: Int, at now: SteadyInstant) {
        trouble[service, default: Trouble(latest: now)].open += change
        trouble[service]!.latest = now
    }

    private mutating func evolveRollbacks(_ event: Event) {
        switch event.payload {
        case .rollbackPlanned(let e): rollbacksInFlight[e.service] = e.rollback
        case .rollbackEnded(let e):
            guard let service = incidents[e.rollback.incident]?.rollbacks[safely: e.rollback.ordinal - 1]?.service
            else { return }
            if rollbacksInFlight[service] == e.rollback { rollbacksInFlight[service] = nil }
            switch e.end {
            case .frozen: frozenRollbacks[service] = e.rollback
            case .succeeded: frozenRollbacks[service] = nil
            case .reverted, .refused, .expired, .cancelled: break
            }
        default: break
        }
    }

    /// Drops incidents that can no longer affect a decision. Not an event: it loses nothing anybody can ask for.
    public mutating func forget(_ id: Incident.ID) {
        guard let incident = incidents.removeValue(forKey: id) else { return }
        if let key = incident.groupKey, groups[key] == id { groups[key] = nil }
        armedRollbacks.remove(id)
        if frozenRollbacks[incident.service]?.incident == id { frozenRollbacks[incident.service] = nil }
        for alert in incident.alerts.keys where places[alert] == id { places[alert] = nil }
    }
}

extension Incident {
    mutating func evolve(_ event: Event, _ now: SteadyInstant, incarnation: Int) {
        switch event.payload {
        case .alertFired(let e): fire(e)
        case .alertResolved(let e):
            if alerts[e.alert]?.isFiring == true { firingCount -= 1 }
            alerts[e.alert]?.isFiring = false
            if firingCount == 0 {
                resolution?.holdEnds = nil
                resolution?.keptFiring = false
            }
        case .alertKeptFiring: resolution?.keptFiring = true
        case .severityChanged(let e):
            severity = e.to
            urgency = e.urgency
        case .incidentTriggered: trigger()
        case .escalationStarted(let e): escalation = Escalation(generation: e.generation, policy: e.policy)
        case .stepTaken(let e):
            escalation?.round = e.round
            escalation?.step = e.step
            escalation?.position = .waiting(until: now + .milliseconds(e.waitMilliseconds))
            escalation?.pass(e.passedOver)
            escalation?.appliedSteps.insert(e.step)
            escalation?.merge(e.answers)
            escalation?.sleeping = []
            escalation?.targets = e.answers.map(\.target)
            escalation?.waitingFor = e.answers.flatMap(\.people).filter(\.canBeReached).map(\.user)
            if escalation?.policy.steps[safely: e.step]?.isRoundRobin == true, let target = e.answers.first?.target {
                escalation?.turns[e.step] = .init(target: target, sequence: event.sequence)
            }
        case .stepDeferred(let e):
            escalation?.round = e.round
            escalation?.step = e.step
            escalation?.position = .deferred(until: e.until)
            escalation?.pass(e.passedOver)
            escalation?.sleeping = e.answers
            escalation?.targets = []
            escalation?.waitingFor = []
        case .dutyChanged(let e):
            escalation?.handOver(e.answer)
        case .lastResortRaised(let e):
            escalation?.sleeping = []
            escalation?.position = .lastResort(count: e.count, again: now + .milliseconds(e.nextMilliseconds))
            escalation?.pass(e.passedOver)
            escalation?.merge(e.answers)
            escalation?.waitingFor = []
        case .escalationExhausted(let e):
            escalation?.position = .exhausted
            escalation?.sleeping = []
            escalation?.pass(e.passedOver)
        case .runDeferred(let e): runs[e.run - 1].notBefore = now + .milliseconds(e.waitMilliseconds)
        case .runStarted(let e):
            // A later run of the same person takes over what the earlier one had not begun.
            for index in runs.indices where runs[index].user == e.user { runs[index].isStopped = true }
            runs.append(
                NotificationRun(
                    number: e.run, user: e.user, reason: e.reason, plan: e.plan, urgency: urgency, startedAt: now))
        case .pageRequested(let e): request(e, event, now)
        case .attemptBegun(let e):
            let index = e.attempt.page.ordinal - 1
            pages[index].attempts = e.attempt.number
            if pages[index].triedBy != e.incarnation { pages[index].triedSince = now }
            pages[index].triedBy = e.incarnation
            pages[index].leader = e.leader
            pages[index].status = .attempting(incarnation: e.incarnation)
        case .attemptEnded(let e): end(e, now, incarnation: incarnation)
        case .attemptReported(let e): report(e)
        case .pageEnded(let e): end(e)
        case .acknowledged(let e): acknowledge(e, event, now)
        case .ownerChanged(let e): owner = e.owner
        case .ownerAsked(let e):
            ask = Ask(users: e.users, reason: e.reason, waitEnds: now + .milliseconds(e.waitMilliseconds))
        case .incidentResolved(let e): resolve(e, event, now)
        case .holdEnded: resolution?.holdEnds = nil
        case .incidentSnoozed(let e): snooze(e, event, now)
        case .chatPosted(let e): chats[e.room, default: ChatState()].note(.posted(e))
        case .chatTold(let e): chats[e.room, default: ChatState()].note(.told(e))
        case .chatClosed(let e): chats[e.room, default: ChatState()].note(.closed(e))
        case .runbookLinked(let e): runbooks.append(LinkedRunbook(id: e.runbook, title: e.title))
        case .alertsCounted, .noteAdded, .peoplePaged: break
        case .rollbackPlanned, .rollbackSurveyed, .rollbackApproved, .rollbackApprovalAsked, .rollbackChangeBegun,
            .rollbackChangeEnded, .rollbackVerified, .rollbackEnded, .automaticRollbackArmed,
            .automaticRollbackRefused:
            evolveRollback(event, now)
        case .engineStarted, .clockStepped, .logRecovered, .directoryApplied, .overrideAdded, .overrideRemoved,
            .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested, .coverAnswered, .coverWithdrawn,
            .handoffTold, .digestTold, .calendarIssued, .calendarRevoked, .silenceAdded, .silenceEnded,
            .alertSuppressed,
            .suppressionEnded,
            .contactVerified, .contactRemoved, .servingVersionChanged, .servingVersionProved, .incidentOpened:
            break
        }
    }

    private mutating func fire(_ e: AlertFired) {
        firings += 1
        if alerts[e.alert]?.isFiring != true { firingCount += 1 }
        alerts[e.alert] = AlertRecord(episode: e.episode, isFiring: true, severity: e.severity)
    }

    private mutating func trigger() {
        state = .triggered
        resolution = nil
        endWaits()
        acknowledgedAt = nil
        owner = nil
        responders = []
    }

    private mutating func request(_ e: PageRequested, _ event: Event, _ now: SteadyInstant) {
        pages.append(
            Page(
                id: e.page, run: e.run, user: e.user, method: e.method, reason: e.reason,
                requestedSequence: event.sequence, requestedAt: now, status: .owed(notBefore: now)))
        runs[e.run - 1].requested += 1
        runs[e.run - 1].isPulled = false
        runs[e.run - 1].openPages += 1
    }

    private mutating func end(_ e: AttemptEnded, _ now: SteadyInstant, incarnation: Int) {
        let index = e.attempt.page.ordinal - 1
        let run = pages[index].run - 1
        let wasDoubtful = pages[index].isDoubtful
        switch e.outcome.result {
        case .sent, .delivered:
            runs[run].mayHaveReached = true
        case .inDoubt:
            pages[index].isDoubtful = true
            runs[run].mayHaveReached = true
            // A channel that swallows messages is as dead as one that refuses them. After a crash it is us who lost the
            // answer: then the repeat comes first.
            if pages[index].triedBy == incarnation { runs[run].isPulled = runs[run].hasMore }
        case .failedForNow, .failedForGood:
            runs[run].isPulled = runs[run].hasMore
        case .notSent: break
        }
        let asked = e.outcome.retryAfterMilliseconds.map { Duration.milliseconds($0) } ?? .zero
        let next = AttemptID(page: e.attempt.page, number: e.attempt.number + 1)
        let wait = Page.wait(before: next, asked: asked)
        // In doubt is repeated at once: a minute of silence after a crash is a minute nobody was paged. In doubt again
        // waits: a line that breaks after every message would ring without end.
        let isRetriedAtOnce = e.outcome.result == .inDoubt && !wasDoubtful || e.outcome.result == .notSent
        pages[index].status = .owed(notBefore: isRetriedAtOnce ? now : now + wait)
    }

    private mutating func end(_ e: PageEnded) {
        let index = e.page.ordinal - 1
        guard pages[index].isOpen else { return }
        pages[index].status = .ended(e.state)
        runs[pages[index].run - 1].openPages -= 1
        if e.state == .unconfirmed { runs[pages[index].run - 1].mayHaveReached = true }
    }

    private mutating func acknowledge(_ e: Acknowledged, _ event: Event, _ now: SteadyInstant) {
        owner = e.owner
        if !responders.contains(e.by) { responders.append(e.by) }
        guard e.stillNeeded == 0 else { return stopPaging(e.by, event) }
        state = .acknowledged
        acknowledgedAt = acknowledgedAt ?? event.at
        endWaits()
        acknowledgementEnds = escalation?.policy.ackTimeouts.timeout(for: severity).map { now + $0 }
        automaticRollbackDue = nil
        stopPaging(event)
    }

    private mutating func resolve(_ e: IncidentResolved, _ event: Event, _ now: SteadyInstant) {
        state = .resolved
        endWaits()
        resolution = Resolution(
            at: event.at, steady: now, by: e.by,
            holdEnds: e.by.actor != nil && firingCount > 0 ? now + IncidentBook.hold : nil,
            forgottenAfter: now + IncidentBook.memory)
        // "Once per incident" means a rollback, not a wait for one.
        if automaticRollbackDue != nil { hasArmedRollback = false }
        automaticRollbackDue = nil
        stopPaging(event)
    }

    private mutating func snooze(_ e: IncidentSnoozed, _ event: Event, _ now: SteadyInstant) {
        endWaits()
        snoozedUntil = e.until
        snoozeEnds = now + .milliseconds(e.waitMilliseconds)
        stopPaging(event)
    }

    /// Nothing that an acknowledgement waits for is waited for any more.
    private mutating func endWaits() {
        ask = nil
        acknowledgementEnds = nil
        snoozedUntil = nil
        snoozeEnds = nil
    }

    /// Of one person who has acknowledged while more are needed.
    private mutating func stopPaging(_ user: UserID, _ event: Event) {
        stoppedFor[user] = event.sequence
        for index in runs.indices where runs[index].user == user { runs[index].isStopped = true }
    }

    private mutating func stopPaging(_ event: Event) {
        stoppedAt = event.sequence
        for index in runs.indices { runs[index].isStopped = true }
    }
}
