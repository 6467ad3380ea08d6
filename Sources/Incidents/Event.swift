import Timekeeping

/// One thing that happened, as recorded. Events are the only truth: everything else is folded from them.
public struct Event: Hashable, Sendable {
    /// Place in the organisation's log, from 1, without holes.
    public let sequence: Int64
    /// Wall-clock time of the decision. Order is the sequence, not this.
    public let at: Instant
    /// The client's request that led to it, if it named one.
    public let request: RequestID?
    public let payload: EventPayload
    /// Free text, kept apart: folding never reads it, so erasing it cannot change a replay.
    public let text: EventText?

    public init(sequence: Int64, at: Instant, request: RequestID? = nil, payload: EventPayload, text: EventText? = nil)
    {
        self.sequence = sequence
        self.at = at
        self.request = request
        self.payload = payload
        self.text = text
    }

    public var stream: Stream { payload.stream }

    /// Which part of the log an event belongs to; a stream is read and retired as a whole.
    public enum Stream: Hashable, Sendable, CustomStringConvertible {
        case engine, directory, overrides, contacts, serving
        case incident(Incident.ID)
        /// A silence and what it held back; without meaning a day after its end.
        case silence(Int)

        public var description: String {
            switch self {
            case .engine: "engine"
            case .directory: "directory"
            case .overrides: "overrides"
            case .contacts: "contacts"
            case .serving: "serving"
            case .incident(let id): "incident/\(id.number)"
            case .silence(let id): "silence/\(id)"
            }
        }

        public init?(_ text: String) {
            switch text {
            case "engine": self = .engine
            case "directory": self = .directory
            case "overrides": self = .overrides
            case "contacts": self = .contacts
            case "serving": self = .serving
            default:
                if text.hasPrefix("silence/"), let number = Int(text.dropFirst(8)), number > 0 {
                    self = .silence(number)
                    return
                }
                guard text.hasPrefix("incident/"), let number = Int(text.dropFirst(9)), number > 0 else { return nil }
                self = .incident(Incident.ID(number))
            }
        }
    }
}

/// What people wrote or sent: titles, notes, long label values. Erasable.
public struct EventText: Hashable, Sendable, Codable {
    public var title: String?
    public var body: String?
    public var labels: [String: String]?
    public var links: [String: String]?

    public init(
        title: String? = nil, body: String? = nil, labels: [String: String]? = nil, links: [String: String]? = nil
    ) {
        self.title = title
        self.body = body
        self.labels = labels
        self.links = links
    }
}

/// Everything that can happen. Each kind has a codec entry and a golden file; a changed payload is a new version.
public enum EventPayload: Hashable, Sendable {
    case engineStarted(EngineStarted)
    case clockStepped(ClockStepped)
    case logRecovered(LogRecovered)
    case directoryApplied(DirectoryApplied)
    case overrideAdded(OverrideAdded)
    case overrideRemoved(OverrideRemoved)
    case timeOffAdded(TimeOffAdded)
    case timeOffRemoved(TimeOffRemoved)
    case holidaysRead(HolidaysRead)
    case coverRequested(CoverRequested)
    case coverAnswered(CoverAnswered)
    case coverWithdrawn(CoverWithdrawn)
    case handoffTold(HandoffTold)
    case digestTold(DigestTold)
    case calendarIssued(CalendarIssued)
    case calendarRevoked(CalendarRevoked)
    case silenceAdded(SilenceAdded)
    case silenceEnded(SilenceEnded)
    case alertSuppressed(AlertSuppressed)
    case suppressionEnded(SuppressionEnded)
    case contactVerified(ContactVerified)
    case contactRemoved(ContactRemoved)
    case servingVersionChanged(ServingVersionChanged)
    case servingVersionProved(ServingVersionProved)

    case incidentOpened(IncidentOpened)
    case alertFired(AlertFired)
    case alertResolved(AlertResolved)
    case alertsCounted(AlertsCounted)
    case alertKeptFiring(AlertKeptFiring)
    case severityChanged(SeverityChanged)
    case incidentTriggered(IncidentTriggered)
    case escalationStarted(EscalationStarted)
    case stepTaken(StepTaken)
    case stepDeferred(StepDeferred)
    case dutyChanged(DutyChanged)
    case lastResortRaised(LastResortRaised)
    case escalationExhausted(EscalationExhausted)
    case runStarted(RunStarted)
    case runDeferred(RunDeferred)
    case pageRequested(PageRequested)
    case attemptBegun(AttemptBegun)
    case attemptEnded(AttemptEnded)
    case attemptReported(AttemptReported)
    case pageEnded(PageEnded)
    case acknowledged(Acknowledged)
    case ownerChanged(OwnerChanged)
    case ownerAsked(OwnerAsked)
    case incidentSnoozed(IncidentSnoozed)
    case peoplePaged(PeoplePaged)
    case noteAdded(NoteAdded)
    case incidentResolved(IncidentResolved)
    case holdEnded(HoldEnded)
    case chatPosted(ChatPosted)
    case chatTold(ChatTold)
    case chatClosed(ChatClosed)
    case rollbackPlanned(RollbackPlanned)
    case rollbackSurveyed(RollbackSurveyed)
    case rollbackApproved(RollbackApproved)
    case rollbackApprovalAsked(RollbackApprovalAsked)
    case rollbackChangeBegun(RollbackChangeBegun)
    case rollbackChangeEnded(RollbackChangeEnded)
    case rollbackVerified(RollbackVerified)
    case rollbackEnded(RollbackEnded)
    case automaticRollbackArmed(AutomaticRollbackArmed)
    case automaticRollbackRefused(AutomaticRollbackRefused)
    case runbookLinked(RunbookLinked)

    public var stream: Event.Stream {
        switch self {
        case .engineStarted, .clockStepped, .logRecovered: .engine
        case .directoryApplied: .directory
        case .overrideAdded, .overrideRemoved, .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested,
            .coverAnswered, .coverWithdrawn, .handoffTold, .digestTold, .calendarIssued, .calendarRevoked:
            .overrides
        case .silenceAdded(let e): .silence(e.silence.id)
        case .silenceEnded(let e): .silence(e.id)
        case .alertSuppressed(let e): .silence(e.silence)
        case .suppressionEnded(let e): .silence(e.silence)
        case .contactVerified, .contactRemoved: .contacts
        case .servingVersionChanged, .servingVersionProved: .serving
        default: .incident(incident!)
        }
    }

    /// The incident this is about, when it is about one.
    public var incident: Incident.ID? {
        switch self {
        case .engineStarted, .clockStepped, .logRecovered, .directoryApplied, .overrideAdded, .overrideRemoved,
            .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested, .coverAnswered, .coverWithdrawn,
            .handoffTold, .digestTold, .calendarIssued, .calendarRevoked, .silenceAdded, .silenceEnded,
            .alertSuppressed,
            .suppressionEnded, .contactVerified, .contactRemoved, .servingVersionChanged, .servingVersionProved:
            nil
        case .incidentOpened(let e): e.incident
        case .alertFired(let e): e.incident
        case .alertResolved(let e): e.incident
        case .alertsCounted(let e): e.incident
        case .alertKeptFiring(let e): e.incident
        case .severityChanged(let e): e.incident
        case .incidentTriggered(let e): e.incident
        case .escalationStarted(let e): e.incident
        case .stepTaken(let e): e.incident
        case .stepDeferred(let e): e.incident
        case .runDeferred(let e): e.incident
        case .dutyChanged(let e): e.incident
        case .lastResortRaised(let e): e.incident
        case .escalationExhausted(let e): e.incident
        case .runStarted(let e): e.incident
        case .pageRequested(let e): e.page.incident
        case .attemptBegun(let e): e.attempt.page.incident
        case .attemptEnded(let e): e.attempt.page.incident
        case .attemptReported(let e): e.attempt.page.incident
        case .pageEnded(let e): e.page.incident
        case .acknowledged(let e): e.incident
        case .ownerChanged(let e): e.incident
        case .ownerAsked(let e): e.incident
        case .incidentSnoozed(let e): e.incident
        case .peoplePaged(let e): e.incident
        case .noteAdded(let e): e.incident
        case .incidentResolved(let e): e.incident
        case .holdEnded(let e): e.incident
        case .chatPosted(let e): e.incident
        case .chatTold(let e): e.incident
        case .chatClosed(let e): e.incident
        case .rollbackPlanned(let e): e.rollback.incident
        case .rollbackSurveyed(let e): e.rollback.incident
        case .rollbackApproved(let e): e.rollback.incident
        case .rollbackApprovalAsked(let e): e.rollback.incident
        case .rollbackChangeBegun(let e): e.rollback.incident
        case .rollbackChangeEnded(let e): e.rollback.incident
        case .rollbackVerified(let e): e.rollback.incident
        case .rollbackEnded(let e): e.rollback.incident
        case .automaticRollbackArmed(let e): e.incident
        case .automaticRollbackRefused(let e): e.incident
        case .runbookLinked(let e): e.incident
        }
    }
}
