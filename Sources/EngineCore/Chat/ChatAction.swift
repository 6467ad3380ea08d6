import Incidents

/// Where an incident is told of: its one message in one room.
public struct ChatSpot: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let incident: Incident.ID
    public let room: ChatRoom

    public init(incident: Incident.ID, room: ChatRoom) {
        self.incident = incident
        self.room = room
    }

    public static func < (a: Self, b: Self) -> Bool { (a.incident, a.room) < (b.incident, b.room) }
    public var description: String { "\(incident) in \(room)" }
}

/// A message as its platform calls it.
public struct PostedMessage: Hashable, Sendable {
    public let channel: String
    public let id: String

    public init(channel: String, id: String) {
        self.channel = channel
        self.id = id
    }
}

/// What the shell is to do for one message. It answers each exactly once, with `ChatBoard.ended`.
public struct ChatAction: Hashable, Sendable {
    public enum Step: Hashable, Sendable {
        case post(key: String)
        /// Looks whether a post arrived after all.
        case find(key: String)
        case update(PostedMessage)
        /// Tells the thread what is new after that sequence, under `ChatKeys.told`.
        case tell(PostedMessage, after: Int64)
        /// Looks how far the thread was told: the newest message under `ChatKeys.anyTold`.
        case findTold(PostedMessage)
        case record(ChatRecord)
    }

    /// Its own, within one board.
    public let number: Int
    public let spot: ChatSpot
    public let step: Step
}

/// What became of an action. Reasons are clauses for operators, without secrets.
public enum ChatResult: Hashable, Sendable {
    /// Posted, updated, or found.
    case shown(PostedMessage)
    /// The thread has been told everything up to that sequence.
    /// - Parameter message: nil when nothing had to be said, so nothing was sent.
    case told(message: String?, through: Int64)
    /// The message says so already, so nothing was sent.
    case unneeded
    case notFound
    /// Not done; worth another try. A wait means too many requests, none means that the platform is away.
    case later(Duration?, String)
    /// The answer was lost: it may have been done.
    case doubtful(String)
    /// The message is gone, or can no longer be changed.
    case lost(String)
    /// The room takes no messages of ours.
    case closed(String)
    /// The platform does not accept us any more.
    case refused(String)
    /// A `record` is in the log, or needs not be.
    case recorded
    /// A `record` could not be made just now.
    case unrecorded
    /// The incident is known no more: so nothing of it is to be shown.
    case forgotten
}

/// Names that go with messages unseen, so that a doubtful one is recognised. None begins like another.
public struct ChatKeys: Hashable, Sendable {
    /// Tells this installation's messages from another's in the same room.
    let installation: String

    public init(installation: String) { self.installation = installation }

    /// The incident's message; the one that replaces a lost message is named after it.
    public func card(_ incident: Incident.ID, replacing lost: String?) -> String {
        "\(installation)/\(incident)/card/\(lost.map { "after/\($0)" } ?? "first")"
    }

    public func told(_ incident: Incident.ID, through sequence: Int64) -> String { anyTold(incident) + "\(sequence)" }

    /// What every telling's key of the incident begins with.
    public func anyTold(_ incident: Incident.ID) -> String { "\(installation)/\(incident)/told/" }

    /// How far the thread was told by the message with that key; nil when it is no telling of the incident.
    public func through(_ key: String, of incident: Incident.ID) -> Int64? {
        let start = anyTold(incident)
        return key.hasPrefix(start) ? Int64(key.dropFirst(start.count)) : nil
    }
}
