import EngineCore
import Incidents
import OnCall
import Timekeeping

/// How a scenario sets a pager, for everybody or for one person.
struct PagerMode {
    let method: ContactMethod
    let user: UserID?
    let fate: PagerFate
    let until: Moment?
}

/// The pagers, as this world has them.
extension World {
    func begin(_ transmission: Transmission) throws {
        let id = transmission.attempt
        guard let page = chronicle.page(id.page), page.attempts == id.number, page.attemptingSince != nil else {
            throw Broken(.pageEnds, "attempt \(id) leaves the house and is not in the log")
        }
        try chronicle.checkMessage(id, with: transmission.others.map(\.attempt))
        let stopped = chronicle.stories[id.page.incident]?.stopSequence(for: page.user) ?? 0
        try demand(.nothingSentAfterStop, page.sequence > stopped, "attempt \(id) leaves the house after the stop")
        try demand(
            .onlyTargetsPaged,
            (transmission.user.id, transmission.method, transmission.reason) == (page.user, page.method, page.reason),
            "attempt \(id) goes to \(transmission.user.id) by \(transmission.method)")
        let method = transmission.method
        let index = ledger.began(transmission, process: process!.number, at: now)
        process!.inFlight[method, default: []].insert(index)
        try demand(
            .slots, process!.inFlight[method]!.count <= limits.slotsPerMethod,
            "\(process!.inFlight[method]!.count) attempts by \(method) at once")
        schedule(.forgetTransfer(index), after: limits.attemptTime)
        let along = transmission.others.map { " \($0.attempt)" }.joined()
        note("attempt \(id) to \(page.user) by \(method) begins\(along.isEmpty ? "" : " with\(along)")")
        dispatch(index, fate(of: transmission))
    }

    private func dispatch(_ index: Int, _ fate: PagerFate) {
        switch fate {
        case .delivers(let wait): arriving(index, wait, AttemptOutcome(.delivered, evidence: "read"))
        case .sends(let wait): arriving(index, wait, AttemptOutcome(.sent, evidence: "accepted"))
        case .failsForNow(let wait, let retryAfter):
            let outcome = AttemptOutcome(.failedForNow, evidence: "busy", retryAfter: retryAfter)
            schedule(.reports(index, outcome), after: wait)
        case .failsForGood(let wait):
            schedule(.reports(index, AttemptOutcome(.failedForGood, evidence: "no such address")), after: wait)
        case .neverReports(let wait):
            ledger.expect(index)
            schedule(.arrives(index), after: wait)
        case .reportsLate(let arrives, let reports):
            ledger.expect(index)
            schedule(.arrives(index), after: arrives)
            schedule(.reports(index, AttemptOutcome(.delivered, evidence: "read")), after: reports)
        case .reportsLater(let wait, let arrives, let reports):
            let outcome = AttemptOutcome(.sent, evidence: "accepted")
            if arrives { arriving(index, wait, outcome) } else { schedule(.reports(index, outcome), after: wait) }
            for report in reports { schedule(.providerReports(index, report), after: wait + report.after) }
        case .drops(let wait, let arrives):
            let outcome = AttemptOutcome(.inDoubt, evidence: "the connection broke")
            if arrives { arriving(index, wait, outcome) } else { schedule(.reports(index, outcome), after: wait) }
        }
    }

    private func arriving(_ index: Int, _ wait: Duration, _ outcome: AttemptOutcome) {
        ledger.expect(index)
        schedule(.arrives(index), after: wait)
        schedule(.reports(index, outcome), after: wait)
    }

    private func fate(of transmission: Transmission) -> PagerFate {
        if let mode = pagerModes.last(where: {
            $0.method == transmission.method && ($0.user == nil || $0.user == transmission.user.id)
                && ($0.until.map { now < $0 } ?? true)
        }) {
            return mode.fate
        }
        if isScripted { return .delivers(after: .zero) }
        let wait = random.time(.milliseconds(20), .seconds(3))
        guard random.chance(temper.pagerFault) else {
            return random.chance(700) ? .delivers(after: wait) : .sends(after: wait)
        }
        return randomFault(wait)
    }

    func randomFault(_ wait: Duration) -> PagerFate {
        switch temper.pagerTrouble(&random) {
        case .failsForNow:
            faults.met(.pagerFailsForNow)
            return .failsForNow(after: wait, retryAfter: nil)
        case .asksForPatience:
            faults.met(.pagerRetryAfter)
            return .failsForNow(after: wait, retryAfter: random.time(.seconds(1), .minutes(20)))
        case .failsForGood:
            faults.met(.pagerFailsForGood)
            return .failsForGood(after: wait)
        case .neverReports:
            faults.met(.pagerNeverReports)
            return .neverReports(after: wait)
        case .reportsLate:
            faults.met(.pagerReportsLate)
            return .reportsLate(arrives: random.time(.seconds(1), .seconds(60)), reports: .seconds(70))
        case .dropsArrived:
            faults.met(.pagerDropsArrived)
            return .drops(after: wait, arrives: true)
        case .dropsLost:
            faults.met(.pagerDropsLost)
            return .drops(after: wait, arrives: false)
        case .reportsTwice: return reportsLater(wait)
        case .reportsFailure:
            faults.met(.providerReportsFailure)
            let report = ProviderReport(after: random.time(.milliseconds(1), .minutes(5)), isDelivered: false)
            return .reportsLater(after: wait, arrives: false, [report])
        case .reportsFirst:
            faults.met(.providerReportsFirst)
            let report = ProviderReport(after: .zero - .milliseconds(random.number(0...10)), isDelivered: false)
            return .reportsLater(after: wait, arrives: false, [report, report])
        case .reportsAfterAnHour:
            faults.met(.providerReportsLate)
            let report = ProviderReport(after: random.time(.hours(1), .hours(3)), isDelivered: random.chance(500))
            return .reportsLater(after: wait, arrives: report.isDelivered, [report])
        case .slow:
            faults.met(.pagerSlow)
            return .delivers(after: random.time(.seconds(5), .seconds(44)))
        }
    }

    func arrive(_ index: Int) throws {
        guard ledger[index].isOnItsWay else { return }
        let transmission = ledger[index].transmission
        note(
            "attempt \(transmission.attempt) reaches \(transmission.user.id) by \(transmission.method)"
                + (transmission.isRepeat ? ", marked as a repeat" : ""), isStory: transmission.isRepeat)
        try ledger.arrived(index, at: now)
        if !isScripted { rouse(transmission) }
        if !isScripted, !transmission.others.isEmpty { faults.met(.pagesTogether) }
    }

    func report(_ index: Int, _ outcome: AttemptOutcome) throws {
        let entry = ledger[index]
        forgetTransfer(index)
        guard process?.number == entry.process else { return }
        note("attempt \(entry.transmission.attempt) is reported \(outcome.result)")
        try tell(.attemptEnded(entry.transmission.attempt, outcome))
    }

    func forgetTransfer(_ index: Int) {
        let entry = ledger[index]
        guard process?.number == entry.process else { return }
        process!.inFlight[entry.transmission.method]?.remove(index)
    }
}
