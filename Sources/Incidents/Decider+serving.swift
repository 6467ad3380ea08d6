import OnCall
import Timekeeping

/// What is seen of serving layers, and what follows from it.
extension Decider {
    /// Something was seen, or could not be. A look that was begun before a change ended says nothing about it; the
    /// caller drops such.
    /// - Parameter at: when it was seen, which is earlier than now where the log could not be written meanwhile.
    public mutating func observe(_ service: ServiceID, _ observation: ServingObservation, at: SteadyInstant) {
        let underWay = book.rollbacksInFlight[service].flatMap(rollback)
        // What has begun is brought to its end, though the service may have left the configuration.
        guard let policy = directory.services[service]?.rollback ?? underWay?.policy else { return }
        if let underWay { _ = endIfMoved(underWay) }
        switch observation {
        case .unreachable(let why): sights[service] = .unreachable(why)
        case .seen(let state):
            sights[service] = .seen(state, at: at)
            watch(service, at)
            note(state, of: service, policy, by: doubtful(service, wanting: state.version))
            settle(service, state)
            prove(service)
        }
    }

    /// "Served for a day" is what was watched for a day: after a start, or a long time unseen, it begins anew.
    private mutating func watch(_ service: ServiceID, _ at: SteadyInstant) {
        let isUnbroken = watches[service].map { at - $0.last <= Self.longestGap } ?? false
        watches[service] = (isUnbroken ? watches[service]!.since : at, at)
    }

    static let longestGap = Duration.minutes(10)

    /// The rollback whose change was in doubt and is now seen to have been made.
    private func doubtful(_ service: ServiceID, wanting version: String?) -> RollbackID? {
        guard let id = book.rollbacksInFlight[service], let rollback = rollback(id),
            case .doubtful(let isRevert, _) = rollback.phase, rollback.wanted(isRevert: isRevert) == version
        else { return nil }
        return id
    }

    /// The configuration names another serving layer than the one the plan was made for: nothing is done there.
    private mutating func endIfMoved(_ rollback: Rollback) -> Bool {
        guard !isWherePlanned(rollback) else { return false }
        let words = "the configuration names another serving layer now"
        switch rollback.phase {
        case .planned: end(rollback, .refused, .changedUnderneath, words)
        case .doubtful, .verifying, .revertOwed: end(rollback, .frozen, .changedUnderneath, words)
        case .changing, .ended: return false
        }
        return true
    }

    /// Whether the serving layer is still the one that the plan was made for.
    private func isWherePlanned(_ rollback: Rollback) -> Bool {
        guard let policy = directory.services[rollback.service]?.rollback else { return true }
        return policy.target == rollback.policy.target
    }

    private mutating func note(
        _ state: ServingState, of service: ServiceID, _ policy: RollbackPolicy, by rollback: RollbackID? = nil
    ) {
        let known = book.serving[service].flatMap { $0.target == policy.target ? $0 : nil }
        guard known?.state != state else { return }
        record(
            .servingVersionChanged(
                ServingVersionChanged(
                    service: service, target: policy.target, from: known?.state.version, state: state,
                    rollback: rollback)))
    }

    /// Whether what was seen voids a plan, or tells what came of a change in doubt.
    private mutating func settle(_ service: ServiceID, _ state: ServingState) {
        guard let id = book.rollbacksInFlight[service],
            let rollback = book.incidents[id.incident]?.activeRollback, rollback.id == id, !endIfMoved(rollback)
        else { return }
        let served = "version \(state.version ?? "none") is served"
        switch rollback.phase {
        case .planned where planted != .executingStalePlan:
            guard state.generation != rollback.from.generation || state.version != rollback.from.version else { break }
            end(rollback, .refused, .changedUnderneath, served)
        case .doubtful(let isRevert, _):
            let (wanted, other) = isRevert ? (rollback.from.version, rollback.to) : (rollback.to, rollback.from.version)
            if state.version == wanted {
                finishChange(
                    id, isRevert: isRevert,
                    ServingOutcome(.applied, evidence: "seen afterwards: \(served)", state: state))
            } else if state.version != other {
                end(rollback, .frozen, .changedUnderneath, served)
            }
        case .verifying(let isRevert, _):
            guard state.version != rollback.wanted(isRevert: isRevert) else { break }
            end(rollback, .frozen, .changedUnderneath, served)
        case .planned, .changing, .revertOwed, .ended: break
        }
    }

    /// A version that has served for a day without an incident is good. Nothing is proved unseen.
    private mutating func prove(_ service: ServiceID) {
        guard let record = book.serving[service], let version = record.state.version, record.proved.last != version,
            book.rollbacksInFlight[service] == nil, (book.trouble[service]?.open ?? 0) == 0
        else { return }
        let quietSince = max(
            record.steadySince, book.trouble[service]?.latest ?? record.steadySince,
            watches[service]?.since ?? steadyNow)
        guard steadyNow - quietSince >= RollbackPolicy.provedAfter else { return }
        self.record(.servingVersionProved(ServingVersionProved(service: service, version: version, by: nil)))
    }

    // MARK: The change

    /// The look before the change.
    public mutating func finishSurvey(_ id: RollbackID, _ checks: [ServingCheck]) {
        guard let rollback = rollback(id), rollback.need == .survey else { return }
        record(.rollbackSurveyed(RollbackSurveyed(rollback: id, checks: checks)))
    }

    /// Records that the change is about to leave the house. Only what was recorded may leave.
    public mutating func beginChange(_ id: RollbackID) -> ServingChange? {
        guard let rollback = rollback(id), case .change(let isRevert, let notBefore)? = rollback.need,
            !endIfMoved(rollback), !endIfLate(rollback), notBefore.map({ $0 <= steadyNow }) ?? true,
            let to = rollback.wanted(isRevert: isRevert),
            let expected = isRevert ? expectedByRevert(rollback) : expectedByPlan(rollback)
        else { return nil }
        let change = ServingChange(to: to, expected: expected)
        record(
            .rollbackChangeBegun(
                RollbackChangeBegun(rollback: id, change: change, isRevert: isRevert, incarnation: book.incarnation)))
        return change
    }

    /// A yes of yesterday is no yes for today: Tocsin was away in between.
    private mutating func endIfLate(_ rollback: Rollback) -> Bool {
        guard case .planned(let expires) = rollback.phase, rollback.unsent == 0,
            steadyNow - expires >= Rollback.grace
        else { return false }
        end(rollback, .expired, .tooLate)
        return true
    }

    /// What the plan was made for, whatever is served by now.
    private func expectedByPlan(_ rollback: Rollback) -> ServingState {
        guard planted == .executingStalePlan else { return rollback.from }
        return book.serving[rollback.service]?.state ?? rollback.from
    }

    /// What is served by now, while it is still what the rollback brought.
    private func expectedByRevert(_ rollback: Rollback) -> ServingState? {
        let served = book.serving[rollback.service]?.state
        return served?.version == rollback.to ? served : rollback.made ?? served
    }

    /// Records what came of the change and what follows.
    public mutating func finishChange(_ id: RollbackID, isRevert: Bool, _ outcome: ServingOutcome) {
        guard let rollback = rollback(id) else { return }
        switch rollback.phase {
        case .changing(isRevert, _): break
        // Known already where the log had kept what it was thought to have lost; only a look settles a doubt.
        case .doubtful(isRevert, _) where outcome.result == .applied: break
        default: return
        }
        record(.rollbackChangeEnded(RollbackChangeEnded(rollback: id, isRevert: isRevert, outcome: outcome)))
        if let state = outcome.state, isWherePlanned(rollback) {
            sights[rollback.service] = .seen(state, at: steadyNow)
            note(state, of: rollback.service, rollback.policy, by: outcome.result == .applied ? id : nil)
        }
        guard let rollback = self.rollback(id) else { return }
        switch outcome.result {
        case .applied, .inDoubt: break
        case .notSent:
            guard rollback.unsent >= Rollback.tries else { break }
            end(rollback, isRevert ? .frozen : .refused, isRevert ? .revertFailed : .refused, outcome.evidence)
        case .changedUnderneath: end(rollback, isRevert ? .frozen : .refused, .changedUnderneath, outcome.evidence)
        case .refused:
            end(rollback, isRevert ? .frozen : .refused, isRevert ? .revertFailed : .refused, outcome.evidence)
        }
        if outcome.result == .inDoubt, planted == .repeatingDoubtfulChange { repeatChange(id, isRevert) }
    }

    /// The looks after the change have come to a verdict.
    public mutating func conclude(_ verified: RollbackVerified) {
        guard let rollback = rollback(verified.rollback),
            case .verifying(verified.isRevert, _) = rollback.phase, !endIfMoved(rollback)
        else { return }
        record(.rollbackVerified(verified))
        let failed = verified.checks.first { $0.result == .failed }?.evidence
        switch (verified.isRevert, verified.verdict) {
        case (false, .passed): end(rollback, .succeeded, .verified)
        case (false, .inconclusive) where planted == .trustingSilence: end(rollback, .succeeded, .verified)
        case (false, .failed) where rollback.from.version == nil: end(rollback, .frozen, .nothingToRevertTo, failed)
        case (false, .failed): break
        case (false, .inconclusive): end(rollback, .frozen, .inconclusive, verified.checks.last?.evidence)
        case (true, .passed): end(rollback, .reverted, .takenBack)
        case (true, .failed), (true, .inconclusive): end(rollback, .frozen, .revertFailed, failed)
        }
    }

    // MARK: Time

    /// A rollback's deadline has passed.
    mutating func decideDue(_ rollback: Rollback) {
        switch rollback.phase {
        case .planned(let expires) where !rollback.isApproved:
            if expires <= steadyNow {
                end(rollback, .expired, .nobodyApproved)
            } else if let ends = rollback.askEnds, ends <= steadyNow {
                askSecondPerson(rollback.id)
            }
        case .doubtful(_, let until) where until <= steadyNow: end(rollback, .frozen, .neverSettled)
        default: break
        }
    }

    /// A start: what an earlier process had begun and not recorded the end of is in doubt.
    mutating func doubtChanges(before incarnation: Int) {
        for id in book.rollbacksInFlight.values.sorted() {
            guard let rollback = rollback(id), case .changing(let isRevert, let then) = rollback.phase,
                then != incarnation
            else { continue }
            finishChange(
                id, isRevert: isRevert,
                ServingOutcome(.inDoubt, evidence: "Tocsin stopped while this change was under way"))
        }
    }

    /// Where nothing is served there is nothing to look at before.
    public mutating func passSurveyOfNothing(_ id: RollbackID) {
        guard let rollback = rollback(id), rollback.from.version == nil else { return }
        finishSurvey(id, [])
    }

    public func rollback(_ id: RollbackID) -> Rollback? {
        book.incidents[id.incident]?.activeRollback.flatMap { $0.id == id ? $0 : nil }
    }

    /// What a planted bug does: sends again what may have arrived.
    private mutating func repeatChange(_ id: RollbackID, _ isRevert: Bool) {
        record(
            .rollbackChangeEnded(
                RollbackChangeEnded(rollback: id, isRevert: isRevert, outcome: ServingOutcome(.notSent, evidence: "?")))
        )
    }
}

/// What was seen last of a serving layer, by this process.
enum ServingSight: Hashable, Sendable {
    case seen(ServingState, at: SteadyInstant)
    case unreachable(String)
}
