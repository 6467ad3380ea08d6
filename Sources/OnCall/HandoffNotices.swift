import Timekeeping

/// A shift change that people are to be told of.
public struct HandoffNotice: Hashable, Sendable {
    public let schedule: ScheduleID
    public let at: Instant
    /// Who is told that they are on call from then on, by name. They go on, or stay though they were told otherwise.
    public let incoming: [UserID]
    /// Who is told that they are not on call from then on, by name. They go off, or stay off though they were told
    /// otherwise.
    public let outgoing: [UserID]

    public init(schedule: ScheduleID, at: Instant, incoming: [UserID], outgoing: [UserID]) {
        self.schedule = schedule
        self.at = at
        self.incoming = incoming
        self.outgoing = outgoing
    }
}

extension HandoffNotice {
    /// Whom a change of the plan, or of what lies over it, puts on call now or takes off; nil when it moves nobody.
    public init?(
        _ schedule: ScheduleID, from old: (roster: Roster, amendments: Amendments),
        to new: (roster: Roster, amendments: Amendments), now: Instant
    ) {
        func people(_ side: (roster: Roster, amendments: Amendments)) -> Set<UserID> {
            Set(side.roster.onCall(schedule, at: now, amendments: side.amendments).duties.map(\.user))
        }
        let (was, will) = (people(old), people(new))
        guard was != will else { return nil }
        self.init(
            schedule: schedule, at: now, incoming: will.subtracting(was).sorted(),
            outgoing: was.subtracting(will).sorted())
    }

    /// Without these people; nil when that leaves nobody.
    public func without(_ people: Set<UserID>) -> HandoffNotice? {
        narrowed(incoming: { !people.contains($0) }, outgoing: { !people.contains($0) })
    }

    /// Of these people, what is not in `other`; nil when that is nothing.
    public func only(_ people: Set<UserID>, notIn other: HandoffNotice?) -> HandoffNotice? {
        narrowed(
            incoming: { people.contains($0) && other?.incoming.contains($0) != true },
            outgoing: { people.contains($0) && other?.outgoing.contains($0) != true })
    }

    private func narrowed(incoming on: (UserID) -> Bool, outgoing off: (UserID) -> Bool) -> HandoffNotice? {
        let rest = HandoffNotice(
            schedule: schedule, at: at, incoming: incoming.filter(on), outgoing: outgoing.filter(off))
        return rest.incoming.isEmpty && rest.outgoing.isEmpty ? nil : rest
    }
}

/// What people were told last of one shift change.
public struct ToldHandoff: Hashable, Sendable {
    /// That they are on call from then on.
    public private(set) var incoming: Set<UserID> = []
    /// That they are not.
    public private(set) var outgoing: Set<UserID> = []

    public init(incoming: [UserID] = [], outgoing: [UserID] = []) { tell(incoming: incoming, outgoing: outgoing) }

    /// What is told later counts.
    public mutating func tell(incoming: [UserID], outgoing: [UserID]) {
        self.incoming.subtract(outgoing)
        self.outgoing.subtract(incoming)
        self.incoming.formUnion(incoming)
        self.outgoing.formUnion(outgoing)
    }
}

/// Decides who is told of which shift change, and when to look again.
///
/// Who is told what depends on what that person was told last of that instant: when others are put on call after a
/// change was told, those are told, and those who are not after all. Nobody is told who stays on, or who made the
/// change themselves a moment ago. Shifts under four hours are told once a day, before a person's first of their local
/// day, and their ends are not: an hourly rotation is no reason to write to somebody eight times.
public struct HandoffNotices: Hashable, Sendable {
    /// In order of time, then of schedules.
    public let due: [HandoffNotice]
    /// When the next one comes due, as things stand.
    public let nextDue: Instant?

    /// Shorter ones are told once a day.
    public static let shortShift = Duration.hours(4)
    /// In one schedule, within one lead time.
    private static let mostChanges = 100

    /// - Parameters:
    ///   - leads: how long before a change of each schedule people are told; of a schedule that is missing, nobody is.
    ///   - told: what people were told of the changes ahead.
    ///   - zones: where people live; who is missing lives in UTC.
    public init(
        roster: Roster, amendments: Amendments, leads: [ScheduleID: Duration],
        told: [ScheduleID: [Instant: ToldHandoff]], zones: [UserID: ZoneRules], now: Instant
    ) {
        var due: [HandoffNotice] = []
        var nextDue: Instant?
        for (schedule, lead) in leads.sorted(by: { $0.key < $1.key }) where lead > .zero {
            let watch = ScheduleWatch(
                roster: roster, amendments: amendments, schedule: schedule, lead: lead, zones: zones)
            // Instants of which somebody was told and at which, by now, nothing may change any more.
            var others = (told[schedule] ?? [:]).filter { $0.key > now }
            var answer = roster.onCall(schedule, at: now, amendments: amendments)
            for _ in 0..<Self.mostChanges {
                guard let at = answer.nextChange else { break }
                guard at - lead <= now else {
                    nextDue = min(nextDue ?? .distantFuture, at - lead)
                    break
                }
                let after = roster.onCall(schedule, at: at, amendments: amendments)
                let known = others.removeValue(forKey: at) ?? ToldHandoff()
                if let notice = watch.notice(at, answer, after, known) { due.append(notice) }
                answer = after
            }
            for (at, known) in others.sorted(by: { $0.key < $1.key }) {
                let before = roster.onCall(schedule, at: at - .milliseconds(1), amendments: amendments)
                let after = roster.onCall(schedule, at: at, amendments: amendments)
                if let notice = watch.notice(at, before, after, known) { due.append(notice) }
            }
        }
        self.due = due.sorted { ($0.at, $0.schedule) < ($1.at, $1.schedule) }
        self.nextDue = nextDue
    }
}

/// One schedule's changes.
private struct ScheduleWatch {
    let roster: Roster
    let amendments: Amendments
    let schedule: ScheduleID
    let lead: Duration
    let zones: [UserID: ZoneRules]

    func notice(
        _ at: Instant, _ before: OnCallAnswer, _ after: OnCallAnswer, _ told: ToldHandoff
    ) -> HandoffNotice? {
        let (was, will) = (Set(before.duties.map(\.user)), Set(after.duties.map(\.user)))
        let begin = after.duties.filter { !was.contains($0.user) && !isShortAndTold($0, at) }.map(\.user)
        let end = before.duties.filter { !will.contains($0.user) && !isShort($0, from: $0.since, until: at) }
            .map(\.user)
        let incoming = Set(begin).union(told.outgoing.intersection(will)).subtracting(told.incoming)
        let outgoing = Set(end).union(told.incoming.subtracting(will)).subtracting(told.outgoing)
        let strangers = { (users: Set<UserID>) in users.filter { !didItThemselves($0, at) }.sorted() }
        let notice = HandoffNotice(
            schedule: schedule, at: at, incoming: strangers(incoming), outgoing: strangers(outgoing))
        return notice.incoming.isEmpty && notice.outgoing.isEmpty ? nil : notice
    }

    private func isShort(_ duty: Duty, from: Instant?, until: Instant?) -> Bool {
        guard let from, let until else { return false }
        return until - from < HandoffNotices.shortShift
    }

    /// A short turn of somebody who was told of an earlier one of the same day. What somebody laid over the plan is no
    /// such turn: it is not expected.
    private func isShortAndTold(_ duty: Duty, _ at: Instant) -> Bool {
        if case .override = duty.reason { return false }
        guard isShort(duty, from: at, until: duty.until) else { return false }
        let zone = zones[duty.user] ?? .utc
        let midnight = zone.firstInstant(of: CivilDateTime(date: zone.civil(at: at).date, time: .midnight))
        // From a moment before midnight, so that a shift from yesterday is told from one that begins with the day.
        return roster.shifts(schedule, from: midnight - .milliseconds(1), until: at, amendments: amendments)
            .contains { $0.from >= midnight && $0.duties.contains { $0.user == duty.user } }
    }

    /// Made by them within the time that a notice would come ahead: they know.
    private func didItThemselves(_ user: UserID, _ at: Instant) -> Bool {
        amendments.overrides.contains { override in
            override.schedule == schedule && override.by == user && override.createdAt > at - lead
                && override.from <= at && at <= override.until
        }
    }
}

extension Roster {
    /// Stretches in which somebody stands in for `absent`, who is off, by schedule and time; those that follow each
    /// other are one.
    public func covers(
        of absent: UserID, in schedules: [ScheduleID], from: Instant, until: Instant, amendments: Amendments
    ) -> [AbsenceCover] {
        var covers: [AbsenceCover] = []
        for schedule in schedules.sorted() {
            for shift in shifts(schedule, from: from, until: until, amendments: amendments) {
                for duty in shift.duties {
                    guard case .timeOffCover(absent, _) = duty.reason else { continue }
                    let open = covers.lastIndex {
                        $0.schedule == schedule && $0.user == duty.user && $0.until == shift.from
                    }
                    if let open {
                        covers[open].until = shift.until
                    } else {
                        covers.append(
                            AbsenceCover(
                                schedule: schedule, user: duty.user, absent: absent, from: shift.from,
                                until: shift.until))
                    }
                }
            }
        }
        return covers
    }
}

/// Somebody is on call because somebody else is off.
public struct AbsenceCover: Hashable, Sendable {
    public let schedule: ScheduleID
    public let user: UserID
    public let absent: UserID
    public let from: Instant
    public internal(set) var until: Instant
}
