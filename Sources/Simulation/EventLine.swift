import EngineCore
import Incidents
import OnCall
import Timekeeping

/// One line of a trace for an event, in the words of the rules.
enum EventLine {
    static func text(_ event: Event) -> String {
        switch event.payload {
        case .engineStarted(let e): "engine started, incarnation \(e.incarnation)"
        case .logRecovered: "log read anew"
        case .clockStepped(let e): "clock stepped by \(spoken(.milliseconds(e.byMilliseconds)))"
        case .directoryApplied(let e): "directory \(e.version) applied"
        case .overrideAdded(let e): "override \(e.override.id) in \(e.override.schedule) added"
        case .overrideRemoved(let e): "override \(e.id) removed"
        case .timeOffAdded(let e): "\(e.timeOff.user) is off \(span(e.timeOff.from, e.timeOff.until))"
        case .timeOffRemoved(let e): "time off \(e.id) removed"
        case .holidaysRead(let e): "calendar \(e.calendar) says: \(e.timeOff.count) off"
        case .coverRequested(let e): coverRequest(e.request)
        case .coverAnswered(let e): "cover \(e.id) \(e.accepted ? "accepted" : "declined") by \(e.by)"
        case .coverWithdrawn(let e): "cover \(e.id) withdrawn"
        case .handoffTold(let e): "handoff of \(e.schedule) at \(e.at.rfc3339) is told"
        case .digestTold(let e):
            "\(e.user) is told on \(e.day) of \(e.incidents.map(\.description).joined(separator: ", "))"
        case .calendarIssued(let e): "calendar \(e.id) of \(e.scope) issued"
        case .calendarRevoked(let e): "calendar \(e.id) revoked"
        case .silenceAdded(let e): silence(e.silence)
        case .silenceEnded(let e): "silence \(e.id) \(e.by == nil ? "is over" : "removed\(by(e.by))")"
        case .alertSuppressed(let e): "silence \(e.silence) holds back \(name(e.alert))\(episode(e.episode))"
        case .suppressionEnded(let e):
            "silence \(e.silence) lets go of \(name(e.alert))\(e.reason == .resolved ? ", which is resolved" : "")"
        case .contactVerified(let e): "\(e.method) of \(e.user) verified: \(e.masked)"
        case .contactRemoved(let e): "\(e.method) of \(e.user) removed"
        case .incidentOpened(let e):
            "\(e.incident) opened \(e.severity) \(e.urgency) in \(e.service): \(e.routing)"
                + (e.previous.map { ", follows \($0)" } ?? "")
        case .alertFired(let e):
            "\(e.incident) \(name(e.alert)) fired \(e.severity)\(episode(e.episode))\(e.isNewEpisode ? " anew" : "")"
        case .alertResolved(let e): "\(e.incident) \(name(e.alert)) resolved\(episode(e.episode))"
        case .alertsCounted(let e): "\(e.incident) counted \(e.repeats) repeated"
        case .alertKeptFiring(let e): "\(e.incident) \(name(e.alert)) still fires"
        case .severityChanged(let e): "\(e.incident) was \(e.from), is \(e.to) \(e.urgency)\(by(e.by))"
        case .incidentTriggered(let e): "\(e.incident) triggered again: \(e.reason)\(by(e.by))"
        case .escalationStarted(let e): "\(e.incident) begins policy \(e.policy.id)"
        case .stepTaken(let e):
            "\(e.incident) step \(e.step + 1)\(e.round > 0 ? " of round \(e.round + 1)" : ""): "
                + "\(people(e.answers)), wait \(spoken(.milliseconds(e.waitMilliseconds)))\(skipped(e.passedOver))"
        case .stepDeferred(let e):
            "\(e.incident) step \(e.step + 1) waits for \(e.until.rfc3339): \(people(e.answers))\(skipped(e.passedOver))"
        case .runDeferred(let e): "\(e.incident) run \(e.run) waits for \(e.until.rfc3339)"
        case .dutyChanged(let e): "\(e.incident) \(e.answer.target) is now \(people([e.answer]))"
        case .lastResortRaised(let e):
            "\(e.incident) last resort \(e.count) (\(e.reason)): \(people(e.answers))\(skipped(e.passedOver))"
        case .escalationExhausted(let e): "\(e.incident) policy exhausted\(skipped(e.passedOver))"
        case .runStarted(let e): "\(e.incident) rules of \(e.user): \(plan(e.plan))"
        case .pageRequested(let e): "page \(e.page) \(e.user) by \(e.method): \(e.reason)"
        case .attemptBegun(let e):
            "page \(e.attempt.page) attempt \(e.attempt.number)\(e.isRepeat ? ", a repeat" : "")"
                + (e.leader.map { ", with \($0.page)" } ?? "")
        case .attemptEnded(let e): "page \(e.attempt.page) attempt \(e.attempt.number) \(e.outcome.result)"
        case .attemptReported(let e):
            "page \(e.attempt.page) attempt \(e.attempt.number) is reported \(e.outcome.result), now \(e.state)"
        case .pageEnded(let e): "page \(e.page) ended \(e.state)"
        case .acknowledged(let e):
            "\(e.incident) acknowledged by \(e.by), owner \(e.owner)"
                + (e.stillNeeded == 0 ? "" : ", \(e.stillNeeded) more needed")
        case .ownerChanged(let e): "\(e.incident) owner is \(e.owner)"
        case .ownerAsked(let e):
            "\(e.incident) asks \(e.users.map(\.rawValue).joined(separator: ", ")) (\(e.reason)), "
                + "wait \(spoken(.milliseconds(e.waitMilliseconds)))"
        case .incidentSnoozed(let e):
            "\(e.incident) snoozed by \(e.by) for \(spoken(.milliseconds(e.waitMilliseconds)))"
        case .peoplePaged(let e): "\(e.incident) asks for \(people(e.answers))\(by(e.by))"
        case .noteAdded(let e): "\(e.incident) note by \(e.by.user?.rawValue ?? "somebody")"
        case .incidentResolved(let e):
            "\(e.incident) resolved by \(e.by.actor.map { $0.user?.rawValue ?? "somebody" } ?? "its alerts")"
        case .holdEnded(let e): "\(e.incident) stays resolved"
        case .chatPosted(let e): "\(e.incident) stands in \(e.room)"
        case .chatTold(let e): "\(e.incident) told in \(e.room) through \(e.through)"
        case .runbookLinked(let e): "\(e.incident) has runbook \(e.runbook): \(e.why)"
        case .chatClosed(let e): "\(e.incident) has no place in \(e.room): \(e.reason)"
        case .servingVersionChanged(let e): "\(e.service) serves \(e.state.version ?? "nothing")"
        case .servingVersionProved(let e): "\(e.service) version \(e.version) is good\(by(e.by))"
        case .rollbackPlanned(let e):
            "rollback \(e.rollback) planned: \(e.from.version ?? "nothing") to \(e.to) (\(e.kind))\(by(e.by))"
        case .rollbackSurveyed(let e): "rollback \(e.rollback) looked: \(checks(e.checks))"
        case .rollbackApproved(let e):
            "rollback \(e.rollback) approved\(e.isComplete ? "" : " by one")\(e.isBreakGlass ? " alone" : "")\(by(e.by))"
        case .rollbackApprovalAsked(let e): "rollback \(e.rollback) asks \(people(e.answers))"
        case .rollbackChangeBegun(let e):
            "rollback \(e.rollback) begins \(e.isRevert ? "to go back " : "")to \(e.change.to)"
        case .rollbackChangeEnded(let e): "rollback \(e.rollback) change \(e.outcome.result)"
        case .rollbackVerified(let e): "rollback \(e.rollback) \(e.verdict): \(checks(e.checks))"
        case .rollbackEnded(let e): "rollback \(e.rollback) ended \(e.end): \(e.why)"
        case .automaticRollbackArmed(let e):
            "\(e.incident) rolls back by itself in \(spoken(.milliseconds(e.waitMilliseconds)))"
        case .automaticRollbackRefused(let e): "\(e.incident) does not roll back by itself: \(e.why)"
        }
    }

    private static func silence(_ silence: Silence) -> String {
        let services = silence.services.map(\.rawValue).joined(separator: " and ")
        let labels = silence.matchers.map { " \($0.label)\($0.comparison.rawValue)\($0.value)" }.joined()
        return "silence \(silence.id) of \(services.isEmpty ? "everything" : services)\(labels) "
            + "\(span(silence.from, silence.until))\(by(silence.by))"
    }

    private static func coverRequest(_ request: CoverRequest) -> String {
        let others = request.asked.isEmpty ? "anybody" : request.asked.map(\.rawValue).joined(separator: ", ")
        let inReturn = request.inReturn.map { ", for theirs \(span($0.from, $0.until))" } ?? ""
        return "cover \(request.id): \(request.user) asks \(others) to take \(request.schedule) "
            + "\(span(request.from, request.until))\(inReturn)"
    }

    private static func span(_ from: Instant, _ until: Instant) -> String {
        "from \(from.rfc3339) for \(spoken(until - from))"
    }

    private static func checks(_ checks: [ServingCheck]) -> String {
        checks.map { "\($0.kind) \($0.result)" }.joined(separator: ", ")
    }

    static func text(_ reply: Reply) -> String {
        switch reply {
        case .done: "done"
        case .overrideAdded(let id): "override \(id) added"
        case .timeOffAdded(let id): "time off \(id) added"
        case .coverRequested(let id): "cover \(id) requested"
        case .calendarIssued(let id): "calendar \(id) issued"
        case .silenceAdded(let id): "silence \(id) added"
        case .already(_, let owner): "it is so already" + (owner.map { ", \($0) has it" } ?? "")
        case .refused(let refusal): refusal.explanation
        case .unavailable(let wait): "try again in \(spoken(wait))"
        }
    }

    static func text(_ alarm: Alarm) -> String {
        switch alarm {
        case .storeUnavailable(let since): "the store is away since \(since.rfc3339)"
        case .storeAvailable: "the store is back"
        }
    }

    /// Whether the line belongs to the story a reader wants: an attempt that went well says no more than
    /// its page's end.
    static func isStory(_ event: Event) -> Bool {
        switch event.payload {
        case .attemptBegun(let e): e.isRepeat || e.leader != nil
        case .attemptEnded(let e): e.outcome.result != .delivered && e.outcome.result != .sent
        case .runStarted, .escalationStarted, .alertsCounted, .engineStarted, .directoryApplied, .chatTold: false
        default: true
        }
    }

    private static func by(_ actor: Actor?) -> String {
        actor.map { ", by \($0.user?.rawValue ?? "somebody")" } ?? ""
    }

    private static func name(_ alert: AlertKey) -> String { "\(alert.integration)/\(alert.key)" }

    private static func episode(_ episode: String?) -> String { episode.map { " episode \($0)" } ?? "" }

    private static func people(_ answers: [TargetAnswer]) -> String {
        answers.map { answer in
            let names = answer.people.map { "\($0.user)\(obstacle($0))" }
            return names.isEmpty ? "nobody in \(answer.target)" : names.joined(separator: " and ")
        }.joined(separator: ", ")
    }

    private static func obstacle(_ person: TargetAnswer.Person) -> String {
        if person.canBeReached { return "" }
        return person.quietUntil != nil
            ? " (quiet)" : person.isOutsideHours ? " (not at this hour)" : " (no way to reach)"
    }

    private static func skipped(_ steps: [PassedOver]) -> String {
        steps.isEmpty ? "" : "; passed over " + steps.map { "\($0.step + 1) (\($0.reason))" }.joined(separator: ", ")
    }

    private static func plan(_ rules: [NotificationRule]) -> String {
        rules.map { "\($0.method)\($0.after == .zero ? "" : " +\(spoken($0.after))")" }.joined(separator: ", ")
    }
}
