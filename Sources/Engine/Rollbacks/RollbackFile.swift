import Incidents
import OnCall
import Timekeeping

/// Everything recorded about one rollback, folded from its incident's events: the same for one under way and for one
/// that ended a year ago.
public struct RollbackFile: Sendable, Hashable, Identifiable {
    /// As far as it has come.
    public enum Stage: String, Sendable, Hashable, CaseIterable {
        /// Waits for somebody's yes.
        case waiting
        /// Approved, and about to begin.
        case approved
        case changing
        /// The change left, and nobody can say yet what came of it.
        case doubtful
        case verifying
        /// It made nothing better, and is about to be taken back.
        case revertOwed = "revert_owed"
        case ended
    }

    public let id: RollbackID
    public let service: ServiceID
    public let to: String
    /// What was served when it was planned.
    public let from: ServingState
    public let kind: RollbackKind
    /// Nil when the policy planned it, because nobody had acknowledged.
    public let plannedBy: Actor?
    public let plannedAt: Instant
    /// Without a complete approval by then it is void.
    public let expires: Instant
    public let policy: RollbackPolicy
    public let secondPerson: SecondPersonReason?

    public private(set) var stage = Stage.waiting
    /// Whether what is under way takes the rollback back.
    public private(set) var isReverting = false
    /// The look before anything was touched; nil until it was taken.
    public private(set) var before: [ServingCheck]?
    public private(set) var approvals: [Approval] = []
    public private(set) var asked: [Asked] = []
    public private(set) var changes: [Change] = []
    public private(set) var verifications: [Verification] = []
    public private(set) var end: End?

    public struct Approval: Sendable, Hashable {
        public let at: Instant
        /// Nil when the policy allows it without a person.
        public let by: Actor?
        public let isBreakGlass: Bool
        public let isComplete: Bool
        /// Why one person went on alone; nil when there was none, or when it was erased.
        public let reason: String?
    }

    /// A time that a second person was asked for.
    public struct Asked: Sendable, Hashable {
        public let at: Instant
        /// Each once, in the order they were found.
        public let people: [UserID]
        /// When the next are asked.
        public let until: Instant
    }

    public struct Change: Sendable, Hashable {
        public let at: Instant
        public let to: String
        public let isRevert: Bool
        public fileprivate(set) var endedAt: Instant?
        /// Nil while it is under way. The last word: one in doubt may be settled later.
        public fileprivate(set) var outcome: ServingOutcome?
    }

    public struct Verification: Sendable, Hashable {
        public let at: Instant
        public let isRevert: Bool
        public let verdict: RollbackVerdict
        /// The last look.
        public let checks: [ServingCheck]
        public let samples: Int
        public let looks: Int
        public let tookMilliseconds: Int64
    }

    public struct End: Sendable, Hashable {
        public let at: Instant
        public let end: RollbackEnd
        public let serving: String?
        public let why: RollbackEndReason
        public let detail: String?
        public let by: Actor?
    }

    /// The rollbacks that an incident's events tell of, in order.
    public static func all(in events: [Event]) -> [RollbackFile] {
        var files: [RollbackFile] = []
        for event in events { fold(event, into: &files) }
        return files
    }

    /// Takes one more event of the incident in.
    public static func fold(_ event: Event, into files: inout [RollbackFile]) {
        if case .rollbackPlanned(let e) = event.payload {
            files.append(RollbackFile(e, at: event.at))
        } else if let id = rollback(event.payload), let index = files.lastIndex(where: { $0.id == id }) {
            files[index].fold(event)
        }
    }

    private init(_ e: RollbackPlanned, at: Instant) {
        id = e.rollback
        service = e.service
        to = e.to
        from = e.from
        kind = e.kind
        plannedBy = e.by
        plannedAt = at
        expires = at + .milliseconds(e.expiresMilliseconds)
        policy = e.policy
        secondPerson = e.secondPerson
    }

    /// What is looked at after the change. Of what is brought back nobody claims that it is well.
    public var checked: [ServingCheck.Kind] { kind == .undo ? [.readiness] : policy.checks }

    /// What the service's checks say after the change; nil until there is a verdict.
    public var after: Verification? { verifications.last { !$0.isRevert } ?? verifications.last }

    /// When the checks after the latest change began.
    public var verifyingSince: Instant? { stage == .verifying ? changes.last?.endedAt : nil }

    // MARK: Folding

    private static func rollback(_ payload: EventPayload) -> RollbackID? {
        switch payload {
        case .rollbackSurveyed(let e): e.rollback
        case .rollbackApproved(let e): e.rollback
        case .rollbackApprovalAsked(let e): e.rollback
        case .rollbackChangeBegun(let e): e.rollback
        case .rollbackChangeEnded(let e): e.rollback
        case .rollbackVerified(let e): e.rollback
        case .rollbackEnded(let e): e.rollback
        default: nil
        }
    }

    private mutating func fold(_ event: Event) {
        switch event.payload {
        case .rollbackSurveyed(let e): before = e.checks
        case .rollbackApproved(let e):
            approvals.append(
                Approval(
                    at: event.at, by: e.by, isBreakGlass: e.isBreakGlass, isComplete: e.isComplete,
                    reason: event.text?.body))
            if e.isComplete { stage = .approved }
        case .rollbackApprovalAsked(let e):
            var people: [UserID] = []
            for person in e.answers.flatMap(\.people) where !people.contains(person.user) { people.append(person.user) }
            asked.append(Asked(at: event.at, people: people, until: event.at + .milliseconds(e.waitMilliseconds)))
        case .rollbackChangeBegun(let e):
            changes.append(Change(at: event.at, to: e.change.to, isRevert: e.isRevert))
            (stage, isReverting) = (.changing, e.isRevert)
        case .rollbackChangeEnded(let e): changed(e, event.at)
        case .rollbackVerified(let e):
            verifications.append(
                Verification(
                    at: event.at, isRevert: e.isRevert, verdict: e.verdict, checks: e.checks, samples: e.samples,
                    looks: e.looks, tookMilliseconds: e.tookMilliseconds))
            if e.verdict == .failed, !e.isRevert { stage = .revertOwed }
        case .rollbackEnded(let e):
            end = End(at: event.at, end: e.end, serving: e.serving, why: e.why, detail: e.detail, by: e.by)
            stage = .ended
        default: break
        }
    }

    private mutating func changed(_ e: RollbackChangeEnded, _ at: Instant) {
        if let index = changes.lastIndex(where: { $0.isRevert == e.isRevert }) {
            changes[index].outcome = e.outcome
            changes[index].endedAt = at
        }
        switch e.outcome.result {
        case .applied: stage = .verifying
        case .inDoubt: stage = .doubtful
        case .notSent: stage = e.isRevert ? .revertOwed : .approved
        // The end is recorded with it.
        case .changedUnderneath, .refused: break
        }
    }
}
