import Timekeeping

/// What one version of the configuration says about who is on call. All answers are pure functions of it, the
/// amendments and an instant: past, present and future alike.
public struct Roster: Hashable, Sendable {
    public let schedules: [ScheduleID: Schedule]
    public let zones: [ZoneID: ZoneRules]

    /// How far around an instant `onCall` looks for the ends of shifts and the next change.
    public static let searchedDays: Int64 = 400

    public init(schedules: [ScheduleID: Schedule], zones: [ZoneID: ZoneRules]) {
        self.schedules = schedules
        self.zones = zones
    }

    /// Who is on call in `schedule` at `instant`, or why nobody is.
    ///
    /// `amendments` may hold those of other schedules. With `asKnownAt`, only those created at or before it count:
    /// what this would have answered then. The cost does not depend on how long ago a rotation began.
    public func onCall(
        _ schedule: ScheduleID, at instant: Instant, amendments: Amendments, asKnownAt: Instant? = nil
    ) -> OnCallAnswer {
        let horizon = Duration.days(Self.searchedDays)
        var nearby = amendments.touching(instant - horizon, instant + horizon)
        if let asKnownAt { nearby = nearby.known(at: asKnownAt) }
        var reader = RosterReader(self, nearby)
        let current = reader.segment(schedule, at: instant)

        let ahead = reader.look(ahead: schedule, from: current, until: instant + horizon)
        let back = reader.look(back: schedule, from: current, until: instant - horizon)
        return OnCallAnswer(
            at: instant,
            duties: current.duties.map { duty in
                Duty(
                    user: duty.user, reason: duty.reason, since: back.ends[duty.user], until: ahead.ends[duty.user])
            },
            nextChange: ahead.firstChange,
            hole: current.hole)
    }

    /// Everything that `onCall` answers from `from` up to `until`: sorted stretches without gap or overlap, a new one
    /// wherever a person or a reason changes. Holes are stretches without people. Empty unless `from < until`.
    ///
    /// The cost grows with the number of stretches, so `until` must not be `distantFuture`.
    public func shifts(
        _ schedule: ScheduleID, from: Instant, until: Instant, amendments: Amendments
    ) -> [Shift] {
        var reader = RosterReader(self, amendments.touching(from, until))
        var shifts: [Shift] = []
        var instant = from
        while instant < until {
            let segment = reader.segment(schedule, at: instant)
            let end = min(segment.span.until, until)
            precondition(end > instant, "A segment holds for some time after the instant it was asked for.")
            if let last = shifts.last, last.duties == segment.duties, last.hole == segment.hole {
                shifts[shifts.count - 1] = Shift(from: last.from, until: end, duties: last.duties, hole: last.hole)
            } else {
                shifts.append(Shift(from: instant, until: end, duties: segment.duties, hole: segment.hole))
            }
            instant = end
        }
        return shifts
    }
}

extension RosterReader {
    /// Where, starting from one segment, people come and go.
    fileprivate struct Surroundings {
        /// When each person of the segment stops being on call (or began, looking back); none if that is further away
        /// than the search.
        var ends: [UserID: Instant] = [:]
        var firstChange: Instant?
    }

    fileprivate mutating func look(ahead schedule: ScheduleID, from current: Segment, until horizon: Instant)
        -> Surroundings
    {
        var found = Surroundings()
        var instant = current.span.until
        var waiting = current.users
        for _ in 0..<Self.searchedSegments where instant < horizon {
            guard found.firstChange == nil || !waiting.isEmpty else { return found }
            let segment = segment(schedule, at: instant)
            let users = segment.users
            if users != current.users { found.firstChange = found.firstChange ?? instant }
            waiting.removeAll { user in
                if users.contains(user) { return false }
                found.ends[user] = instant
                return true
            }
            instant = segment.span.until
        }
        // Out of patience before the horizon: whether anything changes there has not been looked at.
        if instant < horizon { found.firstChange = found.firstChange ?? instant }
        return found
    }

    fileprivate mutating func look(back schedule: ScheduleID, from current: Segment, until horizon: Instant)
        -> Surroundings
    {
        var found = Surroundings()
        var instant = current.span.from
        var waiting = current.users
        for _ in 0..<Self.searchedSegments where instant > horizon {
            guard !waiting.isEmpty else { return found }
            let segment = segment(schedule, at: instant - .milliseconds(1))
            let users = segment.users
            waiting.removeAll { user in
                if users.contains(user) { return false }
                found.ends[user] = instant
                return true
            }
            instant = segment.span.from
        }
        return found
    }

    /// Enough for a week of hourly turns inside somebody's weekly one, few enough for the moment of a page.
    private static let searchedSegments = 400
}
