import OnCall
import Timekeeping

/// What people respond to: one or more alerts of one service, and everything decided about them so far.
///
/// Folded from events and nothing else; holds no free text.
public struct Incident: Hashable, Sendable, Identifiable {
    public struct ID: Hashable, Comparable, Sendable, CustomStringConvertible {
        public let number: Int
        public init(_ number: Int) { self.number = number }
        public static func < (a: ID, b: ID) -> Bool { a.number < b.number }
        public var description: String { "INC-\(number)" }
    }

    public enum State: String, Sendable, Codable, CaseIterable {
        case triggered, acknowledged, resolved
    }

    public let id: ID
    public let service: ServiceID
    public let group: String?
    public let openedAt: Instant
    public let isDeclared: Bool
    public let previous: ID?
    /// Set when people are paged for practice.
    public let drill: Drill?
    /// When a drill is over at the latest.
    let drillEnds: SteadyInstant?

    public internal(set) var state = State.triggered
    public internal(set) var severity: Severity
    public internal(set) var urgency: Urgency
    public internal(set) var alerts: [AlertKey: AlertRecord] = [:]
    public internal(set) var firingCount = 0
    /// How many times an alert of it fired, repeats aside.
    public internal(set) var firings = 0

    /// The first to acknowledge, until somebody takes it.
    public internal(set) var owner: UserID?
    /// Everybody who acknowledged, in that order.
    public internal(set) var responders: [UserID] = []
    public internal(set) var acknowledgedAt: Instant?
    /// When the acknowledgement times out; nil when it does not.
    var acknowledgementEnds: SteadyInstant?
    public internal(set) var ask: Ask?
    /// Until when it is snoozed, as it was said; nil when it is not.
    public internal(set) var snoozedUntil: Instant?
    /// When the snooze ends; no step of the wall clock moves it.
    var snoozeEnds: SteadyInstant?

    public internal(set) var escalation: Escalation?
    public internal(set) var runs: [NotificationRun] = []
    public internal(set) var pages: [Page] = []
    /// The last event that stopped the paging. A page requested before it begins no further attempt (S13).
    public internal(set) var stoppedAt: Int64 = 0
    /// The same for one person, who has acknowledged while more people are needed.
    var stoppedFor: [UserID: Int64] = [:]

    public internal(set) var resolution: Resolution?
    /// In the order they were linked.
    public internal(set) var runbooks: [LinkedRunbook] = []

    public internal(set) var rollbacks: [Rollback] = []
    /// When the policy rolls back by itself; nil when it does not, or no more.
    var automaticRollbackDue: SteadyInstant?
    /// Once per incident.
    var hasArmedRollback = false

    /// What is known of its message in each chat room.
    public internal(set) var chats: [ChatRoom: ChatState] = [:]

    init(_ e: IncidentOpened, at: Instant, _ now: SteadyInstant) {
        drill = e.drill
        drillEnds = e.drill.map { now + .milliseconds($0.lengthMilliseconds) }
        id = e.incident
        service = e.service
        group = e.group
        openedAt = at
        isDeclared = e.declaredBy != nil
        previous = e.previous
        severity = e.severity
        urgency = e.urgency
    }

    public var isOpen: Bool { state != .resolved }

    var groupKey: GroupKey? { group.map { GroupKey(service: service, key: $0) } }

    /// The run that is in force for this person, if one is.
    func activeRun(of user: UserID) -> NotificationRun? {
        guard let run = runs.last(where: { $0.user == user }), run.isRunning else { return nil }
        // It follows the rules of a lower urgency than the incident has now.
        return run.urgency == .low && urgency == .high ? nil : run
    }

    /// Whether no attempt for the page may begin any more.
    public func isStopped(_ page: Page) -> Bool {
        page.requestedSequence < max(stoppedAt, stoppedFor[page.user] ?? 0)
    }

    /// How many more people must acknowledge.
    public var acknowledgementsMissing: Int {
        state == .triggered ? max(0, (escalation?.policy.acknowledgementsNeeded ?? 1) - responders.count) : 0
    }

    /// The next moment at which something falls due by elapsed time.
    var nextDeadline: SteadyInstant? {
        var candidates: [SteadyInstant] = []
        switch state {
        case .triggered:
            if let due = escalation?.due { candidates.append(due) }
        case .acknowledged:
            if let ask {
                candidates.append(ask.waitEnds)
            } else if let snoozeEnds {
                candidates.append(snoozeEnds)
            } else if let end = acknowledgementEnds {
                candidates.append(end)
            }
        case .resolved:
            if let ends = resolution?.holdEnds {
                candidates.append(ends)
            } else if let resolution, activeRollback == nil {
                candidates.append(resolution.forgottenAfter)
            }
        }
        if let drillEnds, isOpen { candidates.append(drillEnds) }
        candidates += runs.compactMap(\.nextDue)
        if let due = activeRollback?.nextDeadline { candidates.append(due) }
        return candidates.min()
    }

    /// The next moment at which an answer of a schedule may change, by the wall clock.
    var nextShiftChange: Instant? {
        guard state == .triggered else { return nil }
        let change = escalation?.answers.compactMap(\.until).min()
        guard case .deferred(let until)? = escalation?.position else { return change }
        return change.map { min($0, until) } ?? until
    }
}

/// Encoded as the bare number.
extension Incident.ID: Codable {
    public init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    /// Reads `42`, `INC-42` or `inc-42`.
    public init?(_ text: String) {
        let digits = text.hasPrefix("INC-") || text.hasPrefix("inc-") ? text.dropFirst(4) : text[...]
        guard let number = Int(digits), number > 0 else { return nil }
        self.init(number)
    }
}

/// One alert within an incident.
public struct AlertRecord: Hashable, Sendable {
    public internal(set) var episode: String?
    public internal(set) var isFiring: Bool
    public internal(set) var severity: Severity
}

/// How an incident ended, and what may still come of it.
public struct Resolution: Hashable, Sendable {
    public let at: Instant
    let steady: SteadyInstant
    public let by: Resolver
    /// While a person's resolution is held against a sender that repeats (S15); nil when nothing was firing.
    var holdEnds: SteadyInstant?
    /// The sender repeated during the hold: reopen when it ends.
    var keptFiring = false
    /// Nothing that happens after this has to do with this incident.
    let forgottenAfter: SteadyInstant
}

/// A question to the owner; without an answer the incident is triggered again.
public struct Ask: Hashable, Sendable {
    public let users: [UserID]
    public let reason: AskReason
    let waitEnds: SteadyInstant
}
