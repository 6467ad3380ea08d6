import Timekeeping

/// How many days may still be looked at while a calendar is read, so that no text keeps us busy for ever.
struct CalendarPatience {
    private(set) var days = 2_000_000

    mutating func spend(_ count: Int, _ line: ContentLine) throws {
        days -= count
        guard days >= 0 else { throw line.problem("this calendar has too many repetitions to be read") }
    }
}

extension RecurrenceRule {
    /// The days of the rule from `earliest` through `latest`, in order; the first is `start` if that is among them.
    ///
    /// - Parameter isOver: whether the rule ends before that day.
    /// - Throws: `CalendarProblem` when `start` is not one of the rule's days, because what that means is undefined
    ///   (section 3.8.5.3) and programs differ.
    func dates(
        start: CivilDate, earliest: CivilDate, latest: CivilDate, _ line: ContentLine,
        _ patience: inout CalendarPatience, isOver: (CivilDate) -> Bool
    ) throws -> [CivilDate] {
        let opening = period(0, start)
        try patience.spend(max(1, opening.count), line)
        guard chosen(opening).contains(start) else {
            throw line.problem("DTSTART, \(start), is not one of its days, so where it begins is not clear")
        }
        var found: [CivilDate] = []
        var count = 0
        var limit = Int.max
        var index = skippable(start, earliest)
        if case .count(let number) = end { (limit, index) = (number, 0) }
        while let first = firstDay(index, start), first <= latest {
            let all = period(index, start)
            try patience.spend(max(1, all.count), line)
            for day in chosen(all) where day >= start {
                guard day <= latest, count < limit, !isOver(day) else { return found }
                count += 1
                if day >= earliest { found.append(day) }
            }
            index += 1
        }
        return found
    }

    /// How many whole periods before `earliest` need not be looked at, when nothing is counted.
    private func skippable(_ start: CivilDate, _ earliest: CivilDate) -> Int {
        let days = earliest.daysSinceEpoch - start.daysSinceEpoch
        let longest =
            switch frequency {
            case .daily: interval
            case .weekly: interval * 7
            case .monthly: interval * 31
            case .yearly: interval * 366
            }
        return max(0, days / longest - 1)
    }

    /// Nil after the last year there is.
    private func firstDay(_ index: Int, _ start: CivilDate) -> CivilDate? {
        switch frequency {
        case .daily: return start.adding(days: index * interval)
        case .weekly:
            let back = (start.weekday.rawValue - weekStart.rawValue + 7) % 7
            return start.adding(days: index * interval * 7 - back)
        case .monthly:
            let month = start.year * 12 + start.month - 1 + index * interval
            return CivilDate(year: month / 12, month: month % 12 + 1, day: 1)
        case .yearly: return CivilDate(year: start.year + index * interval, month: 1, day: 1)
        }
    }

    /// Every day of the period.
    private func period(_ index: Int, _ start: CivilDate) -> [CivilDate] {
        guard let first = firstDay(index, start) else { return [] }
        let next =
            switch frequency {
            case .daily: first.adding(days: 1)
            case .weekly: first.adding(days: 7)
            case .monthly: first.adding(months: 1)
            case .yearly: first.adding(months: 12)
            }
        return (0..<next.daysSinceEpoch - first.daysSinceEpoch).map { first.adding(days: $0) }
    }

    private func chosen(_ period: [CivilDate]) -> [CivilDate] {
        let days = period.filter(isMeant)
        guard !positions.isEmpty else { return days }
        return days.enumerated().filter { offset, _ in
            positions.contains(offset + 1) || positions.contains(offset - days.count)
        }.map(\.element)
    }

    private func isMeant(_ date: CivilDate) -> Bool {
        let (first, last) = scope(of: date)
        guard months.isEmpty || months.contains(date.month) else { return false }
        if !monthDays.isEmpty {
            let length = date.adding(days: 1 - date.day).adding(months: 1).adding(days: -1).day
            guard monthDays.contains(date.day) || monthDays.contains(date.day - length - 1) else { return false }
        }
        guard !days.isEmpty else { return true }
        return days.contains { day in
            guard day.weekday == date.weekday else { return false }
            guard let ordinal = day.ordinal else { return true }
            return ordinal > 0
                ? (date.daysSinceEpoch - first.daysSinceEpoch) / 7 + 1 == ordinal
                : (last.daysSinceEpoch - date.daysSinceEpoch) / 7 + 1 == -ordinal
        }
    }

    /// What the numbers of BYDAY count in: the year, unless months are named.
    private func scope(of date: CivilDate) -> (first: CivilDate, last: CivilDate) {
        let first = date.adding(days: 1 - date.day)
        guard frequency == .yearly, months.isEmpty else { return (first, first.adding(months: 1).adding(days: -1)) }
        let newYear = first.adding(months: 1 - first.month)
        return (newYear, newYear.adding(months: 12).adding(days: -1))
    }
}
