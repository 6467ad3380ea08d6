import Incidents
import OnCall
import Timekeeping

/// S13, event by event.
extension Chronicle {
    mutating func acknowledged(_ e: Acknowledged, _ sequence: Int64) throws {
        let story = try story(e.incident)
        try demand(.ownership, story.isOpen, "\(story.id) is acknowledged and resolved")
        let isAssigned = story.question?.reason == .assigned && story.question?.users.contains(e.by) == true
        try demand(
            .ownership, e.owner == (isAssigned ? e.by : story.owner ?? e.by),
            "\(story.id) belongs to \(e.owner), not the first to come")
        let isNew = !story.responders.contains(e.by)
        let missing = max(0, story.acknowledgementsMissing - (isNew ? 1 : 0))
        try demand(
            .ownership, e.stillNeeded == missing, "\(story.id) needs \(missing) more people, not \(e.stillNeeded)")
        stories[e.incident]!.owner = e.owner
        guard missing == 0 else {
            stories[e.incident]!.everybodyWhoAcknowledged.insert(e.by)
            if isNew { stories[e.incident]!.responders.append(e.by) }
            return stop(e.incident, sequence, for: e.by)
        }
        stories[e.incident]!.state = .acknowledged
        stories[e.incident]!.everybodyWhoAcknowledged.insert(e.by)
        if !story.responders.contains(e.by) { stories[e.incident]!.responders.append(e.by) }
        stories[e.incident]!.acknowledgedAt = story.acknowledgedAt ?? at
        stories[e.incident]!.endWaits()
        stories[e.incident]!.worsenedAt = nil
        stories[e.incident]!.arming?.isOver = true
        stories[e.incident]!.acknowledgementEnds = story.policy?.ackTimeouts.timeout(for: story.severity).map {
            at + $0
        }
        stop(e.incident, sequence)
    }

    mutating func ownerChanged(_ e: OwnerChanged) throws {
        let story = try story(e.incident)
        try demand(
            .ownership, story.isOpen && story.responders.contains(e.owner),
            "\(story.id) goes to \(e.owner), who did not acknowledge")
        stories[e.incident]!.owner = e.owner
    }

    mutating func ownerAsked(_ e: OwnerAsked) throws {
        let story = try story(e.incident)
        guard story.state == .acknowledged, let owner = story.owner else {
            throw Broken(.ownership, "\(story.id) has no owner to ask")
        }
        try demand(
            .snooze, story.snoozeEnds == nil || e.reason == .assigned, "\(story.id) is snoozed and its owner is asked")
        let steps = story.policy?.steps ?? []
        var step = steps.first
        switch e.reason {
        case .severityRaised:
            try demand(.grouping, story.worsenedAt == at, "\(story.id) did not get worse")
            try demand(.grouping, e.users == [owner], "\(story.id) asks \(e.users), not \(owner)")
        case .acknowledgementTimedOut:
            guard let ends = story.acknowledgementEnds, story.question == nil else {
                throw Broken(.ownership, "\(story.id) asks its owner, whose acknowledgement does not time out")
            }
            try demand(.ownership, ends <= at, "\(story.id) asks its owner \(spoken(ends - at)) early")
            try demand(
                .ownership, e.users == [owner] || holders(story, owner) == e.users, "\(story.id) asks \(e.users)")
            // Past the last step it is the wait of whichever came last.
            step = nil
            if case .step(_, let index, _, _) = story.position { step = steps[index] }
        case .assigned:
            try demand(
                .ownership, e.by != nil && e.users.count == 1 && !e.users.contains(owner),
                "\(story.id) is handed to \(e.users)")
            step = nil
            if case .step(_, let index, _, _) = story.position { step = steps[index] }
            stories[e.incident]!.deeds.formUnion(e.users.map { .assigned($0, by: e.by?.user) })
        case .rollback: try checkAskedByRollback(story, e, holders(story, owner))
        }
        if let step {
            try demand(.ownership, e.waitMilliseconds == step.waitMilliseconds, "\(story.id) waits otherwise")
        }
        stories[e.incident]!.question = Story.Question(
            reason: e.reason, users: e.users, at: at, wait: .milliseconds(e.waitMilliseconds))
        let shown = e.users.filter { hasRules($0, story.urgency) }
        stories[e.incident]!.cause = Story.Cause(
            reason: pagingReason(e.reason),
            people: shown, at: at, unmet: shown)
    }

    private func pagingReason(_ reason: AskReason) -> PagingReason {
        switch reason {
        case .acknowledgementTimedOut: .stillOnIt
        case .severityRaised: .severityRaised
        case .rollback: .rollback
        case .assigned: .assigned
        }
    }

    /// Who holds the shift in which the owner was paged, when it is the owner's no more.
    func holders(_ story: Story, _ owner: UserID) -> [UserID]? {
        for answer in story.answers {
            guard case .schedule = answer.target, answer.people.contains(where: { $0.user == owner }) else { continue }
            let now = people(answer.target).filter { canBeReached($0, story.urgency) }
            if !now.isEmpty, !now.contains(owner) { return now }
        }
        return nil
    }
}
