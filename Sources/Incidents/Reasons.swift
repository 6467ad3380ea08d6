import OnCall
import Timekeeping

/// Who did something, and through which face.
public struct Actor: Hashable, Sendable, Codable {
    /// Nil when the face could not say which person it was (the admin token).
    public let user: UserID?
    public let via: Via

    public init(user: UserID?, via: Via) {
        self.user = user
        self.via = via
    }
}

/// The face through which somebody acted.
public enum Via: String, Sendable, Codable {
    case api, cli, console, link, slack, push, mail, sms, call
}

/// Why a person is paged. A person woken at night is owed this answer.
public enum PagingReason: String, Sendable, Codable, CaseIterable {
    case step, shiftChange, quietEnded, lastResort, stillOnIt, severityRaised, asked, assigned, rollback, approval,
        breakGlass

    /// The policy calls them; nobody asked for them in person.
    var isOfPolicy: Bool {
        switch self {
        case .step, .shiftChange, .quietEnded: true
        case .lastResort, .stillOnIt, .severityRaised, .asked, .assigned, .rollback, .approval, .breakGlass: false
        }
    }

    public var explanation: String {
        switch self {
        case .step: "a step of the escalation policy"
        case .shiftChange: "the shift changed hands before anybody acknowledged"
        case .quietEnded: "your quiet hours are over, and nobody has acknowledged"
        case .lastResort: "last resort: nobody acknowledged"
        case .stillOnIt: "the acknowledgement has timed out: still on it?"
        case .severityRaised: "it got worse after it was acknowledged"
        case .asked: "somebody asked for you"
        case .assigned: "somebody handed it to you"
        case .rollback: "a rollback did not end well"
        case .approval: "a rollback waits for your approval"
        case .breakGlass: "one person alone approved a rollback"
        }
    }
}

public enum TriggerReason: String, Sendable, Codable, CaseIterable {
    case refired, stillFiring, acknowledgementUnconfirmed, severityUnconfirmed
    /// Whom it was handed to did not take it.
    case assignmentUnconfirmed
    /// A person said that it is not over.
    case reopened
    case snoozeEnded
    /// It got worse while it was snoozed.
    case severityRaised
    /// A person called the next step.
    case escalated
    /// A rollback did not end well.
    case rollback
}

public enum AskReason: String, Sendable, Codable, CaseIterable {
    case acknowledgementTimedOut, severityRaised
    /// A rollback did not end well.
    case rollback
    /// Whoever had it hands it to somebody else.
    case assigned

    var pagingReason: PagingReason {
        switch self {
        case .acknowledgementTimedOut: .stillOnIt
        case .severityRaised: .severityRaised
        case .rollback: .rollback
        case .assigned: .assigned
        }
    }
}

public enum LastResortReason: String, Sendable, Codable, CaseIterable {
    /// Every step of every round was waited for.
    case exhausted
    /// No step could reach anybody.
    case nobodyReachable
    /// Raised before, and still nobody.
    case stillUnacknowledged
}

/// Who a target turned out to be when the step fired.
public struct TargetAnswer: Hashable, Sendable, Codable {
    public struct Person: Hashable, Sendable, Codable {
        public let user: UserID
        /// One clause: the layer and turn, the override, "is named in the policy".
        public let why: String
        /// By this page: they have a method that works, and it is neither their quiet time nor outside the step's hours.
        public let canBeReached: Bool
        /// When their quiet hours end, if that is why they are not paged (S10).
        public let quietUntil: Instant?
        private let outsideHours: Bool?

        public init(
            user: UserID, why: String, canBeReached: Bool, quietUntil: Instant? = nil, isOutsideHours: Bool = false
        ) {
            self.user = user
            self.why = why
            self.canBeReached = canBeReached
            self.quietUntil = quietUntil
            outsideHours = isOutsideHours ? true : nil
        }

        /// They are not to be paged at this hour, by whatever method.
        public var isHeldBack: Bool { quietUntil != nil || isOutsideHours }

        /// The step pages only those on whose own clocks it is another time.
        public var isOutsideHours: Bool { outsideHours ?? false }
    }

    public let target: Target
    public let people: [Person]
    /// Why there is nobody, when there is nobody.
    public let hole: String?
    /// When the answer may change, by the wall clock; nil for a person named in the policy.
    public let until: Instant?

    public init(target: Target, people: [Person], hole: String? = nil, until: Instant? = nil) {
        self.target = target
        self.people = people
        self.hole = hole
        self.until = until
    }
}

/// A step that did not fire, and why.
public struct PassedOver: Hashable, Sendable, Codable {
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case conditionFalse
        /// Nobody, or nobody with a usable method.
        case barren
        /// It had fired, and every page of it failed for good.
        case everyPageFailed
    }

    public let step: Int
    public let reason: Reason
    public let answers: [TargetAnswer]

    public init(step: Int, reason: Reason, answers: [TargetAnswer] = []) {
        self.step = step
        self.reason = reason
        self.answers = answers
    }
}

/// What came of one attempt, with the evidence: the provider's status, its id, its words.
public struct AttemptOutcome: Hashable, Sendable, Codable {
    public enum Result: String, Sendable, Codable, CaseIterable {
        /// Handed over; the provider may report more.
        case sent
        /// The receiving side confirmed it.
        case delivered
        /// Worth another try.
        case failedForNow
        /// Another try would fail the same way.
        case failedForGood
        /// It may have arrived or not: the connection broke after the request had left.
        case inDoubt
        /// It never left: the page was stopped before the transfer began.
        case notSent
    }

    public let result: Result
    public let evidence: String
    /// The receiver's own wish, as elapsed time from the outcome.
    public let retryAfterMilliseconds: Int64?

    public init(_ result: Result, evidence: String, retryAfter: Duration? = nil) {
        self.result = result
        self.evidence = evidence
        self.retryAfterMilliseconds = retryAfter?.milliseconds
    }
}

/// How a page ended. Every page does.
public enum PageEnd: String, Sendable, Codable, CaseIterable {
    case sent, delivered, failed, unconfirmed, cancelled
}

/// What ended an incident.
public struct Resolver: Hashable, Sendable, Codable {
    /// Nil when all its alerts resolved.
    public let actor: Actor?
    private let isOfDrill: Bool?

    public init(actor: Actor?) { self.init(actor, isOfDrill: nil) }

    private init(_ actor: Actor?, isOfDrill: Bool?) {
        self.actor = actor
        self.isOfDrill = isOfDrill
    }

    public static let alerts = Resolver(actor: nil)
    /// A drill ends by itself.
    public static let drillOver = Resolver(nil, isOfDrill: true)

    public var isDrillOver: Bool { isOfDrill ?? false }
}

/// One file of the configuration as it was applied.
public struct SourceFile: Hashable, Sendable, Codable {
    public let path: String
    public let text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}

/// The zone rules a directory was read under: TZif bytes, base64.
public struct ZoneFile: Hashable, Sendable, Codable {
    public let zone: ZoneID
    public let base64: String

    public init(zone: ZoneID, base64: String) {
        self.zone = zone
        self.base64 = base64
    }
}
