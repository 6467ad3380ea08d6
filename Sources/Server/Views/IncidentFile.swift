import Engine
import Incidents
import OnCall
import Timekeeping

/// Everything recorded about one incident, put together for reading: folded from its events, so it is the same for one
/// that is open and for one that was closed a year ago.
struct IncidentFile: Sendable {
    let id: Incident.ID
    let service: ServiceID
    let openedAt: Instant
    let title: String
    let body: String?
    let routing: String
    let declaredBy: Actor?
    let previous: Incident.ID?

    private(set) var state = Incident.State.triggered
    private(set) var severity: Severity
    private(set) var urgency: Urgency
    private(set) var owner: UserID?
    private(set) var acknowledgedAt: Instant?
    private(set) var resolvedAt: Instant?
    /// Until when it is snoozed, as it was said.
    private(set) var snoozedUntil: Instant?
    private(set) var policy: PolicyID?
    /// Where in the chat it is told of.
    private(set) var rooms: [Room] = []
    private(set) var runbooks: [LinkedRunbook] = []
    private(set) var alerts: [Alert] = []
    private(set) var asked: [Asked] = []
    private(set) var pages: [PageFile] = []
    private(set) var rollbacks: [RollbackFile] = []

    struct Room: Sendable {
        let room: ChatRoom
        var isShown: Bool
        /// Why nothing more can be posted there.
        var closed: String?
    }

    struct Alert: Sendable {
        let key: AlertKey
        var title: String
        var summary: String
        var severity: Severity
        var episode: String?
        var isFiring: Bool
        let firstFiredAt: Instant
        var firedAt: Instant
        var resolvedAt: Instant?
        var labels: [String: String]
        var links: [String: String]
    }

    /// One time that it was worked out who is to be paged, with the reasons as they were then.
    struct Asked: Sendable {
        let at: Instant
        let occasion: Occasion
        let answers: [TargetAnswer]
        let passedOver: [PassedOver]
    }

    enum Occasion: Sendable {
        /// Both counted from 1.
        case step(Int, round: Int)
        case shiftChange, lastResort, exhausted
        /// A person asked; nil when it is not known who.
        case request(by: UserID?)

        /// "step 1", "a shift changed hands", "last resort", "Ana Lindt asked".
        func words(name: (UserID) -> String) -> String {
            switch self {
            case .step(let step, let round): "step \(step)\(round == 1 ? "" : ", round \(round)")"
            case .shiftChange: "a shift changed hands"
            case .lastResort: "last resort"
            case .exhausted: "the policy is exhausted"
            case .request(let user): "\(user.map(name) ?? "somebody") asked"
            }
        }
    }

    struct PageFile: Sendable {
        let id: PageID
        let user: UserID
        let method: ContactMethod
        let reason: PagingReason
        let requestedAt: Instant
        var attempts: [Attempt] = []
        var end: PageEnd?
        var endedAt: Instant?
    }

    struct Attempt: Sendable {
        let number: Int
        let begunAt: Instant
        /// An earlier attempt may have arrived already.
        let isRepeat: Bool
        var endedAt: Instant?
        var outcome: AttemptOutcome?
    }

    /// Nil unless the events begin with an incident's opening.
    init?(_ events: [Event]) {
        guard let first = events.first, case .incidentOpened(let opened) = first.payload else { return nil }
        id = opened.incident
        service = opened.service
        openedAt = first.at
        title = first.text?.title ?? "(erased)"
        body = first.text?.body
        routing = opened.routing
        declaredBy = opened.declaredBy
        previous = opened.previous
        severity = opened.severity
        urgency = opened.urgency
        for event in events.dropFirst() { fold(event) }
    }

    private mutating func fold(_ event: Event) {
        switch event.payload {
        case .alertFired(let e): fired(e, event)
        case .alertResolved(let e):
            guard let index = alerts.firstIndex(where: { $0.key == e.alert }) else { return }
            alerts[index].isFiring = false
            alerts[index].resolvedAt = event.at
        case .severityChanged(let e):
            severity = e.to
            urgency = e.urgency
        case .incidentTriggered:
            state = .triggered
            owner = nil
            acknowledgedAt = nil
            resolvedAt = nil
            snoozedUntil = nil
        case .acknowledged(let e):
            state = .acknowledged
            owner = e.owner
            acknowledgedAt = acknowledgedAt ?? event.at
            snoozedUntil = nil
        case .incidentSnoozed(let e): snoozedUntil = e.until
        case .ownerChanged(let e): owner = e.owner
        case .incidentResolved:
            state = .resolved
            resolvedAt = event.at
            snoozedUntil = nil
        case .escalationStarted(let e): policy = e.policy.id
        case .stepTaken(let e):
            ask(.step(e.step + 1, round: e.round + 1), e.answers, e.passedOver, event)
        case .stepDeferred(let e): ask(.step(e.step + 1, round: e.round + 1), e.answers, e.passedOver, event)
        case .dutyChanged(let e): ask(.shiftChange, [e.answer], [], event)
        case .lastResortRaised(let e): ask(.lastResort, e.answers, e.passedOver, event)
        case .peoplePaged(let e): ask(.request(by: e.by.user), e.answers, [], event)
        case .chatPosted(let e): change(e.room) { ($0.isShown, $0.closed) = (true, nil) }
        case .chatClosed(let e): change(e.room) { $0.closed = e.reason }
        case .runbookLinked(let e): runbooks.append(LinkedRunbook(id: e.runbook, title: e.title))
        case .escalationExhausted(let e): ask(.exhausted, [], e.passedOver, event)
        case .pageRequested, .attemptBegun, .attemptEnded, .attemptReported, .pageEnded: foldPage(event)
        case .alertsCounted, .alertKeptFiring, .runStarted, .runDeferred, .ownerAsked, .noteAdded, .holdEnded,
            .chatTold,
            .contactVerified, .contactRemoved:
            break
        case .servingVersionChanged, .servingVersionProved, .rollbackPlanned, .rollbackSurveyed, .rollbackApproved,
            .rollbackApprovalAsked, .rollbackChangeBegun, .rollbackChangeEnded, .rollbackVerified, .rollbackEnded,
            .automaticRollbackArmed, .automaticRollbackRefused:
            RollbackFile.fold(event, into: &rollbacks)
        case .engineStarted, .clockStepped, .logRecovered, .directoryApplied, .overrideAdded, .overrideRemoved,
            .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested, .coverAnswered, .coverWithdrawn,
            .handoffTold, .digestTold, .calendarIssued, .calendarRevoked, .silenceAdded, .silenceEnded,
            .alertSuppressed,
            .suppressionEnded,
            .incidentOpened:
            break
        }
    }

    private mutating func fired(_ e: AlertFired, _ event: Event) {
        let text = event.text
        guard let index = alerts.firstIndex(where: { $0.key == e.alert }) else {
            alerts.append(
                Alert(
                    key: e.alert, title: text?.title ?? "(erased)", summary: text?.body ?? "", severity: e.severity,
                    episode: e.episode, isFiring: true, firstFiredAt: event.at, firedAt: event.at,
                    labels: text?.labels ?? [:], links: text?.links ?? [:]))
            return
        }
        alerts[index].title = text?.title ?? alerts[index].title
        alerts[index].summary = text?.body ?? alerts[index].summary
        alerts[index].severity = e.severity
        alerts[index].episode = e.episode
        alerts[index].isFiring = true
        alerts[index].firedAt = event.at
        alerts[index].resolvedAt = nil
        alerts[index].labels.merge(text?.labels ?? [:]) { _, new in new }
        alerts[index].links.merge(text?.links ?? [:]) { _, new in new }
    }

    private mutating func ask(
        _ occasion: Occasion, _ answers: [TargetAnswer], _ passedOver: [PassedOver], _ event: Event
    ) {
        asked.append(Asked(at: event.at, occasion: occasion, answers: answers, passedOver: passedOver))
    }

    private mutating func foldPage(_ event: Event) {
        switch event.payload {
        case .pageRequested(let e):
            pages.append(
                PageFile(id: e.page, user: e.user, method: e.method, reason: e.reason, requestedAt: event.at))
        case .attemptBegun(let e):
            change(e.attempt.page) {
                $0.attempts.append(Attempt(number: e.attempt.number, begunAt: event.at, isRepeat: e.isRepeat))
            }
        case .attemptEnded(let e):
            change(e.attempt.page) { page in
                guard let index = page.attempts.lastIndex(where: { $0.number == e.attempt.number }) else { return }
                page.attempts[index].endedAt = event.at
                page.attempts[index].outcome = e.outcome
            }
        case .attemptReported(let e):
            change(e.attempt.page) { page in
                if page.end != nil { page.end = e.state }
                guard let index = page.attempts.lastIndex(where: { $0.number == e.attempt.number }) else { return }
                let told = [page.attempts[index].outcome?.evidence, e.outcome.evidence].compactMap { $0 }
                page.attempts[index].outcome = AttemptOutcome(
                    e.outcome.result, evidence: told.joined(separator: "; then "))
            }
        case .pageEnded(let e):
            change(e.page) {
                $0.end = e.state
                $0.endedAt = event.at
            }
        default: break
        }
    }

    private mutating func change(_ room: ChatRoom, _ body: (inout Room) -> Void) {
        if !rooms.contains(where: { $0.room == room }) { rooms.append(Room(room: room, isShown: false)) }
        guard let index = rooms.firstIndex(where: { $0.room == room }) else { return }
        body(&rooms[index])
    }

    private mutating func change(_ page: PageID, _ body: (inout PageFile) -> Void) {
        guard let index = pages.firstIndex(where: { $0.id == page }) else { return }
        body(&pages[index])
    }
}
