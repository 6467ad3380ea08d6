import OnCall
import Timekeeping

/// How people steer an incident, besides saying that they have it or that it is over.
extension Decider {
    /// Shorter than this is a slip of the hand.
    public static let shortestSnooze = Duration.minutes(1)
    /// Whoever snoozes it longer has resolved it.
    public static let longestSnooze = Duration.hours(24)

    /// Not when its group is open elsewhere by now: one thing never asks for people twice (S6).
    mutating func reopen(_ id: Incident.ID, _ actor: Actor) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard !incident.isOpen else { return .refused(.notResolved(id)) }
        if let sibling = openSibling(of: id) { return .refused(.openElsewhere(id, in: sibling)) }
        reopen(id, .reopened, by: actor)
        return .done(incidents: [id])
    }

    /// An acknowledgement with an alarm (S14). The wait is elapsed time from here on, whatever the wall clock does.
    mutating func snooze(_ id: Incident.ID, _ until: Instant, _ user: UserID, _ via: Via) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
        guard incident.isOpen else { return .refused(.alreadyResolved(id)) }
        let needed = missing(after: user, incident)
        guard needed == 0 else { return .refused(.moreAcknowledgementsNeeded(id, needed)) }
        guard until > now else { return .refused(.snoozeOver) }
        let wait = until - now
        guard wait >= Self.shortestSnooze else { return .refused(.snoozeTooShort) }
        guard wait <= Self.longestSnooze else {
            return .refused(.snoozeTooLong(hours: Self.longestSnooze.components.seconds / 3600))
        }
        if isNewsFrom(user, incident) {
            recordAcknowledged(id, user, via)
        } else if incident.snoozedUntil == until {
            return .already(id, owner: incident.owner)
        }
        record(
            .incidentSnoozed(
                IncidentSnoozed(incident: id, by: user, via: via, waitMilliseconds: wait.milliseconds, until: until)))
        stopPages(id)
        return .done(incidents: [id])
    }

    /// Whether the person's acknowledgement says anything new: nobody has it, they are not among those who do, or they
    /// are being asked.
    func isNewsFrom(_ user: UserID, _ incident: Incident) -> Bool {
        if incident.acknowledgementsMissing > 0, incident.responders.contains(user) {
            return incident.runs.contains { $0.user == user && $0.isRunning }
        }
        return incident.state != .acknowledged || incident.ask != nil || !incident.responders.contains(user)
            || incident.runs.contains { $0.user == user && $0.isRunning }
    }

    /// How many more people must acknowledge once `user` has.
    func missing(after user: UserID, _ incident: Incident) -> Int {
        if planted == .oneOfTwoIsEnough { return 0 }
        return incident.responders.contains(user)
            ? incident.acknowledgementsMissing : max(0, incident.acknowledgementsMissing - 1)
    }

    /// Records that somebody has it. Whom it was handed to owns it.
    mutating func recordAcknowledged(_ id: Incident.ID, _ user: UserID, _ via: Via) {
        guard let incident = book.incidents[id] else { return }
        let isAssigned = incident.ask.map { $0.reason == .assigned && $0.users.contains(user) } ?? false
        record(
            .acknowledged(
                Acknowledged(
                    incident: id, by: user, via: via, owner: isAssigned ? user : incident.owner ?? user,
                    stillNeeded: missing(after: user, incident))))
    }

    /// Hands it to somebody else: they are paged, and own it when they acknowledge. Until then whoever has it keeps it;
    /// without an answer within the present step's wait it is triggered again. While nobody has it, that is no more
    /// than to page them besides.
    mutating func assign(_ id: Incident.ID, to user: UserID, _ actor: Actor) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard incident.isOpen else { return .refused(.alreadyResolved(id)) }
        guard incident.state == .acknowledged else { return page(id, [.user(user)], actor) }
        guard let person = directory.users[user] else { return .refused(.noSuchUser(user)) }
        if incident.owner == user { return .already(id, owner: user) }
        guard !person.plan(for: incident.urgency).isEmpty else { return .refused(.nobodyToPage([.user(user)])) }
        let step = incident.escalation.flatMap { $0.policy.steps[safely: $0.step] }
        ask(id, [user], .assigned, wait: step?.wait ?? .minutes(5), by: actor)
        return .done(incidents: [id])
    }

    /// The next step now. Whoever has it has said so in vain: it is triggered again.
    mutating func escalate(_ id: Incident.ID, _ actor: Actor) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard incident.isOpen else { return .refused(.alreadyResolved(id)) }
        record(.incidentTriggered(IncidentTriggered(incident: id, reason: .escalated, by: actor)))
        if isThrough(incident) { startEscalation(id) } else { advance(id) }
        // While somebody had it, nobody watched the shifts.
        if incident.state == .acknowledged, let incident = book.incidents[id] { noticeRosterChange(incident) }
        return .done(incidents: [id])
    }

    /// Nothing comes after the last step of low urgency, so whoever wants more people begins again.
    private func isThrough(_ incident: Incident) -> Bool {
        guard incident.urgency == .low, let escalation = incident.escalation else { return false }
        switch escalation.position {
        case .exhausted, .lastResort: return true
        case .starting, .waiting, .deferred: return false
        }
    }

    /// Raised by a person it is as if an alert had said so. Lowered, no page is taken back (S6).
    mutating func changeSeverity(_ id: Incident.ID, _ severity: Severity, _ actor: Actor) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard incident.isOpen else { return .refused(.alreadyResolved(id)) }
        guard severity != incident.severity else { return .already(id, owner: incident.owner) }
        record(
            .severityChanged(
                SeverityChanged(
                    incident: id, from: incident.severity, to: severity, urgency: severity.urgency, by: actor)))
        if severity > incident.severity { worsened(id, from: incident.urgency) }
        return .done(incidents: [id])
    }

    /// These people besides, whoever has it. Neither the owner nor the escalation changes.
    mutating func page(_ id: Incident.ID, _ targets: [Target], _ actor: Actor) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard incident.isOpen else { return .refused(.alreadyResolved(id)) }
        guard !targets.isEmpty else { return .refused(.noTargets) }
        var asked: [Target] = []
        for target in targets where !asked.contains(target) {
            switch target {
            case .user(let user):
                guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
            case .schedule(let schedule):
                guard directory.roster.schedules[schedule] != nil else { return .refused(.noSuchSchedule(schedule)) }
            case .team(let team): guard directory.teams[team] != nil else { return .refused(.noSuchTeam(team)) }
            }
            asked.append(target)
        }
        // Whoever asks for somebody by name means now, quiet hours or not.
        let answers = asked.map { look(up: $0, urgency: incident.urgency, why: "was asked for by name") }
        guard answers.contains(where: { $0.people.contains(where: \.canBeReached) }) else {
            return .refused(.nobodyToPage(asked))
        }
        record(.peoplePaged(PeoplePaged(incident: id, by: actor, answers: answers)))
        page(id, answers, .asked)
        return .done(incidents: [id])
    }

    /// A person who speaks must be in the configuration; a face that cannot say who it was may speak.
    func stranger(_ actor: Actor) -> Refusal? {
        guard let user = actor.user, directory.users[user] == nil else { return nil }
        return .noSuchUser(user)
    }
}
