import Incidents
import OnCall
import Timekeeping

/// The phrases of a timeline. People and services are called by name where the directory knows them.
struct TimelineWords {
    let directory: Directory

    func name(_ user: UserID) -> String { directory.users[user]?.name ?? user.rawValue }
    func name(_ service: ServiceID) -> String { directory.services[service]?.name ?? service.rawValue }

    func name(_ method: ContactMethod) -> String {
        switch method {
        case .sms: "SMS"
        case .inbox, .webhook, .push, .chat, .call, .mail: method.rawValue
        }
    }

    func name(_ via: Via) -> String {
        switch via {
        case .api: "API"
        case .cli: "command line"
        case .console: "console"
        case .link: "link in a page"
        case .slack: "Slack"
        case .push: "button in a push message"
        case .mail: "mail"
        case .sms: "SMS"
        case .call: "key pressed in a call"
        }
    }

    /// `Slack #ml-incidents`.
    func name(_ room: ChatRoom) -> String {
        "\(room.platform.prefix(1).uppercased())\(room.platform.dropFirst()) \(room.name)"
    }

    func actor(_ actor: Actor) -> String {
        "\(actor.user.map(name) ?? "somebody with the admin token") (\(name(actor.via)))"
    }

    func alert(_ key: AlertKey, _ text: EventText?) -> String {
        "Alert \(text?.title.map { "“\($0)”" } ?? key.key) (\(key.integration))"
    }

    // MARK: Sentences

    func clockStepped(_ step: Duration) -> String {
        let direction = step < .zero ? "back" : "forward"
        return "The wall clock stepped \(direction) by \(duration(abs(step.milliseconds))); "
            + "waits keep their length"
    }

    func override(_ override: Override) -> String {
        let what =
            switch override.kind {
            case .cover(let user): "\(name(user)) covers schedule \(override.schedule)"
            case .replace(let user, let other):
                "\(name(other)) replaces \(name(user)) in schedule \(override.schedule)"
            case .remove(let user): "\(name(user)) is taken out of schedule \(override.schedule)"
            case .add(let user): "\(name(user)) is on call in schedule \(override.schedule) too"
            }
        let by = override.by.map { ", made by \(name($0))" } ?? ""
        let origin =
            override.origin.map { ", \($0.isSwap ? "a swap by" : "by") cover request \($0.coverRequest)" } ?? ""
        return "\(what) from \(override.from.rfc3339) until \(override.until.rfc3339) "
            + "(override \(override.id)\(by)\(origin))"
    }

    func opened(_ e: IncidentOpened) -> String {
        let follows = e.previous.map { "; it follows \($0)" } ?? ""
        let place = "\(e.severity.rawValue), service \(name(e.service))"
        if let drill = e.drill {
            let by = e.declaredBy.map { " by \(self.actor($0))" } ?? ""
            return "A drill of \(drill.target) was begun\(by)"
        }
        guard let actor = e.declaredBy else { return "Opened as \(place): \(e.routing)\(follows)" }
        return "Declared by \(self.actor(actor)) as \(place)\(follows)"
    }

    func triggered(_ e: IncidentTriggered) -> String {
        let by = e.by.map { " by \(actor($0))" } ?? ""
        switch e.reason {
        case .escalated: return "The next step was called\(by)"
        case .reopened: return "Reopened\(by)"
        case .refired, .stillFiring, .acknowledgementUnconfirmed, .severityUnconfirmed, .snoozeEnded, .severityRaised,
            .rollback, .assignmentUnconfirmed:
            return "Triggered again: \(clause(e.reason))"
        }
    }

    func escalationStarted(_ e: EscalationStarted) -> String {
        let rounds = e.policy.repeats == 0 ? "" : ", up to \(e.policy.repeats + 1) times over"
        return "\(e.generation == 1 ? "Escalation" : "A fresh escalation") by policy \(e.policy.id) began: "
            + count(e.policy.steps.count, "step") + rounds
    }

    func stepTaken(_ e: StepTaken, policy: PolicyID?) -> String {
        let place = "Step \(e.step + 1)\(policy.map { " of policy \($0)" } ?? "")"
        let round = e.round == 0 ? "" : ", \(ordinal(e.round + 1)) time through"
        let teams = e.tell.isEmpty ? "" : "; tells \(list(e.tell.map { "team \($0)" }))"
        return "\(place)\(round)\(passedOver(e.passedOver)): \(answers(e.answers))\(teams); "
            + "waits \(duration(e.waitMilliseconds))"
    }

    func stepDeferred(_ e: StepDeferred, policy: PolicyID?) -> String {
        let place = "Step \(e.step + 1)\(policy.map { " of policy \($0)" } ?? "")"
        return "\(place)\(passedOver(e.passedOver)) waits until \(e.until.rfc3339): \(answers(e.answers))"
    }

    func lastResort(_ e: LastResortRaised) -> String {
        let raised = e.count == 1 ? "Last resort raised" : "Last resort raised for the \(ordinal(e.count)) time"
        return "\(raised): \(clause(e.reason))\(passedOver(e.passedOver)); \(answers(e.answers)); "
            + "again in \(duration(e.nextMilliseconds))"
    }

    func runStarted(_ e: RunStarted) -> String {
        let plan = e.plan.map { rule in
            let when = rule.afterMilliseconds == 0 ? "at once" : "after \(duration(rule.afterMilliseconds))"
            return "\(name(rule.method)) \(when)"
        }
        return "Reaching \(name(e.user)) by \(list(plan)) (\(e.reason.explanation))"
    }

    func acknowledged(_ e: Acknowledged) -> String {
        let by = "\(name(e.by)) (\(name(e.via)))"
        guard e.stillNeeded == 0 else {
            let more = e.stillNeeded == 1 ? "one more person" : "\(e.stillNeeded) more people"
            return "Acknowledged by \(by); \(more) must, so the others are still paged"
        }
        return e.by == e.owner
            ? "Acknowledged by \(by), who owns it now" : "Also acknowledged by \(by); \(name(e.owner)) owns it"
    }

    func outcome(_ outcome: AttemptOutcome) -> String {
        let what =
            switch outcome.result {
            case .sent: "was handed over"
            case .delivered: "was delivered"
            case .failedForNow: "failed and will be tried again"
            case .failedForGood: "failed for good"
            case .inDoubt: "may or may not have arrived"
            case .notSent: "was not sent"
            }
        let wish = outcome.retryAfterMilliseconds.map { "; the receiver asks to wait \(duration($0))" } ?? ""
        return what + (outcome.evidence.isEmpty ? "" : ": \(outcome.evidence)") + wish
    }

    func report(_ e: AttemptReported) -> String {
        let what =
            switch e.state {
            case .delivered: "was delivered, as its provider reports"
            case .failed: "did not arrive after all, as its provider reports"
            case .unconfirmed: "did not arrive, as its provider reports; an earlier attempt may have"
            case .sent, .cancelled: "was reported on by its provider"
            }
        return what + (e.outcome.evidence.isEmpty ? "" : ": \(e.outcome.evidence)")
    }

    // MARK: Clauses

    func clause(_ reason: TriggerReason) -> String {
        switch reason {
        case .refired: "an alert of it fired again"
        case .stillFiring: "it was resolved by a person, and its sender says it is still firing"
        case .acknowledgementUnconfirmed: "the acknowledgement timed out and nobody confirmed it"
        case .assignmentUnconfirmed: "whom it was handed to did not take it"
        case .severityUnconfirmed: "it got worse and nobody confirmed having it in hand"
        case .reopened: "it was reopened"
        case .snoozeEnded: "the snooze is over"
        case .severityRaised: "it got worse while it was snoozed"
        case .escalated: "the next step was called"
        case .rollback: "a rollback did not end well"
        }
    }

    func clause(_ reason: AskReason) -> String {
        switch reason {
        case .acknowledgementTimedOut: "the acknowledgement timed out"
        case .severityRaised: "it got worse"
        case .assigned: "it was handed on"
        case .rollback: "a rollback did not end well"
        }
    }

    func clause(_ reason: LastResortReason) -> String {
        switch reason {
        case .exhausted: "every step was waited for"
        case .nobodyReachable: "no step could reach anybody"
        case .stillUnacknowledged: "still nobody acknowledged"
        }
    }

    func clause(_ end: PageEnd) -> String {
        switch end {
        case .sent: "ended as handed over"
        case .delivered: "ended as delivered"
        case .failed: "failed: nothing more will be tried"
        case .unconfirmed: "ended unconfirmed: it may or may not have arrived"
        case .cancelled: "was cancelled"
        }
    }

    /// Leading comma included; empty when no step was passed over.
    func passedOver(_ steps: [PassedOver]) -> String {
        guard !steps.isEmpty else { return "" }
        let reasons = steps.map { passed in
            let why =
                switch passed.reason {
                case .conditionFalse: "its condition is false"
                case .barren: passed.answers.isEmpty ? "nobody can be reached" : answers(passed.answers)
                case .everyPageFailed: "every page of it failed"
                }
            return "step \(passed.step + 1): \(why)"
        }
        return " (passed over \(reasons.joined(separator: "; ")))"
    }

    func answers(_ answers: [TargetAnswer]) -> String {
        answers.isEmpty ? "nobody" : answers.map(answer).joined(separator: "; ")
    }

    /// `Chi Tanaka, who has turn 3 of layer apac (schedule sun)`.
    func answer(_ answer: TargetAnswer) -> String {
        let people = answer.people.map { person in
            "\(name(person.user)), who \(person.why)\(obstacle(person))"
        }
        let who = people.isEmpty ? "nobody: \(answer.hole ?? "nobody is on call")" : people.joined(separator: ", and ")
        switch answer.target {
        case .user: return who
        case .team(let id): return "\(who) (team \(id))"
        case .schedule(let id): return "\(who) (schedule \(id))"
        }
    }

    /// Why somebody is not paged, with a comma before it; empty when they are.
    private func obstacle(_ person: TargetAnswer.Person) -> String {
        if person.canBeReached { return "" }
        if let until = person.quietUntil { return ", but has quiet hours until \(until.rfc3339)" }
        return person.isOutsideHours ? ", but not at this hour of theirs" : ", but cannot be reached"
    }

    // MARK: Numbers and lists

    func list(_ items: [String]) -> String {
        guard let last = items.last else { return "nobody" }
        return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " and " + last
    }

    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    func ordinal(_ number: Int) -> String {
        let isTeen = (11...13).contains(number % 100)
        switch number % 10 {
        case 1 where !isTeen: return "\(number)st"
        case 2 where !isTeen: return "\(number)nd"
        case 3 where !isTeen: return "\(number)rd"
        default: return "\(number)th"
        }
    }

    /// The two largest units that are not zero: `1 h 30 min`, `45 s`, `120 ms`.
    func duration(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms")]
        var rest = milliseconds
        var parts: [String] = []
        for (size, unit) in units where rest >= size && parts.count < 2 {
            parts.append("\(rest / size) \(unit)")
            rest %= size
        }
        return parts.isEmpty ? "0 s" : parts.joined(separator: " ")
    }
}
