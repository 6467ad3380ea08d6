import OnCall
import Timekeeping

/// Somebody said "I have it". The first to say so owns the incident (S13).
public struct Acknowledged: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let by: UserID
    public let via: Via
    /// The owner from here on.
    public let owner: UserID

    public init(incident: Incident.ID, by: UserID, via: Via, owner: UserID) {
        self.incident = incident
        self.by = by
        self.via = via
        self.owner = owner
    }
}

/// Somebody took the incident over.
public struct OwnerChanged: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let owner: UserID
    public let via: Via

    public init(incident: Incident.ID, owner: UserID, via: Via) {
        self.incident = incident
        self.owner = owner
        self.via = via
    }
}

/// Is somebody still on it? No answer within the wait triggers it again (S6, S13).
public struct OwnerAsked: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let users: [UserID]
    public let reason: AskReason
    public let waitMilliseconds: Int64

    public init(incident: Incident.ID, users: [UserID], reason: AskReason, waitMilliseconds: Int64) {
        self.incident = incident
        self.users = users
        self.reason = reason
        self.waitMilliseconds = waitMilliseconds
    }
}

/// Somebody wrote into the timeline; the words are in the text.
public struct NoteAdded: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let by: Actor

    public init(incident: Incident.ID, by: Actor) {
        self.incident = incident
        self.by = by
    }
}

/// It is over.
public struct IncidentResolved: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let by: Resolver

    public init(incident: Incident.ID, by: Resolver) {
        self.incident = incident
        self.by = by
    }
}
