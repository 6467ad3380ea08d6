import OnCall
import Timekeeping

/// "Cover me": requests, swaps, and what comes of them (S9).
extension Decider {
    /// Requests of one person that can be open at a time.
    public static let mostCoverRequests = 10
    /// Of one person within `IncidentBook.coverMemory`: each is sent to everybody who is asked.
    public static let mostCoverRequestsADay = 20

    mutating func requestCover(
        _ schedule: ScheduleID, _ user: UserID, _ from: Instant, _ until: Instant, _ inReturn: CoverRequest.Stretch?,
        _ asked: [UserID], _ actor: Actor
    ) -> Reply {
        guard directory.roster.schedules[schedule] != nil else { return .refused(.noSuchSchedule(schedule)) }
        for person in [user] + asked where directory.users[person] == nil { return .refused(.noSuchUser(person)) }
        if let refusal = stranger(actor) ?? emptyOrTooLong(from, until) { return .refused(refusal) }
        if let inReturn {
            if let refusal = emptyOrTooLong(inReturn.from, inReturn.until) { return .refused(refusal) }
            if inReturn.from < until, from < inReturn.until { return .refused(.swapOverlaps) }
        }
        var seen: Set<UserID> = [user]
        let others = asked.filter { seen.insert($0).inserted }
        if others.isEmpty, !asked.isEmpty { return .refused(.cannotCoverOneself) }
        let open = book.openCoverRequests(at: now).count { $0.user == user }
        guard open < Self.mostCoverRequests else {
            return .refused(.tooManyCoverRequests(limit: Self.mostCoverRequests))
        }
        guard book.coverRequestsMade(for: user, until: now) < Self.mostCoverRequestsADay else {
            return .refused(.tooManyCoverRequestsToday(limit: Self.mostCoverRequestsADay))
        }
        let new = CoverRequest(
            id: book.lastCoverRequest + 1, schedule: schedule, user: user, from: from, until: until,
            inReturn: inReturn, asked: others, by: actor, createdAt: now)
        guard isOnCall([user], schedule, from, until) else { return .refused(.nothingToCover(user, schedule)) }
        if let inReturn, !isOnCall(directory.people(askedBy: new), schedule, inReturn.from, inReturn.until) {
            return .refused(.nothingInReturn(schedule))
        }
        record(.coverRequested(CoverRequested(request: new)))
        return .coverRequested(id: new.id)
    }

    /// Who accepts has it at once: the answer and the overrides it makes are one batch. They say what agreement they
    /// come from; and whoever asked may have been covered, or gone off call, since.
    mutating func answerCover(_ id: Int, accept: Bool, _ user: UserID, _ via: Via) -> Reply {
        guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
        guard let asked = book.coverRequests[id] else { return .refused(.noSuchCover(id)) }
        guard !asked.isOver(at: now) else { return .refused(.coverOver(id)) }
        guard asked.user != user else { return .refused(.cannotCoverOneself) }
        guard directory.people(askedBy: asked).contains(user) else { return .refused(.notAsked(id)) }
        let answer = EventPayload.coverAnswered(CoverAnswered(id: id, accepted: accept, by: user, via: via))
        guard accept else {
            if !asked.declined.contains(user) { record(answer) }
            return .done(incidents: [])
        }

        guard directory.roster.schedules[asked.schedule] != nil else {
            return .refused(.noSuchSchedule(asked.schedule))
        }
        guard directory.users[asked.user] != nil else { return .refused(.noSuchUser(asked.user)) }
        guard isOnCall([asked.user], asked.schedule, asked.from, asked.until) else {
            return .refused(.nothingToCover(asked.user, asked.schedule))
        }
        if let inReturn = asked.inReturn, !isOnCall([user], asked.schedule, inReturn.from, inReturn.until) {
            return .refused(.nothingToCover(user, asked.schedule))
        }
        let overrides = asked.overrides(acceptedBy: user, at: now, firstID: book.lastOverride + 1)
        if let refusal = tooManyOverrides(asked.schedule, adding: overrides.count) { return .refused(refusal) }
        var after = book.amendments
        after.overrides += overrides
        for new in overrides {
            let concerned = directory.roster.dependents(of: asked.schedule)
            if let hole = hole(in: concerned, from: new.from, until: new.until, with: after) {
                return .refused(.leavesHole(hole.schedule, at: hole.at))
            }
        }
        record(answer)
        request = nil  // what follows is no answer to it
        for new in overrides { record(.overrideAdded(OverrideAdded(override: new))) }
        noticeRosterChange()
        return .done(incidents: [])
    }

    mutating func withdrawCover(_ id: Int, _ actor: Actor) -> Reply {
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard let asked = book.coverRequests[id] else { return .refused(.noSuchCover(id)) }
        guard !asked.isOver(at: now) else { return .refused(.coverOver(id)) }
        record(.coverWithdrawn(CoverWithdrawn(id: id, by: actor)))
        return .done(incidents: [])
    }

    /// Whether one of them is on call there at any moment from now on within `[from, until)`.
    private func isOnCall(_ users: [UserID], _ schedule: ScheduleID, _ from: Instant, _ until: Instant) -> Bool {
        directory.roster.shifts(schedule, from: max(from, now), until: until, amendments: book.amendments)
            .contains { shift in shift.duties.contains { users.contains($0.user) } }
    }
}
