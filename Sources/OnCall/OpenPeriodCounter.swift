import Timekeeping

/// Counts the periods of a rotation that touch a layer's open hours, in constant time.
///
/// Restrictions repeat with the week. So the pattern of touched and untouched periods repeats after the least common
/// multiple of the week and the cycle of turns; that much is looked at, all the rest is multiplied. Everything is
/// nominal: a period counts by the wall calendar, whatever clocks do on that day.
struct OpenPeriodCounter {
    /// For each period of one cycle, how many up to and including it are touched.
    private let touchedUpTo: [Int]

    /// Nil when every period is touched: without restrictions, or when periods are long enough to hold every window.
    init?(_ restrictions: [Restriction], anchor: WallSeconds, pieces: TurnPieces) {
        guard !restrictions.isEmpty, pieces.shortestSeconds < Self.weekSeconds + 86400 else { return nil }
        let cycles = Self.weekSeconds / Self.greatestCommonDivisor(pieces.cycleSeconds, Self.weekSeconds)
        let seconds = cycles * pieces.cycleSeconds
        var touched = Array(repeating: false, count: Int(cycles) * pieces.count)

        // From the day before the anchor, whose windows can reach into the first period.
        let firstDay = floorDivide(anchor, by: 86400) - 1
        let lastDay = floorDivide(anchor + seconds - 1, by: 86400)
        for day in firstDay...lastDay {
            let weekday = CivilDate(daysSinceEpoch: Int(day)).weekday
            for restriction in restrictions where restriction.opens(on: weekday) {
                let opens = max(day * 86400 + restriction.nominalSeconds.lowerBound - anchor, 0)
                let closes = min(day * 86400 + restriction.nominalSeconds.upperBound - anchor, seconds)
                guard opens < closes else { continue }
                for period in pieces.period(at: opens)...pieces.period(at: closes - 1) { touched[period] = true }
            }
        }
        guard touched.contains(false) else { return nil }
        var count = 0
        touchedUpTo = touched.map {
            count += $0 ? 1 : 0
            return count
        }
    }

    /// The number of touched periods before the last one up to and including `period`. An untouched period has the
    /// turn of the one before it.
    func turn(in period: Int) -> Int {
        let (cycles, rest) = period.quotientAndRemainder(dividingBy: touchedUpTo.count)
        return max(cycles * (touchedUpTo.last ?? 0) + touchedUpTo[rest] - 1, 0)
    }

    private static let weekSeconds: Int64 = 604_800

    private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}
