import Incidents
import Timekeeping

/// The looks after a change, up to a verdict. Memory of this process: after a restart the looking begins anew, for
/// nobody looked meanwhile.
struct Verification: Hashable, Sendable {
    let isRevert: Bool
    let since: SteadyInstant
    private(set) var nextLook: SteadyInstant
    private(set) var looks = 0
    /// Looks in a row in which everything that counts passed, and when the first and the last of them began.
    private(set) var passes = 0
    private var firstPass: SteadyInstant?
    private var lastPass: SteadyInstant?
    /// The last few looks, the latest last.
    private var recent: [[ServingCheck]] = []

    /// So many bad looks in a row are no accident.
    static let conclusive = 3
    /// What is brought back must be seen so often, and so soon.
    static let revertPasses = 2
    static let revertPatience = Duration.minutes(2)

    init(isRevert: Bool, since: SteadyInstant) {
        self.isRevert = isRevert
        self.since = since
        nextLook = since
    }

    /// - Parameter begun: when the look began: what it saw is not older than that.
    mutating func note(_ checks: [ServingCheck], begun: SteadyInstant, for rollback: Rollback) {
        let counted = Self.counted(checks, for: rollback, isRevert: isRevert)
        looks += 1
        nextLook = begun + rollback.policy.interval
        recent = recent.suffix(Self.conclusive - 1) + [counted]
        if counted.allSatisfy({ $0.result == .passed }) {
            passes += 1
            firstPass = firstPass ?? begun
            lastPass = begun
        } else {
            (passes, firstPass, lastPass) = (0, nil, nil)
        }
    }

    /// A kind that was not looked at is unknown.
    private static func counted(_ checks: [ServingCheck], for rollback: Rollback, isRevert: Bool) -> [ServingCheck] {
        rollback.countedChecks(isRevert: isRevert).map { kind in
            checks.first { $0.kind == kind } ?? ServingCheck(kind, .unknown, evidence: "not looked at")
        }
    }

    /// When a verdict is due at the latest.
    func ends(_ rollback: Rollback) -> SteadyInstant {
        since + (isShort(rollback) ? Self.revertPatience : rollback.policy.patience)
    }

    /// Nil while it cannot be said.
    /// - Parameter isSeen: whether what is meant to be served was seen to be: a serving layer may call ready what it
    ///   does not serve.
    func verdict(on rollback: Rollback, at now: SteadyInstant, isSeen: Bool) -> RollbackVerdict? {
        if isSeen, isLongEnough(rollback) { return .passed }
        let isConclusive = recent.count == Self.conclusive
        if isConclusive, recent.allSatisfy({ Self.fails($0, .golden) }) { return .failed }
        guard ends(rollback) <= now else { return nil }
        let isBad = isConclusive && recent.allSatisfy { look in look.contains { $0.result == .failed } }
        return isBad ? .failed : .inconclusive
    }

    private func isLongEnough(_ rollback: Rollback) -> Bool {
        guard let firstPass, let lastPass else { return false }
        if isShort(rollback) { return passes >= Self.revertPasses }
        return passes >= rollback.policy.minSamples
            && lastPass - firstPass >= .milliseconds(rollback.policy.verifyMilliseconds)
    }

    private func isShort(_ rollback: Rollback) -> Bool { isRevert || rollback.kind == .undo }

    private static func fails(_ look: [ServingCheck], _ kind: ServingCheck.Kind) -> Bool {
        look.contains { $0.kind == kind && $0.result == .failed }
    }

    var last: [ServingCheck] { recent.last ?? [] }
}
