import Timekeeping

/// How the new people of a layer are written so that nobody's shift of today moves: the rosters it had, and one that
/// is dated at its next handoff.
public struct EraAdvice: Hashable, Sendable {
    public let layer: String
    public let eras: [Era]

    /// One for each layer whose people differ; empty when the difference is in anything else, or when dated rosters
    /// would still move somebody at `instant`.
    static func keeping(
        _ old: Roster, until new: Roster, _ id: ScheduleID, at instant: Instant, amendments: Amendments
    ) -> [EraAdvice] {
        guard let before = old.schedules[id], let after = new.schedules[id], before.zone == after.zone,
            case .layers(let oldLayers) = before.plan, case .layers(let newLayers) = after.plan,
            oldLayers.count == newLayers.count
        else { return [] }
        var advice: [EraAdvice] = []
        var layers = newLayers
        for (index, (was, will)) in zip(oldLayers, newLayers).enumerated() where was.eras != will.eras {
            let edit = RosterEdit(schedule: before, zones: old.zones, old: was, new: will)
            guard let eras = edit?.eras(at: instant) else { return [] }
            layers[index] = will.with(eras)
            advice.append(EraAdvice(layer: will.name, eras: eras))
        }
        var schedules = new.schedules
        schedules[id] = Schedule(id: id, zone: after.zone, plan: .layers(layers), timeOff: after.timeOff)
        let kept = Roster(schedules: schedules, zones: new.zones)
        func users(_ roster: Roster) -> [UserID] {
            roster.onCall(id, at: instant, amendments: amendments).duties.map(\.user).sorted()
        }
        return users(kept) == users(old) ? advice : []
    }
}

/// One layer whose people were edited in place.
private struct RosterEdit {
    let schedule: Schedule
    let zones: [ZoneID: ZoneRules]
    let zone: ZoneRules
    let old: Layer
    let new: Layer

    /// Nil when more than people changed. The turns of somebody who is alone never end, so their length may change.
    init?(schedule: Schedule, zones: [ZoneID: ZoneRules], old: Layer, new: Layer) {
        let wasAlone = old.eras.allSatisfy { Set($0.turns).count <= 1 }
        let isSame = old.with([]) == new.with([])
        let isSameButForTurns = old.with([], like: new) == new.with([])
        guard isSame || wasAlone && isSameButForTurns, let zone = zones[old.zone ?? schedule.zone] else { return nil }
        self.schedule = schedule
        self.zones = zones
        self.zone = zone
        self.old = old
        self.new = new
    }

    /// The rosters that have begun, the wanted people from the next handoff on, and those that were dated later.
    ///
    /// The wanted people begin with whoever would have had the next turn, if they are still among them; so the order
    /// goes on as it would have.
    func eras(at instant: Instant) -> [Era]? {
        let today = zone.civil(at: instant).date
        guard let wanted = new.eras.filter({ $0.begins <= today }).max(by: { $0.begins < $1.begins })?.turns,
            !wanted.isEmpty
        else { return nil }
        let begun = old.eras.filter { $0.begins <= today }
        let (boundary, followers) = nextTurns(after: instant)
        func midnight(_ date: CivilDate) -> Instant {
            zone.firstInstant(of: CivilDateTime(date: date, time: .midnight))
        }
        // All of today, for what is past of it must not move either.
        let (start, tomorrow) = (midnight(today), midnight(today.adding(days: 1)))
        let end = boundary ?? tomorrow
        let turns = wanted.rotated(toBeginWith: followers)
        let kept = stretches(of: old, from: start, until: end)
        let last = zone.civil(at: end).date
        var found: (eras: [Era], atEnd: [Shift.Assignment])?
        for day in 0...max(0, last.daysSinceEpoch - today.daysSinceEpoch) + 31 {
            let date = today.adding(days: day)
            let eras =
                begun.map { Era(from: $0.begins, turns: $0.turns) } + [Era(from: date, turns: turns)]
                + new.eras.filter { $0.begins > date }
            // A roster of the same date would not be told apart from this one.
            guard !begun.contains(where: { $0.begins == date }) else { continue }
            let layer = new.with(eras)
            guard stretches(of: layer, from: start, until: end) == kept else { continue }
            let atEnd = shifts(of: layer, from: end, until: end + .milliseconds(1)).flatMap(\.duties)
            // The day of the handoff reads better than an earlier one that leads to the same handoff.
            if let found, found.atEnd != atEnd || date > last { return found.eras }
            found = (eras, atEnd)
        }
        return found?.eras
    }

    /// When the layer's next turn begins by its old people, and who has that turn and those after it, in order.
    private func nextTurns(after instant: Instant) -> (Instant?, [UserID]) {
        for days in [8, 64, Roster.searchedDays] {
            // From before, for the turn under way may just be outside its hours.
            let shifts = shifts(of: old, from: instant - .days(8), until: instant + .days(days))
            let current = shifts.last { $0.from <= instant && !$0.duties.isEmpty }?.duties.first
            var boundary: Instant?
            var followers: [UserID] = []
            for shift in shifts where shift.from > instant {
                guard let duty = shift.duties.first, duty != current else { continue }
                boundary = boundary ?? shift.from
                if !followers.contains(duty.user) { followers.append(duty.user) }
            }
            if boundary != nil, followers.count > 1 || days == Roster.searchedDays { return (boundary, followers) }
        }
        return (nil, [])
    }

    private struct Stretch: Hashable {
        let from: Instant
        let users: [UserID]
    }

    /// Whom the layer alone puts on call.
    private func stretches(of layer: Layer, from: Instant, until: Instant) -> [Stretch] {
        var stretches: [Stretch] = []
        for shift in shifts(of: layer, from: from, until: until) {
            let users = shift.duties.map(\.user)
            if stretches.last?.users != users { stretches.append(Stretch(from: shift.from, users: users)) }
        }
        return stretches
    }

    private func shifts(of layer: Layer, from: Instant, until: Instant) -> [Shift] {
        let alone = Schedule(id: schedule.id, zone: schedule.zone, plan: .layers([layer]))
        return Roster(schedules: [schedule.id: alone], zones: zones)
            .shifts(schedule.id, from: from, until: until, amendments: .none)
    }
}

extension Layer {
    /// - Parameter other: whose turns to take.
    fileprivate func with(_ eras: [Era], like other: Layer? = nil) -> Layer {
        Layer(
            name: name, eras: eras, turn: other?.turn ?? turn, handoff: other?.handoff ?? handoff,
            restrictions: restrictions, also: also, outsideHours: outsideHours, zone: zone)
    }
}

extension [[UserID]] {
    /// The same order, begun at the first turn of the first of `wished` who is among them.
    fileprivate func rotated(toBeginWith wished: [UserID]) -> [[UserID]] {
        let starts = wished.lazy.compactMap { user in firstIndex { $0.contains(user) } }
        guard let start = starts.first else { return self }
        return [[UserID]](self[start...] + self[..<start])
    }
}
