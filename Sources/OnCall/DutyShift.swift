import Timekeeping

/// One person's shift: their time on call in a schedule without a break, for whatever reasons. Half-open.
public struct DutyShift: Hashable, Sendable {
    public let schedule: ScheduleID
    public let user: UserID
    /// Nil when it began longer ago than `Roster.onCall` looks.
    public let from: Instant?
    /// Nil when it ends further away than `Roster.onCall` looks.
    public let until: Instant?
    /// The place among those on call when it began, from 0. With `from` it names the shift within its schedule,
    /// whoever the person is.
    public let position: Int
    /// Each once, in order of time, of the part that was asked about.
    public let reasons: [OnCallReason]

    public init(
        schedule: ScheduleID, user: UserID, from: Instant?, until: Instant?, position: Int, reasons: [OnCallReason]
    ) {
        self.schedule = schedule
        self.user = user
        self.from = from
        self.until = until
        self.position = position
        self.reasons = reasons
    }
}

extension Roster {
    /// Every person's shifts that have some time in `[from, until)`, whole, even where they begin before it or end
    /// after it. In order of beginning; holes are in none.
    ///
    /// The cost grows with the stretches between the two, so `until` must not be `distantFuture`.
    public func dutyShifts(
        _ schedule: ScheduleID, from: Instant, until: Instant, amendments: Amendments
    ) -> [DutyShift] {
        guard from < until else { return [] }
        var done: [DutyShift] = []
        var open: [OpenShift] = []
        for stretch in shifts(schedule, from: from, until: until, amendments: amendments) {
            for shift in open where !stretch.duties.contains(where: { $0.user == shift.user }) {
                done.append(shift.ended(at: stretch.from, in: schedule))
            }
            open.removeAll { shift in !stretch.duties.contains { $0.user == shift.user } }
            for (position, duty) in stretch.duties.enumerated() {
                if let index = open.firstIndex(where: { $0.user == duty.user }) {
                    open[index].add(duty.reason)
                } else {
                    open.append(
                        OpenShift(user: duty.user, from: stretch.from, position: position, reasons: [duty.reason]))
                }
            }
            if stretch.from == from { lookBack(&open, schedule, from, amendments) }
        }
        let last = onCall(schedule, at: until - .milliseconds(1), amendments: amendments)
        for shift in open {
            done.append(shift.ended(at: last.duties.first { $0.user == shift.user }?.until, in: schedule))
        }
        return done.sorted { ($0.from ?? .distantPast, $0.position) < ($1.from ?? .distantPast, $1.position) }
    }

    /// Gives shifts that are under way at `from` their true beginnings.
    private func lookBack(
        _ open: inout [OpenShift], _ schedule: ScheduleID, _ from: Instant, _ amendments: Amendments
    ) {
        let first = onCall(schedule, at: from, amendments: amendments)
        for index in open.indices {
            let user = open[index].user
            guard let since = first.duties.first(where: { $0.user == user })?.since else {
                open[index].from = nil
                continue
            }
            guard since < from else { continue }
            open[index].from = since
            let then = onCall(schedule, at: since, amendments: amendments)
            open[index].position = then.duties.firstIndex { $0.user == user } ?? open[index].position
        }
    }
}

private struct OpenShift {
    let user: UserID
    var from: Instant?
    var position: Int
    var reasons: [OnCallReason]

    mutating func add(_ reason: OnCallReason) {
        if !reasons.contains(reason) { reasons.append(reason) }
    }

    func ended(at until: Instant?, in schedule: ScheduleID) -> DutyShift {
        DutyShift(schedule: schedule, user: user, from: from, until: until, position: position, reasons: reasons)
    }
}

extension Roster {
    /// Everybody who is in a rotation of the schedule, or of the one it stands behind; each once, in order of their
    /// first turns.
    public func members(of schedule: ScheduleID) -> [UserID] {
        var members: [UserID] = []
        for id in lineage(of: schedule) {
            guard case .layers(let layers) = schedules[id]?.plan else { continue }
            for user in layers.flatMap({ $0.eras.flatMap(\.people) }) where !members.contains(user) {
                members.append(user)
            }
        }
        return members
    }

    /// The schedule, then those that stand behind it, directly or not, sorted: what a change of it can leave empty.
    public func dependents(of schedule: ScheduleID) -> [ScheduleID] {
        [schedule] + schedules.keys.filter { $0 != schedule && lineage(of: $0).contains(schedule) }.sorted()
    }

    /// The schedule, the one it stands behind, the one that stands behind, and so on.
    public func lineage(of schedule: ScheduleID) -> [ScheduleID] {
        var lineage = [schedule]
        while let last = lineage.last, case .behind(let primary, _) = schedules[last]?.plan, !lineage.contains(primary)
        {
            lineage.append(primary)
        }
        return lineage
    }
}
