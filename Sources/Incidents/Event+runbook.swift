/// A runbook was found for the incident.
public struct RunbookLinked: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let runbook: RunbookID
    /// As it was then.
    public let title: String
    /// A clause: `service ranker names it`, `its alert has signal="latency"`.
    public let why: String

    public init(incident: Incident.ID, runbook: RunbookID, title: String, why: String) {
        self.incident = incident
        self.runbook = runbook
        self.title = title
        self.why = why
    }
}
