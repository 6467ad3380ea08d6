import OnCall
import Timekeeping

extension Decider {
    public static let longestNote = 10_000
    public static let longestTitle = 300
    /// Longer than this is a new roster, and belongs into the configuration; and its holes could not be looked for
    /// while everybody waits.
    public static let longestOverride = Duration.days(366)
    /// In one schedule, not over: somebody else each day for half a year.
    public static let mostOverrides = 200

    /// Carries a command out, once: a request seen before is answered as it was then.
    public mutating func carryOut(_ command: Command, request: RequestID? = nil) -> Reply {
        if let request, let reply = book.answered.replies[request] { return reply }
        self.request = request
        defer { self.request = nil }
        switch command {
        case .acknowledge(let id, let user, let via): return acknowledge(id, user, via)
        case .take(let id, let user, let via): return take(id, user, via)
        case .resolve(let id, let actor): return resolve(id, actor)
        case .note(let id, let text, let actor): return note(id, text, actor)
        case .declare(let service, let title, let body, let severity, let actor):
            return declare(service, title, body, severity, actor)
        case .drill(let target, let length, let actor): return drill(target, length, actor)
        case .addOverride(let schedule, let from, let until, let kind, let leaveHole, let actor):
            return addOverride(schedule, from, until, kind, leaveHole, actor)
        case .removeOverride(let id, let actor):
            guard book.overrides.contains(where: { $0.id == id }) else { return .refused(.noSuchOverride(id)) }
            record(.overrideRemoved(OverrideRemoved(id: id, by: actor)))
            self.request = nil  // what follows is no answer to it
            noticeRosterChange()
            return .done(incidents: [])
        case .addTimeOff(let user, let from, let until, let leaveHole, let actor):
            return addTimeOff(user, from, until, leaveHole, actor)
        case .removeTimeOff(let id, let actor): return removeTimeOff(id, actor)
        case .readHolidays(let calendar, let digest, let days): return readHolidays(calendar, digest, days)
        case .requestCover(let schedule, let user, let from, let until, let inReturn, let asked, let actor):
            return requestCover(schedule, user, from, until, inReturn, asked, actor)
        case .answerCover(let id, let accept, let user, let via):
            return answerCover(id, accept: accept, user, via)
        case .withdrawCover(let id, let actor): return withdrawCover(id, actor)
        case .tellHandoff(let schedule, let at, let incoming, let outgoing):
            return tellHandoff(schedule, at, incoming: incoming, outgoing: outgoing)
        case .tellDigest(let user, let day, let incidents): return tellDigest(user, day, incidents)
        case .issueCalendar(let scope, let actor): return issueCalendar(scope, actor)
        case .revokeCalendar(let id, let actor): return revokeCalendar(id, actor)
        case .addSilence(let wanted, let isConfirmed, let actor):
            return addSilence(wanted, isConfirmed: isConfirmed, actor)
        case .removeSilence(let id, let actor): return removeSilence(id, actor)
        case .reopen(let id, let actor): return reopen(id, actor)
        case .snooze(let id, let until, let user, let via): return snooze(id, until, user, via)
        case .escalate(let id, let actor): return escalate(id, actor)
        case .changeSeverity(let id, let severity, let actor): return changeSeverity(id, severity, actor)
        case .page(let id, let targets, let actor): return page(id, targets, actor)
        case .assign(let id, let user, let actor): return assign(id, to: user, actor)
        case .reportAttempt(let attempt, let outcome): return report(attempt, outcome)
        case .noteChat(let chat): return noteChat(chat)
        case .verifyContact(let user, let method, let digest, let masked, let actor):
            return verifyContact(user, method, digest, masked, actor)
        case .removeContact(let user, let method, let actor): return removeContact(user, method, actor)
        case .planRollback(let id, let to, let actor): return planRollback(id, to: to, actor)
        case .approveRollback(let id, let user, let via, let reason, let plan):
            return approveRollback(id, user, via, breakGlass: reason, plan: plan)
        case .cancelRollback(let id, let actor): return cancelRollback(id, actor)
        case .undoRollback(let id, let actor): return undoRollback(id, actor)
        case .declareGood(let service, let version, let actor): return declareGood(service, version, actor)
        }
    }

    // MARK: Acknowledge, take, resolve

    private mutating func acknowledge(_ id: Incident.ID, _ user: UserID, _ via: Via) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
        guard incident.isOpen else { return .refused(.alreadyResolved(id)) }
        if !isNewsFrom(user, incident), incident.snoozedUntil == nil {
            return .already(id, owner: incident.owner)
        }
        recordAcknowledged(id, user, via)
        stopPages(id)
        endAnsweredDrill(id)
        return .done(incidents: [id])
    }

    private mutating func take(_ id: Incident.ID, _ user: UserID, _ via: Via) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
        guard incident.isOpen else { return .refused(.alreadyResolved(id)) }
        if incident.owner == user, !isNewsFrom(user, incident), incident.snoozedUntil == nil {
            return .already(id, owner: user)
        }
        recordAcknowledged(id, user, via)
        if book.incidents[id]?.owner != user {
            record(.ownerChanged(OwnerChanged(incident: id, owner: user, via: via)))
        }
        stopPages(id)
        endAnsweredDrill(id)
        return .done(incidents: [id])
    }

    private mutating func resolve(_ id: Incident.ID, _ actor: Actor) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        if let user = actor.user, directory.users[user] == nil { return .refused(.noSuchUser(user)) }
        guard incident.isOpen else { return .already(id, owner: incident.owner) }
        close(id, Resolver(actor: actor))
        return .done(incidents: [id])
    }

    mutating func close(_ id: Incident.ID, _ resolver: Resolver) {
        record(.incidentResolved(IncidentResolved(incident: id, by: resolver)))
        stopPages(id)
        dropPlan(id)
    }

    /// Ends every page that has not begun an attempt. One that has ends with its outcome, and is shown as such.
    mutating func stopPages(_ id: Incident.ID) {
        guard planted != .pagingAfterAcknowledgement, let incident = book.incidents[id] else { return }
        for page in incident.pages where incident.isStopped(page) {
            guard case .owed = page.status else { continue }
            record(.pageEnded(PageEnded(page: page.id, state: page.isDoubtful ? .unconfirmed : .cancelled)))
        }
    }

    /// It needs somebody again: step 1, with a fresh copy of the policy.
    mutating func reopen(_ id: Incident.ID, _ reason: TriggerReason, by actor: Actor? = nil) {
        record(.incidentTriggered(IncidentTriggered(incident: id, reason: reason, by: actor)))
        startEscalation(id)
    }

    // MARK: Is somebody still on it?

    /// The incident got worse (S6): while nobody has it the escalation goes on, from the start if it was a low-urgency
    /// one; an owner is paged now, and must confirm within the first step's wait. Snoozed, it is triggered at once
    /// (S14).
    mutating func worsened(_ id: Incident.ID, from before: Urgency) {
        guard let incident = book.incidents[id] else { return }
        switch incident.state {
        case .triggered:
            if before != incident.urgency { startEscalation(id) }
        case .acknowledged where incident.snoozedUntil != nil && planted != .sleepingOnThoughWorse:
            reopen(id, .severityRaised)
        case .acknowledged:
            let wait = incident.escalation?.policy.steps.first?.wait ?? .minutes(5)
            ask(id, incident.owner.map { [$0] } ?? [], .severityRaised, wait: wait)
        case .resolved: break
        }
    }

    /// The acknowledgement has timed out: its owner is asked, or who holds the shift now if the owner's is over (S13).
    mutating func askOwner(_ id: Incident.ID) {
        guard let incident = book.incidents[id] else { return }
        let escalation = incident.escalation
        let wait = escalation?.policy.steps[safely: escalation?.step ?? 0]?.wait ?? .minutes(5)
        ask(id, holders(of: incident), .acknowledgementTimedOut, wait: wait)
    }

    func holders(of incident: Incident) -> [UserID] {
        guard let owner = incident.owner else { return [] }
        for answer in incident.escalation?.answers ?? [] {
            guard case .schedule = answer.target, answer.people.contains(where: { $0.user == owner }) else { continue }
            let today = look(up: answer.target, urgency: incident.urgency).people.filter(\.canBeReached).map(\.user)
            if !today.isEmpty, !today.contains(owner) { return today }
        }
        return [owner]
    }

    mutating func ask(
        _ id: Incident.ID, _ users: [UserID], _ reason: AskReason, wait: Duration, by actor: Actor? = nil
    ) {
        record(
            .ownerAsked(
                OwnerAsked(
                    incident: id, users: users, reason: reason, waitMilliseconds: wait.milliseconds, by: actor)))
        for user in users { startRun(id, user, reason.pagingReason) }
    }

    /// Nobody confirmed: triggered again. A timed-out acknowledgement goes on with the next step, a worse incident
    /// starts at the first.
    mutating func unconfirmed(_ id: Incident.ID, _ ask: Ask) {
        switch ask.reason {
        case .severityRaised: reopen(id, .severityUnconfirmed)
        case .acknowledgementTimedOut, .rollback, .assigned:
            let reason: TriggerReason =
                switch ask.reason {
                case .rollback: .rollback
                case .assigned: .assignmentUnconfirmed
                case .acknowledgementTimedOut, .severityRaised: .acknowledgementUnconfirmed
                }
            record(.incidentTriggered(IncidentTriggered(incident: id, reason: reason)))
            advance(id)
            // While somebody had it, nobody watched the shifts.
            if let incident = book.incidents[id] { noticeRosterChange(incident) }
        }
    }

    // MARK: Notes, declared incidents, overrides

    private mutating func note(_ id: Incident.ID, _ text: String, _ actor: Actor) -> Reply {
        guard book.incidents[id] != nil else { return .refused(.noSuchIncident(id)) }
        guard text.contains(where: { !$0.isWhitespace }) else { return .refused(.emptyText) }
        guard text.count <= Self.longestNote else { return .refused(.textTooLong(limit: Self.longestNote)) }
        record(.noteAdded(NoteAdded(incident: id, by: actor)), text: EventText(body: text))
        return .done(incidents: [id])
    }

    private mutating func declare(
        _ service: ServiceID, _ title: String, _ body: String, _ severity: Severity, _ actor: Actor
    ) -> Reply {
        guard directory.services[service] != nil else { return .refused(.noSuchService(service)) }
        guard title.contains(where: { !$0.isWhitespace }) else { return .refused(.emptyText) }
        guard title.count <= Self.longestTitle else { return .refused(.textTooLong(limit: Self.longestTitle)) }
        guard body.count <= Self.longestNote else { return .refused(.textTooLong(limit: Self.longestNote)) }
        let id = Incident.ID(book.lastNumber + 1)
        record(
            .incidentOpened(
                IncidentOpened(
                    incident: id, service: service, group: nil, severity: severity, urgency: severity.urgency,
                    previous: nil, routing: RoutingReason.declared.explanation, declaredBy: actor)),
            text: EventText(title: title, body: body.isEmpty ? nil : body))
        linkRunbooks(id, labels: nil)
        startEscalation(id)
        return .done(incidents: [id])
    }

    private mutating func addOverride(
        _ schedule: ScheduleID, _ from: Instant, _ until: Instant, _ kind: Override.Kind, _ leaveHole: Bool,
        _ actor: Actor
    ) -> Reply {
        guard directory.roster.schedules[schedule] != nil else { return .refused(.noSuchSchedule(schedule)) }
        for user in kind.users where directory.users[user] == nil { return .refused(.noSuchUser(user)) }
        if let refusal = emptyOrTooLong(from, until) ?? tooManyOverrides(schedule, adding: 1) {
            return .refused(refusal)
        }
        let new = Override(
            id: book.lastOverride + 1, schedule: schedule, from: from, until: until, kind: kind, createdAt: now,
            by: actor.user)
        var after = book.amendments
        after.overrides.append(new)
        let concerned = directory.roster.dependents(of: schedule)
        if !leaveHole, let hole = hole(in: concerned, from: from, until: until, with: after) {
            return .refused(.leavesHole(hole.schedule, at: hole.at))
        }
        record(.overrideAdded(OverrideAdded(override: new)))
        request = nil  // what follows is no answer to it
        noticeRosterChange()
        return .overrideAdded(id: new.id)
    }
}

extension Override.Kind {
    var users: [UserID] {
        switch self {
        case .cover(let user), .remove(let user), .add(let user): [user]
        case .replace(let user, let other): [user, other]
        }
    }
}

extension Array {
    subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
