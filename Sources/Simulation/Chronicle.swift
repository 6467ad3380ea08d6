import Incidents
import OnCall
import Timekeeping

/// The log as it grows, read with suspicion: every event is checked against the rules before it is folded in.
struct Chronicle {
    static let lastResortInterval = Duration.minutes(30)
    static let hold = Duration.minutes(15)
    static let patience = Duration.minutes(60)
    static let patienceInDoubt = Duration.minutes(10)
    static let memory = Duration.hours(24)
    /// Healthy time in which something that is due must have happened.
    static let slack = Duration.seconds(10)

    var stories: [Incident.ID: Story] = [:]
    /// Not resolved, in order.
    var open: [Incident.ID] = []
    /// Not ended, in order.
    var openPages: [PageID] = []
    var places: [AlertKey: Incident.ID] = [:]
    var resolvedEpisodes: [AlertKey: Set<String>] = [:]
    var amendments = Amendments.none
    var clockOffset = Duration.zero
    var incarnation = 0
    var lastSequence: Int64 = 0
    var lastNumber = 0
    /// The configuration in force where the log has come to.
    var directory: Directory
    /// Every version there is.
    var directories: [Int: Directory] = [:]
    /// Every digest that was ever recorded for a contact.
    var verifiedDigests: Set<String> = []
    /// Which alerts their senders put together: service and group in one.
    var identities: [AlertKey: String] = [:]
    var covers: [Int: CoverStory] = [:]
    /// The day of each person's last digest.
    var digests: [UserID: CivilDate] = [:]
    var told: [ScheduleID: [Instant: ToldHandoff]] = [:]
    var silencing = SilenceStory()
    var rollbacks: [RollbackID: RollbackStory] = [:]
    var rollbacksInFlight: [ServiceID: RollbackID] = [:]
    /// Ended without a verdict, and none since went well.
    var frozen: [ServiceID: RollbackID] = [:]
    var serving: [ServiceID: ServingStory] = [:]
    /// When an incident of the service last opened or was resolved.
    var troubledAt: [ServiceID: Moment] = [:]
    /// When something was last read that may put somebody else on call, or other people in quiet hours.
    var rearrangedAt = Moment.zero
    var reference = Reference()
    /// What messages left for whom, lately (S17).
    var mailbag = Mailbag()
    /// When the last process began to decide.
    var startedAt = Moment.zero
    /// Who was found on call, while that holds: the watch over shifts asks after every action.
    private var found: [ScheduleID: (people: [UserID], from: Instant, until: Instant)] = [:]
    /// Incidents that the present batch has touched.
    private var touched: [Incident.ID] = []

    // What the present event is checked against.
    var at = Moment.zero
    var wall = Instant(milliseconds: 0)

    init(directory: Directory) {
        self.directory = directory
        directories[directory.version] = directory
    }

    /// Checks one batch that has become durable, decided at `at` by a process that had started with `boot`.
    mutating func read(_ events: [Event], decided at: Moment, boot: Directory) throws {
        self.at = at
        touched = []
        // A process decides by its own configuration from its first batch on, whatever stands in it before its start.
        if events.contains(where: Self.isStart) {
            directory = boot
            found = [:]
        }
        for event in events {
            wall = event.at
            try demand(.noHoles, event.sequence == lastSequence + 1, "\(event.sequence) follows \(lastSequence)")
            lastSequence = event.sequence
            if Self.mayRearrange(event.payload) { rearrangedAt = at }
            try read(event, boot: boot)
            try reference.read(event, House(directory: directory, amendments: amendments, wall: wall))
        }
        try checkAgreements()
        try checkReleased()
        for id in touched {
            guard let story = stories[id] else { continue }
            try checkWhole(story)
            stories[id]!.cause = nil
            stories[id]!.isNewborn = false
            stories[id]!.owedCall = nil
        }
    }

    private mutating func read(_ event: Event, boot: Directory) throws {
        if let id = event.payload.incident, !touched.contains(id) { touched.append(id) }
        switch event.payload {
        case .engineStarted(let e):
            try demand(.noHoles, e.incarnation == incarnation + 1, "incarnation \(e.incarnation) after \(incarnation)")
            incarnation = e.incarnation
            startedAt = at
        case .logRecovered: break
        case .clockStepped(let e): clockOffset += .milliseconds(e.byMilliseconds)
        case .directoryApplied(let e):
            guard let applied = directories[e.version] else { throw Broken(.noHoles, "no directory \(e.version)") }
            directory = applied
            found = [:]
        case .overrideAdded(let e):
            try checkAgreement(e.override)
            amendments.overrides.append(e.override)
            found = [:]
        case .overrideRemoved(let e):
            amendments.overrides.removeAll { $0.id == e.id }
            found = [:]
        case .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested, .coverAnswered, .coverWithdrawn,
            .handoffTold, .digestTold, .calendarIssued, .calendarRevoked:
            try readArrangement(event)
            found = [:]

        case .incidentOpened(let e): try opened(e)
        case .alertFired(let e):
            try checkSilenced(e, story(e.incident), event)
            try fired(e)
        case .alertResolved(let e): try alertResolved(e)
        case .alertsCounted(let e): _ = try story(e.incident)
        case .alertKeptFiring(let e): stories[e.incident]?.resolution?.keptFiring = true
        case .severityChanged(let e): try severityChanged(e)
        case .incidentTriggered(let e): try triggered(e)
        case .escalationStarted(let e): try escalationStarted(e)
        case .stepTaken(let e): try stepTaken(e)
        case .stepDeferred(let e): try stepDeferred(e)
        case .dutyChanged(let e): try dutyChanged(e)
        case .lastResortRaised(let e): try lastResortRaised(e)
        case .escalationExhausted(let e): try exhausted(e)
        case .runStarted(let e): try runStarted(e)
        case .runDeferred(let e): try runDeferred(e)
        case .pageRequested(let e): try pageRequested(e, event.sequence)
        case .attemptBegun(let e): try attemptBegun(e)
        case .attemptEnded(let e): try attemptEnded(e)
        case .attemptReported(let e): try attemptReported(e)
        case .pageEnded(let e): try pageEnded(e)
        case .acknowledged(let e): try acknowledged(e, event.sequence)
        case .ownerChanged(let e): try ownerChanged(e)
        case .ownerAsked(let e): try ownerAsked(e)
        case .noteAdded(let e): stories[e.incident]?.noteAuthors.append(e.by.user)
        case .incidentResolved(let e): try resolved(e, event.sequence)
        case .holdEnded(let e): try holdEnded(e)
        case .incidentSnoozed(let e): try snoozed(e, event.sequence)
        case .peoplePaged(let e): try peoplePaged(e)
        case .chatPosted(let e): try noted(.posted(e))
        case .chatTold(let e): try noted(.told(e))
        case .chatClosed(let e): try noted(.closed(e))
        case .runbookLinked(let e): try runbookLinked(e)
        case .silenceAdded, .silenceEnded, .alertSuppressed, .suppressionEnded: try readSilence(event)
        case .contactVerified(let e): verifiedDigests.insert(e.digest)
        case .contactRemoved: break
        case .servingVersionChanged, .servingVersionProved, .rollbackPlanned, .rollbackSurveyed, .rollbackApproved,
            .rollbackApprovalAsked, .rollbackChangeBegun, .rollbackChangeEnded, .rollbackVerified, .rollbackEnded,
            .automaticRollbackArmed, .automaticRollbackRefused:
            try readRollback(event)
        }
        noteTrouble(event.payload)
    }

    private static func mayRearrange(_ payload: EventPayload) -> Bool {
        switch payload {
        case .engineStarted, .logRecovered, .clockStepped, .directoryApplied, .overrideAdded, .overrideRemoved,
            .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverAnswered:
            true
        default: false
        }
    }

    private static func isStart(_ event: Event) -> Bool {
        if case .engineStarted = event.payload { return true }
        return false
    }

    func story(_ id: Incident.ID) throws -> Story {
        guard let story = stories[id] else { throw Broken(.noHoles, "an event of \(id), which was never opened") }
        return story
    }

    func page(_ id: PageID) -> PageStory? {
        guard let pages = stories[id.incident]?.pages, pages.indices.contains(id.ordinal - 1) else { return nil }
        return pages[id.ordinal - 1]
    }

    /// What must hold of an incident whenever a batch is complete.
    private func checkWhole(_ story: Story) throws {
        if story.isOpen, !story.isDeclared, !story.isReopenedByPerson {
            try demand(
                .refiring, story.alerts.values.contains { $0.isFiring }, "\(story.id) is open and nothing of it fires")
        }
        let wanted = (directory.services[story.service]?.runbooks ?? []).prefix(Decider.mostRunbooks)
        try demand(
            .runbooks, !story.isNewborn || story.runbooks.isSuperset(of: wanted),
            "\(story.id) was opened without a runbook that its service names")
        if story.state == .triggered {
            try demand(.somebodyIsPaged, story.position != .none, "\(story.id) is triggered and not escalating")
            try demand(
                .somebodyIsPaged, story.position != .exhausted || story.urgency == .low,
                "\(story.id) is of high urgency and nothing more will happen")
        }
        try demand(
            .stepsInOrder, story.goesOnAt == nil || story.state != .triggered || story.position == .exhausted,
            "\(story.id) was to go on, and took no step")
        if story.worsenedAt == at, story.state == .acknowledged {
            let isAsked = story.question?.reason == .severityRaised || story.question?.reason == .rollback
            try demand(.grouping, isAsked, "\(story.id) got worse and its owner is not asked")
        }
        try checkRollbackWhole(story)
        if let cause = story.cause, cause.at == at, isStillMeant(cause, story) {
            for user in cause.unmet where !hasItAlready(user, cause.reason, story) {
                try demand(
                    .somebodyIsPaged, story.runs.last { $0.user == user }?.isActive == true,
                    "\(story.id): \(user) is to be paged (\(cause.reason)) and no rules run")
            }
        }
    }

    /// The policy does not page whoever has acknowledged while more people must.
    func hasItAlready(_ user: UserID, _ reason: PagingReason, _ story: Story) -> Bool {
        Self.policyReasons.contains(reason) && story.state == .triggered && story.responders.contains(user)
    }

    static let policyReasons: [PagingReason] = [.step, .shiftChange, .quietEnded]

    /// Unless somebody had it in the same batch.
    private func isStillMeant(_ cause: Story.Cause, _ story: Story) -> Bool {
        switch cause.reason {
        case .asked, .assigned: story.isOpen && story.stoppedAt != at
        case .approval, .breakGlass: story.stoppedAt != at
        case .rollback: story.stoppedAt != at && (story.state != .acknowledged || story.question != nil)
        case .step, .shiftChange, .quietEnded, .lastResort, .stillOnIt, .severityRaised:
            story.isOpen && (story.state == .triggered || story.question != nil)
        }
    }
}

// MARK: Who may be paged, looked up anew

extension Chronicle {
    /// Whoever the target means now.
    func people(_ target: Target) -> [UserID] {
        switch target {
        case .user(let user): [user]
        case .team(let team): directory.teams[team]?.members ?? []
        case .schedule(let schedule):
            directory.roster.onCall(schedule, at: wall, amendments: amendments).duties.map(\.user)
        }
    }

    /// The same for a schedule, from memory where nothing can have changed.
    mutating func peopleOnWatch(_ schedule: ScheduleID) -> [UserID] {
        if let known = found[schedule], known.from <= wall, wall < known.until { return known.people }
        let answer = directory.roster.onCall(schedule, at: wall, amendments: amendments)
        found[schedule] = (answer.duties.map(\.user), wall, answer.nextChange ?? .distantFuture)
        return answer.duties.map(\.user)
    }
}
