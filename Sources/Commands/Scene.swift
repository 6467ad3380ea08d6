import Incidents
import OnCall
import Timekeeping

/// What a reader may look at while it reads one line. Everything is a value: nothing is looked up later, so the same
/// line in the same scene always means the same.
public struct Scene: Sendable {
    /// Nil for somebody we do not know, who may ask but not act.
    public var speaker: UserID?
    /// The speaker's. Every clock time of the line is read in it.
    public var zone: ZoneRules
    public var now: Instant
    public var directory: Directory
    public var amendments: Amendments
    /// The open and the recently resolved ones, in any order.
    public var incidents: [KnownIncident]
    /// The incident whose thread or page this is said in.
    public var here: Incident.ID?
    /// The chat ids known to belong to users: "U01ANA" to ana. A face turns the bot's own id into "@tocsin".
    public var mentions: [String: UserID]

    public init(
        speaker: UserID?, zone: ZoneRules, now: Instant, directory: Directory, amendments: Amendments = .none,
        incidents: [KnownIncident] = [], here: Incident.ID? = nil, mentions: [String: UserID] = [:]
    ) {
        self.speaker = speaker
        self.zone = zone
        self.now = now
        self.directory = directory
        self.amendments = amendments
        self.incidents = incidents
        self.here = here
        self.mentions = mentions
    }
}

/// An incident as people know it: enough to tell it from the others.
public struct KnownIncident: Sendable, Hashable {
    public var id: Incident.ID
    public var service: ServiceID
    /// A stranger's text; never read as part of a command.
    public var title: String
    public var severity: Severity
    public var state: Incident.State
    public var owner: UserID?
    public var openedAt: Instant
    /// Its last one.
    public var rollback: KnownRollback?

    public init(
        id: Incident.ID, service: ServiceID, title: String, severity: Severity, state: Incident.State,
        owner: UserID? = nil, openedAt: Instant, rollback: KnownRollback? = nil
    ) {
        self.id = id
        self.service = service
        self.title = title
        self.severity = severity
        self.state = state
        self.owner = owner
        self.openedAt = openedAt
        self.rollback = rollback
    }

    var isOpen: Bool { state != .resolved }

    /// "INC-42 ranker: p99 is high", the title made harmless and short.
    var label: String { "\(id) \(service): \(title.shown(upTo: 80))" }
}
