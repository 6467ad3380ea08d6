import Incidents
import OnCall
import Timekeeping

/// What an incident's events say, put together for its post-mortem. Folded from them alone, so the same log always
/// gives the same facts.
public struct PostmortemFacts: Sendable {
    public let incident: Incident.ID
    public let opened: IncidentOpened
    public let openedAt: Moment
    /// Nil when it was erased, or there was none.
    public let title: String?
    public let events: [RecordedEvent]

    public internal(set) var severities: [SeverityStep] = []
    /// Each time that it needed somebody, from its opening on; never empty.
    public internal(set) var spells: [Spell] = []
    public internal(set) var alerts: [Alert] = []
    /// Repeats of alerts without news, with the first and the last event that counts them.
    public internal(set) var repeats = (count: 0, first: Moment?.none, last: Moment?.none)
    public internal(set) var pages: [Page] = []
    public internal(set) var acknowledgements: [Acknowledgement] = []
    public internal(set) var owners: [Owner] = []
    public internal(set) var notes: [Moment] = []
    public internal(set) var asks: [Ask] = []
    public internal(set) var holes: [Hole] = []
    public internal(set) var lastResorts: [Moment] = []
    public internal(set) var exhausted: [Moment] = []
    public internal(set) var closedRooms: [ClosedRoom] = []
    public internal(set) var runbooks: [(linked: RunbookLinked, moment: Moment)] = []
    public internal(set) var rollbacks: [Rollback] = []
    /// Times that the policy would have rolled back by itself and did not.
    public internal(set) var automaticRefusals: [(why: String, moment: Moment)] = []
    public internal(set) var policies: [PolicyID] = []

    /// When something was recorded, and where that stands.
    public struct Moment: Sendable, Hashable {
        public let at: Instant
        public let citation: Citation
    }

    public struct SeverityStep: Sendable, Hashable {
        public let from: Severity
        public let to: Severity
        /// Nil when the alerts said so.
        public let by: Actor?
        public let moment: Moment
    }

    /// From when it needed somebody until it was over.
    public struct Spell: Sendable, Hashable {
        /// Nil for the opening.
        public let reason: TriggerReason?
        public let begun: Moment
        /// It was thought to be over before.
        public let wasResolved: Bool
        public var acknowledged: Acknowledgement?
        public var resolved: Resolved?
    }

    public struct Resolved: Sendable, Hashable {
        public let by: Resolver
        public let moment: Moment
        /// Alerts that were firing then.
        public let firing: [AlertKey]
    }

    public struct Acknowledgement: Sendable, Hashable {
        public let by: UserID
        public let via: Via
        public let moment: Moment
        /// The first page to this person since the incident last needed somebody, else the last one before; nil when
        /// there was none.
        public let paged: Moment?
    }

    public struct Owner: Sendable, Hashable {
        public let user: UserID
        public let moment: Moment
    }

    public struct Alert: Sendable, Hashable {
        public let key: AlertKey
        public var severity: Severity
        /// Nil when it was erased, or there was none.
        public var title: String?
        public var isErased: Bool
        public var links: [String: String]
        public let first: Moment
        /// Each time it fired, the first included.
        public var firings: [Moment]
        /// Nil while it fires.
        public var over: Moment?
    }

    public struct Page: Sendable, Hashable {
        public let id: PageID
        public let user: UserID
        public let method: ContactMethod
        public let reason: PagingReason
        public let requested: Moment
        public var attempts = 0
        public var outcome: AttemptOutcome?
        /// The last event about it.
        public var last: Moment
        public var end: PageEnd?
    }

    public struct Ask: Sendable, Hashable {
        public let reason: AskReason
        public let users: [UserID]
        public let moment: Moment
    }

    /// A target that nobody stood behind, or somebody who could not be reached.
    public struct Hole: Sendable, Hashable {
        public let target: Target
        /// Set when there was somebody, without a usable method.
        public let user: UserID?
        public let why: String
        public let moment: Moment
    }

    public struct ClosedRoom: Sendable, Hashable {
        public let room: ChatRoom
        public let reason: String
        public let moment: Moment
    }

    /// - Parameter events: one incident's, in order, from its opening on.
    /// - Returns: nil when they do not begin with an opening.
    public init?(_ events: [RecordedEvent]) {
        guard let first = events.first, case .incidentOpened(let opened) = first.event.payload else { return nil }
        incident = opened.incident
        self.opened = opened
        openedAt = Moment(first)
        title = first.event.text?.title
        self.events = events
        spells = [Spell(reason: nil, begun: openedAt, wasResolved: false)]
        for event in events.dropFirst() { fold(event) }
    }

    public var severity: Severity { severities.last?.to ?? opened.severity }
    public var worstSeverity: Severity { severities.map(\.to).reduce(opened.severity, max) }
    public var resolved: Resolved? { spells[spells.count - 1].resolved }
    public var reopenings: [Spell] { spells.filter(\.wasResolved) }
    public var firstAcknowledgement: Acknowledgement? { acknowledgements.first }
    public var last: Citation { events[events.count - 1].citation }
    public var erased: [Citation] { events.filter(\.isErased).map(\.citation) }
}

extension PostmortemFacts.Moment {
    init(_ event: RecordedEvent) {
        at = event.event.at
        citation = event.citation
    }
}
