/// The rule for all years to come at the end of a TZif file: the TZ string of POSIX with the extensions of RFC 9636,
/// section 3.3.1, such as "CET-1CEST,M3.5.0,M10.5.0/3" or "<-02>2<-01>,M3.5.0/-1,M10.5.0/0".
struct PosixTimeZone: Hashable, Sendable {
    let standard: LocalTimeType
    let daylight: Daylight?

    /// "Daylight" is only what the string calls it: Dublin's is its winter, an hour behind its standard time.
    struct Daylight: Hashable, Sendable {
        let type: LocalTimeType
        let start: YearlyMoment
        let end: YearlyMoment
    }

    /// A day of the year and a time on it, by the clock that is in force until then.
    struct YearlyMoment: Hashable, Sendable {
        let day: Day
        /// From -167 to 167 hours: it may fall into the week before or after.
        let secondsFromMidnight: Int

        enum Day: Hashable, Sendable {
            /// 1...365, which never counts 29 February: 60 is always 1 March.
            case julian(Int)
            /// 0...365, which does.
            case zeroBased(Int)
            /// `week` 1...5, where 5 is the last; `weekday` 0...6 from Sunday.
            case inMonth(Int, week: Int, weekday: Int)
        }
    }

    /// What clocks show at `second` since 1970.
    func type(at second: Int64) -> LocalTimeType {
        guard let daylight, isDaylight(daylight, at: second) else { return standard }
        return daylight.type
    }

    /// The first second after `second` at which the UTC offset changes; nil if it never does.
    func nextOffsetChange(after second: Int64) -> Int64? {
        guard let daylight, daylight.type.offsetSeconds != standard.offsetSeconds else { return nil }
        let year = Self.year(of: second)
        var earliest: Int64?
        for candidateYear in (year - 1)...(year + Self.yearsWithoutChangeThatMeanNever) {
            if let earliest, earliest < Self.midnight(ofYear: candidateYear) - Self.longestReachSeconds { break }
            for candidate in [start(daylight, in: candidateYear), end(daylight, in: candidateYear)]
            where candidate > second && candidate < earliest ?? .max {
                if isDaylight(daylight, at: candidate) != isDaylight(daylight, at: candidate - 1) {
                    earliest = candidate
                }
            }
        }
        return earliest
    }

    // Daylight saving time is the union of the spans from each year's start to the next end. A year that ends exactly
    // where the next one starts is the documented way to say "all year" (RFC 9636, section 3.3.1), and needs no case.
    private func isDaylight(_ daylight: Daylight, at second: Int64) -> Bool {
        let year = Self.year(of: second)
        return ((year - 2)...(year + 1)).contains { spanYear in
            let start = start(daylight, in: spanYear)
            guard start <= second else { return false }
            let sameYearsEnd = end(daylight, in: spanYear)
            return second < (sameYearsEnd > start ? sameYearsEnd : end(daylight, in: spanYear + 1))
        }
    }

    private func start(_ daylight: Daylight, in year: Int) -> Int64 {
        daylight.start.localSecond(in: year) - Int64(standard.offsetSeconds)
    }

    private func end(_ daylight: Daylight, in year: Int) -> Int64 {
        daylight.end.localSecond(in: year) - Int64(daylight.type.offsetSeconds)
    }

    private static func year(of second: Int64) -> Int { CivilDateTime(secondsSinceEpoch: second).date.year }

    private static func midnight(ofYear year: Int) -> Int64 {
        Int64(CivilDate.firstDay(ofYear: year).daysSinceEpoch) * 86400
    }

    /// A moment of one year lies at most 167 hours and one UTC offset outside it.
    private static let longestReachSeconds: Int64 = 8 * 86400
    /// Day 365 exists only in leap years, which can be eight years apart (1896 and 1904).
    private static let yearsWithoutChangeThatMeanNever = 9
}

extension PosixTimeZone.YearlyMoment {
    /// Seconds since 1970 as if the local clock showed UTC.
    func localSecond(in year: Int) -> Int64 {
        Int64(daysSinceEpoch(in: year)) * 86400 + Int64(secondsFromMidnight)
    }

    private func daysSinceEpoch(in year: Int) -> Int {
        switch day {
        case .julian(let number):
            let leapDays = number >= 60 && CivilDate.isLeap(year: year) ? 1 : 0
            return CivilDate.firstDay(ofYear: year).daysSinceEpoch + number - 1 + leapDays
        case .zeroBased(let number):
            return CivilDate.firstDay(ofYear: year).daysSinceEpoch + number
        case .inMonth(let month, let week, let weekday):
            let first = CivilDate(uncheckedYear: year, month: month, day: 1)
            let daysToWeekday = (weekday - first.weekday.rawValue + 7) % 7
            let dayOfMonth = 1 + daysToWeekday + (week - 1) * 7
            let overshoot = dayOfMonth > CivilDate.dayCount(year: year, month: month) ? 7 : 0
            return first.daysSinceEpoch + dayOfMonth - 1 - overshoot
        }
    }
}
