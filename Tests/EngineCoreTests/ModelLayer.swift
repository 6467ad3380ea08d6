import EngineCore
import Incidents

/// A serving layer that does what it is told, unless told otherwise.
struct ModelLayer {
    var version: String? = "2"
    var available = ["1", "2", "3"]
    var generation = 1
    /// Versions that fail their golden request.
    var bad: Set<String> = ["2"]
    /// Nothing is known of the metric.
    var hasNoData = false
    var isUnreachable = false
    /// Answers nothing at all.
    var isSilent = false
    var change = Change.made

    enum Change {
        case made
        case refused
        case notSent
        /// Made, and nobody is told.
        case madeUnseen
        /// Not made, and nobody is told.
        case lost
        case unmade(ServingOutcome.Result)
    }

    private(set) var changes: [String] = []
    private(set) var silenced: [ServingCall] = []

    var state: ServingState {
        ServingState(version: version, generation: "g\(generation)", available: available)
    }

    mutating func deploy(_ other: String?) {
        version = other
        generation += 1
    }

    /// Nil when it does not answer.
    mutating func answer(_ call: ServingCall) -> ServingAnswer? {
        if isSilent {
            silenced.append(call)
            return nil
        }
        switch call.kind {
        case .observe: return .observed(isUnreachable ? .unreachable("connection refused") : .seen(state))
        case .check(let wanted): return .checked(checks(wanted))
        case .change(let change): return .changed(make(change))
        }
    }

    private func checks(_ wanted: String) -> [ServingCheck] {
        if isUnreachable { return [] }
        return [
            ServingCheck(
                .readiness, wanted == version ? .passed : .failed, evidence: "\(version ?? "nothing") answers"),
            ServingCheck(.golden, bad.contains(wanted) ? .failed : .passed, evidence: "y is 0.5"),
            ServingCheck(.metric, hasNoData ? .unknown : .passed, evidence: hasNoData ? "no data" : "0.3"),
        ]
    }

    private mutating func make(_ wanted: ServingChange) -> ServingOutcome {
        guard wanted.expected.generation == state.generation else {
            return ServingOutcome(.changedUnderneath, evidence: "something else is served", state: state)
        }
        switch change {
        case .made, .madeUnseen:
            changes.append(wanted.to)
            deploy(wanted.to)
            if case .madeUnseen = change { return ServingOutcome(.inDoubt, evidence: "the connection broke") }
            return ServingOutcome(.applied, evidence: "HTTP 200", state: state)
        case .refused: return ServingOutcome(.refused, evidence: "HTTP 400: failed to load", state: state)
        case .notSent: return ServingOutcome(.notSent, evidence: "connection refused")
        case .lost: return ServingOutcome(.inDoubt, evidence: "the connection broke")
        case .unmade(let result): return ServingOutcome(result, evidence: "?", state: state)
        }
    }
}
