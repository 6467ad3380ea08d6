import Incidents
import Timekeeping

/// How a version does, once it is served.
enum Wellness: CaseIterable {
    case good, bad
    /// Now well, now not.
    case flaky
}

/// One service's serving layer, in memory: it says what it serves, changes it by compare-and-set, and can be asked
/// whether what it serves is well.
struct FakeServing {
    private(set) var version: String?
    /// Another one after every change.
    private(set) var generation = 1
    private(set) var available: [String]
    var wellness: [String: Wellness]
    /// Whether it compares and sets in one go. One that does not has a moment between looking and acting.
    var comparesAndSets = true
    /// It calls a version ready that it does not serve.
    var liesAboutReadiness = false
    /// Nobody can say how it does.
    var hasNoMetric = false
    /// Nothing of it answers before then.
    var isAwayUntil = Moment.zero

    init(versions: [String], serving version: String?, wellness: [String: Wellness] = [:]) {
        available = versions
        self.version = version
        self.wellness = wellness
    }

    var state: ServingState { ServingState(version: version, generation: "g\(generation)", available: available) }

    func isAsExpected(_ change: ServingChange) -> Bool {
        state.generation == change.expected.generation && version == change.expected.version
    }

    /// It serves another version now, or none, whoever brought it about.
    mutating func turn(to new: String?) {
        version = new
        generation += 1
        if let new, !available.contains(new) { available.append(new) }
    }

    /// One look. `luck` decides how a flaky version does this time.
    func look(for wanted: String, _ kinds: [ServingCheck.Kind], luck: Bool) -> [ServingCheck] {
        kinds.map { kind in
            switch kind {
            case .readiness:
                let isReady = liesAboutReadiness || version == wanted
                return ServingCheck(.readiness, isReady ? .passed : .failed, evidence: served)
            case .golden:
                let isRight = version == wanted && isWell(wanted, luck)
                return ServingCheck(.golden, isRight ? .passed : .failed, evidence: served)
            case .metric:
                if hasNoMetric { return ServingCheck(.metric, .unknown, evidence: "no data") }
                let isBelow = version.map { isWell($0, luck) } ?? false
                return ServingCheck(.metric, isBelow ? .passed : .failed, evidence: isBelow ? "p99 0.1" : "p99 2.5")
            }
        }
    }

    private var served: String { "answered by \(version ?? "nothing")" }

    private func isWell(_ version: String, _ luck: Bool) -> Bool {
        switch wellness[version] ?? .good {
        case .good: true
        case .bad: false
        case .flaky: luck
        }
    }
}

/// What becomes of a change that was asked for.
enum ServingFate: Equatable {
    /// It is made if all is as expected, and says truly what came of it.
    case answers(after: Duration)
    /// Nothing is changed, and it says so.
    case refuses(after: Duration)
    /// Nothing left the house.
    case notSent(after: Duration)
    /// It is made if all is as expected; the answer is lost on the way.
    case drops(after: Duration)
    /// The request is lost on the way.
    case lost(after: Duration)
    /// It is made that late, if all is as expected then, and is never answered.
    case silent(after: Duration?)
    /// It is made, and is called refused.
    case deniesIt(after: Duration)
    /// Nothing is changed, and it is called made.
    case claims(after: Duration)
    /// The old version is gone, the new one did not come, or a third did; it is said that something failed.
    case half(to: String?, after: Duration)
}

/// What was asked of a serving layer, and what it answered: what no log can know.
struct ServingRecorder {
    struct Call {
        let number: Int
        let service: ServiceID
        let process: Int
        let began: Moment
        /// For a change: whose, and whether it goes back.
        let change: Change?
        /// The request has left the house.
        var hasLeft = true
        /// The process died, and the request with it.
        var isCut = false
    }

    struct Change: Equatable {
        let rollback: RollbackID
        let isRevert: Bool
        let change: ServingChange
    }

    /// A look whose answer the process that asked was given.
    struct Look {
        let process: Int
        let began: Moment
        let answered: Moment
        let version: String
        let checks: [ServingCheck]
    }

    var calls: [Call] = []
    /// Which changes took effect.
    var effects: [Change] = []
    /// Everything each service was ever said to serve, and when it was last said.
    var shown: [ServiceID: [ServingState: Moment]] = [:]
    /// The same in order, each when it was news.
    var sights: [ServiceID: [(state: ServingState, at: Moment)]] = [:]
    var lastSeen: [ServiceID: Moment] = [:]
    /// The looks since the last change began.
    var looks: [ServiceID: [Look]] = [:]
    /// What the last change of each service was answered, if whoever had asked was given the answer.
    var answers: [ServiceID: ServingOutcome.Result] = [:]
    /// The call under way for each service, as far as the present process waits for it.
    var underWay: [ServiceID: Int] = [:]

    mutating func show(_ state: ServingState, of service: ServiceID, at now: Moment) {
        shown[service, default: [:]][state] = now
        lastSeen[service] = now
        if sights[service]?.last?.state != state { sights[service, default: []].append((state, now)) }
    }
}
