import Incidents
import Timekeeping

/// Stands for whoever waits for an answer. The shell maps it to a continuation; the core only hands it back.
public struct Ticket: Hashable, Sendable {
    public let number: Int
    public init(_ number: Int) { self.number = number }
}

/// What somebody outside wants decided.
public enum Submission: Sendable {
    /// One request of an integration: the alerts in it that could be read, and what could not (S2).
    case alerts([AlertSignal], unreadable: [UnreadableAlert], from: IntegrationID)
    case command(Command, request: RequestID?)
    /// A new configuration, to be recorded.
    case apply(Directory, DirectoryApplied)
    /// A configuration that the log knows already; nothing to record.
    case adopt(Directory)

    /// How much room it takes in the inbox.
    var weight: Int {
        switch self {
        case .alerts(let alerts, let unreadable, _): max(1, alerts.count + unreadable.count)
        case .command, .apply, .adopt: 1
        }
    }
}

/// Everything that can happen to the core.
public enum Input: Sendable {
    case submitted(Ticket, Submission)
    case appended(batch: Int)
    /// It failed, or nobody can say: then the state is rebuilt from the log.
    case appendFailed(batch: Int)
    /// Nothing was to be recorded, and a try showed that nothing could be.
    case logUnwritable
    case recovered(Recovery)
    case recoveryFailed
    case attemptEnded(AttemptID, AttemptOutcome)
    /// The answer to the serving call of that number.
    case servingAnswered(Int, ServingAnswer)
    /// The wall clock moved against elapsed time; `now` is already the new time.
    case clockStepped(by: Duration)
    /// The process is about to end: begin nothing more. What is owed is owed to the next start.
    case draining
    /// Time has passed.
    case tick
}

/// What the shell must do, in the order given; effects of a later input come after those of an earlier one.
public enum Effect: Sendable {
    /// Append in one transaction, then answer `appended` or `appendFailed`. One at a time.
    case append(Batch)
    case reply(Ticket, Reply)
    /// Hand to the method's pager; it answers `attemptEnded`, once.
    case begin(Transmission)
    /// Hand to the service's serving driver; it answers `servingAnswered`, once.
    case serve(ServingCall)
    /// Fold the live part of the log and answer `recovered` or `recoveryFailed`.
    case recover
    case alarm(Alarm)
}

/// Events for one transaction.
public struct Batch: Sendable {
    public let number: Int
    public let events: [Event]
    /// The incidents they touched, as they are after the batch: the read model's rows, for the same transaction.
    public let summaries: [IncidentSummary]
}

/// Trouble that the log cannot be told about, because the log is the trouble.
public enum Alarm: Hashable, Sendable {
    case storeUnavailable(since: Instant)
    case storeAvailable
}

/// One attempt, with all that a pager needs to write the message.
public struct Transmission: Sendable, Hashable {
    public let attempt: AttemptID
    public let user: Directory.User
    public let method: ContactMethod
    public let reason: PagingReason
    /// An earlier attempt may have arrived already; the message says so.
    public let isRepeat: Bool
    public let briefing: Briefing
    /// Pages of the same person that are told in the same message, the worst first (S17).
    public let others: [Other]

    public struct Other: Sendable, Hashable {
        public let attempt: AttemptID
        public let reason: PagingReason
        /// An earlier attempt may have arrived already.
        public let isRepeat: Bool
        public let briefing: Briefing
    }

    public init(
        attempt: AttemptID, user: Directory.User, method: ContactMethod, reason: PagingReason, isRepeat: Bool,
        briefing: Briefing, others: [Other] = []
    ) {
        self.others = others
        self.attempt = attempt
        self.user = user
        self.method = method
        self.reason = reason
        self.isRepeat = isRepeat
        self.briefing = briefing
    }
}

/// An incident in a few words, for people. Display only: no decision reads it.
public struct Briefing: Sendable, Hashable {
    public let incident: Incident.ID
    public internal(set) var title: String
    public internal(set) var summary: String
    public internal(set) var labels: [String: String]
    public internal(set) var links: [String: String]
    public internal(set) var severity: Severity
    public internal(set) var runbooks: [LinkedRunbook] = []
    public let service: ServiceID
    public let openedAt: Instant

    init(_ opened: IncidentOpened, _ event: Event) {
        incident = opened.incident
        title = event.text?.title ?? "(erased)"
        summary = event.text?.body ?? ""
        labels = [:]
        links = [:]
        severity = opened.severity
        service = opened.service
        openedAt = event.at
    }
}
