import Timekeeping

extension TimeReader {
    /// Which instant that is.
    func resolve(_ said: SaidMoment, as role: Role) throws -> Instant {
        if let instant = said.instant { return instant }
        if said.isNow { return now }
        let time = try clock(of: said)
        switch said.day {
        case .date(let date):
            guard said.weekdayBeside == nil || said.weekdayBeside == date.weekday else {
                throw Unclear.wrong("\(date) is a \(date.weekday.shortName). Nothing was done.")
            }
            return try pick(date, time, said, role)
        case .today: return try pick(today, time, said, role)
        case .tomorrow: return try pick(today.adding(days: 1), time, said, role)
        case .weekday(let weekday): return try next(weekday, time, said, role)
        case nil: return try next(time, said, role)
        }
    }

    private var today: CivilDate { zone.civil(at: now).date }

    private func clock(of said: SaidMoment) throws -> CivilTime {
        switch said.clock {
        case .time(let time): return time
        case .hour(let hour) where hour == 0 || (13...24).contains(hour):
            if let time = CivilTime(hour: hour, minute: 0) { return time }
        case .hour(let hour) where (1...12).contains(hour):
            let shown = words.string(said.clockRange)
            let times = [hour % 12, hour % 12 + 12].compactMap { CivilTime(hour: $0, minute: 0)?.description }
            throw Unclear.choose(
                "Is \(shown) in the morning or in the evening?",
                times.map { Choice(label: $0, line: words.line(replacing: said.clockRange, with: $0)) })
        case .hour, nil: break
        }
        throw Unclear.wrong(
            "'\(words.string(said.range).shown())' does not say at what time. Nothing was done.",
            hint: "Add a clock time, such as 9:00.")
    }

    /// That weekday's next occurrence. Today's name with the time still to come could mean today or next week, unless
    /// a start that was said settles it.
    private func next(_ weekday: Weekday, _ time: CivilTime, _ said: SaidMoment, _ role: Role) throws -> Instant {
        var from = today
        var earliest = now
        var isSettled = false
        if case .end(let start, let isSaid) = role, isSaid {
            (from, earliest, isSettled) = (zone.civil(at: start).date, start, true)
        }
        let first = from.next(weekday)
        if first > from { return try pick(first, time, said, role) }
        let inAWeek = first.adding(days: 7)
        guard zone.lastInstant(of: CivilDateTime(date: first, time: time)) > earliest else {
            return try pick(inAWeek, time, said, role)
        }
        if isSettled { return try pick(first, time, said, role) }
        throw Unclear.choose(
            "Is that today or in a week?",
            [first, inAWeek].map { date in
                Choice(
                    label: "\(date.weekday.shortName) \(date) \(time)",
                    line: words.line(replacing: said.range, with: "\(date) \(time)"))
            })
    }

    /// That clock time's next occurrence.
    private func next(_ time: CivilTime, _ said: SaidMoment, _ role: Role) throws -> Instant {
        let (earliest, isStrict) =
            switch role {
            case .start, .any: (now, false)
            case .end(let start, _): (start, true)
            }
        let first = zone.civil(at: earliest).date
        // A zone may skip a day, and a day's time may be skipped: look at a few.
        for date in (-1...3).map({ first.adding(days: $0) }) {
            let local = CivilDateTime(date: date, time: time)
            let last = zone.lastInstant(of: local)
            guard isStrict ? last > earliest : last >= earliest else { continue }
            return try pick(date, time, said, isStrict ? role : .start)
        }
        throw Unclear.wrong("\(time) does not come soon. Nothing was done.", hint: "Say the date too.")
    }

    /// The instant clocks show that. Throws when they never do, or twice with both still possible.
    private func pick(_ date: CivilDate, _ time: CivilTime, _ said: SaidMoment, _ role: Role) throws -> Instant {
        let local = CivilDateTime(date: date, time: time)
        switch zone.resolve(local) {
        case .unique(let instant): return instant
        case .skipped(let transition):
            let after = zone.civil(at: transition)
            throw Unclear.wrong(
                "There is no \(local) in \(SpokenTime.place(of: zone)): the clocks jump over it, to \(after). "
                    + "Nothing was done.", hint: "Say \(after) or later.")
        case .repeated(let first, let last):
            let isPossible: (Instant) -> Bool =
                switch role {
                case .start: { $0 >= now }
                case .end(let start, _): { $0 > start }
                case .any: { _ in true }
                }
            guard isPossible(first) else { return last }
            throw Unclear.choose(
                "The clocks in \(SpokenTime.place(of: zone)) show \(local) twice. Which is meant?",
                [("first", first), ("second", last)].map { order, instant in
                    let written = SpokenTime.rfc3339(instant, in: zone)
                    return Choice(
                        label: "the \(order), \(time) \(zone.abbreviation(at: instant)) (\(written))",
                        line: words.line(replacing: said.range, withWords: written))
                })
        }
    }
}

extension CivilDate {
    /// The first such day, this one included.
    func next(_ weekday: Weekday) -> CivilDate {
        adding(days: (weekday.rawValue - self.weekday.rawValue + 7) % 7)
    }
}

extension Weekday {
    /// "Tue"
    var shortName: String { abbreviation.prefix(1).uppercased() + abbreviation.dropFirst() }
}
