import Dispatch
import Engine
import EngineCore
import Incidents
import Synchronization
import Timekeeping

/// A serving layer that does what a test says: it serves a version, changes when it is asked to under the condition it
/// was asked, and answers checks as it is told.
public final class ScriptedServing: ServingDriver {
    private struct State {
        var version: String?
        var generation = 1
        var available: [String]
        var changes: [ServingChange] = []
        /// Versions that answer badly.
        var bad: Set<String> = []
        /// A change waits until it is let go.
        var isHeld = false
        var held: [@Sendable () -> Void] = []
    }

    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "serving")

    public init(version: String? = "2", available: [String] = ["1", "2", "3"], bad: Set<String> = []) {
        state = Mutex(State(version: version, available: available, bad: bad))
    }

    /// What it was asked to change.
    public var changes: [ServingChange] { state.withLock { $0.changes } }

    /// From now on changes are begun and do not end.
    public func hold() { state.withLock { $0.isHeld = true } }

    /// Those that were begun end, and later ones do not wait.
    public func letGo() {
        let held = state.withLock { state in
            defer { (state.isHeld, state.held) = (false, []) }
            return state.held
        }
        for go in held { queue.async(execute: go) }
    }

    public func observe(done: @escaping @Sendable (ServingObservation) -> Void) {
        queue.async { done(.seen(self.state.withLock { Self.seen($0) })) }
    }

    public func check(version: String, done: @escaping @Sendable ([ServingCheck]) -> Void) {
        queue.async {
            let isBad = self.state.withLock { $0.bad.contains(version) }
            done([
                ServingCheck(.readiness, .passed, evidence: "version \(version) is ready and answers"),
                ServingCheck(
                    .golden, isBad ? .failed : .passed, evidence: isBad ? "y is 0.9, not <0.5>" : "y is 0.5"),
            ])
        }
    }

    public func apply(_ change: ServingChange, done: @escaping @Sendable (ServingOutcome) -> Void) {
        let go: @Sendable () -> Void = {
            done(
                self.state.withLock { state in
                    state.changes.append(change)
                    guard Self.seen(state) == change.expected else {
                        return ServingOutcome(.changedUnderneath, evidence: "it is not as expected")
                    }
                    state.version = change.to
                    state.generation += 1
                    return ServingOutcome(.applied, evidence: "version \(change.to) answers", state: Self.seen(state))
                })
        }
        let isHeld = state.withLock { state in
            if state.isHeld { state.held.append(go) }
            return state.isHeld
        }
        if !isHeld { queue.async(execute: go) }
    }

    private static func seen(_ state: State) -> ServingState {
        ServingState(version: state.version, generation: "g\(state.generation)", available: state.available)
    }
}

extension RollbackPolicy {
    /// Over in a second or two.
    public static let brief = RollbackPolicy(
        target: "model ranker at http://triton:8000", checks: [.readiness, .golden], verify: .seconds(1), minSamples: 2)
}

extension Engine {
    /// Returns once the decision state is as asked. Every durable batch makes it look again.
    public func reach(_ condition: @escaping @Sendable (borrowing Core) -> Bool) async {
        let (news, continuation) = AsyncStream.makeStream(of: Void.self)
        watch { _ in continuation.yield() }
        if read(condition) { return }
        for await _ in news where read(condition) { return }
    }

    /// Returns once somebody has seen what serves the service.
    public func seesServing(_ service: ServiceID) async {
        await reach { $0.book.serving[service] != nil }
    }

    /// Returns once the incident's last rollback is over.
    public func rollbackEnds(_ incident: Int) async {
        await reach { $0.book.incidents[Incident.ID(incident)]?.rollbacks.last?.isOver == true }
    }
}
