import Timekeeping

/// Says by which rule a hole comes about.
///
/// Asks the roster itself, over one layer at a time and without amendments, so it needs no second reading of a plan.
struct CauseFinder {
    private let roster: Roster
    private let id: ScheduleID
    private let amendments: Amendments
    /// Made when the first hole is found: most schedules have none.
    private var layers: [Examined]?
    private var fixed: [FixedClock: Roster] = [:]

    /// One layer, as a schedule of its own.
    private struct Examined {
        let layer: Layer
        let zone: ZoneRules
        /// As it is written, and without its hours.
        let written: Roster
        let always: Roster
    }

    private struct FixedClock: Hashable {
        let zone: ZoneID
        let offsetSeconds: Int
    }

    private static let alone: ScheduleID = "alone"

    init(_ roster: Roster, _ id: ScheduleID, _ amendments: Amendments) {
        self.roster = roster
        self.id = id
        self.amendments = amendments
    }

    /// `shift` has nobody, or nobody who can be reached.
    mutating func cause(of shift: Shift) -> HoleCause {
        guard let reason = shift.hole else { return .nobodyReachable(shift.duties.map(Self.post)) }
        return cause(reason, of: id, from: shift.from, until: shift.until)
    }

    private mutating func cause(
        _ reason: HoleReason, of id: ScheduleID, from: Instant, until: Instant
    ) -> HoleCause {
        guard reason != .unknownSchedule, let schedule = roster.schedules[id] else { return .unknownSchedule(id) }
        switch schedule.plan {
        case .layers:
            return reason == .everyoneRemoved
                ? .everyoneAway(awayFromLayers(of: schedule, at: from))
                : .noLayerAnswers(silentLayers(of: schedule, from: from, until: until))
        case .behind(let primary, _):
            if let inFront = roster.shift(primary, at: from, amendments).hole {
                return .nobodyInFront(primary, cause(inFront, of: primary, from: from, until: until))
            }
            guard reason == .everyoneRemoved else { return .nobodyElse(behind: primary) }
            return .everyoneAway(
                overrides(of: id, at: from).compactMap { override in
                    override.displaced.map { HoleCause.Away(user: $0, layer: nil, why: .override(id: override.id)) }
                })
        }
    }

    private static func post(_ duty: Shift.Assignment) -> HoleCause.Post {
        let by: HoleCause.Post.By =
            switch duty.reason {
            case .rotation(let layer, _): .turn(layer: layer)
            case .timeOffCover(let absent, let layer): .cover(of: absent, layer: layer)
            case .behind(let primary, _): .behind(primary)
            case .override(let id, _, _): .override(id: id)
            }
        return HoleCause.Post(user: duty.user, by: by)
    }

    // MARK: Layers that do not answer

    private mutating func silentLayers(
        of schedule: Schedule, from: Instant, until: Instant
    ) -> [HoleCause.SilentLayer] {
        examined(schedule).map { examined in
            HoleCause.SilentLayer(
                name: examined.layer.name, silence: Self.silence(of: examined, from: from, until: until))
        }
    }

    private static func silence(of examined: Examined, from: Instant, until: Instant) -> HoleCause.Silence {
        if !examined.always.shift(alone, at: from, .none).duties.isEmpty {
            let before = Instant(milliseconds: from.milliseconds - 1)
            return .closed(
                ends: !examined.written.shift(alone, at: before, .none).duties.isEmpty,
                begins: !examined.written.shift(alone, at: until, .none).duties.isEmpty)
        }
        let today = examined.zone.civil(at: from).date
        let begun = examined.layer.eras.filter { $0.begins <= today }.max { $0.begins < $1.begins }
        if let begun { return begun.people.isEmpty ? .hasNobody : .notBegun(begun.begins) }
        let later = examined.layer.eras.filter { !$0.people.isEmpty }.map(\.begins).min()
        return later.map { .notBegun($0) } ?? .hasNobody
    }

    private mutating func examined(_ schedule: Schedule) -> [Examined] {
        if let layers { return layers }
        guard case .layers(let plan) = schedule.plan else { return [] }
        let found = plan.compactMap { layer -> Examined? in
            let id = layer.zone ?? schedule.zone
            guard let zone = roster.zones[id] else { return nil }
            func alone(_ restrictions: [Restriction]) -> Roster {
                let only = Layer(
                    name: layer.name, eras: layer.eras, turn: layer.turn, handoff: layer.handoff,
                    restrictions: restrictions, outsideHours: layer.outsideHours)
                return Roster(
                    schedules: [Self.alone: Schedule(id: Self.alone, zone: id, plan: .layers([only]))],
                    zones: [id: zone])
            }
            return Examined(layer: layer, zone: zone, written: alone(layer.restrictions), always: alone([]))
        }
        layers = found
        return found
    }

    // MARK: People who are away

    private mutating func awayFromLayers(of schedule: Schedule, at instant: Instant) -> [HoleCause.Away] {
        let overrides = overrides(of: schedule.id, at: instant)
        let timeOff = (schedule.timeOff + amendments.timeOff).filter { $0.from <= instant && instant < $0.until }
        var found: [HoleCause.Away] = []
        for examined in examined(schedule) {
            let turn = examined.written.shift(Self.alone, at: instant, .none).duties.map(\.user)
            for user in turn {
                if let away = removal(of: user, by: overrides, examined.layer) {
                    found.append(away)
                    continue
                }
                let era = examined.layer.eras.filter { $0.people.contains(user) }.max { $0.begins < $1.begins }
                let others = (era?.people ?? []).filter { $0 != user }
                for member in [user] + others {
                    let absence = timeOff.first { $0.user == member }
                    let away =
                        absence.map {
                            HoleCause.Away(user: member, layer: examined.layer.name, why: .timeOff($0.source))
                        } ?? removal(of: member, by: overrides, examined.layer)
                    if let away, !found.contains(away) { found.append(away) }
                }
            }
        }
        return found
    }

    private func removal(of user: UserID, by overrides: [Override], _ layer: Layer) -> HoleCause.Away? {
        overrides.first { $0.concerns(user) && $0.displaced != nil }
            .map { HoleCause.Away(user: user, layer: layer.name, why: .override(id: $0.id)) }
    }

    /// The latest created first.
    private func overrides(of id: ScheduleID, at instant: Instant) -> [Override] {
        amendments.overrides
            .filter { $0.schedule == id && $0.from <= instant && instant < $0.until }
            .sorted { $0.id > $1.id }
    }

    // MARK: Clocks that changed

    /// The change without which there would be no hole here: if the zone had kept its clocks, everything from before
    /// the hole to after it, by as much as they were set, would be covered.
    mutating func clockChange(behind causes: [HoleCause], from: Instant, until: Instant) -> ClockChange? {
        guard causes.allSatisfy({ if case .noLayerAnswers = $0.root { true } else { false } }) else { return nil }
        for zone in zonesOfHours {
            guard let rules = roster.zones[zone], let at = Self.lastTransition(of: rules, until: until) else {
                continue
            }
            let before = rules.offsetSeconds(at: Instant(milliseconds: at.milliseconds - 1))
            let change = ClockChange(zone: zone, at: at, bySeconds: rules.offsetSeconds(at: at) - before)
            let reach = Duration.seconds(Int64(change.bySeconds.magnitude))
            var isCovered = true
            fixed(zone, before).forEachShift(id, from: from - reach, until: until + reach, amendments: .none) {
                if $0.duties.isEmpty { isCovered = false }
            }
            if isCovered { return change }
        }
        return nil
    }

    private static func lastTransition(of rules: ZoneRules, until: Instant) -> Instant? {
        var found: Instant?
        var instant = until - .days(370)
        while let next = rules.nextTransition(after: instant), next < until { (found, instant) = (next, next) }
        return found
    }

    private mutating func fixed(_ zone: ZoneID, _ offsetSeconds: Int) -> Roster {
        let clock = FixedClock(zone: zone, offsetSeconds: offsetSeconds)
        if let known = fixed[clock] { return known }
        var zones = roster.zones
        zones[zone] = .fixed(id: zone, offsetSeconds: offsetSeconds)
        let chain = Dictionary(uniqueKeysWithValues: chain.map { ($0.id, $0) })
        let made = Roster(schedules: chain, zones: zones)
        fixed[clock] = made
        return made
    }

    /// Those whose clocks open and close a layer, sorted.
    private var zonesOfHours: [ZoneID] {
        guard let front = chain.last, case .layers(let layers) = front.plan else { return [] }
        return Set(layers.filter { !$0.restrictions.isEmpty }.map { $0.zone ?? front.zone }).sorted()
    }

    /// The schedule and those it stands behind.
    private var chain: [Schedule] {
        var found: [Schedule] = []
        var next: ScheduleID? = id
        while let id = next, let schedule = roster.schedules[id], !found.contains(where: { $0.id == id }) {
            found.append(schedule)
            next = if case .behind(let primary, _) = schedule.plan { primary } else { nil }
        }
        return found
    }
}

extension Roster {
    fileprivate func shift(_ id: ScheduleID, at instant: Instant, _ amendments: Amendments) -> Shift {
        var found = Shift(from: instant, until: instant, duties: [], hole: .unknownSchedule)
        let next = Instant(milliseconds: instant.milliseconds + 1)
        forEachShift(id, from: instant, until: next, amendments: amendments) { found = $0 }
        return found
    }
}
