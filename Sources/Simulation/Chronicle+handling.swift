import Incidents
import Timekeeping

/// S14 and what else people do to steer an incident, event by event.
extension Chronicle {
    mutating func snoozed(_ e: IncidentSnoozed, _ sequence: Int64) throws {
        let story = try story(e.incident)
        try demand(
            .ownership, story.state == .acknowledged && story.responders.contains(e.by),
            "\(story.id) is snoozed by \(e.by), who did not acknowledge")
        let wait = Duration.milliseconds(e.waitMilliseconds)
        try demand(.snooze, wait >= .minutes(1) && wait <= .hours(24), "\(story.id) is snoozed for \(spoken(wait))")
        try demand(.snooze, e.until - wall == wait, "\(story.id) is snoozed for other than was said")
        stories[e.incident]!.endWaits()
        stories[e.incident]!.snoozeEnds = at + wait
        stories[e.incident]!.deeds.insert(.snoozed(by: e.by))
        stop(e.incident, sequence)
    }

    /// Triggered again because a snooze was over or broken, or because a person wanted it.
    mutating func checkTriggered(_ story: Story, _ e: IncidentTriggered) throws {
        switch e.reason {
        case .snoozeEnded:
            guard let ends = story.snoozeEnds, story.state == .acknowledged else {
                throw Broken(.snooze, "\(story.id) is not snoozed, and its snooze ends")
            }
            try demand(.snooze, ends <= at, "\(story.id): its snooze ends \(spoken(ends - at)) early")
        case .severityRaised:
            try demand(
                .snooze, story.snoozeEnds != nil && story.worsenedAt == at,
                "\(story.id) is triggered again: not snoozed, or no worse")
        case .reopened:
            try demand(.refiring, !story.isOpen && e.by != nil, "\(story.id) is reopened: open, or by nobody")
            try demand(.grouping, !hasOpenSibling(story), "\(story.id) opens again and another of its group is open")
            stories[e.incident]!.isReopenedByPerson = true
            stories[e.incident]!.deeds.insert(.reopened(by: e.by?.user))
        case .escalated:
            try demand(.stepsInOrder, story.isOpen && e.by != nil, "\(story.id) escalates: resolved, or for nobody")
            stories[e.incident]!.deeds.insert(.escalated(by: e.by?.user))
        case .refired, .stillFiring, .acknowledgementUnconfirmed, .severityUnconfirmed, .assignmentUnconfirmed,
            .rollback:
            break
        }
    }

    mutating func peoplePaged(_ e: PeoplePaged) throws {
        let story = try story(e.incident)
        try demand(.onlyTargetsPaged, story.isOpen, "\(story.id) is resolved, and somebody is paged for it")
        try check(e.answers, are: e.answers.map(\.target), story, story.urgency)
        let people = shown(e.answers, story.urgency)
        try demand(
            .onlyTargetsPaged, !reachable(e.answers).isEmpty, "\(story.id): nobody of those asked for can be reached")
        stories[e.incident]!.cause = Story.Cause(reason: .asked, people: people, at: at, unmet: people)
        stories[e.incident]!.deeds.insert(.askedFor(e.answers.map(\.target), by: e.by.user))
    }

    mutating func runbookLinked(_ e: RunbookLinked) throws {
        let story = try story(e.incident)
        try demand(.runbooks, !story.runbooks.contains(e.runbook), "\(story.id) is given \(e.runbook) twice")
        try demand(.runbooks, story.runbooks.count < Decider.mostRunbooks, "\(story.id) is given one more runbook")
        try demand(.runbooks, directory.runbooks.contains { $0.id == e.runbook }, "there is no \(e.runbook)")
        stories[e.incident]!.runbooks.insert(e.runbook)
    }

    mutating func noted(_ fact: ChatRecord) throws {
        _ = try story(fact.incident)
        stories[fact.incident]!.chatFacts.insert(fact)
    }
}
