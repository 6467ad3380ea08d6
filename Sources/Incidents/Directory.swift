import OnCall
import Timekeeping

/// The validated configuration at one version: who there is, who is on call, what can break, where alerts go.
///
/// Only a shell can make one (it needs files and zone rules); decisions look things up in it and write the answer into
/// the event, so no replay ever needs it.
public struct Directory: Hashable, Sendable {
    public var version: Int
    public var users: [UserID: User]
    public var teams: [TeamID: Team]
    public var roster: Roster
    public var policies: [PolicyID: EscalationPolicy]
    public var services: [ServiceID: Service]
    /// The first match wins.
    public var routes: [Route]
    /// Where alerts go that no route matches. Mandatory, and always one of `services` (S2).
    public var unrouted: ServiceID
    /// Who is paged when a policy is exhausted. Mandatory and never empty (S1).
    public var lastResort: [Target]
    public var integrations: [IntegrationID: Integration]
    /// In order of name; those of equal standing are linked in this order.
    public var runbooks: [RunbookRule]
    /// How long before a change of shift people are told of it, where the standard does not hold; zero for never.
    public var handoffNotices: [ScheduleID: Duration]
    /// No channel is configured at all, so the inbox is what people look at.
    public var inboxCounts: Bool

    public static let standardHandoffNotice = Duration.hours(1)

    public init(
        version: Int = 0, users: [UserID: User], teams: [TeamID: Team] = [:], roster: Roster,
        policies: [PolicyID: EscalationPolicy], services: [ServiceID: Service], routes: [Route] = [],
        unrouted: ServiceID, lastResort: [Target], integrations: [IntegrationID: Integration] = [:],
        runbooks: [RunbookRule] = [], handoffNotices: [ScheduleID: Duration] = [:], inboxCounts: Bool = true
    ) {
        self.version = version
        self.users = users
        self.teams = teams
        self.roster = roster
        self.policies = policies
        self.services = services
        self.routes = routes
        self.unrouted = unrouted
        self.lastResort = lastResort
        self.integrations = integrations
        self.runbooks = runbooks
        self.handoffNotices = handoffNotices
        self.inboxCounts = inboxCounts
    }

    public struct User: Hashable, Sendable {
        public var id: UserID
        public var name: String
        public var zone: ZoneID
        public var role: String?
        /// The person's own rules; a missing urgency means `NotificationRule.standard`.
        public var rules: [Urgency: [NotificationRule]]
        /// Methods that would work today: their channel is configured and, where it needs one, an address is known.
        public var reachableBy: Set<ContactMethod>
        /// On their own clocks; holds back what is of low urgency (S10).
        public var quiet: WeeklyHours?
        /// When, on their own clocks, they are told what of low urgency nobody has; nil for never.
        public var digest: CivilTime?

        public static let standardDigest = CivilTime(secondsFromMidnight: 9 * 3600)

        public init(
            id: UserID, name: String, zone: ZoneID, role: String? = nil,
            rules: [Urgency: [NotificationRule]] = [:], reachableBy: Set<ContactMethod> = [.inbox],
            quiet: WeeklyHours? = nil, digest: CivilTime? = Self.standardDigest
        ) {
            self.id = id
            self.name = name
            self.zone = zone
            self.role = role
            self.rules = rules
            self.reachableBy = reachableBy
            self.quiet = quiet
            self.digest = digest
        }

        /// What a run for this person does, in order of time. Methods that would not work are left out; when none of the
        /// person's own would, the standard rules stand in, for nobody may be left without a way.
        public func plan(for urgency: Urgency) -> [NotificationRule] {
            let own = usable(rules[urgency] ?? [])
            return own.isEmpty ? usable(NotificationRule.standard) : own
        }

        private func usable(_ rules: [NotificationRule]) -> [NotificationRule] {
            rules.filter { reachableBy.contains($0.method) }
                .enumerated()
                .sorted { ($0.element.after, $0.offset) < ($1.element.after, $1.offset) }
                .map(\.element)
        }

        /// Every method at once: the last resort does not wait.
        public var everyMethod: [NotificationRule] { reachableBy.sorted().map { NotificationRule($0) } }
    }

    public struct Team: Hashable, Sendable {
        public var id: TeamID
        public var members: [UserID]
        /// Where the team's incidents are told of.
        public var chat: ChatRoom?

        public init(id: TeamID, members: [UserID], chat: ChatRoom? = nil) {
            self.id = id
            self.members = members
            self.chat = chat
        }
    }

    public struct Service: Hashable, Sendable {
        public var id: ServiceID
        public var name: String
        public var team: TeamID?
        public var policy: PolicyID
        /// Labels that make the group; empty means the sender's own grouping (S6).
        public var groupBy: [String]
        /// A new episode this soon after resolution reopens the incident (S15).
        public var refireWindow: Duration
        /// Linked to each of its incidents, in this order.
        public var runbooks: [RunbookID]
        /// Nil when nothing of it can be rolled back.
        public var rollback: RollbackPolicy?
        /// When it is looked after; nil for always.
        public var hours: ZonedHours?

        public static let standardRefireWindow = Duration.minutes(15)

        public init(
            id: ServiceID, name: String? = nil, team: TeamID? = nil, policy: PolicyID, groupBy: [String] = [],
            refireWindow: Duration = Self.standardRefireWindow, runbooks: [RunbookID] = [],
            rollback: RollbackPolicy? = nil, hours: ZonedHours? = nil
        ) {
            self.id = id
            self.name = name ?? id.rawValue
            self.team = team
            self.policy = policy
            self.groupBy = groupBy
            self.refireWindow = refireWindow
            self.runbooks = runbooks
            self.rollback = rollback
            self.hours = hours
        }
    }

    public struct Route: Hashable, Sendable {
        public var matchers: [LabelMatcher]
        public var service: ServiceID
        /// Overrides what the sender said.
        public var severity: Severity?

        public init(matchers: [LabelMatcher], service: ServiceID, severity: Severity? = nil) {
            self.matchers = matchers
            self.service = service
            self.severity = severity
        }
    }

    public struct Integration: Hashable, Sendable {
        public var id: IntegrationID
        /// A sender that says nothing for this long has fallen silent (S2); nil when it is not expected to speak.
        public var expectEvery: Duration?
        /// Alerts of this integration that no route matches go here instead of `unrouted`.
        public var service: ServiceID?

        public init(id: IntegrationID, expectEvery: Duration? = nil, service: ServiceID? = nil) {
            self.id = id
            self.expectEvery = expectEvery
            self.service = service
        }
    }
}

extension Directory {
    public func zone(of user: UserID) -> ZoneRules {
        users[user].flatMap { roster.zones[$0.zone] } ?? .utc
    }

    /// Services that can be rolled back.
    public var rollbackServices: [ServiceID] { services.values.filter { $0.rollback != nil }.map(\.id) }

    /// Where an alert with these labels belongs, and why.
    public func route(_ labels: [String: String], from integration: IntegrationID) -> (Route, RoutingReason) {
        for (index, route) in routes.enumerated() where route.matchers.allSatisfy({ $0.matches(labels) }) {
            return (route, .route(index + 1))
        }
        if let service = integrations[integration]?.service {
            return (Route(matchers: [], service: service), .integration)
        }
        return (Route(matchers: [], service: unrouted), .unrouted)
    }
}

/// Why an alert went to its service.
public enum RoutingReason: Hashable, Sendable {
    /// The nth route, counted from one.
    case route(Int)
    case integration
    case unrouted
    /// A person said so.
    case declared

    public var explanation: String {
        switch self {
        case .route(let number): "route \(number) matched"
        case .integration: "the integration's own service"
        case .unrouted: "no route matched"
        case .declared: "declared by a person"
        }
    }
}
