import OnCall
import Timekeeping

/// Schedules: layers of rotations in a time zone, or places behind another schedule.
extension ConfigurationBuilder {
    func readSchedules() {
        let all = named("schedules")
        var behind: [(Field.Entry, Section, Field)] = []
        for entry in all {
            scheduleFields[ScheduleID(rawValue: entry.name)] = entry.key
            guard let entries = entry.value.entries() else { continue }
            if entries.contains(where: { $0.name == "behind" }) {
                let known = ["behind", "by", "time_off", "handoff_notice"]
                let section = Section(field: entry.value, entries: entries, known: known)
                handoffNotice(section["handoff_notice"], of: entry)
                if let primary = section.mandatory("behind", "Name a schedule.") {
                    behind.append((entry, section, primary))
                }
            } else {
                let known = ["zone", "layers", "time_off", "handoff_notice"]
                let section = Section(field: entry.value, entries: entries, known: known)
                handoffNotice(section["handoff_notice"], of: entry)
                readLayered(entry, section)
            }
        }
        readBehind(behind)
    }

    /// `1h`, or `off`.
    private func handoffNotice(_ field: Field?, of entry: Field.Entry) {
        guard let field else { return }
        let hint = "Write it like 1h or 30m, or off for none."
        // YAML reads a bare off as false, and so do we.
        let word = field.scalar?.lowercased()
        let isOff = word.map { ["off", "false", "no"].contains($0) } ?? false
        let notice = word.flatMap { Duration(written: $0) }.flatMap { Self.handoffNotices.contains($0) ? $0 : nil }
        guard isOff || notice != nil else {
            field.error("is not a time before a handoff, from 5m to 2d", hint)
            return
        }
        handoffNotices[ScheduleID(rawValue: entry.name)] = isOff ? .zero : notice
    }

    private static let handoffNotices = Duration.minutes(5)...(.hours(48))

    private func readLayered(_ entry: Field.Entry, _ section: Section) {
        let id = ScheduleID(rawValue: entry.name)
        let zone = section.mandatory("zone", "Say whose clocks it follows, such as zone: Europe/Berlin.")
            .flatMap { zones.zone($0) }
        let hint = "Write a list of rotations: layers: [{people: [ana, ben], turn: 1 week, handoff: mon 10:00}]."
        let fields =
            section.mandatory("layers", "\(hint) Or stand behind another schedule: {behind: primary, by: 1}.")
            .flatMap { $0.someItems(hint) } ?? []
        let layers = fields.enumerated().compactMap { layer($0.element, number: $0.offset + 1) }
        guard let zone, !layers.isEmpty, layers.count == fields.count else { return }
        schedules[id] = Schedule(
            id: id, zone: zone.id, plan: .layers(layers),
            timeOff: personalTimeOff + timeOff(section["time_off"], in: zone))
    }

    private func layer(_ field: Field, number: Int) -> Layer? {
        let keys = ["name", "people", "eras", "turn", "handoff", "hours", "also", "outside_hours", "zone"]
        guard let section = field.section(keys) else { return nil }
        let dated = eras(section)
        let eras = dated.map(\.era)
        let turn = section["turn"].map { $0.turn() } ?? defaultTurn(section, eras)
        let handoff = section["handoff"].map { $0.handoff() } ?? defaultHandoff(section, eras)
        let hours = section["hours"]?.itemsOrOne("Write it like \"08:00-16:00\".")?.compactMap { $0.restriction() }
        let also = section["also"]?.choice(["true": true, "false": false])
        let outside = section["outside_hours"]?.choice(["skip": OutsideHours.skip, "consume": .consume])
        let zone = section.optional("zone") { zones.zone($0) }
        guard let turn, let handoff, isConsistent(section, turn, handoff), zone.isGood else { return nil }
        let layer = Layer(
            name: section["name"]?.text() ?? "layer \(number)", eras: eras, turn: turn, handoff: handoff,
            restrictions: hours ?? [], also: also ?? false, outsideHours: outside ?? .skip, zone: zone.value?.id)
        if eras.allSatisfy({ $0.from != nil }) { reportEclipsed(layer, dated.map(\.from)) }
        return layer
    }

    /// Of two eras that begin at one handoff nobody could say which was meant.
    private func reportEclipsed(_ layer: Layer, _ from: [Field?]) {
        for eclipsed in layer.eclipsedEras {
            let (era, other) = (max(eclipsed.era, eclipsed.by), min(eclipsed.era, eclipsed.by))
            guard let date = layer.eras[other].from else { continue }
            from[era]?.error(
                "begins at the same handoff, on \(eclipsed.handoff), as the era from \(date)",
                "Give it a later date, or keep one of the two.")
        }
    }

    /// Each with the field of its date.
    private func eras(_ section: Section) -> [(era: Era, from: Field?)] {
        switch (section["people"], section["eras"]) {
        case (let field?, nil):
            return [(Era(turns: turns(field)), nil)]
        case (nil, let field?):
            let hint = "Write it like [{from: 2026-11-02, people: [ana, ben]}]."
            return (field.someItems(hint) ?? []).map { item in
                let era = item.section(["from", "people"], hint)
                let from = era?.mandatory("from", hint)
                return (
                    Era(from: from?.date(), turns: era?.mandatory("people", hint).map(turns) ?? []), from
                )
            }
        case (nil, nil):
            section.field.child("people").error("is mandatory and missing", "Write people: [ana, ben], or dated eras.")
        case (_?, let eras?):
            eras.error("stands beside people", "Keep one: people alone are one era that has always been.")
        }
        return []
    }

    /// `[ana, [ben, chi], dia]`: ben and chi have the second turn together.
    private func turns(_ field: Field) -> [[UserID]] {
        (field.someItems("Write it like [ana, ben].") ?? []).compactMap { item in
            guard case .list = item.node.value else {
                return reference(item, to: "user", in: userNames).map { [UserID(rawValue: $0)] }
            }
            var together: [UserID] = []
            for member in item.someItems("Write it like [ben, chi], for people who have one turn together.") ?? [] {
                guard let name = reference(member, to: "user", in: userNames) else { continue }
                if together.contains(UserID(rawValue: name)) {
                    member.error("names \(name) twice in one turn", "Keep one.")
                } else {
                    together.append(UserID(rawValue: name))
                }
            }
            return together.isEmpty ? nil : together
        }
    }

    /// People who are always on have nobody to hand over to, so nothing needs to be said.
    private func isAlone(_ eras: [Era]) -> Bool { eras.allSatisfy { Set($0.turns).count <= 1 } }

    private func defaultTurn(_ section: Section, _ eras: [Era]) -> TurnLength? {
        if isAlone(eras) { return .weeks(1) }
        return section.mandatory("turn", "Say how long one person's go lasts, such as turn: 1 week.")?.turn()
    }

    private func defaultHandoff(_ section: Section, _ eras: [Era]) -> Handoff? {
        if isAlone(eras) { return Handoff(time: .midnight) }
        return section.mandatory("handoff", "Say when turns change hands, such as handoff: mon 10:00.")?.handoff()
    }

    /// A handoff must be one that this length of turns can have.
    private func isConsistent(_ section: Section, _ turn: TurnLength, _ handoff: Handoff) -> Bool {
        guard let field = section["handoff"] else { return true }
        switch turn {
        case .months where handoff.weekday != nil:
            field.error("names a weekday, but turns are months", "Write it like day 1 10:00.")
            return false
        case .hours where handoff.dayOfMonth != nil, .days where handoff.dayOfMonth != nil,
            .weeks where handoff.dayOfMonth != nil, .pattern where handoff.dayOfMonth != nil:
            field.error("names a day of the month, but turns are not months", "Write it like mon 10:00 or 10:00.")
            return false
        case .hours, .days, .weeks, .months, .pattern: return true
        }
    }

    /// Each stands behind a schedule whose zone is known, or behind one that does; what is left goes in circles.
    private func readBehind(_ all: [(Field.Entry, Section, Field)]) {
        var zoneOf = schedules.mapValues(\.zone)
        var broken = Set(scheduleFields.keys).subtracting(schedules.keys)
        var waiting: [(ScheduleID, ScheduleID, Int, Section, Field)] = []
        for (entry, section, field) in all {
            let id = ScheduleID(rawValue: entry.name)
            let places = section["by"].map { $0.number(in: 1...100) } ?? 1
            guard let primary = reference(field, to: "schedule", in: scheduleNames), let places else { continue }
            broken.remove(id)
            waiting.append((id, ScheduleID(rawValue: primary), places, section, field))
        }
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            for (id, primary, places, section, _) in waiting where zoneOf[id] == nil {
                if broken.contains(primary), broken.insert(id).inserted { hasMoved = true }
                guard let zone = zoneOf[primary] else { continue }
                zoneOf[id] = zone
                hasMoved = true
                let own = zones.rules[zone].map { timeOff(section["time_off"], in: $0) } ?? []
                schedules[id] = Schedule(
                    id: id, zone: zone, plan: .behind(primary, by: places), timeOff: personalTimeOff + own)
            }
        }
        for (id, _, _, _, field) in waiting where zoneOf[id] == nil && !broken.contains(id) {
            field.error("goes in circles: \(id) would stand behind itself", "Stand behind a schedule that has layers.")
        }
    }
}
