import OnCall
import Timekeeping

/// What is to be done, against what, and what it would take. Nothing has been touched yet.
public struct RollbackPlanned: Hashable, Sendable, Codable {
    public let rollback: RollbackID
    public let service: ServiceID
    public let to: String
    /// What was served when it was planned; on anything else it does not execute.
    public let from: ServingState
    public let kind: RollbackKind
    /// Nil when the policy did, because nobody had acknowledged.
    public let by: Actor?
    /// As it was at this moment.
    public let policy: RollbackPolicy
    /// Why one person is not enough; nil when one is.
    public let secondPerson: SecondPersonReason?
    public let expiresMilliseconds: Int64

    public init(
        rollback: RollbackID, service: ServiceID, to: String, from: ServingState, kind: RollbackKind, by: Actor?,
        policy: RollbackPolicy, secondPerson: SecondPersonReason?, expiresMilliseconds: Int64
    ) {
        self.rollback = rollback
        self.service = service
        self.to = to
        self.from = from
        self.kind = kind
        self.by = by
        self.policy = policy
        self.secondPerson = secondPerson
        self.expiresMilliseconds = expiresMilliseconds
    }
}

/// How the serving layer did before anything was touched: the evidence to compare with.
public struct RollbackSurveyed: Hashable, Sendable, Codable {
    public let rollback: RollbackID
    public let checks: [ServingCheck]

    public init(rollback: RollbackID, checks: [ServingCheck]) {
        self.rollback = rollback
        self.checks = checks
    }
}

/// Somebody said yes. With break-glass, the reason is in the text.
public struct RollbackApproved: Hashable, Sendable, Codable {
    public let rollback: RollbackID
    /// Nil when the policy allows it without a person.
    public let by: Actor?
    /// One person alone, where a second was required, or one who is not on call.
    public let isBreakGlass: Bool
    /// Whether this was the last yes that it needed.
    public let isComplete: Bool

    public init(rollback: RollbackID, by: Actor?, isBreakGlass: Bool = false, isComplete: Bool) {
        self.rollback = rollback
        self.by = by
        self.isBreakGlass = isBreakGlass
        self.isComplete = isComplete
    }
}

/// A second person's yes is asked for; without it within the wait, the next are asked.
public struct RollbackApprovalAsked: Hashable, Sendable, Codable {
    public let rollback: RollbackID
    public let answers: [TargetAnswer]
    /// How many times somebody was asked, this time included.
    public let round: Int
    public let waitMilliseconds: Int64

    public init(rollback: RollbackID, answers: [TargetAnswer], round: Int, waitMilliseconds: Int64) {
        self.rollback = rollback
        self.answers = answers
        self.round = round
        self.waitMilliseconds = waitMilliseconds
    }
}

/// The request to change the serving layer is about to leave the house.
public struct RollbackChangeBegun: Hashable, Sendable, Codable {
    public let rollback: RollbackID
    public let change: ServingChange
    /// Whether it takes the rollback back.
    public let isRevert: Bool
    public let incarnation: Int

    public init(rollback: RollbackID, change: ServingChange, isRevert: Bool, incarnation: Int) {
        self.rollback = rollback
        self.change = change
        self.isRevert = isRevert
        self.incarnation = incarnation
    }
}

/// What came of the change; said again when one in doubt was settled by looking.
public struct RollbackChangeEnded: Hashable, Sendable, Codable {
    public let rollback: RollbackID
    public let isRevert: Bool
    public let outcome: ServingOutcome

    public init(rollback: RollbackID, isRevert: Bool, outcome: ServingOutcome) {
        self.rollback = rollback
        self.isRevert = isRevert
        self.outcome = outcome
    }
}

/// What the looks after a change came to.
public struct RollbackVerified: Hashable, Sendable, Codable {
    public let rollback: RollbackID
    public let isRevert: Bool
    public let verdict: RollbackVerdict
    /// The last look.
    public let checks: [ServingCheck]
    /// Looks in a row that passed, up to the verdict.
    public let samples: Int
    /// Looks in all.
    public let looks: Int
    /// From the end of the change to the verdict.
    public let tookMilliseconds: Int64

    public init(
        rollback: RollbackID, isRevert: Bool, verdict: RollbackVerdict, checks: [ServingCheck], samples: Int,
        looks: Int, tookMilliseconds: Int64
    ) {
        self.rollback = rollback
        self.isRevert = isRevert
        self.verdict = verdict
        self.checks = checks
        self.samples = samples
        self.looks = looks
        self.tookMilliseconds = tookMilliseconds
    }
}

/// The rollback is over. Every one ends, in a state that is known or said to be unknown.
public struct RollbackEnded: Hashable, Sendable, Codable {
    public let rollback: RollbackID
    public let end: RollbackEnd
    /// What is served now, as far as anybody has seen.
    public let serving: String?
    public let why: RollbackEndReason
    /// The evidence: the serving layer's words, or what was seen. At most 300 characters.
    public let detail: String?
    /// Who called it off, when somebody did.
    public let by: Actor?

    public init(
        rollback: RollbackID, end: RollbackEnd, serving: String?, why: RollbackEndReason, detail: String? = nil,
        by: Actor? = nil
    ) {
        self.rollback = rollback
        self.end = end
        self.serving = serving
        self.why = why
        self.detail = detail
        self.by = by
    }
}

/// The policy would have rolled back by itself now, and did not.
public struct AutomaticRollbackRefused: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    /// The refusal's own sentence.
    public let why: String

    public init(incident: Incident.ID, why: String) {
        self.incident = incident
        self.why = why
    }
}

/// An alert allows a rollback without a person, if nobody acknowledges within the wait.
public struct AutomaticRollbackArmed: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let waitMilliseconds: Int64

    public init(incident: Incident.ID, waitMilliseconds: Int64) {
        self.incident = incident
        self.waitMilliseconds = waitMilliseconds
    }
}
