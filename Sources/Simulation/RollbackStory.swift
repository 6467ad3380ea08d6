import Incidents
import OnCall
import Timekeeping

/// One rollback as the log tells it. Times are true ones, of the decision.
struct RollbackStory {
    enum Phase: Equatable {
        case planned
        case changing(isRevert: Bool, since: Moment)
        case doubtful(isRevert: Bool, since: Moment)
        case verifying(isRevert: Bool, since: Moment)
        case revertOwed(since: Moment)
        case ended(RollbackEnd)
    }

    let plan: RollbackPlanned
    let at: Moment
    var phase = Phase.planned
    /// What it was in when its change ended last.
    var phaseBefore = Phase.planned
    var isSurveyed = false
    /// Who has said yes; nil is the policy.
    var approvals: [UserID?] = []
    var approvedAt: Moment?
    var asked = 0
    var askedAt: Moment?
    /// The change that was begun last.
    var change: ServingChange?
    var outcome: ServingOutcome?
    var unsent = 0
    var unsentAt: Moment?
    /// What was served when the change had been made.
    var made: ServingState?
    var verified: RollbackVerified?

    init(_ plan: RollbackPlanned, at: Moment) {
        self.plan = plan
        self.at = at
    }

    var id: RollbackID { plan.rollback }
    var policy: RollbackPolicy { plan.policy }
    var isApproved: Bool { approvedAt != nil }
    var isPlanned: Bool { phase == .planned }
    var isFrozen: Bool { phase == .ended(.frozen) }

    func wanted(isRevert: Bool) -> String? { isRevert ? plan.from.version : plan.to }

    /// What is brought back is only seen to be back.
    func isShort(isRevert: Bool) -> Bool { isRevert || plan.kind == .undo }

    func counted(isRevert: Bool) -> [ServingCheck.Kind] { isShort(isRevert: isRevert) ? [.readiness] : policy.checks }

    static let approvalTime = Duration.minutes(30)
    static let secondPersonTime = Duration.minutes(5)
    static let doubtTime = Duration.minutes(10)
    static let changeTime = Duration.minutes(11)
    static let revertPatience = Duration.minutes(2)
    static let tries = 3
    static let retryWait = Duration.seconds(5)
    static let provedAfter = Duration.hours(24)

    /// When the looks must have come to a verdict: twice the time that all must pass, and a minute.
    func patience(isRevert: Bool) -> Duration {
        isShort(isRevert: isRevert)
            ? Self.revertPatience : .milliseconds(2 * policy.verifyMilliseconds) + .minutes(1)
    }
}

/// What a service's serving layer serves, as the log tells it.
struct ServingStory {
    let target: String
    var state: ServingState
    var since: Moment
    /// Versions known to be good, the latest last.
    var proved: [String] = []

    var lastGood: String? { proved.last { $0 != state.version && state.available.contains($0) } }
}
