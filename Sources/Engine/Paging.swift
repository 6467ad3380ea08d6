import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A page as it is to be written: everything a channel may show, nothing it must look up.
public struct PageMessage: Sendable, Hashable {
    /// The same for every attempt of one page, and unique across installations: receivers tell repeats by it.
    public var id: String
    public var attempt: AttemptID
    public var incident: Incident.ID
    public var title: String
    public var summary: String
    public var severity: Severity
    public var service: ServiceID
    public var labels: [String: String]
    public var links: [String: String]
    /// The most fitting first; each opens without a login until the acknowledge link ends.
    public var runbooks: [RunbookLink]
    public var user: UserID
    public var userName: String
    public var reason: PagingReason
    /// An earlier attempt may have arrived already.
    public var isRepeat: Bool
    public var openedAt: Instant
    public var sentAt: Instant
    public var incidentURL: String
    /// Opens a page with one button; only its POST acknowledges, so a link scanner does not.
    public var acknowledgeURL: String
    public var acknowledgeExpiresAt: Instant
    /// The recipient's own.
    public var zone: ZoneRules
    /// Signed, for the provider of a call or SMS to tell of this attempt with.
    public var phoneToken: String
    /// What else is told in it, the worst first (S17). A pager that cannot name them all must not take it.
    public var others: [Other] = []
    /// Other pages went, or go, to that person by the same method: what bears no page's name may be one of those.
    public var isAmongOthers = false

    public init(
        id: String, attempt: AttemptID, incident: Incident.ID, title: String, summary: String, severity: Severity,
        service: ServiceID, labels: [String: String], links: [String: String], runbooks: [RunbookLink] = [],
        user: UserID, userName: String,
        reason: PagingReason, isRepeat: Bool, openedAt: Instant, sentAt: Instant, incidentURL: String,
        acknowledgeURL: String, acknowledgeExpiresAt: Instant, zone: ZoneRules = .utc,
        phoneToken: String = ""
    ) {
        self.phoneToken = phoneToken
        self.id = id
        self.attempt = attempt
        self.incident = incident
        self.title = title
        self.summary = summary
        self.severity = severity
        self.service = service
        self.labels = labels
        self.links = links
        self.runbooks = runbooks
        self.user = user
        self.userName = userName
        self.reason = reason
        self.isRepeat = isRepeat
        self.openedAt = openedAt
        self.sentAt = sentAt
        self.incidentURL = incidentURL
        self.acknowledgeURL = acknowledgeURL
        self.acknowledgeExpiresAt = acknowledgeExpiresAt
        self.zone = zone
    }

    /// A moment as the recipient's own clock shows it, as short as it can be: "16:50 Berlin", "Tue 16:50 Berlin".
    public func clock(_ at: Instant) -> String {
        let local = LocalTime(zone: zone)
        return "\(local.moment(at, now: sentAt)) \(local.place)"
    }
}

/// Something told to one person that is no page: a code to type back, a page for practice, the alarm that the log cannot
/// be written. It has no incident, and nothing in it can be acknowledged.
public struct Notice: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// Proves that an address is the person's.
        case code
        /// The person asked for a page, to see what one looks and sounds like.
        case test
        /// Where the person is reached was changed; told to where they were reached before.
        case change
        /// Tocsin itself is in trouble.
        case alarm
        /// A shift of the person's begins or ends, or they stand in for somebody.
        case handoff
        /// They are asked to cover, or were answered.
        case cover
        /// What of low urgency nobody has, in the morning.
        case digest
    }

    /// The same if it is sent again.
    public var id: String
    public var kind: Kind
    public var user: UserID
    public var userName: String
    /// One line, complete by itself: what a lock screen shows.
    public var title: String
    /// Plain text, some lines.
    public var body: String
    /// Where to go; nil when there is nowhere.
    public var url: String?
    public var sentAt: Instant

    public init(
        id: String, kind: Kind, user: UserID, userName: String, title: String, body: String, url: String?,
        sentAt: Instant
    ) {
        self.id = id
        self.kind = kind
        self.user = user
        self.userName = userName
        self.title = title
        self.body = body
        self.url = url
        self.sentAt = sentAt
    }

    /// Whether it must ring like a page.
    public var isUrgent: Bool { kind == .test || kind == .alarm }
}

/// Reaches people by one method. Never blocks the caller, and calls `done` exactly once, from any thread but never on
/// the caller's stack. Ends every attempt within 9 seconds, so that the next method is tried within ten.
public protocol Pager: Sendable {
    func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void)
    /// - Parameter address: where to, when it is not (yet) the person's own: a code goes to an address that is to be
    ///   proved. Nil means wherever pages go.
    func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void)
    /// Which provider's account that person's pages leave by; nil when everybody's by this method leave by one.
    func account(of user: UserID) -> Channels.Account?
    /// Whether a failure tells of the account, and not of the address that was tried.
    func isAboutAccount(_ outcome: AttemptOutcome) -> Bool
}

extension Pager {
    public func account(of user: UserID) -> Channels.Account? { nil }
    public func isAboutAccount(_ outcome: AttemptOutcome) -> Bool { true }
}

/// What a template makes of a page. One file each in the templates folder.
public enum PageTemplate: String, Sendable, CaseIterable {
    case mailSubject = "page-mail-subject"
    case mailText = "page-mail-text"
    case mailHTML = "page-mail-html"
    case pushTitle = "page-push-title"
    case pushText = "page-push-text"
    case chatText = "page-chat-text"
}

/// Renders a page by a template; nil when there is none or what it made cannot be used. Then the channel sends the
/// plain facts.
public typealias PageRenderer = @Sendable (PageTemplate, PageMessage) -> String?
