import Timekeeping

/// How an answer to "who is on call" comes about, as facts: whoever words it looks nothing up.
public struct OnCallExplanation: Hashable, Sendable {
    public let schedule: Schedule
    public let answer: OnCallAnswer
    /// One a duty of the answer, in its order.
    public let people: [Person]
    /// What would be if nobody had made an override; nil when none is in force.
    public let beneath: Beneath?
    /// Those of this schedule in force at the instant, the latest made first.
    public let overrides: [Override]
    /// Absences at the instant of anybody named here.
    public let timeOff: [TimeOff]
    /// Where the people change next.
    public let next: [Shift]

    /// The plan below the overrides.
    public struct Beneath: Hashable, Sendable {
        public let people: [Person]
        public let hole: HoleReason?
    }

    public struct Person: Hashable, Sendable {
        public let user: UserID
        public let reason: OnCallReason
        /// The turn that the reason speaks of: their own, or that of the person for whom they stand in.
        public let turn: TurnExplanation?
        /// The override that decides.
        public let override: Override?
        /// Why the person whose turn it is does not have it.
        public let timeOff: [TimeOff]
        public let place: Place?
    }

    /// A place behind another schedule.
    public struct Place: Hashable, Sendable {
        public let schedule: ScheduleID
        public let by: Int
        /// The rotation whose next people are counted; nil when none answers in front.
        public let rotation: TurnExplanation?
    }
}

/// One turn of one layer, with all that says whose it is.
public struct TurnExplanation: Hashable, Sendable {
    /// The schedule that has the layer.
    public let schedule: ScheduleID
    public let layer: String
    /// Every clock time of the layer is read in it.
    public let zone: ZoneID
    public let era: Era
    public let eraBegins: Instant
    /// When the next era begins; nil when there is none.
    public let eraEnds: Instant?
    /// Whose turn the plan says it is.
    public let users: [UserID]
    /// Counts from 0 at the era's beginning, by turns used up.
    public let turn: Int
    /// `[begins, ends)` by the handoffs; both nil when there is nobody to hand over to.
    public let begins: Instant?
    public let ends: Instant?
    public let restrictions: [Restriction]
    /// The open stretch of the restrictions around the instant; nil when there are none.
    public let opens: Instant?
    public let closes: Instant?
}

extension Roster {
    /// How `onCall` comes to its answer. Nil when the schedule is not known.
    ///
    /// Everything is read off the plans that answer, so it cannot say anything else.
    public func explain(
        _ id: ScheduleID, at instant: Instant, amendments: Amendments
    ) -> OnCallExplanation? {
        guard let schedule = schedules[id] else { return nil }
        let answer = onCall(id, at: instant, amendments: amendments)
        let overrides = amendments.overrides
            .filter { $0.schedule == id && $0.from <= instant && instant < $0.until }
            .sorted { $0.id > $1.id }
        var plan = amendments
        plan.overrides = []
        let people = answer.duties.map { person($0.user, $0.reason, schedule, instant, amendments) }
        var beneath: OnCallExplanation.Beneath?
        if !overrides.isEmpty {
            let planned = onCall(id, at: instant, amendments: plan)
            beneath = .init(
                people: planned.duties.map { person($0.user, $0.reason, schedule, instant, plan) }, hole: planned.hole)
        }
        let named = Set((people + (beneath?.people ?? [])).flatMap(\.named))
        let away = (root(of: schedule).timeOff + schedule.timeOff + amendments.timeOff)
            .filter { $0.from <= instant && instant < $0.until && named.contains($0.user) }
        return OnCallExplanation(
            schedule: schedule, answer: answer, people: people, beneath: beneath, overrides: overrides,
            timeOff: Self.distinct(away), next: changes(id, after: instant, amendments))
    }

    private func person(
        _ user: UserID, _ reason: OnCallReason, _ schedule: Schedule, _ instant: Instant, _ amendments: Amendments
    ) -> OnCallExplanation.Person {
        var (turn, override, place): (TurnExplanation?, Override?, OnCallExplanation.Place?)
        var timeOff: [TimeOff] = []
        switch reason {
        case .rotation(let layer, _): turn = self.turn(of: layer, in: schedule, at: instant)
        case .override(let id, _, _): override = amendments.overrides.first { $0.id == id }
        case .timeOffCover(let absent, let layer):
            turn = self.turn(of: layer, in: schedule, at: instant)
            let known = schedule.timeOff + amendments.timeOff
            timeOff = Self.distinct(
                known.filter { $0.user == absent && $0.from <= instant && instant < $0.until })
        case .behind(let primary, _):
            if case .behind(_, let by) = schedule.plan {
                var reader = RosterReader(
                    plans[primary], amendments, from: instant, until: instant + .milliseconds(1))
                let layer = reader.segment(at: instant).rotation?.layer
                place = .init(
                    schedule: primary, by: by,
                    rotation: layer.flatMap { self.turn(of: $0, in: root(of: schedule), at: instant) })
            }
        }
        return .init(user: user, reason: reason, turn: turn, override: override, timeOff: timeOff, place: place)
    }

    /// The schedule with the layers that this one stands behind in the end.
    private func root(of schedule: Schedule) -> Schedule {
        var (current, passed) = (schedule, [schedule.id])
        while case .behind(let next, _) = current.plan, let front = schedules[next], !passed.contains(next) {
            passed.append(next)
            current = front
        }
        return current
    }

    // MARK: One turn

    private func turn(of name: String, in schedule: Schedule, at instant: Instant) -> TurnExplanation? {
        guard case .layers(let layers) = schedule.plan, let layer = layers.first(where: { $0.name == name }),
            let rules = zones[layer.zone ?? schedule.zone], let plan = LayerPlan(layer, zone: rules)
        else { return nil }
        var clock = LocalClock(rules)
        var (period, window) = (Span(), Span())
        guard let position = plan.position(at: instant, clock: &clock, narrowing: &period) else { return nil }
        _ = plan.hours.isOpen(at: instant, clock: &clock, narrowing: &window)
        let eras = layer.eras.enumerated()
            .sorted { ($0.element.begins, $0.offset) < ($1.element.begins, $1.offset) }
            .compactMap { era in
                Turns(of: layer, era: era.element, clock: &clock).map { (era: era.element, begins: $0.begins) }
            }
        guard let index = eras.lastIndex(where: { $0.begins <= instant }) else { return nil }
        let era = eras[index].era
        let isAlone = Set(era.turns.map(Set.init)).count == 1
        let isRestricted = !layer.restrictions.isEmpty
        return TurnExplanation(
            schedule: schedule.id, layer: name, zone: rules.id, era: era, eraBegins: eras[index].begins,
            eraEnds: eras[(index + 1)...].first?.begins, users: position.people, turn: position.turn,
            begins: isAlone ? nil : period.from, ends: isAlone ? nil : period.until, restrictions: layer.restrictions,
            opens: isRestricted ? window.from : nil, closes: isRestricted ? window.until : nil)
    }

    // MARK: What comes next

    private func changes(_ id: ScheduleID, after instant: Instant, _ amendments: Amendments) -> [Shift] {
        let shifts = shifts(id, from: instant, until: instant + .days(Self.daysAhead), amendments: amendments)
        var found: [Shift] = []
        for (last, shift) in zip(shifts, shifts.dropFirst())
        where Set(last.duties.map(\.user)) != Set(shift.duties.map(\.user)) {
            found.append(shift)
        }
        return Array(found.prefix(Self.changesAhead))
    }

    private static let daysAhead: Int64 = 14
    private static let changesAhead = 4

    private static func distinct(_ timeOff: [TimeOff]) -> [TimeOff] {
        var found: [TimeOff] = []
        for absence in timeOff where !found.contains(absence) { found.append(absence) }
        return found
    }
}

extension OnCallExplanation.Person {
    /// Everybody whose absence would matter here.
    fileprivate var named: [UserID] {
        let displaced: UserID? =
            switch reason {
            case .override(_, let displaced, _): displaced
            case .timeOffCover(let absent, _): absent
            case .behind(_, let primary): primary
            case .rotation: nil
            }
        return [user] + (displaced.map { [$0] } ?? []) + (turn?.users ?? []) + (place?.rotation?.era.people ?? [])
    }
}
