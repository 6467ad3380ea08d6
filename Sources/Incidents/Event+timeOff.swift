import OnCall

/// Somebody is away; who comes next covers.
public struct TimeOffAdded: Hashable, Sendable, Codable {
    public let timeOff: TimeOff
    public let by: Actor

    public init(timeOff: TimeOff, by: Actor) {
        self.timeOff = timeOff
        self.by = by
    }
}

/// Time off that a person had entered was taken back.
public struct TimeOffRemoved: Hashable, Sendable, Codable {
    public let id: Int
    public let by: Actor

    public init(id: Int, by: Actor) {
        self.id = id
        self.by = by
    }
}

/// A calendar of holidays was read and says something else than before. Takes the place of what it said before.
public struct HolidaysRead: Hashable, Sendable, Codable {
    public let calendar: String
    /// Digest of what was read, and of whose holidays it holds.
    public let digest: String
    public let timeOff: [TimeOff]

    public init(calendar: String, digest: String, timeOff: [TimeOff]) {
        self.calendar = calendar
        self.digest = digest
        self.timeOff = timeOff
    }
}
