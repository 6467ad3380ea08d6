import Timekeeping

/// Holes alike: at the same times of day, for the same causes.
public struct RepeatedHole: Hashable, Sendable {
    /// Sorted; never empty.
    public let holes: [CoverageHole]
    public let rhythm: Rhythm

    /// The days on which they begin, by the calendar of the zone that was asked about. Nothing between the first and
    /// the last is left out.
    public enum Rhythm: Hashable, Sendable {
        case once
        case daily
        /// On each of these days, sorted.
        case weekly([Weekday])
        /// Every `days` days; 14 is every second week.
        case every(days: Int)
        /// On some of these days.
        case irregular([Weekday])
    }
}

extension CoverageProof {
    /// The holes, those alike together, in the order of the first of each.
    ///
    /// - Parameter zone: whose times of day count, the schedule's most of the time.
    public func repeatedHoles(in zone: ZoneRules) -> [RepeatedHole] {
        var places: [Likeness: Int] = [:]
        var groups: [[CoverageHole]] = []
        for hole in holes {
            let likeness = Likeness(hole, zone)
            if let place = places[likeness] {
                groups[place].append(hole)
            } else {
                places[likeness] = groups.count
                groups.append([hole])
            }
        }
        return groups.map { RepeatedHole(holes: $0, rhythm: .init($0.map { zone.civil(at: $0.from).date })) }
    }
}

/// By what holes are alike.
private struct Likeness: Hashable {
    let from: CivilTime
    let until: CivilTime
    let days: Int
    let causes: [HoleCause]
    let changedZone: ZoneID?

    init(_ hole: CoverageHole, _ zone: ZoneRules) {
        let (first, last) = (zone.civil(at: hole.from), zone.civil(at: hole.until))
        from = first.time
        until = last.time
        days = last.date.daysSinceEpoch - first.date.daysSinceEpoch
        causes = hole.causes
        changedZone = hole.clockChange?.zone
    }
}

extension RepeatedHole.Rhythm {
    fileprivate init(_ dates: [CivilDate]) {
        guard let first = dates.first, let last = dates.last, dates.count > 1 else {
            self = .once
            return
        }
        let weekdays = Set(dates.map(\.weekday)).sorted()
        let days = last.daysSinceEpoch - first.daysSinceEpoch + 1
        let expected = (0..<days).count { weekdays.contains(first.adding(days: $0).weekday) }
        let steps = Set(zip(dates, dates.dropFirst()).map { $1.daysSinceEpoch - $0.daysSinceEpoch })
        if expected == Set(dates).count, expected == dates.count {
            self = weekdays.count == 7 ? .daily : .weekly(weekdays)
        } else if let step = steps.first, steps.count == 1 {
            self = .every(days: step)
        } else {
            self = .irregular(weekdays)
        }
    }
}
