import Incidents
import OnCall
import Timekeeping

/// One row of the incident list. A read model: written with the events it follows from, and rebuilt from them.
public struct IncidentSummary: Hashable, Sendable {
    public var incident: Incident.ID
    public var service: ServiceID
    public var title: String
    public var state: Incident.State
    public var severity: Severity
    public var urgency: Urgency
    public var owner: UserID?
    public var openedAt: Instant
    public var acknowledgedAt: Instant?
    public var resolvedAt: Instant?
    public var alertCount: Int
    public var firingCount: Int
    /// After this its events can no longer affect a decision; nil while it is open.
    public var liveUntil: Instant?

    public init(
        incident: Incident.ID, service: ServiceID, title: String, state: Incident.State, severity: Severity,
        urgency: Urgency, owner: UserID?, openedAt: Instant, acknowledgedAt: Instant?, resolvedAt: Instant?,
        alertCount: Int, firingCount: Int, liveUntil: Instant?
    ) {
        self.incident = incident
        self.service = service
        self.title = title
        self.state = state
        self.severity = severity
        self.urgency = urgency
        self.owner = owner
        self.openedAt = openedAt
        self.acknowledgedAt = acknowledgedAt
        self.resolvedAt = resolvedAt
        self.alertCount = alertCount
        self.firingCount = firingCount
        self.liveUntil = liveUntil
    }

    init(_ incident: Incident, title: String) {
        self.init(
            incident: incident.id, service: incident.service, title: title, state: incident.state,
            severity: incident.severity, urgency: incident.urgency, owner: incident.owner,
            openedAt: incident.openedAt, acknowledgedAt: incident.acknowledgedAt, resolvedAt: incident.resolution?.at,
            alertCount: incident.alerts.count, firingCount: incident.firingCount,
            // A clock stepped back must not make it forgotten early: twice the memory.
            liveUntil: incident.activeRollback != nil
                ? nil : incident.resolution.map { $0.at + IncidentBook.memory + IncidentBook.memory })
    }
}
