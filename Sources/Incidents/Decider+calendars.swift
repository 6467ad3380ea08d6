import OnCall
import Timekeeping

/// Who was told of a handoff, and which calendar feeds there are: kept for others, nothing follows from them here.
extension Decider {
    /// Feeds of one person, schedule or team: one for each device and each colleague, and no flood.
    public static let mostCalendars = 20
    /// Handoffs further away than this are not told of yet; those that were longer ago, not any more.
    static let handoffsToldAhead = Duration.days(60)
    static let handoffsToldAfter = Duration.days(1)

    /// Recorded for each person once, unless they were told otherwise since.
    mutating func tellHandoff(
        _ schedule: ScheduleID, _ at: Instant, incoming: [UserID], outgoing: [UserID]
    ) -> Reply {
        guard directory.roster.schedules[schedule] != nil else { return .refused(.noSuchSchedule(schedule)) }
        guard at > now - Self.handoffsToldAfter, at < now + Self.handoffsToldAhead else {
            return .refused(.handoffNotNear)
        }
        let known = book.toldHandoffs[schedule]?[at] ?? ToldHandoff()
        let told = HandoffTold(
            schedule: schedule, at: at, incoming: incoming.filter { !known.incoming.contains($0) },
            outgoing: outgoing.filter { !known.outgoing.contains($0) })
        if !told.incoming.isEmpty || !told.outgoing.isEmpty { record(.handoffTold(told)) }
        return .done(incidents: [])
    }

    /// A day that was told, or one before it, is not recorded again.
    mutating func tellDigest(_ user: UserID, _ day: CivilDate, _ incidents: [Incident.ID]) -> Reply {
        guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
        if let unknown = incidents.first(where: { book.incidents[$0] == nil }) {
            return .refused(.noSuchIncident(unknown))
        }
        let today = directory.zone(of: user).civil(at: now).date
        guard day == today || day == today.adding(days: -1) else { return .refused(.handoffNotNear) }
        if let last = book.toldDigests[user], last >= day { return .done(incidents: []) }
        record(.digestTold(DigestTold(user: user, day: day, incidents: incidents)))
        return .done(incidents: [])
    }

    mutating func issueCalendar(_ scope: CalendarScope, _ actor: Actor) -> Reply {
        switch scope {
        case .person(let id): if directory.users[id] == nil { return .refused(.noSuchUser(id)) }
        case .schedule(let id): if directory.roster.schedules[id] == nil { return .refused(.noSuchSchedule(id)) }
        case .team(let id): if directory.teams[id] == nil { return .refused(.noSuchTeam(id)) }
        }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard book.calendars.values.count(where: { $0 == scope }) < Self.mostCalendars else {
            return .refused(.tooManyCalendars(limit: Self.mostCalendars))
        }
        let id = book.lastCalendar + 1
        record(.calendarIssued(CalendarIssued(id: id, scope: scope, by: actor)))
        return .calendarIssued(id: id)
    }

    mutating func revokeCalendar(_ id: Int, _ actor: Actor) -> Reply {
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard book.calendars[id] != nil else { return .refused(.noSuchCalendar(id)) }
        record(.calendarRevoked(CalendarRevoked(id: id, by: actor)))
        return .done(incidents: [])
    }
}
