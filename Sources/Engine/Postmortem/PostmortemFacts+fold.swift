import Incidents
import OnCall

extension PostmortemFacts {
    mutating func fold(_ recorded: RecordedEvent) {
        let moment = Moment(recorded)
        switch recorded.event.payload {
        case .alertFired(let e): fired(e, recorded, moment)
        case .alertResolved(let e):
            if let index = alerts.firstIndex(where: { $0.key == e.alert }) { alerts[index].over = moment }
        case .alertsCounted(let e):
            repeats = (repeats.count + e.repeats, repeats.first ?? moment, moment)
        case .severityChanged(let e):
            severities.append(SeverityStep(from: e.from, to: e.to, by: e.by, moment: moment))
        case .incidentTriggered(let e): triggered(e, moment)
        case .escalationStarted(let e): if !policies.contains(e.policy.id) { policies.append(e.policy.id) }
        case .stepTaken(let e): asked(e.answers + e.passedOver.flatMap(\.answers), moment)
        case .dutyChanged(let e): asked([e.answer], moment)
        case .lastResortRaised(let e):
            lastResorts.append(moment)
            asked(e.answers + e.passedOver.flatMap(\.answers), moment)
        case .escalationExhausted(let e):
            exhausted.append(moment)
            asked(e.passedOver.flatMap(\.answers), moment)
        case .peoplePaged(let e): asked(e.answers, moment)
        case .pageRequested(let e):
            pages.append(
                Page(id: e.page, user: e.user, method: e.method, reason: e.reason, requested: moment, last: moment))
        case .attemptBegun(let e):
            change(e.attempt.page, moment) { page in
                page.attempts += 1
                page.outcome = nil
            }
        case .attemptEnded(let e): change(e.attempt.page, moment) { $0.outcome = e.outcome }
        case .attemptReported(let e):
            change(e.attempt.page, moment) { page in
                page.outcome = e.outcome
                if page.end != nil { page.end = e.state }
            }
        case .pageEnded(let e): change(e.page, moment) { $0.end = e.state }
        case .acknowledged(let e): acknowledged(e, moment)
        case .ownerChanged(let e): owners.append(Owner(user: e.owner, moment: moment))
        case .ownerAsked(let e): asks.append(Ask(reason: e.reason, users: e.users, moment: moment))
        case .noteAdded: notes.append(moment)
        case .incidentResolved(let e):
            let firing = alerts.filter { $0.over == nil }.map(\.key)
            spells[spells.count - 1].resolved = Resolved(by: e.by, moment: moment, firing: firing)
        case .runbookLinked(let e): runbooks.append((linked: e, moment: moment))
        case .chatClosed(let e):
            closedRooms.append(ClosedRoom(room: e.room, reason: e.reason, moment: moment))
        case .engineStarted, .clockStepped, .logRecovered, .directoryApplied, .overrideAdded, .overrideRemoved,
            .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested, .coverAnswered, .coverWithdrawn,
            .handoffTold, .digestTold, .calendarIssued, .calendarRevoked, .silenceAdded, .silenceEnded,
            .alertSuppressed,
            .suppressionEnded,
            .contactVerified, .contactRemoved, .incidentOpened, .alertKeptFiring, .runStarted, .runDeferred,
            .stepDeferred,
            .incidentSnoozed,
            .holdEnded, .chatPosted, .chatTold:
            break
        case .servingVersionChanged, .servingVersionProved, .rollbackPlanned, .rollbackSurveyed, .rollbackApproved,
            .rollbackApprovalAsked, .rollbackChangeBegun, .rollbackChangeEnded, .rollbackVerified, .rollbackEnded,
            .automaticRollbackArmed, .automaticRollbackRefused:
            rolledBack(recorded, moment)
        }
    }

    private mutating func fired(_ e: AlertFired, _ recorded: RecordedEvent, _ moment: Moment) {
        let text = recorded.event.text
        guard let index = alerts.firstIndex(where: { $0.key == e.alert }) else {
            alerts.append(
                Alert(
                    key: e.alert, severity: e.severity, title: text?.title, isErased: recorded.isErased,
                    links: text?.links ?? [:], first: moment, firings: [moment]))
            return
        }
        alerts[index].severity = max(alerts[index].severity, e.severity)
        alerts[index].title = alerts[index].title ?? text?.title
        alerts[index].links.merge(text?.links ?? [:]) { first, _ in first }
        alerts[index].firings.append(moment)
        alerts[index].over = nil
    }

    private mutating func triggered(_ e: IncidentTriggered, _ moment: Moment) {
        let current = spells[spells.count - 1]
        guard current.acknowledged != nil || current.resolved != nil else { return }
        spells.append(Spell(reason: e.reason, begun: moment, wasResolved: current.resolved != nil))
    }

    private mutating func acknowledged(_ e: Acknowledged, _ moment: Moment) {
        let begun = spells[spells.count - 1].begun
        let own = pages.filter { $0.user == e.by }
        let paged = own.first { $0.requested.citation.sequence > begun.citation.sequence } ?? own.last
        let acknowledgement = Acknowledgement(by: e.by, via: e.via, moment: moment, paged: paged?.requested)
        acknowledgements.append(acknowledgement)
        if spells[spells.count - 1].acknowledged == nil {
            spells[spells.count - 1].acknowledged = acknowledgement
            owners.append(Owner(user: e.owner, moment: moment))
        }
    }

    mutating func asked(_ answers: [TargetAnswer], _ moment: Moment) {
        for answer in answers {
            if answer.people.isEmpty {
                add(Hole(target: answer.target, user: nil, why: answer.hole ?? "nobody is on call", moment: moment))
            }
            for person in answer.people where !person.canBeReached {
                add(Hole(target: answer.target, user: person.user, why: person.why, moment: moment))
            }
        }
    }

    /// Each once, where it showed first.
    private mutating func add(_ hole: Hole) {
        if !holes.contains(where: { ($0.target, $0.user) == (hole.target, hole.user) }) { holes.append(hole) }
    }

    private mutating func change(_ id: PageID, _ moment: Moment, _ body: (inout Page) -> Void) {
        guard let index = pages.firstIndex(where: { $0.id == id }) else { return }
        pages[index].last = moment
        body(&pages[index])
    }
}
