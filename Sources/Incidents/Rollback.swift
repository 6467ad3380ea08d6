import OnCall
import Timekeeping

/// A guarded, verified, revertible change of the serving layer, as far as it has come (DESIGN §5, S19).
///
///     planned ─ approved ─ changing ─ verifying ─ succeeded
///        │                    │          ├─ failed: revertOwed ─ changing back ─ verifying ─ reverted
///        │                 doubtful      └─ inconclusive: frozen
///        └─ expired, cancelled, refused
public struct Rollback: Hashable, Sendable, Identifiable {
    public enum Phase: Hashable, Sendable {
        /// Waits for approval, or approved and waiting for the look before.
        case planned(expires: SteadyInstant)
        /// The change is under way.
        case changing(isRevert: Bool, incarnation: Int)
        /// It left, its outcome is unknown, and it is never sent again: what is served will tell, by then.
        case doubtful(isRevert: Bool, until: SteadyInstant)
        case verifying(isRevert: Bool, since: SteadyInstant)
        /// It made nothing better and is to be taken back.
        case revertOwed
        case ended(RollbackEnd)
    }

    public let id: RollbackID
    public let service: ServiceID
    public let to: String
    public let from: ServingState
    public let kind: RollbackKind
    public let plannedBy: Actor?
    public let plannedAt: Instant
    public let policy: RollbackPolicy
    public let secondPerson: SecondPersonReason?

    public internal(set) var phase: Phase
    /// Who has said yes, in that order; nil is the policy.
    public internal(set) var approvals: [Actor?] = []
    public internal(set) var isApproved = false
    public internal(set) var isBreakGlass = false
    /// How often a second person was asked for.
    public internal(set) var asked = 0
    var askEnds: SteadyInstant?
    /// The look before; nil until it was taken.
    public internal(set) var before: [ServingCheck]?
    public internal(set) var after: [ServingCheck] = []
    /// What was served when the change had been made: what a revert expects.
    public internal(set) var made: ServingState?
    /// How often the change did not leave the house, and when it may be tried again.
    public internal(set) var unsent = 0
    var notBefore: SteadyInstant?

    /// How long a change whose outcome is unknown is watched: as long as loading a large model takes.
    public static let doubtTime = Duration.minutes(10)
    /// How often a change that never left is tried again, and after what wait.
    static let tries = 3
    static let retryWait = Duration.seconds(5)
    /// How long after the plan's end an approved one may still begin.
    static let grace = Duration.minutes(10)

    init(_ e: RollbackPlanned, at: Instant, _ now: SteadyInstant) {
        id = e.rollback
        service = e.service
        to = e.to
        from = e.from
        kind = e.kind
        plannedBy = e.by
        plannedAt = at
        policy = e.policy
        secondPerson = e.secondPerson
        phase = .planned(expires: now + .milliseconds(e.expiresMilliseconds))
    }

    public var isOver: Bool {
        if case .ended = phase { return true }
        return false
    }

    public var end: RollbackEnd? {
        if case .ended(let end) = phase { return end }
        return nil
    }

    /// Whether it waits for somebody's yes.
    public var waitsForApproval: Bool {
        if case .planned = phase { return !isApproved }
        return false
    }

    public func isVerifying(isRevert: Bool) -> Bool {
        if case .verifying(isRevert, _) = phase { return true }
        return false
    }

    /// The version that is wanted now: the way there, or the way back.
    public func wanted(isRevert: Bool) -> String? { isRevert ? from.version : to }

    /// What has to be done at the serving layer next.
    public var need: ServingNeed? {
        switch phase {
        case .planned where before == nil: .survey
        case .planned where isApproved: .change(isRevert: false, notBefore: notBefore)
        case .planned, .changing, .ended: nil
        case .doubtful: .watch
        case .verifying(let isRevert, let since): .verify(isRevert: isRevert, since: since)
        case .revertOwed: .change(isRevert: true, notBefore: notBefore)
        }
    }

    /// What of its checks counts for the verdict. Of what is brought back nobody claims that it is well.
    public func countedChecks(isRevert: Bool) -> [ServingCheck.Kind] {
        isRevert || kind == .undo ? [.readiness] : policy.checks
    }

    var nextDeadline: SteadyInstant? {
        switch phase {
        case .planned(let expires): isApproved ? nil : min(expires, askEnds ?? expires)
        case .doubtful(_, let until): until
        case .changing, .verifying, .revertOwed, .ended: nil
        }
    }
}

/// What a rollback needs of the serving layer.
public enum ServingNeed: Hashable, Sendable {
    /// The look before anything is touched.
    case survey
    case change(isRevert: Bool, notBefore: SteadyInstant?)
    /// Look what is served until it is clear what came of the change.
    case watch
    case verify(isRevert: Bool, since: SteadyInstant)
}

/// What is known of what a service's serving layer serves.
public struct ServingRecord: Hashable, Sendable {
    public let target: String
    public internal(set) var state: ServingState
    /// Since when this version is served, as far as anybody looked.
    public internal(set) var since: Instant
    var steadySince: SteadyInstant
    /// Versions known to be good, the latest last.
    public internal(set) var proved: [String] = []

    /// The version to return to: the latest known to be good, other than what is served, that is still there.
    public var lastGood: String? { proved.last { $0 != state.version && state.mayHave($0) } }
}

extension Incident {
    /// The rollback that is under way, if one is.
    public var activeRollback: Rollback? { rollbacks.last.flatMap { $0.isOver ? nil : $0 } }

    mutating func evolveRollback(_ event: Event, _ now: SteadyInstant) {
        switch event.payload {
        case .rollbackPlanned(let e):
            rollbacks.append(Rollback(e, at: event.at, now))
            if e.by == nil { automaticRollbackDue = nil }
        case .automaticRollbackArmed(let e):
            hasArmedRollback = true
            automaticRollbackDue = now + .milliseconds(e.waitMilliseconds)
        case .automaticRollbackRefused: automaticRollbackDue = nil
        default:
            guard let index = rollbacks.indices.last else { return }
            rollbacks[index].evolve(event, now)
        }
    }
}

extension Rollback {
    fileprivate mutating func evolve(_ event: Event, _ now: SteadyInstant) {
        switch event.payload {
        case .rollbackSurveyed(let e): before = e.checks
        case .rollbackApproved(let e):
            approvals.append(e.by)
            isApproved = e.isComplete
            isBreakGlass = isBreakGlass || e.isBreakGlass
            if e.isComplete { askEnds = nil }
        case .rollbackApprovalAsked(let e):
            asked = e.round
            askEnds = now + .milliseconds(e.waitMilliseconds)
        case .rollbackChangeBegun(let e): phase = .changing(isRevert: e.isRevert, incarnation: e.incarnation)
        case .rollbackChangeEnded(let e): changed(e, now)
        case .rollbackVerified(let e):
            after = e.checks
            if e.verdict == .failed, !e.isRevert, from.version != nil {
                phase = .revertOwed
                (unsent, notBefore) = (0, nil)
            }
        case .rollbackEnded(let e): phase = .ended(e.end)
        default: break
        }
    }

    private mutating func changed(_ e: RollbackChangeEnded, _ now: SteadyInstant) {
        switch e.outcome.result {
        case .applied:
            phase = .verifying(isRevert: e.isRevert, since: now)
            made = e.outcome.state ?? made
        case .inDoubt: phase = .doubtful(isRevert: e.isRevert, until: now + Self.doubtTime)
        case .notSent:
            unsent += 1
            notBefore = now + Self.retryWait
            // Approved before, so no expiry counts any more.
            phase = e.isRevert ? .revertOwed : .planned(expires: now)
        // What follows is decided, and recorded with it.
        case .changedUnderneath, .refused: break
        }
    }
}
