import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A page as it is to be written: everything a channel may show, nothing it must look up.
public struct PageMessage: Sendable, Hashable {
    /// The same for every attempt of one page, and unique across installations: receivers tell repeats by it.
    public var id: String
    public var attempt: AttemptID
    public var incident: Incident.ID
    public var title: String
    public var summary: String
    public var severity: Severity
    public var service: ServiceID
    public var labels: [String: String]
    public var links: [String: String]
    public var user: UserID
    public var userName: String
    public var reason: PagingReason
    /// An earlier attempt may have arrived already.
    public var isRepeat: Bool
    public var openedAt: Instant
    public var sentAt: Instant
    public var incidentURL: String
    /// Opens a page with one button; only its POST acknowledges, so a link scanner does not.
    public var acknowledgeURL: String
    public var acknowledgeExpiresAt: Instant

    public init(
        id: String, attempt: AttemptID, incident: Incident.ID, title: String, summary: String, severity: Severity,
        service: ServiceID, labels: [String: String], links: [String: String], user: UserID, userName: String,
        reason: PagingReason, isRepeat: Bool, openedAt: Instant, sentAt: Instant, incidentURL: String,
        acknowledgeURL: String, acknowledgeExpiresAt: Instant
    ) {
        self.id = id
        self.attempt = attempt
        self.incident = incident
        self.title = title
        self.summary = summary
        self.severity = severity
        self.service = service
        self.labels = labels
        self.links = links
        self.user = user
        self.userName = userName
        self.reason = reason
        self.isRepeat = isRepeat
        self.openedAt = openedAt
        self.sentAt = sentAt
        self.incidentURL = incidentURL
        self.acknowledgeURL = acknowledgeURL
        self.acknowledgeExpiresAt = acknowledgeExpiresAt
    }
}

/// Sends pages by one method. Never blocks the caller, and calls `done` exactly once, from any thread.
public protocol Pager: Sendable {
    func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void)
}
