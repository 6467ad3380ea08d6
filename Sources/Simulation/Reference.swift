import Incidents
import OnCall
import Timekeeping

/// What the reference may look at: the configuration in force, the calendar, and the wall clock.
struct House {
    let directory: Directory
    let amendments: Amendments
    let wall: Instant

    /// Whoever the target means now.
    func people(_ target: Target) -> Set<UserID> {
        switch target {
        case .user(let user): [user]
        case .team(let team): Set(directory.teams[team]?.members ?? [])
        case .schedule(let schedule):
            Set(directory.roster.onCall(schedule, at: wall, amendments: amendments).duties.map(\.user))
        }
    }

    func isWithin(_ hours: WeeklyHours?, _ user: UserID) -> Bool {
        guard let hours, let person = directory.users[user] else { return false }
        return ClockFace(directory.roster.zones[person.zone] ?? .utc, at: wall).isWithin(hours)
    }
}

/// Who may be paged, and for what: worked out from the configuration, the clock and what was recorded, and from
/// nothing that the engine made of them.
///
/// It keeps one list for each incident: who has been called for what reason and has not been told to rest since. Names
/// in recorded answers are not believed, only which step was taken and whom people asked for.
struct Reference {
    struct Call: Hashable {
        let user: UserID
        let reason: PagingReason
    }

    struct File {
        let service: ServiceID
        var severity: Severity
        var policy: EscalationPolicy?
        var hours: ZonedHours?
        var owner: UserID?
        var whoHasIt: Set<UserID> = []
        var isHad = false
        var called: Set<Call> = []
        /// Whom the policy asked for since the escalation began.
        var asked: Set<Target> = []
        /// Everybody it has meant.
        var meant: Set<UserID> = []
    }

    private var files: [Incident.ID: File] = [:]

    /// An attempt leaves the house: somebody must have called for that person, and nobody called them off.
    func check(_ page: PageStory) throws {
        let isCalled = files[page.id.incident]?.called.contains(Call(user: page.user, reason: page.reason)) == true
        try demand(
            .onlyTargetsPaged, isCalled, "page \(page.id): by the reference nobody calls \(page.user) (\(page.reason))")
    }

    mutating func read(_ event: Event, _ house: House) throws {
        if case .incidentOpened(let e) = event.payload {
            files[e.incident] = File(service: e.service, severity: e.severity)
        }
        guard let id = event.payload.incident, var file = files[id] else { return }
        file.read(event.payload, house)
        files[id] = file
    }
}

extension Reference.File {
    mutating func read(_ payload: EventPayload, _ house: House) {
        switch payload {
        case .severityChanged(let e): severity = e.to
        case .escalationStarted:
            if let service = house.directory.services[service], let policy = house.directory.policies[service.policy] {
                (self.policy, hours) = (policy, service.hours)
            }
            asked = []
            meant = []
        case .stepTaken(let e): callStep(e.step, e.answers.map(\.target), house)
        case .dutyChanged(let e):
            guard asked.contains(e.answer.target) else { return }
            let now = house.people(e.answer.target).filter { !isQuiet($0, house) }
            call(now, .shiftChange)
            call(now, .quietEnded)
        case .lastResortRaised:
            guard severity >= .sev2 else { return }
            asked.formUnion(house.directory.lastResort)
            for target in house.directory.lastResort { call(house.people(target), .lastResort) }
        case .peoplePaged(let e): for answer in e.answers { call(house.people(answer.target), .asked) }
        case .ownerAsked(let e): callBack(e, house)
        case .incidentTriggered: (isHad, whoHasIt) = (false, [])
        case .acknowledged(let e): acknowledge(e.by, e.owner)
        case .ownerChanged(let e): owner = e.owner
        case .incidentResolved, .incidentSnoozed: called = []
        case .rollbackApprovalAsked(let e): for answer in e.answers { call(house.people(answer.target), .approval) }
        case .rollbackApproved(let e) where e.isBreakGlass: callManagers(house)
        case .rollbackEnded:
            // Whoever had it, holds the shift now, or was called for it.
            call(Set([owner].compactMap { $0 }).union(meant).union(holders(house)), .rollback)
        default: break
        }
    }

    private mutating func call(_ people: Set<UserID>, _ reason: PagingReason) {
        let isOfPolicy = [PagingReason.step, .shiftChange, .quietEnded].contains(reason)
        if isOfPolicy, isHad { return }
        meant.formUnion(people)
        for user in people where !(isOfPolicy && whoHasIt.contains(user)) {
            called.insert(Reference.Call(user: user, reason: reason))
        }
    }

    private mutating func callStep(_ index: Int, _ recorded: [Target], _ house: House) {
        guard let policy, policy.steps.indices.contains(index) else { return }
        let step = policy.steps[index]
        if let condition = step.when, !condition.holds(for: severity) { return }
        if let during = step.during {
            var isOpen = true
            if let hours {
                let clock = ClockFace(house.directory.roster.zones[hours.zone] ?? .utc, at: house.wall)
                isOpen = clock.isWithin(hours.hours)
            }
            if isOpen != (during == .serviceHours) { return }
        }
        var people = step.page.reduce(into: Set<UserID>()) { $0.formUnion(house.people($1)) }
        // Which of them had the turn is what was recorded, and no more than that.
        if step.isRoundRobin { people.formIntersection(recorded.prefix(1).flatMap { house.people($0) }) }
        people = people.filter { !isQuiet($0, house) }
        if step.recipientHours != nil { people = people.filter { house.isWithin(step.recipientHours, $0) } }
        asked.formUnion(recorded)
        call(people, .step)
    }

    /// Their quiet hours, as far as they count for what is wrong. Somebody who has nothing but the inbox sleeps well.
    private func isQuiet(_ user: UserID, _ house: House) -> Bool {
        let isInboxOnly = !house.directory.inboxCounts && house.directory.users[user]?.reachableBy == [.inbox]
        return severity < .sev2 && !isInboxOnly && house.isWithin(house.directory.users[user]?.quiet, user)
    }

    /// Whoever is on call in a schedule that was asked, which goes for the owner whose shift is over.
    private func holders(_ house: House) -> Set<UserID> {
        asked.reduce(into: []) { holders, target in
            if case .schedule = target { holders.formUnion(house.people(target)) }
        }
    }

    private mutating func callBack(_ e: OwnerAsked, _ house: House) {
        let mine = Set([owner].compactMap { $0 })
        switch e.reason {
        case .severityRaised: call(mine, .severityRaised)
        case .acknowledgementTimedOut: call(mine.union(holders(house)).intersection(e.users), .stillOnIt)
        case .rollback: call(mine.union(holders(house)).intersection(e.users), .rollback)
        case .assigned: call(Set(e.users), .assigned)
        }
    }

    private mutating func callManagers(_ house: House) {
        let managers = house.directory.users.values.filter { $0.role == "manager" }.map(\.id)
        call(Set(managers), .breakGlass)
        for target in house.directory.lastResort { call(house.people(target), .breakGlass) }
    }

    private mutating func acknowledge(_ user: UserID, _ owner: UserID) {
        whoHasIt.insert(user)
        self.owner = owner
        isHad = isHad || whoHasIt.count >= (policy?.acknowledgementsNeeded ?? 1)
        called = isHad ? [] : called.filter { $0.user != user }
    }
}
