/// The incident's message stands in a chat room.
public struct ChatPosted: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let room: ChatRoom
    /// The platform's id of the room.
    public let channel: String
    /// The platform's id of the message, such as `1772330584.000100`.
    public let message: String

    public init(incident: Incident.ID, room: ChatRoom, channel: String, message: String) {
        self.incident = incident
        self.room = room
        self.channel = channel
        self.message = message
    }
}

/// The message's thread has been told of everything up to a place in the log.
public struct ChatTold: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let room: ChatRoom
    /// The platform's id of what was posted into the thread; nil when nothing had to be.
    public let message: String?
    /// The sequence of the last event told.
    public let through: Int64

    public init(incident: Incident.ID, room: ChatRoom, message: String? = nil, through: Int64) {
        self.incident = incident
        self.room = room
        self.message = message
        self.through = through
    }
}

/// Nothing more can be posted there: the room is archived, gone, or closed to us.
public struct ChatClosed: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let room: ChatRoom
    /// The platform's word for it.
    public let reason: String

    public init(incident: Incident.ID, room: ChatRoom, reason: String) {
        self.incident = incident
        self.room = room
        self.reason = reason
    }
}
