import Incidents
import OnCall
import Timekeeping

/// S6 and S15, event by event.
extension Chronicle {
    mutating func opened(_ e: IncidentOpened) throws {
        try demand(.noHoles, e.incident.number > lastNumber, "\(e.incident) after INC-\(lastNumber)")
        lastNumber = e.incident.number
        try demand(.grouping, e.urgency == e.severity.urgency, "\(e.incident) is \(e.severity) and \(e.urgency)")
        try demand(
            .grouping, (e.declaredBy == nil) == (e.group != nil), "\(e.incident) is declared and grouped, or neither")
        if let group = e.group { try checkIsNew(e, group) }
        var story = Story(
            id: e.incident, service: e.service, group: e.group, isDeclared: e.declaredBy != nil, severity: e.severity,
            urgency: e.urgency, lastSign: at)
        story.escalationBeganAt = at
        stories[e.incident] = story
        open.append(e.incident)
    }

    /// No open incident of the group, and none resolved so recently that it had to be reopened.
    private func checkIsNew(_ e: IncidentOpened, _ group: String) throws {
        let window = directory.services[e.service]?.refireWindow ?? .minutes(15)
        let sameGroup = stories.values.filter { $0.service == e.service && $0.group == group }.sorted { $0.id < $1.id }
        for story in sameGroup {
            guard let resolution = story.resolution else {
                throw Broken(.grouping, "\(e.incident) opens and \(story.id) of the same group is open")
            }
            try demand(
                .refiring, at - resolution.at > window,
                "\(e.incident) opens \(spoken(at - resolution.at)) after \(story.id) was resolved")
        }
        if let last = sameGroup.last, let resolution = last.resolution, at - resolution.at < Self.memory {
            try demand(.refiring, e.previous != nil, "\(e.incident) does not say that it follows \(last.id)")
        }
        if let previous = e.previous {
            try demand(
                .refiring, stories[previous]?.isOpen == false, "\(e.incident) follows \(previous), which is open")
        }
    }

    mutating func fired(_ e: AlertFired) throws {
        let story = try story(e.incident)
        if let episode = e.episode {
            try demand(
                .refiring, resolvedEpisodes[e.alert]?.contains(episode) != true,
                "\(e.incident): episode \(episode) of \(e.alert.key) was resolved, and fires")
        }
        if let before = places[e.alert], before != e.incident, let other = stories[before] {
            try demand(
                .grouping, !other.isOpen || other.alerts[e.alert]?.isFiring != true,
                "\(e.alert.key) fires in \(before) and in \(e.incident)")
        }
        if let identity = identities[e.alert] {
            try demand(
                .grouping, story.identity == nil || story.identity == identity,
                "\(e.incident) holds \(story.identity ?? "") and \(identity)")
            stories[e.incident]!.identity = identity
        }
        places[e.alert] = e.incident
        stories[e.incident]!.alerts[e.alert] = Story.Alert(episode: e.episode, severity: e.severity)
    }

    mutating func alertResolved(_ e: AlertResolved) throws {
        let story = try story(e.incident)
        try demand(
            .refiring, story.alerts[e.alert]?.isFiring == true,
            "\(e.alert.key) is resolved in \(e.incident) and did not fire")
        stories[e.incident]!.alerts[e.alert]!.isFiring = false
        if let episode = story.alerts[e.alert]?.episode { resolvedEpisodes[e.alert, default: []].insert(episode) }
        if !stories[e.incident]!.alerts.values.contains(where: \.isFiring) {
            stories[e.incident]!.resolution?.isHeld = false
            stories[e.incident]!.resolution?.keptFiring = false
        }
    }

    mutating func severityChanged(_ e: SeverityChanged) throws {
        let story = try story(e.incident)
        try demand(
            .grouping, e.from == story.severity && (e.to > e.from || e.by != nil && e.to < e.from),
            "\(e.incident) goes from \(e.from) to \(e.to)")
        try demand(.grouping, e.urgency == e.to.urgency, "\(e.incident) is \(e.to) and \(e.urgency)")
        stories[e.incident]!.severity = e.to
        stories[e.incident]!.urgency = e.urgency
        if let actor = e.by { stories[e.incident]!.deeds.insert(.judged(e.to, by: actor.user)) }
        stories[e.incident]!.isLoweredByPerson = e.to < e.from || story.isLoweredByPerson && e.urgency == .low
        guard e.to > e.from else { return }
        stories[e.incident]!.worsenedAt = at
        stories[e.incident]!.lastSign = at
    }

    mutating func triggered(_ e: IncidentTriggered) throws {
        let story = try story(e.incident)
        switch e.reason {
        case .acknowledgementUnconfirmed, .severityUnconfirmed, .assignmentUnconfirmed:
            guard let question = story.question, story.state == .acknowledged else {
                throw Broken(.ownership, "\(story.id) is triggered again and nobody was asked")
            }
            let reason: AskReason =
                switch e.reason {
                case .severityUnconfirmed: .severityRaised
                case .assignmentUnconfirmed: .assigned
                default: .acknowledgementTimedOut
                }
            let early = question.at + question.wait - at
            try demand(.ownership, question.reason == reason, "\(story.id): \(e.reason) after \(question.reason)")
            try demand(.ownership, early <= .zero, "\(story.id) is triggered again \(spoken(early)) early")
        case .reopened, .snoozeEnded, .severityRaised, .escalated: try checkTriggered(story, e)
        case .rollback: try checkTriggeredByRollback(story, e)
        case .refired, .stillFiring:
            guard let resolution = story.resolution else { throw Broken(.refiring, "\(story.id) refires and is open") }
            try checkReopening(story, resolution, e.reason)
        }
        if !story.isOpen {
            open.append(story.id)
            open.sort()
        }
        stories[e.incident]!.state = .triggered
        stories[e.incident]!.owner = nil
        stories[e.incident]!.responders = []
        stories[e.incident]!.acknowledgedAt = nil
        stories[e.incident]!.endWaits()
        stories[e.incident]!.resolution = nil
        stories[e.incident]!.lastSign = at
        stories[e.incident]!.owedCall = nil
        let goesOn =
            e.reason == .acknowledgementUnconfirmed || e.reason == .assignmentUnconfirmed || e.reason == .escalated
            || e.reason == .rollback && story.owedCall == nil
        stories[e.incident]!.goesOnAt = goesOn ? at : nil
        if !goesOn { stories[e.incident]!.position = .none }
    }

    func hasOpenSibling(_ story: Story) -> Bool {
        stories.values.contains {
            $0.isOpen && $0.id != story.id && $0.group != nil && ($0.service, $0.group) == (story.service, story.group)
        }
    }

    private func checkReopening(_ story: Story, _ resolution: Story.Resolution, _ reason: TriggerReason) throws {
        let since = at - resolution.at
        try demand(.grouping, !hasOpenSibling(story), "\(story.id) opens again and another of its group is open")
        if reason == .refired {
            let window = directory.services[story.service]?.refireWindow ?? .minutes(15)
            try demand(
                .refiring, since <= window || (resolution.isHeld && since <= Self.hold),
                "\(story.id) opens again \(spoken(since)) after its resolution")
        } else {
            try demand(.refiring, resolution.isByPerson, "\(story.id) still fires and its alerts had resolved it")
            try demand(.refiring, since >= Self.hold, "\(story.id) was held for \(spoken(since)) only")
        }
    }

    mutating func resolved(_ e: IncidentResolved, _ sequence: Int64) throws {
        let story = try story(e.incident)
        try demand(.refiring, story.isOpen, "\(story.id) is resolved twice")
        let isFiring = story.alerts.values.contains { $0.isFiring }
        if e.by.actor == nil {
            try demand(
                .refiring, !story.isDeclared && !isFiring, "\(story.id) resolves itself: declared, or still firing")
        }
        stories[e.incident]!.resolution = Story.Resolution(
            at: at, isByPerson: e.by.actor != nil, isHeld: e.by.actor != nil && isFiring)
        stories[e.incident]!.resolvers.append(e.by.actor?.user)
        stories[e.incident]!.state = .resolved
        stories[e.incident]!.isReopenedByPerson = false
        // Nothing came of it, so it may be armed again.
        if story.arming?.isOver == false { stories[e.incident]!.arming = nil }
        stories[e.incident]!.endWaits()
        open.removeAll { $0 == e.incident }
        stop(e.incident, sequence)
    }

    mutating func holdEnded(_ e: HoldEnded) throws {
        guard let resolution = try story(e.incident).resolution else {
            throw Broken(.refiring, "\(e.incident) is held and open")
        }
        try demand(
            .refiring,
            resolution.isHeld && at - resolution.at >= Self.hold
                && (!resolution.keptFiring || hasOpenSibling(stories[e.incident]!)),
            "\(e.incident) stays resolved: it was not held, or not for so long, or it kept firing")
        stories[e.incident]!.resolution!.isHeld = false
    }

    mutating func stop(_ id: Incident.ID, _ sequence: Int64) {
        stories[id]!.stoppedSequence = sequence
        stories[id]!.stoppedAt = at
        for index in stories[id]!.runs.indices { stories[id]!.runs[index].isStopped = true }
    }

    /// For one person, who has acknowledged while more people must.
    mutating func stop(_ id: Incident.ID, _ sequence: Int64, for user: UserID) {
        stories[id]!.stoppedFor[user] = (sequence, at)
        for index in stories[id]!.runs.indices where stories[id]!.runs[index].user == user {
            stories[id]!.runs[index].isStopped = true
        }
    }
}
