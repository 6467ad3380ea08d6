import Incidents
import OnCall
import Timekeeping

/// S10, event by event.
extension Chronicle {
    mutating func stepDeferred(_ e: StepDeferred) throws {
        let story = try story(e.incident)
        try demand(.stepsInOrder, e.generation == story.generation, "\(story.id): a step of another generation")
        try demand(.quietHours, story.urgency == .low, "\(story.id) is of high urgency and waits for quiet hours")
        try checkPlace(story, e.round, e.step, e.passedOver)
        let step = story.policy!.steps[e.step]
        try demand(
            .quietHours, prospect(of: step, story) == .quiet,
            "\(story.id) waits for quiet hours that are nobody's, or somebody could be reached")
        let targets = e.answers.map(\.target)
        try demand(
            .onlyTargetsPaged, Set(targets) == Set(everyTurn(of: step)) && targets.count == everyTurn(of: step).count,
            "\(story.id): answers of other targets")
        try check(e.answers, story, hours: [step.recipientHours], heedsQuiet: true)
        try demand(.quietHours, e.until > wall, "\(story.id) waits for what is over")
        let sleepers = e.answers.flatMap(\.people).filter { $0.quietUntil != nil }
        try demand(
            .quietHours, sleepers.allSatisfy { e.until <= $0.quietUntil! }, "\(story.id) waits longer than it must")
        noteApplied(story.id, e.passedOver, step: e.step)
        stories[e.incident]!.position = .deferred(round: e.round, step: e.step, until: e.until)
        stories[e.incident]!.stepTargets = e.answers.map(\.target)
        stories[e.incident]!.waitedFor = []
        stories[e.incident]!.deferredAt = at
        stories[e.incident]!.goesOnAt = nil
        stories[e.incident]!.lastSign = at
    }

    mutating func runDeferred(_ e: RunDeferred) throws {
        let story = try story(e.incident)
        try demand(.quietHours, story.runs.indices.contains(e.run - 1), "\(story.id) has no run \(e.run)")
        let run = story.runs[e.run - 1]
        try demand(
            .quietHours,
            run.urgency == .low && Self.policyReasons.contains(run.reason) && isQuiet(run.user, .low) && e.until > wall
                && isEndOfQuiet(run.user, e.until) && e.until - wall == .milliseconds(e.waitMilliseconds),
            "\(story.id): run \(e.run) of \(run.user) waits until \(e.until.rfc3339) for nothing")
        stories[e.incident]!.runs[e.run - 1].notBefore = at + .milliseconds(e.waitMilliseconds)
    }

    /// What the policy calls people for can wait while they have quiet hours; nothing else can.
    func checkQuiet(_ run: RunStory, _ id: Incident.ID) throws {
        let mayWait = Self.policyReasons.contains(run.reason)
        try demand(
            .quietHours, !mayWait || !isQuiet(run.user, run.urgency),
            "\(id): \(run.user) is paged in their quiet hours")
    }

    /// Whose quiet hours are over is paged, and a step that waited for that is looked at again.
    mutating func checkSleepers(_ id: Incident.ID, now: Moment, health: Health) throws {
        guard let story = stories[id], story.state == .triggered else { return }
        if case .deferred(_, _, let until) = story.position, until <= wall {
            let since = story.deferralOverSince ?? now
            stories[id]!.deferralOverSince = since
            try insist(.quietHours, by: since, "\(id): the step that waited for quiet hours", now, health)
        } else {
            stories[id]!.deferralOverSince = nil
        }
        for person in story.answers.flatMap(\.people) {
            guard let until = person.quietUntil, until <= wall, !isQuiet(person.user, story.urgency) else {
                stories[id]!.awakeSince[person.user] = nil
                continue
            }
            let since = story.awakeSince[person.user] ?? now
            stories[id]!.awakeSince[person.user] = since
            try insist(.quietHours, by: since, "\(id): to page \(person.user), who has slept enough", now, health)
        }
    }
}
