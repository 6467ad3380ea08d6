import EngineCore
import Incidents
import Timekeeping

/// The serving layers, as this world has them.
extension World {
    func serve(_ call: ServingCall) throws {
        let service = call.service
        if let other = recorder.underWay[service].map({ recorder.calls[$0] }) {
            try demand(
                .rollbackOnce, now - other.began >= Self.limit(of: other),
                "call \(call.number) to \(service) while \(other.number) runs")
        }
        var change: ServingRecorder.Change?
        if case .change(let wanted) = call.kind { change = try recorded(wanted, of: service) }
        recorder.calls.append(
            ServingRecorder.Call(
                number: call.number, service: service, process: process!.number, began: now, change: change))
        let index = recorder.calls.count - 1
        recorder.underWay[service] = index
        switch call.kind {
        case .observe, .check: look(call, index)
        case .change(let change):
            recorder.looks[service] = []
            recorder.answers[service] = nil
            let fate = fate(of: change, service)
            note("change of \(service) to \(change.to) leaves the house: \(fate)")
            dispatch(index, change, fate)
        }
    }

    /// What the core itself is to wait for an answer.
    private static let lookTime = Duration.seconds(15)
    private static let changeTime = Duration.minutes(11)

    private static func limit(of call: ServingRecorder.Call) -> Duration {
        call.change == nil ? lookTime : changeTime
    }

    /// The rollback that this change is recorded for. It leaves once.
    private func recorded(_ change: ServingChange, of service: ServiceID) throws -> ServingRecorder.Change {
        guard let id = chronicle.rollbacksInFlight[service], let story = chronicle.rollbacks[id],
            case .changing(let isRevert, _) = story.phase, story.change == change
        else { throw Broken(.rollbackOnce, "a change of \(service) leaves the house and is not in the log") }
        let mine = ServingRecorder.Change(rollback: id, isRevert: isRevert, change: change)
        let left = recorder.calls.count {
            $0.change?.rollback == id && $0.change?.isRevert == isRevert && $0.hasLeft
        }
        try demand(.rollbackOnce, left == 0, "rollback \(id) sends its change to \(change.to) again")
        return mine
    }

    // MARK: Looking

    private func look(_ call: ServingCall, _ index: Int) {
        let isAway = now < serving[call.service]!.isAwayUntil
        let wait = isScripted ? Duration.zero : random.time(.milliseconds(5), .milliseconds(400))
        if !isScripted, random.chance(temper.servingFault / 10) {
            let isSilent = random.chance(500)
            if isSilent { faults.met(.servingSilent) } else { faults.met(.servingSlow) }
            return schedule(
                .servingLooks(index, call), after: isSilent ? .hours(1000) : random.time(.seconds(5), .seconds(40)))
        }
        if isAway { faults.met(.servingAway) }
        schedule(.servingLooks(index, call), after: isAway && random.chance(300) ? .seconds(20) : wait)
    }

    /// What is seen is what is so at the moment of the answer.
    func answerLook(_ index: Int, _ call: ServingCall) throws {
        let asked = recorder.calls[index]
        guard process?.number == asked.process else { return }
        let isHeard = isAwaited(index)
        let layer = serving[call.service]!
        let isAway = now < layer.isAwayUntil
        switch call.kind {
        case .observe:
            let seen: ServingObservation = isAway ? .unreachable("connection refused") : .seen(layer.state)
            if case .seen(let state) = seen, isHeard { recorder.show(state, of: call.service, at: now) }
            try settle(index, .observed(seen))
        case .check(let version):
            let kinds = checks(of: call.service)
            let luck = random.chance(600)
            let checks =
                isAway
                ? kinds.map { ServingCheck($0, .unknown, evidence: "connection refused") }
                : layer.look(for: version, kinds, luck: luck)
            if isHeard {
                note(
                    "\(call.service) is looked at: "
                        + checks.map { "\($0.kind) \($0.result)" }.joined(separator: ", "))
                if layer.liesAboutReadiness, layer.version != version { faults.met(.servingLies) }
                if checks.contains(where: { $0.kind == .metric && $0.result == .unknown }) {
                    faults.met(.servingNoMetric)
                }
                recorder.looks[call.service, default: []].append(
                    ServingRecorder.Look(
                        process: asked.process, began: asked.began, answered: now, version: version, checks: checks))
            }
            try settle(index, .checked(checks))
        case .change: break
        }
    }

    private func checks(of service: ServiceID) -> [ServingCheck.Kind] {
        chronicle.rollbacksInFlight[service].flatMap { chronicle.rollbacks[$0]?.policy.checks } ?? [.readiness]
    }

    private func settle(_ index: Int, _ answer: ServingAnswer) throws {
        let call = recorder.calls[index]
        guard process?.number == call.process else { return }
        if recorder.underWay[call.service] == index { recorder.underWay[call.service] = nil }
        try tell(.servingAnswered(call.number, answer))
    }

    /// Whether whoever asked still waits for the answer.
    private func isAwaited(_ index: Int) -> Bool {
        let call = recorder.calls[index]
        return recorder.underWay[call.service] == index && now - call.began <= Self.limit(of: call)
    }

    // MARK: Changing

    private func dispatch(_ index: Int, _ change: ServingChange, _ fate: ServingFate) {
        func answered(_ result: ServingOutcome.Result, _ evidence: String, after wait: Duration) {
            schedule(.servingReports(index, ServingOutcome(result, evidence: evidence)), after: wait)
        }
        switch fate {
        case .answers(let wait):
            // Without compare-and-set somebody looks when the request comes, and acts later, whatever is then.
            let layer = serving[recorder.calls[index].service]!
            let blind: ServingAct = layer.isAsExpected(change) ? .blindly : .refusal
            schedule(.servingActs(index, layer.comparesAndSets ? .truth : blind), after: wait)
        case .refuses(let wait):
            answered(.refused, "409", after: wait)
        case .notSent(let wait):
            recorder.calls[index].hasLeft = false
            answered(.notSent, "connection refused", after: wait)
        case .claims(let wait): answered(.applied, "200", after: wait)
        case .lost(let wait):
            answered(.inDoubt, "the connection broke", after: wait)
        case .drops(let wait):
            schedule(.servingActs(index, .lost), after: wait)
            answered(.inDoubt, "the connection broke", after: wait)
        case .silent(let wait): if let wait { schedule(.servingActs(index, .lost), after: wait) }
        case .deniesIt(let wait): schedule(.servingActs(index, .denied), after: wait)
        case .half(let version, let wait):
            schedule(.servingActs(index, .half(to: version)), after: wait)
            answered(.inDoubt, "500", after: wait)
        }
    }

    /// What happens when a change reaches the serving layer.
    enum ServingAct {
        case truth, lost, denied, half(to: String?)
        /// Nobody looks again before the change is made.
        case blindly
        /// It was not as expected when somebody looked.
        case refusal
    }

    func act(_ index: Int, _ act: ServingAct) throws {
        let call = recorder.calls[index]
        guard let change = call.change, !call.isCut else { return }
        let isAsExpected = serving[call.service]!.isAsExpected(change.change)
        var outcome: ServingOutcome?
        switch act {
        case .truth, .lost, .denied:
            if isAsExpected { try takeEffect(index, change) }
            outcome = isAsExpected ? .init(.applied, evidence: "200") : .init(.changedUnderneath, evidence: "412")
            if case .lost = act { outcome = nil }
            if case .denied = act { outcome = ServingOutcome(.refused, evidence: "503") }
        case .half(let version):
            guard isAsExpected else { return }
            serving[call.service]!.turn(to: version)
            note("\(call.service) half applies: it serves \(version ?? "nothing")")
        case .blindly:
            if !isAsExpected { faults.met(.servingRace) }
            try takeEffect(index, change)
            outcome = ServingOutcome(.applied, evidence: "200")
        case .refusal: outcome = ServingOutcome(.changedUnderneath, evidence: "not as expected")
        }
        guard let outcome else { return }
        let state = serving[call.service]!.state
        try reportChange(
            index,
            ServingOutcome(outcome.result, evidence: outcome.evidence, state: outcome.result == .refused ? nil : state))
    }

    private func takeEffect(_ index: Int, _ change: ServingRecorder.Change) throws {
        let call = recorder.calls[index]
        let earlier = recorder.effects.contains { ($0.rollback, $0.isRevert) == (change.rollback, change.isRevert) }
        try demand(.rollbackOnce, !earlier, "rollback \(change.rollback) takes effect twice")
        recorder.effects.append(change)
        serving[call.service]!.turn(to: change.change.to)
        note("\(call.service) serves \(change.change.to)")
        if now - call.began > Self.changeTime { faults.met(.servingActsLate) }
    }

    func reportChange(_ index: Int, _ outcome: ServingOutcome) throws {
        let call = recorder.calls[index]
        guard process?.number == call.process else { return }
        if isAwaited(index) {
            recorder.answers[call.service] = outcome.result
            if let state = outcome.state { recorder.show(state, of: call.service, at: now) }
        } else {
            faults.met(.servingReportsLate)
        }
        note("change of \(call.service) is answered: \(outcome.result)")
        try settle(index, .changed(outcome))
    }

    /// The process died: a request that had left may still be carried out.
    func cutServingCalls(of process: Int) {
        for (_, index) in recorder.underWay.sorted(by: { $0.value < $1.value }) {
            guard recorder.calls[index].change != nil, recorder.calls[index].process == process else { continue }
            let isCut = !isScripted && random.chance(400)
            recorder.calls[index].isCut = isCut
            faults.met(isCut ? .crashChangeLost : .crashChangeMade)
        }
        recorder.underWay = [:]
    }
}
