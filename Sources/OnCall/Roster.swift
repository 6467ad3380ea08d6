import Timekeeping

/// What one version of the configuration says about who is on call. All answers are pure functions of it, the
/// amendments and an instant: past, present and future alike.
public struct Roster: Sendable {
    public let schedules: [ScheduleID: Schedule]
    public let zones: [ZoneID: ZoneRules]
    /// Made of the other two.
    let plans: [ScheduleID: SchedulePlan]

    /// How far around an instant `onCall` looks for the ends of shifts and the next change.
    public static let searchedDays: Int64 = 400

    public init(schedules: [ScheduleID: Schedule], zones: [ZoneID: ZoneRules]) {
        self.schedules = schedules
        self.zones = zones
        plans = SchedulePlan.plans(schedules, zones)
    }

    /// Who is on call in `schedule` at `instant`, or why nobody is.
    ///
    /// `amendments` may hold those of other schedules. With `asKnownAt`, only those created at or before it count:
    /// what this would have answered then. The cost does not depend on how long ago a rotation began.
    public func onCall(
        _ schedule: ScheduleID, at instant: Instant, amendments: Amendments, asKnownAt: Instant? = nil
    ) -> OnCallAnswer {
        var clockReads = 0
        return onCall(
            schedule, at: instant, amendments: asKnownAt.map(amendments.known) ?? amendments, clockReads: &clockReads)
    }

    /// The same, and how often local clocks were read for it, which is what its cost grows with.
    package func onCall(
        _ schedule: ScheduleID, at instant: Instant, amendments: Amendments, clockReads: inout Int
    ) -> OnCallAnswer {
        let reach = Self.searchedDays * 86_400_000
        let (from, until) = (
            Instant(milliseconds: instant.milliseconds - reach), Instant(milliseconds: instant.milliseconds + reach)
        )
        var reader = RosterReader(plans[schedule], amendments, from: from, until: until)
        let current = reader.segment(at: instant)

        let ahead = reader.look(ahead: current, until: until)
        let back = reader.look(back: current, until: from)
        clockReads += reader.clockReads
        return OnCallAnswer(
            at: instant,
            duties: current.duties.indices.map { index in
                let duty = current.duties[index]
                return Duty(user: duty.user, reason: duty.reason, since: back[index], until: ahead.ends[index])
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
        var shifts: [Shift] = []
        forEachShift(schedule, from: from, until: until, amendments: amendments) { shifts.append($0) }
        return shifts
    }

    /// `shifts`, one after the other, for walks too long to be kept.
    public func forEachShift(
        _ schedule: ScheduleID, from: Instant, until: Instant, amendments: Amendments, _ visit: (Shift) -> Void
    ) {
        guard from < until else { return }
        var reader = RosterReader(plans[schedule], amendments, from: from, until: until)
        var current = reader.segment(at: from)
        var (began, ends) = (from, current.span.until)
        while ends < until {
            let next = reader.segment(at: ends)
            precondition(next.span.until > ends, "A segment holds for some time after the instant it was asked for.")
            if next.duties != current.duties || next.hole != current.hole {
                visit(Shift(from: began, until: ends, duties: current.duties, hole: current.hole))
                (current, began) = (next, ends)
            }
            ends = next.span.until
        }
        visit(Shift(from: began, until: until, duties: current.duties, hole: current.hole))
    }
}

/// By what it was made of.
extension Roster: Hashable {
    public static func == (a: Roster, b: Roster) -> Bool { a.schedules == b.schedules && a.zones == b.zones }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(schedules)
        hasher.combine(zones)
    }
}

extension RosterReader {
    /// When each person of `current` stops being on call, in their order, and when people change first; nil where that
    /// is further away than the search.
    fileprivate mutating func look(
        ahead current: Segment, until horizon: Instant
    ) -> (ends: [Instant?], firstChange: Instant?) {
        var ends = [Instant?](repeating: nil, count: current.duties.count)
        var firstChange: Instant?
        var instant = current.span.until
        for _ in 0..<Self.searchedSegments where instant < horizon {
            if firstChange != nil, !ends.contains(nil) { return (ends, firstChange) }
            let segment = segment(at: instant)
            if firstChange == nil, !segment.hasSamePeople(as: current) { firstChange = instant }
            for (index, duty) in current.duties.enumerated() where ends[index] == nil {
                if !segment.hasOnCall(duty.user) { ends[index] = instant }
            }
            instant = segment.span.until
        }
        // Out of patience before the horizon: whether anything changes there has not been looked at.
        if instant < horizon { firstChange = firstChange ?? instant }
        return (ends, firstChange)
    }

    /// When each person of `current` began to be on call, in their order; nil where that is further away than the
    /// search.
    fileprivate mutating func look(back current: Segment, until horizon: Instant) -> [Instant?] {
        var begins = [Instant?](repeating: nil, count: current.duties.count)
        var instant = current.span.from
        for _ in 0..<Self.searchedSegments where instant > horizon {
            if !begins.contains(nil) { return begins }
            let segment = segment(at: Instant(milliseconds: instant.milliseconds - 1))
            for (index, duty) in current.duties.enumerated() where begins[index] == nil {
                if !segment.hasOnCall(duty.user) { begins[index] = instant }
            }
            instant = segment.span.from
        }
        return begins
    }

    /// Enough for a week of hourly turns inside somebody's weekly one, few enough for the moment of a page.
    private static let searchedSegments = 400
}
