import EngineCore
import HTTPTypes
import Incidents
import OnCall
import Timekeeping

/// A chat platform's way out: the few things Tocsin says there by itself. One folder a platform in Integrations.
///
/// No method blocks, and each calls `done` exactly once, never on the caller's stack and within 9 seconds.
public protocol ChatPlatform: Sendable {
    /// As in `slack #ml-incidents`.
    var name: String { get }
    /// Whether it is in the configuration in force; nothing is called while it is not.
    var isConfigured: Bool { get }

    /// Posts the incident's one message.
    /// - Parameters:
    ///   - room: as in the configuration, or the platform's own id of it.
    ///   - key: goes with the message unseen, so that `find` can tell whether a doubtful one arrived.
    func post(
        _ card: IncidentCard, in room: String, key: String, done: @escaping @Sendable (ChatOutcome) -> Void)
    /// Makes the message say what the card says now.
    func update(_ card: IncidentCard, _ message: PostedMessage, done: @escaping @Sendable (ChatOutcome) -> Void)
    /// Posts below the incident's message.
    func tell(
        _ lines: [ChatLine], below message: PostedMessage, key: String,
        done: @escaping @Sendable (ChatOutcome) -> Void)
    /// Looks for the newest message of ours whose key begins with that, and answers `found` or `notFound`.
    /// - Parameter message: the message whose thread is searched; nil searches the room.
    func find(
        key: String, in room: String, below message: PostedMessage?, since: Instant,
        done: @escaping @Sendable (ChatOutcome) -> Void)
}

/// What became of a request to a chat platform. Reasons are clauses for operators, without secrets.
public enum ChatOutcome: Hashable, Sendable {
    /// Posted or updated.
    case done(PostedMessage)
    /// `find` found it, with the whole of its key.
    case found(PostedMessage, key: String)
    /// `find` looked everywhere and there is none.
    case notFound
    /// Not done. Worth another try, not before that long if it says so: too many requests, or the platform is away.
    case later(Duration?, String)
    /// It may have been done: the answer was lost.
    case doubtful(String)
    /// The message it was about is gone, or can no longer be changed.
    case lost(String)
    /// The room takes no messages of ours: archived, unknown, or we are no member.
    case closed(String)
    /// The platform does not accept us any more: a token revoked, a scope missing.
    case refused(String)
}

/// An incident as its one message in a room shows it. A function of the incident: two equal cards need no update.
public struct IncidentCard: Hashable, Sendable {
    public var incident: Incident.ID
    public var title: String
    public var summary: String
    public var severity: Severity
    public var state: Incident.State
    /// The service's name.
    public var service: String
    public var openedAt: Instant
    public var acknowledgedAt: Instant?
    public var resolvedAt: Instant?
    public var snoozedUntil: Instant?
    public var owner: Person?
    /// Who is being paged, while nobody has it.
    public var paging: [Person]
    public var alerts: Int
    public var firing: Int
    /// Name to URL.
    public var links: [String: String]
    /// The most fitting first.
    public var runbooks: [RunbookLink]
    public var url: String
    /// The last rollback, on one line; nil when none was planned.
    public var rollback: String?

    public struct Person: Hashable, Sendable {
        public var user: UserID
        public var name: String

        public init(user: UserID, name: String) {
            self.user = user
            self.name = name
        }
    }

    public init(
        incident: Incident.ID, title: String, summary: String, severity: Severity, state: Incident.State,
        service: String, openedAt: Instant, acknowledgedAt: Instant? = nil, resolvedAt: Instant? = nil,
        snoozedUntil: Instant? = nil, owner: Person? = nil, paging: [Person] = [], alerts: Int, firing: Int,
        links: [String: String] = [:], runbooks: [RunbookLink] = [], url: String, rollback: String? = nil
    ) {
        self.incident = incident
        self.title = title
        self.summary = summary
        self.severity = severity
        self.state = state
        self.service = service
        self.openedAt = openedAt
        self.acknowledgedAt = acknowledgedAt
        self.resolvedAt = resolvedAt
        self.snoozedUntil = snoozedUntil
        self.owner = owner
        self.paging = paging
        self.alerts = alerts
        self.firing = firing
        self.links = links
        self.runbooks = runbooks
        self.url = url
        self.rollback = rollback
    }
}

/// One line of the timeline, for an incident's thread.
public struct ChatLine: Hashable, Sendable {
    public var at: Instant
    public var sentence: String
    /// What a person wrote.
    public var body: String?
    /// What can be done about it by one press.
    public var buttons: [ChatButton]

    public init(at: Instant, sentence: String, body: String? = nil, buttons: [ChatButton] = []) {
        self.at = at
        self.sentence = sentence
        self.body = body
        self.buttons = buttons
    }
}

/// A button that says a command line for whoever presses it.
public struct ChatButton: Hashable, Sendable {
    public var label: String
    /// The whole line. It names what it is about, for it may be pressed much later.
    public var line: String
    /// Asked before it is said.
    public var question: String

    public init(label: String, line: String, question: String) {
        self.label = label
        self.line = line
        self.question = question
    }
}

/// A chat platform's way in: requests it sends us. It proves who sends, knows a retry by what the platform names it,
/// and has a command carried out at the desk.
public protocol ChatDoor: Sendable {
    /// Why a POST is refused whatever its body says, or nil. It is asked before the body is read, so that nobody who
    /// cannot be the platform makes us hold one; nil proves nothing yet.
    func objection(to headers: HTTPFields, at path: String) -> HookReply?
    /// - Parameter path: what follows `/chat/{platform}/`.
    func receive(_ request: HookRequest, at path: String) async -> HookReply
}

extension ChatDoor {
    /// No objection.
    public func objection(to headers: HTTPFields, at path: String) -> HookReply? { nil }
}
