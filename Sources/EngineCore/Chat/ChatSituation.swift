import Incidents

/// What a chat board has to know of an incident that may have changed.
public struct ChatSituation: Sendable, Hashable {
    /// What the log knows of its message in one room.
    public struct Known: Sendable, Hashable {
        public var message: PostedMessage?
        public var toldThrough: Int64
        /// Nothing more can be posted there.
        public var isClosed: Bool

        public init(message: PostedMessage? = nil, toldThrough: Int64 = 0, isClosed: Bool = false) {
            self.message = message
            self.toldThrough = toldThrough
            self.isClosed = isClosed
        }

        public init(_ state: ChatState?) {
            if let channel = state?.channel, let id = state?.message {
                message = PostedMessage(channel: channel, id: id)
            }
            toldThrough = state?.toldThrough ?? 0
            isClosed = state?.closedReason != nil
        }
    }

    public enum Occasion: Sendable, Hashable {
        /// Something happened.
        case news
        /// Something happened that people wait for: a step, an acknowledgement, a resolution.
        case urgentNews
        /// Nothing is known to have happened, but the message may be behind: after a start, or after doubt in the log.
        case refresh
    }

    public var incident: Incident.ID
    public var isOpen: Bool
    /// It was resolved so lately that people should still hear of it.
    public var isRecent: Bool
    /// It was opened before this process started: an earlier one may have posted what the log does not know of.
    public var isInherited: Bool
    /// The sequence of the newest event that belongs into a thread; 0 when there is none among what happened.
    public var newest: Int64
    public var occasion: Occasion
    public var rooms: [ChatRoom: Known]

    public init(
        incident: Incident.ID, isOpen: Bool, isRecent: Bool = true, isInherited: Bool = false, newest: Int64,
        occasion: Occasion, rooms: [ChatRoom: Known]
    ) {
        self.incident = incident
        self.isOpen = isOpen
        self.isRecent = isRecent
        self.isInherited = isInherited
        self.newest = newest
        self.occasion = occasion
        self.rooms = rooms
    }
}
