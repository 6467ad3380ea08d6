import Timekeeping

/// People have something to respond to.
public struct IncidentOpened: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let service: ServiceID
    /// Nil when a person declared it.
    public let group: String?
    public let severity: Severity
    public let urgency: Urgency
    /// The incident this one follows, when the same group was resolved too long ago to reopen (S15).
    public let previous: Incident.ID?
    /// Why it belongs to this service.
    public let routing: String
    /// Set when a person declared it; such an incident never resolves by itself.
    public let declaredBy: Actor?
    /// Set when people are paged for practice.
    public let drill: Drill?

    public init(
        incident: Incident.ID, service: ServiceID, group: String? = nil, severity: Severity, urgency: Urgency,
        previous: Incident.ID? = nil, routing: String, declaredBy: Actor? = nil,
        drill: Drill? = nil
    ) {
        self.drill = drill
        self.incident = incident
        self.service = service
        self.group = group
        self.severity = severity
        self.urgency = urgency
        self.previous = previous
        self.routing = routing
        self.declaredBy = declaredBy
    }
}

/// An alert joined the incident, or fired anew in it.
public struct AlertFired: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let alert: AlertKey
    public let episode: String?
    public let severity: Severity
    /// True when this alert had been in the incident before.
    public let isNewEpisode: Bool

    public init(
        incident: Incident.ID, alert: AlertKey, episode: String? = nil, severity: Severity, isNewEpisode: Bool
    ) {
        self.incident = incident
        self.alert = alert
        self.episode = episode
        self.severity = severity
        self.isNewEpisode = isNewEpisode
    }
}

/// The sender says the alert's current episode is over.
public struct AlertResolved: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let alert: AlertKey
    public let episode: String?

    public init(incident: Incident.ID, alert: AlertKey, episode: String? = nil) {
        self.incident = incident
        self.alert = alert
        self.episode = episode
    }
}

/// Repeats without news since the last count; flushed at most once a minute.
public struct AlertsCounted: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let repeats: Int

    public init(incident: Incident.ID, repeats: Int) {
        self.incident = incident
        self.repeats = repeats
    }
}

/// The sender repeats an alert of an incident that a person resolved (S15). Recorded once.
public struct AlertKeptFiring: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let alert: AlertKey

    public init(incident: Incident.ID, alert: AlertKey) {
        self.incident = incident
        self.alert = alert
    }
}

/// The incident got worse, or a person judged it otherwise.
public struct SeverityChanged: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let from: Severity
    public let to: Severity
    public let urgency: Urgency
    /// Nil when the alerts say so.
    public let by: Actor?

    public init(incident: Incident.ID, from: Severity, to: Severity, urgency: Urgency, by: Actor? = nil) {
        self.incident = incident
        self.from = from
        self.to = to
        self.urgency = urgency
        self.by = by
    }
}

/// It needs somebody again after it had been acknowledged or resolved, or somebody more than who was called.
public struct IncidentTriggered: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let reason: TriggerReason
    /// Nil when it happened by itself.
    public let by: Actor?

    public init(incident: Incident.ID, reason: TriggerReason, by: Actor? = nil) {
        self.incident = incident
        self.reason = reason
        self.by = by
    }
}

/// A person's resolution held: the sender did not repeat for as long as it was watched (S15).
public struct HoldEnded: Hashable, Sendable, Codable {
    public let incident: Incident.ID

    public init(incident: Incident.ID) {
        self.incident = incident
    }
}
