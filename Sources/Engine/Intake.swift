import HTTPTypes
import Incidents
import Timekeeping

/// What arrived at `/hooks/{key}`, without any web framework.
public struct HookRequest: Sendable {
    public var method: HTTPRequest.Method
    public var headers: HTTPFields
    public var body: [UInt8]

    public init(method: HTTPRequest.Method, headers: HTTPFields, body: [UInt8]) {
        self.method = method
        self.headers = headers
        self.body = body
    }
}

/// The answer in the sender's own form.
public struct HookReply: Sendable {
    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    public var body: String

    public init(status: HTTPResponse.Status, headers: HTTPFields = [.contentType: "application/json"], body: String) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What a decoder made of a request. In a batch the good are kept and the bad are listed (S2).
public struct ReadAlerts: Sendable, Hashable {
    public var alerts: [AlertSignal]
    public var unreadable: [UnreadableAlert]

    public init(alerts: [AlertSignal] = [], unreadable: [UnreadableAlert] = []) {
        self.alerts = alerts
        self.unreadable = unreadable
    }
}

/// What became of a request, for the sender to be told.
public enum HookOutcome: Sendable, Hashable {
    /// Durable. `incidents` with their links; `unreadable` is what could not be read beside what could.
    case accepted(incidents: [IncidentLink], unreadable: [UnreadableAlert])
    /// Nothing in it could be read. It is kept, and somebody is told.
    case unreadable([UnreadableAlert])
    case tooLarge(limit: Int)
    /// Not recorded; the sender should try again.
    case unavailable(retryAfter: Duration)
}

public struct IncidentLink: Sendable, Hashable {
    public var incident: Incident.ID
    public var url: String

    public init(incident: Incident.ID, url: String) {
        self.incident = incident
        self.url = url
    }
}

/// A vendor's alert format: one pure decoder, one way of answering. One folder a vendor in Integrations.
public protocol AlertFormat: Sendable {
    func read(_ request: HookRequest) -> ReadAlerts
    func answer(_ outcome: HookOutcome) -> HookReply
}
