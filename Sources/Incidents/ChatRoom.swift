/// A place in a chat where an incident is told of. Written as in the configuration: `slack #ml-incidents`.
public struct ChatRoom: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// `slack`, for one.
    public let platform: String
    /// The room's name as people write it, `#ml-incidents`, or the platform's own id.
    public let name: String

    public init(platform: String, name: String) {
        self.platform = platform
        self.name = name
    }

    /// Reads `slack #ml-incidents`: one word, a space, and the name, which may hold spaces inside.
    public init?(_ text: String) {
        guard let space = text.firstIndex(of: " ") else { return nil }
        let (platform, name) = (text[..<space], text[text.index(after: space)...])
        guard !platform.isEmpty, let first = name.first, let last = name.last, !first.isWhitespace, !last.isWhitespace
        else { return nil }
        self.init(platform: String(platform), name: String(name))
    }

    public static func < (a: ChatRoom, b: ChatRoom) -> Bool { (a.platform, a.name) < (b.platform, b.name) }
    public var description: String { "\(platform) \(name)" }
}

/// Encoded as it is written.
extension ChatRoom: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let room = ChatRoom(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a chat room: \(text)")
        }
        self = room
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What became of a chat message.
public enum ChatRecord: Hashable, Sendable {
    case posted(ChatPosted), told(ChatTold), closed(ChatClosed)

    public var incident: Incident.ID {
        switch self {
        case .posted(let e): e.incident
        case .told(let e): e.incident
        case .closed(let e): e.incident
        }
    }
}

/// What is known of an incident's message in one room. Bookkeeping: no deadline and no page depends on it.
public struct ChatState: Hashable, Sendable {
    /// The platform's id of the room; nil while nothing has been posted.
    public internal(set) var channel: String?
    /// The platform's id of the incident's message; nil while there is none.
    public internal(set) var message: String?
    /// The thread has been told of everything up to this sequence.
    public internal(set) var toldThrough: Int64 = 0
    /// Why nothing more can be posted there; nil while something can. A further message opens it again.
    public internal(set) var closedReason: String?

    /// Takes a fact in. Answers whether it was news.
    @discardableResult
    mutating func note(_ record: ChatRecord) -> Bool {
        let before = self
        switch record {
        case .posted(let e):
            channel = e.channel
            message = e.message
            closedReason = nil
        case .told(let e): toldThrough = max(toldThrough, e.through)
        case .closed(let e): closedReason = e.reason
        }
        return self != before
    }

    init() {}
}
