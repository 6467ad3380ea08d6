import Incidents
import OnCall
import Timekeeping

/// S1, S3, S11 and the shift change of S12, event by event.
extension Chronicle {
    mutating func escalationStarted(_ e: EscalationStarted) throws {
        let story = try story(e.incident)
        try demand(.stepsInOrder, e.generation == story.generation + 1, "\(story.id): generation \(e.generation)")
        try demand(
            .stepsInOrder, copy(of: story.service).map { $0 == e.policy } ?? true,
            "\(story.id) copied another policy than its service's")
        stories[e.incident]!.generation = e.generation
        stories[e.incident]!.policy = e.policy
        stories[e.incident]!.position = .none
        stories[e.incident]!.answers = []
        stories[e.incident]!.appliedSteps = []
        stories[e.incident]!.turns = [:]
        stories[e.incident]!.escalationBeganAt = at
        stories[e.incident]!.goesOnAt = nil
    }

    /// What an incident of that service must copy; with the service's hours where a step asks for them.
    private func copy(of service: ServiceID) -> EscalationPolicy? {
        guard let service = directory.services[service], let policy = directory.policies[service.policy] else {
            return nil
        }
        let asks = policy.steps.contains { $0.during != nil }
        return EscalationPolicy(
            id: policy.id, steps: policy.steps, repeats: policy.repeats, ackTimeouts: policy.ackTimeouts,
            acknowledgements: policy.acknowledgementsNeeded, serviceHours: asks ? service.hours : nil)
    }

    mutating func stepTaken(_ e: StepTaken) throws {
        let story = try story(e.incident)
        try demand(.stepsInOrder, e.generation == story.generation, "\(story.id): a step of another generation")
        try checkPlace(story, e.round, e.step, e.passedOver)
        let step = story.policy!.steps[e.step]
        try demand(
            .stepsInOrder, applies(step, story),
            "\(story.id): the condition of step \(e.step + 1) is false")
        try demand(
            .stepsOnTime, e.waitMilliseconds == step.waitMilliseconds, "\(story.id): another wait than the policy's")
        if step.isRoundRobin {
            try checkTurn(story, e.step, e.answers)
        } else {
            try demand(.onlyTargetsPaged, e.answers.map(\.target) == step.page, "\(story.id): answers of other targets")
        }
        try check(e.answers, story, hours: [step.recipientHours], heedsQuiet: true)
        let reachable = reachable(e.answers)
        try demand(.stepsInOrder, !reachable.isEmpty, "\(story.id) takes a barren step")
        noteApplied(story.id, e.passedOver, step: e.step)
        if step.isRoundRobin {
            stories[e.incident]!.turns[e.step] = Story.Turn(target: e.answers[0].target, sequence: lastSequence)
        }
        page(story.id, shown(e.answers, story.urgency), .step, e.answers)
        stories[e.incident]!.waitedFor = reachable
        stories[e.incident]!.stepTargets = e.answers.map(\.target)
        stories[e.incident]!.position = .step(
            round: e.round, step: e.step, at: at, wait: .milliseconds(e.waitMilliseconds))
    }

    /// The step is the one whose time has come, and all before it were passed over for a reason.
    func checkPlace(_ story: Story, _ round: Int, _ step: Int, _ passedOver: [PassedOver]) throws {
        guard let policy = story.policy, policy.steps.indices.contains(step) else {
            throw Broken(.stepsInOrder, "\(story.id) has no step \(step + 1)")
        }
        try checkWaitIsOver(story, passedOver)
        let reached = try walk(story, passedOver)
        let (wantedRound, wanted) =
            reached.index == policy.steps.count ? (reached.round + 1, 0) : (reached.round, reached.index)
        try demand(
            .stepsInOrder, (round, step) == (wantedRound, wanted) && round <= policy.repeats,
            "\(story.id) takes step \(step + 1) of round \(round + 1), not \(wanted + 1) of \(wantedRound + 1)")
    }

    mutating func noteApplied(_ id: Incident.ID, _ passedOver: [PassedOver], step: Int) {
        noteMeant(id, passedOver)
        stories[id]!.appliedSteps.insert(step)
        stories[id]!.deferralOverSince = nil
    }

    /// Steps that were passed over, but not because of their own conditions, meant somebody all the same.
    private mutating func noteMeant(_ id: Incident.ID, _ passedOver: [PassedOver]) {
        stories[id]!.appliedSteps.formUnion(passedOver.filter { $0.reason != .conditionFalse }.map(\.step))
    }

    mutating func lastResortRaised(_ e: LastResortRaised) throws {
        let story = try story(e.incident)
        try demand(.somebodyIsPaged, story.urgency == .high, "\(story.id) is of low urgency and wakes the last resort")
        try checkWaitIsOver(story, e.passedOver)
        if case .lastResort(let count, _) = story.position {
            try demand(.somebodyIsPaged, e.count == count + 1, "\(story.id): last resort \(e.count) after \(count)")
        } else {
            try demand(.somebodyIsPaged, e.count == 1, "\(story.id): the last resort begins with \(e.count)")
            try checkNothingLeft(story, e.passedOver)
        }
        try demand(
            .somebodyIsPaged, e.nextMilliseconds == Self.lastResortInterval.milliseconds,
            "\(story.id): the last resort is raised again after \(e.nextMilliseconds) ms")
        try check(e.answers, are: directory.lastResort, story, canBeReached: canBeReachedSomehow)
        noteMeant(e.incident, e.passedOver)
        let people = e.answers.flatMap(\.people).map(\.user)
        page(
            story.id, people.filter { directory.users[$0]?.reachableBy.isEmpty == false }, .lastResort, e.answers)
        stories[e.incident]!.position = .lastResort(count: e.count, at: at)
    }

    mutating func exhausted(_ e: EscalationExhausted) throws {
        let story = try story(e.incident)
        try demand(.somebodyIsPaged, story.urgency == .low, "\(story.id) is of high urgency and its policy just ends")
        try checkWaitIsOver(story, e.passedOver)
        // A last resort is not raised again once the urgency was lowered.
        if case .lastResort = story.position {} else { try checkNothingLeft(story, e.passedOver) }
        noteMeant(e.incident, e.passedOver)
        stories[e.incident]!.position = .exhausted
        stories[e.incident]!.goesOnAt = nil
        stories[e.incident]!.lastSign = at
    }

    mutating func dutyChanged(_ e: DutyChanged) throws {
        let story = try story(e.incident)
        try demand(
            .shiftChanges, story.state == .triggered, "\(story.id) is \(story.state), and a shift change matters")
        guard let before = story.answers.first(where: { $0.target == e.answer.target }) else {
            throw Broken(.shiftChanges, "\(story.id) never asked for \(e.answer.target)")
        }
        try check([e.answer], story, hours: hours(of: e.answer.target, story), heedsQuiet: true)
        // Who was held back and is no more has come as well.
        let known = before.people.filter { !$0.isHeldBack }.map(\.user)
        let awoken = before.people.filter { $0.quietUntil != nil }.map(\.user)
        let incoming = shown([e.answer], story.urgency).filter { !known.contains($0) }
        if case .step = story.position, story.stepTargets.contains(e.answer.target) {
            stories[e.incident]!.waitedFor += reachable([e.answer])
        }
        page(story.id, incoming, .shiftChange, [e.answer])
        stories[e.incident]!.cause!.awoken = awoken
    }

    /// People may be paged for this reason now, and must be unless their rules run already.
    private mutating func page(_ id: Incident.ID, _ people: [UserID], _ reason: PagingReason, _ answers: [TargetAnswer])
    {
        let wanted = people.filter { !hasItAlready($0, reason, stories[id]!) }
        stories[id]!.cause = Story.Cause(reason: reason, people: wanted, at: at, unmet: wanted)
        stories[id]!.lastSign = at
        stories[id]!.goesOnAt = nil
        for answer in answers {
            stories[id]!.answers.removeAll { $0.target == answer.target }
            stories[id]!.answers.append(answer)
            stories[id]!.staleSince[answer.target] = nil
        }
    }

    /// Whom a page is shown somewhere, if only in the inbox.
    func shown(_ answers: [TargetAnswer], _ urgency: Urgency) -> [UserID] {
        answers.flatMap(\.people).filter { !$0.isHeldBack }.map(\.user).filter { hasRules($0, urgency) }
    }

    func reachable(_ answers: [TargetAnswer]) -> [UserID] {
        answers.flatMap(\.people).filter(\.canBeReached).map(\.user)
    }

    /// S3: the wait was over in true elapsed time, or the step failed, or nobody confirmed.
    func checkWaitIsOver(_ story: Story, _ passedOver: [PassedOver]) throws {
        try demand(.stepsOnTime, story.state == .triggered, "\(story.id) escalates while \(story.state)")
        if story.goesOnAt == at { return }
        if passedOver.first?.reason == .everyPageFailed {
            return try checkEveryPageFailed(story, passedOver[0])
        }
        if case .deferred(_, _, let until) = story.position {
            return try demand(
                .quietHours, until <= wall || rearrangedAt == at || story.deferredAt == at,
                "\(story.id) waits for quiet hours no longer, and they are not over")
        }
        guard let due = story.due else {
            return try demand(.stepsOnTime, story.escalationBeganAt == at, "\(story.id) begins late")
        }
        try demand(.stepsOnTime, due <= at, "\(story.id) goes on \(spoken(due - at)) early")
    }

    private func checkEveryPageFailed(_ story: Story, _ passedOver: PassedOver) throws {
        guard case .step(_, let step, _, _) = story.position, passedOver.step == step else {
            throw Broken(.stepsInOrder, "\(story.id) passes over a step it is not in")
        }
        let hasFailed = story.waitedFor.allSatisfy { user in story.runs.last { $0.user == user }?.hasFailed == true }
        try demand(.stepsInOrder, hasFailed, "\(story.id) passes over a step of which not all rules have failed")
    }

    /// Follows the steps passed over, each with a true reason; answers the place after the last of them.
    private func walk(_ story: Story, _ passedOver: [PassedOver]) throws -> (round: Int, index: Int) {
        let steps = story.policy!.steps
        var (round, index) = (0, 0)
        switch story.position {
        case .step(let taken, let step, _, _): (round, index) = (taken, step + 1)
        case .deferred(let deferred, let step, _):
            (round, index) = (deferred, story.goesOnAt == at ? step + 1 : step)
        case .none, .lastResort, .exhausted: break
        }
        for passed in passedOver where passed.reason != .everyPageFailed {
            if index == steps.count { (round, index) = (round + 1, 0) }
            try demand(
                .stepsInOrder, passed.step == index && steps.indices.contains(index),
                "\(story.id) passes over step \(passed.step + 1), not \(index + 1)")
            let prospect = prospect(of: steps[index], story)
            switch passed.reason {
            case .conditionFalse:
                try demand(
                    .stepsInOrder, prospect == .notMeant, "\(story.id): the condition of \(index + 1) is true")
            case .barren:
                try demand(.stepsInOrder, prospect == .barren, "\(story.id): step \(index + 1) is not barren")
            case .everyPageFailed: break
            }
            index += 1
        }
        return (round, index)
    }

    /// S11: no step is left, or a whole round was passed over.
    private func checkNothingLeft(_ story: Story, _ passedOver: [PassedOver]) throws {
        let count = story.policy!.steps.count
        let (round, index) = try walk(story, passedOver)
        let hasSkippedRound =
            passedOver.suffix(count).map(\.step) == Array(0..<count)
            && passedOver.suffix(count).allSatisfy { $0.reason != .everyPageFailed }
        try demand(
            .stepsInOrder, index == count && (round >= story.policy!.repeats || hasSkippedRound),
            "\(story.id) gives up after step \(index) of round \(round + 1)")
    }
}
