import Incidents
import OnCall
import Timekeeping

/// Puts events into words, one after another, remembering what later ones do not repeat.
struct TimelineWriter {
    private let words: TimelineWords
    private var policy: PolicyID?
    /// Why each person is paged, as the step or the last resort found it.
    private var grounds: [UserID: String] = [:]
    private var pages: [PageID: PageRequested] = [:]

    init(directory: Directory) { words = TimelineWords(directory: directory) }

    mutating func write(_ event: Event) -> TimelineEntry {
        remember(event)
        return TimelineEntry(event, sentence: sentence(event))
    }

    private mutating func remember(_ event: Event) {
        switch event.payload {
        case .escalationStarted(let e):
            policy = e.policy.id
            grounds = [:]
        case .stepTaken(let e):
            learn(e.answers) { [policy] why in "step \(e.step + 1)\(policy.map { " of policy \($0)" } ?? ""): \(why)" }
        case .dutyChanged(let e): learn([e.answer]) { "the shift changed hands: \($0)" }
        case .lastResortRaised(let e): learn(e.answers) { "last resort: \($0)" }
        case .peoplePaged(let e): learn(e.answers) { [words] why in "\(words.actor(e.by)) asked: \(why)" }
        case .rollbackApprovalAsked(let e): learn(e.answers) { "a rollback waits for your approval: \($0)" }
        case .pageRequested(let e): pages[e.page] = e
        default: break
        }
    }

    private mutating func learn(_ answers: [TargetAnswer], _ ground: (String) -> String) {
        for person in answers.flatMap(\.people) { grounds[person.user] = ground(person.why) }
    }

    private func sentence(_ event: Event) -> String {
        switch event.payload {
        case .engineStarted(let e): "Tocsin \(e.version) started, for the \(words.ordinal(e.incarnation)) time"
        case .logRecovered: "An append to the log was in doubt; it was read anew and goes on"
        case .clockStepped(let e): words.clockStepped(.milliseconds(e.byMilliseconds))
        case .directoryApplied(let e):
            "Configuration version \(e.version) put in force: \(words.count(e.sources.count, "file")), "
                + words.count(e.zones.count, "time zone")
        case .overrideAdded(let e): words.override(e.override)
        case .overrideRemoved(let e): "Override \(e.id) taken back by \(words.actor(e.by))"
        case .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested, .coverAnswered, .coverWithdrawn,
            .handoffTold, .digestTold, .calendarIssued, .calendarRevoked, .silenceAdded, .silenceEnded,
            .alertSuppressed,
            .suppressionEnded:
            words.arrangement(event.payload, event.text)
        case .incidentOpened(let e): words.opened(e)
        case .alertFired(let e):
            "\(words.alert(e.alert, event.text)) fired\(e.isNewEpisode ? " again" : ""), \(e.severity.rawValue)"
        case .alertResolved(let e): "\(words.alert(e.alert, event.text)) resolved by its sender"
        case .alertsCounted(let e): "Alerts repeated \(words.count(e.repeats, "time")) without news"
        case .alertKeptFiring(let e):
            "\(words.alert(e.alert, event.text)) still repeated by its sender after a person resolved the incident"
        case .severityChanged(let e):
            "Severity \(e.to > e.from ? "raised" : "lowered") from \(e.from.rawValue) to \(e.to.rawValue), "
                + "\(e.urgency.rawValue) urgency\(e.by.map { ", by \(words.actor($0))" } ?? "")"
        case .incidentTriggered(let e): words.triggered(e)
        case .escalationStarted(let e): words.escalationStarted(e)
        case .stepTaken(let e): words.stepTaken(e, policy: policy)
        case .stepDeferred(let e): words.stepDeferred(e, policy: policy)
        case .dutyChanged(let e): "Who is on call was looked up anew: \(words.answer(e.answer))"
        case .lastResortRaised(let e): words.lastResort(e)
        case .escalationExhausted(let e):
            "Every step is used up without an acknowledgement\(words.passedOver(e.passedOver)); "
                + "low urgency waits for the morning"
        case .runStarted(let e): words.runStarted(e)
        case .runDeferred(let e):
            "The rest of this run waits \(words.duration(e.waitMilliseconds)), until \(e.until.rfc3339), "
                + "when quiet hours end"
        case .pageRequested(let e):
            "Paged \(words.name(e.user)) by \(words.name(e.method)) (\(ground(e)))"
        case .attemptBegun(let e):
            "Attempt \(e.attempt.number) at \(page(e.attempt.page)) begun"
                + (e.leader.map { ", in one message with \($0.page.incident)" } ?? "")
                + (e.isRepeat ? ", marked as a repeat: an earlier one may have arrived" : "")
        case .attemptEnded(let e): "\(Self.capitalised(page(e.attempt.page))) \(words.outcome(e.outcome))"
        case .attemptReported(let e):
            "\(Self.capitalised(page(e.attempt.page))) \(words.report(e))"
        case .pageEnded(let e): "\(Self.capitalised(page(e.page))) \(words.clause(e.state))"
        case .acknowledged(let e): words.acknowledged(e)
        case .ownerChanged(let e): "\(words.name(e.owner)) took it over (\(words.name(e.via)))"
        case .ownerAsked(let e) where e.reason == .assigned:
            "Handed to \(words.list(e.users.map(words.name)))\(e.by.map { " by \(words.actor($0))" } ?? ""); "
                + "waits \(words.duration(e.waitMilliseconds)) for them to take it"
        case .ownerAsked(let e):
            "Asked \(words.list(e.users.map(words.name))) whether it is still in hand: \(words.clause(e.reason)); "
                + "waits \(words.duration(e.waitMilliseconds))"
        case .noteAdded(let e): "Note by \(words.actor(e.by))"
        case .incidentResolved(let e):
            e.by.actor.map { "Resolved by \(words.actor($0))" }
                ?? (e.by.isDrillOver ? "The drill is over" : "Resolved: all its alerts are over")
        case .holdEnded: "The sender has not repeated since: the resolution stands"
        case .incidentSnoozed(let e):
            "Snoozed by \(words.name(e.by)) (\(words.name(e.via))) for \(words.duration(e.waitMilliseconds)), "
                + "until \(e.until.rfc3339)"
        case .peoplePaged(let e): "\(words.actor(e.by)) asked for \(words.answers(e.answers))"
        case .chatPosted(let e): "Shown in \(words.name(e.room))"
        case .chatTold(let e): "Its thread in \(words.name(e.room)) was told of everything up to event \(e.through)"
        case .chatClosed(let e): "Cannot be shown in \(words.name(e.room)): \(e.reason)"
        case .runbookLinked(let e): "Runbook “\(e.title)” (\(e.runbook)) is for this: \(e.why)"
        case .contactVerified(let e):
            "\(words.name(e.user)) can be reached by \(words.name(e.method)) at \(e.masked): the address is proved"
        case .contactRemoved(let e):
            "\(words.name(e.user)) can no longer be reached by \(words.name(e.method)): removed by \(words.actor(e.by))"
        case .servingVersionChanged, .servingVersionProved, .rollbackPlanned, .rollbackSurveyed, .rollbackApproved,
            .rollbackApprovalAsked, .rollbackChangeBegun, .rollbackChangeEnded, .rollbackVerified, .rollbackEnded,
            .automaticRollbackArmed, .automaticRollbackRefused:
            words.rollback(event.payload)
        }
    }

    private func ground(_ e: PageRequested) -> String {
        switch e.reason {
        case .step, .shiftChange, .lastResort, .asked: grounds[e.user] ?? e.reason.explanation
        case .quietEnded, .assigned, .stillOnIt, .severityRaised, .rollback, .approval, .breakGlass:
            e.reason.explanation
        }
    }

    private func page(_ id: PageID) -> String {
        guard let request = pages[id] else { return "page \(id)" }
        return "the page to \(words.name(request.user)) by \(words.name(request.method))"
    }

    private static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
