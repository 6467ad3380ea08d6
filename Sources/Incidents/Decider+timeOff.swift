import OnCall
import Timekeeping

/// Time off that people enter, and holidays that are read (S9). Neither moves anybody's turn.
extension Decider {
    /// Bounds what one calendar can bring; a person's holidays of ten years are a fraction of it.
    public static let mostHolidays = 20_000
    /// Of one person, entered and not over: years of leave, and not what a script enters by mistake.
    public static let mostTimeOff = 100
    /// Nothing that people arrange begins later than that: further away it is a typing mistake.
    public static let furthestYears = 2

    mutating func addTimeOff(
        _ user: UserID, _ from: Instant, _ until: Instant, _ leaveHole: Bool, _ actor: Actor
    ) -> Reply {
        guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
        if let refusal = stranger(actor) ?? emptyOrTooLong(from, until) { return .refused(refusal) }
        let open = book.timeOff.count { $0.user == user && $0.until > now && $0.source.calendar == nil }
        guard open < Self.mostTimeOff else { return .refused(.tooManyTimeOff(user, limit: Self.mostTimeOff)) }
        let id = book.lastTimeOff + 1
        let new = TimeOff(user: user, from: from, until: until, source: .entered(id: id), createdAt: now)
        if !leaveHole {
            var after = book.amendments
            after.add(new)
            if let hole = hole(in: schedules(concerning: user), from: from, until: until, with: after) {
                return .refused(.leavesHole(hole.schedule, at: hole.at))
            }
        }
        record(.timeOffAdded(TimeOffAdded(timeOff: new, by: actor)))
        request = nil  // what follows is no answer to it
        noticeRosterChange()
        return .timeOffAdded(id: id)
    }

    mutating func removeTimeOff(_ id: Int, _ actor: Actor) -> Reply {
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard book.timeOff(entered: id) != nil else { return .refused(.noSuchTimeOff(id)) }
        record(.timeOffRemoved(TimeOffRemoved(id: id, by: actor)))
        request = nil  // what follows is no answer to it
        noticeRosterChange()
        return .done(incidents: [])
    }

    /// What was known of a calendar already keeps the moment it became known. Holidays that leave a hole are recorded
    /// all the same: nobody can take them back here, and the proof tells of them.
    mutating func readHolidays(_ calendar: String, _ digest: String, _ days: [TimeOff]) -> Reply {
        guard !calendar.isEmpty, !digest.isEmpty else { return .refused(.emptyText) }
        guard days.count <= Self.mostHolidays else { return .refused(.tooManyHolidays(limit: Self.mostHolidays)) }
        guard book.holidayDigests[calendar] != digest else { return .done(incidents: []) }
        var known: [TimeOff: Instant] = [:]
        for day in book.timeOff where day.source.calendar == calendar { known[day.known(at: now)] = day.createdAt }
        let holidays = days.filter { directory.users[$0.user] != nil && $0.from < $0.until }.map { day in
            var name = ""
            if case .holiday(_, let title) = day.source { name = String(title.prefix(Self.longestTitle)) }
            let read = TimeOff(
                user: day.user, from: day.from, until: day.until, source: .holiday(calendar: calendar, name: name),
                createdAt: now)
            return known[read].map(read.known(at:)) ?? read
        }
        record(.holidaysRead(HolidaysRead(calendar: calendar, digest: digest, timeOff: holidays)))
        request = nil  // what follows is no answer to it
        noticeRosterChange()
        return .done(incidents: [])
    }

    /// Schedules in which that person can be on call by turn, or is covered for by somebody of the same rotation.
    private func schedules(concerning user: UserID) -> [ScheduleID] {
        directory.roster.schedules.keys.sorted().filter { directory.roster.members(of: $0).contains(user) }
    }

    func emptyOrTooLong(_ from: Instant, _ until: Instant) -> Refusal? {
        guard from < until, until > now else { return .emptyTime }
        guard from <= now + .days(Int64(366 * Self.furthestYears)) else {
            return .tooFarAhead(years: Self.furthestYears)
        }
        guard until - max(from, now) <= Self.longestOverride else {
            return .timeTooLong(days: Self.longestOverride.components.seconds / 86_400)
        }
        return nil
    }

    func tooManyOverrides(_ schedule: ScheduleID, adding new: Int) -> Refusal? {
        let open = book.overrides.count { $0.schedule == schedule && $0.until > now }
        return open + new > Self.mostOverrides ? .tooManyOverrides(schedule, limit: Self.mostOverrides) : nil
    }

    /// The first moment from now on at which somebody is on call today and nobody would be with those amendments.
    func hole(
        in schedules: [ScheduleID], from: Instant, until: Instant, with after: Amendments
    ) -> (schedule: ScheduleID, at: Instant)? {
        let roster = directory.roster
        for schedule in schedules {
            let shifts = roster.shifts(schedule, from: max(from, now), until: until, amendments: after)
            for shift in shifts where shift.duties.isEmpty {
                // Today's plan may put somebody into a part of the hole only.
                let before = roster.shifts(
                    schedule, from: shift.from, until: shift.until, amendments: book.amendments)
                if let covered = before.first(where: { !$0.duties.isEmpty }) { return (schedule, covered.from) }
            }
        }
        return nil
    }
}

extension TimeOff {
    fileprivate func known(at instant: Instant) -> TimeOff {
        TimeOff(user: user, from: from, until: until, source: source, createdAt: instant)
    }
}
