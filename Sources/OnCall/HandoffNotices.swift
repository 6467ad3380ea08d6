import Timekeeping

/// A shift change ahead that people are to be told of.
public struct HandoffNotice: Hashable, Sendable {
    public let schedule: ScheduleID
    public let at: Instant
    /// Who goes on and is told so, by name.
    public let incoming: [UserID]
    /// Who goes off and is told so, by name.
    public let outgoing: [UserID]

    public init(schedule: ScheduleID, at: Instant, incoming: [UserID], outgoing: [UserID]) {
        self.schedule = schedule
        self.at = at
        self.incoming = incoming
        self.outgoing = outgoing
    }
}

/// Decides who is told of which shift change, and when to look again.
///
/// Nobody is told who stays on, or who made the change themselves a moment ago. Shifts under four hours are told once
/// a day, before a person's first of their local day, and their ends are not: an hourly rotation is no reason to write
/// to somebody eight times.
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
    ///   - told: the changes of which people were told already.
    ///   - zones: where people live; who is missing lives in UTC.
    public init(
        roster: Roster, amendments: Amendments, leads: [ScheduleID: Duration], told: [ScheduleID: Set<Instant>],
        zones: [UserID: ZoneRules], now: Instant
    ) {
        var due: [HandoffNotice] = []
        var nextDue: Instant?
        for (schedule, lead) in leads.sorted(by: { $0.key < $1.key }) where lead > .zero {
            let watch = ScheduleWatch(
                roster: roster, amendments: amendments, schedule: schedule, lead: lead, zones: zones)
            var answer = roster.onCall(schedule, at: now, amendments: amendments)
            for _ in 0..<Self.mostChanges {
                guard let at = answer.nextChange else { break }
                guard at - lead <= now else {
                    nextDue = min(nextDue ?? .distantFuture, at - lead)
                    break
                }
                let after = roster.onCall(schedule, at: at, amendments: amendments)
                if told[schedule]?.contains(at) != true, let notice = watch.notice(at, answer, after) {
                    due.append(notice)
                }
                answer = after
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

    func notice(_ at: Instant, _ before: OnCallAnswer, _ after: OnCallAnswer) -> HandoffNotice? {
        let (was, will) = (Set(before.duties.map(\.user)), Set(after.duties.map(\.user)))
        let incoming = after.duties.filter { !was.contains($0.user) && !isShortAndTold($0, at) }.map(\.user)
        let outgoing = before.duties.filter { !will.contains($0.user) && !isShort($0, from: $0.since, until: at) }
            .map(\.user)
        let told = { (users: [UserID]) in users.filter { !didItThemselves($0, at) }.sorted() }
        let notice = HandoffNotice(schedule: schedule, at: at, incoming: told(incoming), outgoing: told(outgoing))
        return notice.incoming.isEmpty && notice.outgoing.isEmpty ? nil : notice
    }

    private func isShort(_ duty: Duty, from: Instant?, until: Instant?) -> Bool {
        guard let from, let until else { return false }
        return until - from < HandoffNotices.shortShift
    }

    /// A short shift of somebody who was told of an earlier one of the same day.
    private func isShortAndTold(_ duty: Duty, _ at: Instant) -> Bool {
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
