import OnCall
import Timekeeping

/// Planning a rollback and calling it off (S19). What is served is only ever read off what was seen lately.
extension Decider {
    /// What was seen longer ago than this is no ground for a change.
    public static let freshness = Duration.minutes(2)
    public static let longestVersion = 100

    mutating func planRollback(_ id: Incident.ID, to: String?, _ actor: Actor) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard incident.isOpen else { return .refused(.alreadyResolved(id)) }
        if let to, !Self.isVersion(to) { return .refused(.rollback(.badVersion)) }
        switch ground(for: incident.service) {
        case .failure(let refusal): return .refused(.rollback(refusal))
        case .success(let (policy, record)):
            guard let version = to ?? record.lastGood else {
                return .refused(.rollback(.noLastGood(incident.service)))
            }
            if let waiting = book.rollbacksInFlight[incident.service].flatMap(supersedable), waiting.to == version,
                waiting.id.incident == id
            {
                return .already(id, owner: incident.owner)
            }
            let kind: RollbackKind = version == record.lastGood ? .lastGood : .named
            if let refusal = plan(id, version, kind, policy, record, by: actor) { return .refused(.rollback(refusal)) }
            return .done(incidents: [id])
        }
    }

    mutating func undoRollback(_ id: Incident.ID, _ actor: Actor) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        let served = book.serving[incident.service]?.state.version
        // What has left nothing to undo does not stand before what has.
        let changed = incident.rollbacks.last {
            ($0.made != nil || $0.end == .frozen) && (!$0.isOver || $0.from.version != served)
        }
        guard let last = changed, let version = last.from.version else {
            return .refused(.rollback(incident.activeRollback.map { .inFlight($0.id) } ?? .nothingToUndo(id)))
        }
        switch ground(for: incident.service) {
        case .failure(let refusal): return .refused(.rollback(refusal))
        case .success(let (policy, record)):
            if let refusal = plan(id, version, .undo, policy, record, by: actor) { return .refused(.rollback(refusal)) }
            return .done(incidents: [id])
        }
    }

    mutating func cancelRollback(_ id: Incident.ID, _ actor: Actor) -> Reply {
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard let rollback = incident.activeRollback else { return .refused(.rollback(.nothingPlanned(id))) }
        guard case .planned = rollback.phase, rollback.unsent == 0 else {
            return .refused(.rollback(.alreadyBegun(rollback.id)))
        }
        end(rollback, .cancelled, .calledOff, by: actor)
        return .done(incidents: [id])
    }

    mutating func declareGood(_ service: ServiceID, _ version: String, _ actor: Actor) -> Reply {
        guard directory.services[service] != nil else { return .refused(.noSuchService(service)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard Self.isVersion(version) else { return .refused(.rollback(.badVersion)) }
        guard directory.services[service]?.rollback != nil else {
            return .refused(.rollback(.noServingLayer(service)))
        }
        guard let served = book.serving[service] else {
            return .refused(.rollback(.unseen(service, why: lastSight(of: service))))
        }
        guard served.state.mayHave(version) else {
            return .refused(.rollback(.missing(version: version, available: served.state.available)))
        }
        guard served.proved.last != version else { return .done(incidents: []) }
        // In the middle of an incident it takes two to call a version good: name it in a plan.
        guard actor.user == nil || served.proved.contains(version) || !book.isInTrouble(service) else {
            return .refused(.rollback(.tooLateToVouch(service)))
        }
        record(.servingVersionProved(ServingVersionProved(service: service, version: version, by: actor)))
        return .done(incidents: [])
    }

    // MARK: Without a person

    /// An alert allows it: from here on the incident's silence counts. Once per incident, and only while nobody has it.
    mutating func armRollback(_ labels: [String: String], _ id: Incident.ID) {
        guard let incident = book.incidents[id], incident.state == .triggered, !incident.hasArmedRollback,
            incident.drill == nil,
            let automatic = directory.services[incident.service]?.rollback?.automatic,
            automatic.matchers.allSatisfy({ $0.matches(labels) })
        else { return }
        record(
            .automaticRollbackArmed(
                AutomaticRollbackArmed(incident: id, waitMilliseconds: automatic.afterMilliseconds)))
    }

    /// When the policy rolls back by itself: in time if what is served has been seen, and a little later if nobody can
    /// see it just then, as after a start.
    func automaticRollbackDue(_ id: Incident.ID) -> SteadyInstant? {
        guard let incident = book.incidents[id], let due = incident.automaticRollbackDue else { return nil }
        return isFresh(incident.service) ? due : due + Self.freshness
    }

    /// Nobody has acknowledged in time. Whatever speaks against it is recorded, for whoever comes.
    mutating func rollBackAutomatically(_ id: Incident.ID) {
        guard let incident = book.incidents[id] else { return }
        let refusal: RollbackRefusal?
        switch ground(for: incident.service) {
        case .failure(let reason): refusal = reason
        case .success(let (policy, served)):
            if let frozen = book.frozenRollbacks[incident.service] {
                refusal = .frozen(frozen)
            } else if policy.automatic == nil {
                refusal = .noServingLayer(incident.service)
            } else if let version = served.lastGood {
                refusal = plan(id, version, .lastGood, policy, served, by: nil)
            } else {
                refusal = .noLastGood(incident.service)
            }
        }
        guard let refusal else { return }
        record(.automaticRollbackRefused(AutomaticRollbackRefused(incident: id, why: refusal.explanation)))
    }

    // MARK: The ground a plan stands on

    /// The policy and what is served, if it was seen lately and nothing else is under way.
    private func ground(for service: ServiceID) -> Result<(RollbackPolicy, ServingRecord), RollbackRefusal> {
        guard let policy = directory.services[service]?.rollback else { return .failure(.noServingLayer(service)) }
        if let other = book.rollbacksInFlight[service], supersedable(other) == nil { return .failure(.inFlight(other)) }
        guard let record = book.serving[service], record.target == policy.target, isFresh(service) else {
            return .failure(.unseen(service, why: lastSight(of: service)))
        }
        return .success((policy, record))
    }

    /// A plan that nobody has said yes to makes room for the next one.
    private func supersedable(_ id: RollbackID) -> Rollback? {
        rollback(id).flatMap { $0.waitsForApproval && $0.approvals.isEmpty ? $0 : nil }
    }

    /// What was seen is remembered across a recovery, and the record of it may be lost in one: then it is no ground.
    private func isFresh(_ service: ServiceID) -> Bool {
        guard case .seen(let state, let at)? = sights[service], state == book.serving[service]?.state else {
            return false
        }
        return steadyNow - at <= Self.freshness
    }

    private func lastSight(of service: ServiceID) -> String {
        switch sights[service] {
        case nil: "nobody has looked yet"
        case .seen: "it has not been seen for a while"
        case .unreachable(let why): why
        }
    }

    private mutating func plan(
        _ id: Incident.ID, _ version: String, _ kind: RollbackKind, _ policy: RollbackPolicy, _ served: ServingRecord,
        by actor: Actor?
    ) -> RollbackRefusal? {
        guard version != served.state.version else { return .alreadyServed(version) }
        guard served.state.mayHave(version) else {
            return .missing(version: version, available: served.state.available)
        }
        if let waiting = book.rollbacksInFlight[book.incidents[id]!.service].flatMap(supersedable) {
            end(waiting, .cancelled, .superseded, by: actor)
        }
        let rollback = RollbackID(incident: id, ordinal: (book.incidents[id]?.rollbacks.count ?? 0) + 1)
        // A way back is one from where the rollback led, or from nothing.
        let last = book.incidents[id]?.rollbacks.last { $0.made != nil || $0.end == .frozen }
        let isWayBack = kind == .undo && (served.state.version == nil || served.state.version == last?.to)
        let isProved = isWayBack || served.proved.contains(version)
        let second: SecondPersonReason? = policy.needsSecondPerson ? .policy : isProved ? nil : .unproved
        record(
            .rollbackPlanned(
                RollbackPlanned(
                    rollback: rollback, service: book.incidents[id]!.service, to: version, from: served.state,
                    kind: kind, by: actor, policy: policy, secondPerson: actor == nil ? nil : second,
                    expiresMilliseconds: RollbackPolicy.approvalTime.milliseconds)))
        if actor == nil {
            record(.rollbackApproved(RollbackApproved(rollback: rollback, by: nil, isComplete: true)))
        }
        return nil
    }

    /// The incident is over: a plan that waits for somebody's yes waits no more.
    mutating func dropPlan(_ id: Incident.ID) {
        guard let rollback = book.incidents[id]?.activeRollback, case .planned = rollback.phase,
            rollback.waitsForApproval || rollback.plannedBy == nil && rollback.unsent == 0
        else { return }
        end(rollback, .cancelled, .incidentOver)
    }

    mutating func end(
        _ rollback: Rollback, _ end: RollbackEnd, _ why: RollbackEndReason, _ detail: String? = nil, by: Actor? = nil
    ) {
        record(
            .rollbackEnded(
                RollbackEnded(
                    rollback: rollback.id, end: end, serving: book.serving[rollback.service]?.state.version, why: why,
                    detail: detail.map { String($0.prefix(300)) }, by: by)))
        switch end {
        case .refused where !rollback.isApproved, .expired where !rollback.isApproved: break
        case .frozen, .reverted, .refused, .expired: callPeople(rollback)
        case .succeeded, .cancelled: break
        }
    }

    private static func isVersion(_ text: String) -> Bool {
        !text.isEmpty && text.count <= longestVersion
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !$0.properties.isWhitespace }
    }
}
