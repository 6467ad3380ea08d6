import OnCall
import Timekeeping

/// Those whom a handoff concerns are told of it. Recorded first, so that nobody is told twice.
public struct HandoffTold: Hashable, Sendable, Codable {
    public let schedule: ScheduleID
    /// The handoff's instant.
    public let at: Instant
    public let incoming: [UserID]
    public let outgoing: [UserID]

    public init(schedule: ScheduleID, at: Instant, incoming: [UserID], outgoing: [UserID]) {
        self.schedule = schedule
        self.at = at
        self.incoming = incoming
        self.outgoing = outgoing
    }
}

/// A calendar feed can be subscribed to from now on. Its secret follows from the number and is not recorded.
public struct CalendarIssued: Hashable, Sendable, Codable {
    public let id: Int
    public let scope: CalendarScope
    public let by: Actor

    public init(id: Int, scope: CalendarScope, by: Actor) {
        self.id = id
        self.scope = scope
        self.by = by
    }
}

/// A calendar feed is answered no more.
public struct CalendarRevoked: Hashable, Sendable, Codable {
    public let id: Int
    public let by: Actor

    public init(id: Int, by: Actor) {
        self.id = id
        self.by = by
    }
}
