import OnCall
import Timekeeping

/// Somebody said "I have it". The first to say so owns the incident (S13).
public struct Acknowledged: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let by: UserID
    public let via: Via
    /// The owner from here on.
    public let owner: UserID
    private let missing: Int?

    /// - Parameter stillNeeded: how many more people must acknowledge before the paging of the others ends.
    public init(incident: Incident.ID, by: UserID, via: Via, owner: UserID, stillNeeded: Int = 0) {
        self.incident = incident
        self.by = by
        self.via = via
        self.owner = owner
        missing = stillNeeded == 0 ? nil : stillNeeded
    }

    public var stillNeeded: Int { missing ?? 0 }
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
    /// Who handed it on.
    public let by: Actor?

    public init(
        incident: Incident.ID, users: [UserID], reason: AskReason, waitMilliseconds: Int64, by: Actor? = nil
    ) {
        self.by = by
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

/// Somebody has it, and wants to be called again then (S14).
public struct IncidentSnoozed: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let by: UserID
    public let via: Via
    /// Elapsed time from this event to the alarm. A step of the wall clock does not move it (S3).
    public let waitMilliseconds: Int64
    /// As it was said.
    public let until: Instant

    public init(incident: Incident.ID, by: UserID, via: Via, waitMilliseconds: Int64, until: Instant) {
        self.incident = incident
        self.by = by
        self.via = via
        self.waitMilliseconds = waitMilliseconds
        self.until = until
    }
}

/// Somebody asked for these people. Their runs follow.
public struct PeoplePaged: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let by: Actor
    public let answers: [TargetAnswer]

    public init(incident: Incident.ID, by: Actor, answers: [TargetAnswer]) {
        self.incident = incident
        self.by = by
        self.answers = answers
    }
}
