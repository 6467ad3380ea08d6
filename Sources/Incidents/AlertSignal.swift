/// What a vendor's decoder makes of one alert in a request.
public struct AlertSignal: Hashable, Sendable {
    public enum Status: String, Sendable { case firing, resolved }

    public var alert: AlertKey
    public var status: Status
    /// Names this firing. Compared for equality only (S15). Nil when the sender does not say: then a firing after a
    /// resolution is a new episode, and a resolution ends whichever one is open.
    public var episode: String?
    /// The sender's grouping; nil means the alert stands alone (S6).
    public var group: String?
    /// Nil when the sender said nothing we know; then `Severity.unknown`.
    public var severity: Severity?
    public var title: String
    public var summary: String
    public var labels: [String: String]
    /// Links a responder wants: the graph, the runbook. Name to URL.
    public var links: [String: String]

    public init(
        alert: AlertKey, status: Status, episode: String? = nil, group: String? = nil, severity: Severity? = nil,
        title: String, summary: String = "", labels: [String: String] = [:], links: [String: String] = [:]
    ) {
        self.alert = alert
        self.status = status
        self.episode = episode
        self.group = group
        self.severity = severity
        self.title = title
        self.summary = summary
        self.labels = labels
        self.links = links
    }
}

/// Something at the door that could not be read (S2).
public struct UnreadableAlert: Hashable, Sendable {
    /// One sentence for the sender and the responder.
    public var problem: String
    /// What arrived, cut to `bodyLimit` characters.
    public var body: String

    public static let bodyLimit = 16_384

    public init(problem: String, body: String) {
        self.problem = problem
        self.body = String(body.prefix(Self.bodyLimit))
    }
}
