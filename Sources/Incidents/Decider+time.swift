import OnCall
import Timekeeping

extension Decider {
    /// Decides everything that has fallen due by now. Each overdue step fires once and its full wait starts now, so a
    /// long downtime never brings several steps at once (S3).
    public mutating func catchUp() {
        while let id = takeDue() {
            let before = lastSequence
            decideDue(id)
            refile(id)
            // A deadline that stays in the past without an event would be asked for again at once, for ever.
            precondition(
                lastSequence > before || !isDue(id),
                "\(id) is due but nothing was decided; please report this with the incident's timeline")
        }
        for id in book.armedRollbacks.sorted() {
            if let due = automaticRollbackDue(id), due <= steadyNow { rollBackAutomatically(id) }
        }
        if let countsDue, countsDue <= steadyNow { flushCounts() }
        endSilences()
        listen()
        noticeSilence()
    }

    private func isDue(_ id: Incident.ID) -> Bool {
        guard let incident = book.incidents[id] else { return false }
        if let at = incident.nextDeadline, at <= steadyNow { return true }
        if let at = incident.nextShiftChange, at <= now { return true }
        return false
    }

    private mutating func decideDue(_ id: Incident.ID) {
        if endOverdueDrill(id) { return }
        requestPages(id)
        if let rollback = book.incidents[id]?.activeRollback { decideDue(rollback) }
        guard let incident = book.incidents[id] else { return }
        switch incident.state {
        case .triggered:
            if let due = incident.escalation?.due, due <= steadyNow {
                advance(id)
            } else {
                noticeShiftChange(id)
            }
        case .acknowledged:
            if let ask = incident.ask {
                if ask.waitEnds <= steadyNow { unconfirmed(id, ask) }
            } else if let ends = incident.snoozeEnds {
                if ends <= steadyNow { reopen(id, .snoozeEnded) }
            } else if let ends = incident.acknowledgementEnds, ends <= steadyNow {
                askOwner(id)
            }
        case .resolved:
            guard let resolution = incident.resolution else { return }
            if let ends = resolution.holdEnds {
                guard ends <= steadyNow else { return }
                // With its group open elsewhere, the sender's next word joins it there.
                if resolution.keptFiring, openSibling(of: id) == nil {
                    reopen(id, .stillFiring)
                } else {
                    record(.holdEnded(HoldEnded(incident: id)))
                }
            } else if resolution.forgottenAfter <= steadyNow, incident.activeRollback == nil {
                forget(id)
            }
        }
    }

    /// The incoming person is paged too when a shift changes hands before anybody acknowledged (S12). A step that waits
    /// for quiet hours is looked at again when they are over.
    private mutating func noticeShiftChange(_ id: Incident.ID) {
        guard let incident = book.incidents[id], let escalation = incident.escalation else { return }
        for answer in escalation.answers where answer.until.map({ $0 <= now }) ?? false {
            handOver(id, from: answer, to: lookAgain(answer, incident, escalation))
        }
        if case .deferred(let until) = escalation.position, until <= now { retakeStep(id) }
    }

    private func lookAgain(_ answer: TargetAnswer, _ incident: Incident, _ escalation: Escalation) -> TargetAnswer {
        look(
            up: answer.target, urgency: incident.urgency,
            recipientHours: escalation.recipientHours(of: answer.target), heedsQuiet: true)
    }

    private mutating func handOver(_ id: Incident.ID, from before: TargetAnswer, to today: TargetAnswer) {
        record(.dutyChanged(DutyChanged(incident: id, answer: today)))
        for person in today.people where !person.isHeldBack {
            let known = before.people.first { $0.user == person.user }
            if known?.isHeldBack == false { continue }
            startRun(id, person.user, known?.quietUntil == nil ? .shiftChange : .quietEnded)
        }
    }

    /// An override or a configuration has changed who is on call: that is a change of shift too (S12).
    mutating func noticeRosterChange() {
        for incident in book.openIncidents where incident.state == .triggered { noticeRosterChange(incident) }
    }

    mutating func noticeRosterChange(_ incident: Incident) {
        if planted == .missingChangesOfShift { return }
        guard let escalation = incident.escalation else { return }
        for answer in escalation.answers {
            let today = lookAgain(answer, incident, escalation)
            guard today.people.map(\.user) != answer.people.map(\.user) || today.until != answer.until else { continue }
            handOver(incident.id, from: answer, to: today)
        }
        guard case .deferred = escalation.position else { return }
        let hours = escalation.policy.steps[escalation.step].recipientHours
        let isOutOfDate = escalation.sleeping.contains { answer in
            let today = look(
                up: answer.target, urgency: incident.urgency, recipientHours: hours, heedsQuiet: true)
            return today.people.map(\.user) != answer.people.map(\.user) || today.until != answer.until
        }
        if isOutOfDate { retakeStep(incident.id) }
    }
}
