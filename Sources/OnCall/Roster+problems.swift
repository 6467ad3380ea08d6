import Timekeeping

extension Roster {
    /// What is wrong or doubtful in the schedules, one sentence each, sorted by schedule. None means that every
    /// schedule can be read; whether each hour is covered is another question, answered by `shifts`.
    public func problems() -> [String] {
        schedules.keys.sorted().flatMap { id -> [String] in
            guard let schedule = schedules[id] else { return [] }
            return problems(of: schedule).map { "Schedule \(id): \($0)" }
        }
    }

    private func problems(of schedule: Schedule) -> [String] {
        var found: [String] = []
        if zones[schedule.zone] == nil { found.append("its time zone \(schedule.zone) is not known.") }
        switch schedule.plan {
        case .layers(let layers):
            if layers.isEmpty { found.append("it has no layers, so nobody is ever on call.") }
            for (index, layer) in layers.enumerated() {
                if let zone = layer.zone, zones[zone] == nil {
                    found.append("layer \(layer.name) has the time zone \(zone), which is not known; it never answers.")
                }
                found += layer.problems.map { "layer \(layer.name) \($0)" }
                if layers[..<index].contains(where: { $0.name == layer.name }) {
                    found.append("two layers are called \(layer.name); reasons could not tell them apart.")
                }
            }
        case .behind(let primary, let places):
            if places < 1 { found.append("it stands behind \(primary) by \(places), but must by 1 or more.") }
            if schedules[primary] == nil {
                found.append("it stands behind \(primary), which is not known.")
            } else if standsBehindItself(schedule.id) {
                found.append("it stands behind itself, by way of \(primary).")
            }
        }
        for absence in schedule.timeOff where absence.from >= absence.until {
            found.append("the time off of \(absence.user) from \(absence.from.rfc3339) ends before it begins.")
        }
        return found
    }

    private func standsBehindItself(_ id: ScheduleID) -> Bool {
        var passed: [ScheduleID] = []
        var current = id
        while case .behind(let next, _) = schedules[current]?.plan, !passed.contains(next) {
            passed.append(next)
            current = next
        }
        return passed.contains(id)
    }
}

extension Layer {
    fileprivate var problems: [String] { eraProblems + turnProblems + handoffProblems + restrictionProblems }

    private var eraProblems: [String] {
        var found: [String] = []
        if eras.isEmpty { found.append("has no people.") }
        for (index, era) in eras.enumerated() {
            if era.turns.isEmpty { found.append("has nobody in the era from \(era.begins).") }
            for (turn, people) in era.turns.enumerated() {
                if people.isEmpty { found.append("has nobody in turn \(turn + 1) of the era from \(era.begins).") }
                for user in Set(people).sorted() where people.count(where: { $0 == user }) > 1 {
                    found.append("has \(user) twice in turn \(turn + 1) of the era from \(era.begins).")
                }
            }
            if eras[..<index].contains(where: { $0.begins == era.begins }) {
                found.append("has two eras from \(era.begins); only the later one counts.")
            }
        }
        for eclipsed in eclipsedEras where eras[eclipsed.era].begins != eras[eclipsed.by].begins {
            found.append(
                "has an era from \(eras[eclipsed.era].begins) that never begins: the next one, from "
                    + "\(eras[eclipsed.by].begins), begins at the same handoff on \(eclipsed.handoff).")
        }
        return found
    }

    private var turnProblems: [String] {
        guard let step = turn.step else {
            if case .pattern = turn {
                return [
                    "has turns of several lengths, which must be hours, days and weeks that make 1 to 366 whole days."
                ]
            }
            return ["has a turn length that is not between one hour and a century."]
        }
        switch (step, turn) {
        case (.elapsed, .hours(let count)):
            return ["has turns of \(count) hours, which divide no day: handoffs wander around the clock."]
        case (.elapsed, _), (.wallClock, _), (.months, _):
            return []
        }
    }

    private var handoffProblems: [String] {
        var found: [String] = []
        if handoff.time == .endOfDay { found.append("hands off at 24:00; say 00:00 of the day after.") }
        if let day = handoff.dayOfMonth, !(1...31).contains(day) {
            found.append("hands off on day \(day) of the month, which no month has.")
        }
        switch turn {
        case .months:
            if handoff.weekday != nil { found.append("has monthly turns, which cannot hand off on a weekday.") }
        case .weeks, .days, .hours, .pattern:
            if handoff.dayOfMonth != nil { found.append("has a day of the month, but its turns are not monthly.") }
        }
        if let days = daysPerCycle, days % 7 != 0, handoff.weekday != nil {
            found.append("hands off every \(days) days; its weekday only says when an era begins.")
        }
        return found
    }

    /// After how many days handoffs fall on the same times again.
    private var daysPerCycle: Int64? {
        switch turn {
        case .days(let count): return Int64(count)
        case .pattern:
            if case .wallClock(let pieces)? = turn.step { return pieces.cycleSeconds / 86400 }
            return nil
        case .hours, .weeks, .months: return nil
        }
    }

    private var restrictionProblems: [String] {
        restrictions.filter { $0.start == .endOfDay }.map { _ in
            "has hours that start at 24:00; say 00:00 of the day after."
        }
    }
}
