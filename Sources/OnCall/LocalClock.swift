import Timekeeping

/// Wall-clock seconds: what clocks show, as seconds since they would have shown 1970-01-01 00:00. Differences of two
/// are nominal, as if clocks never changed.
typealias WallSeconds = Int64

/// One zone's clock, in wall-clock seconds.
///
/// Remembers the stretch of constant offset it looked at last: nearly every question is far from a transition, and
/// resolving a local time from the zone's rules costs a hundred times more than an addition.
struct LocalClock {
    private let zone: ZoneRules
    private var stretch: OffsetStretch?
    /// How often it has been asked: what the cost of an answer grows with.
    private(set) var reads = 0

    init(_ zone: ZoneRules) { self.zone = zone }

    mutating func wall(at instant: Instant) -> WallSeconds {
        reads += 1
        let second = floorDivide(instant.milliseconds, by: 1000)
        return second + stretch(around: second).offsetSeconds
    }

    /// The only instant that clocks show `wall` at, or the first one, or the first after the gap that skips it. It
    /// never decreases as `wall` grows.
    mutating func firstInstant(of wall: WallSeconds) -> Instant {
        onlyInstant(of: wall) ?? zone.firstInstant(of: Self.civil(wall))
    }

    /// The only instant that clocks show `wall` at, or the last one, or the first after the gap that skips it.
    mutating func lastInstant(of wall: WallSeconds) -> Instant {
        onlyInstant(of: wall) ?? zone.lastInstant(of: Self.civil(wall))
    }

    static func wall(_ date: CivilDate, plus seconds: Int64 = 0) -> WallSeconds {
        Int64(date.daysSinceEpoch) * 86400 + seconds
    }

    static func date(_ wall: WallSeconds) -> CivilDate {
        CivilDate(daysSinceEpoch: Int(floorDivide(wall, by: 86400)))
    }

    /// Nil near a transition, where another offset could show the same time.
    private mutating func onlyInstant(of wall: WallSeconds) -> Instant? {
        reads += 1
        let guess = wall - stretch(around: wall).offsetSeconds
        let nearby = stretch(around: guess)
        let second = wall - nearby.offsetSeconds
        let isAlone =
            second - Self.furthestSeconds >= nearby.fromSeconds
            && second + Self.furthestSeconds < nearby.untilSeconds
        return isAlone ? Instant(seconds: second) : nil
    }

    private mutating func stretch(around second: Int64) -> OffsetStretch {
        if let stretch, stretch.contains(second) { return stretch }
        let found = zone.stretch(around: second)
        stretch = found
        return found
    }

    private static func civil(_ wall: WallSeconds) -> CivilDateTime {
        let date = date(wall)
        return CivilDateTime(
            date: date, time: CivilTime(secondsFromMidnight: Int(wall - Self.wall(date))))
    }

    /// No two offsets from UTC that a TZif file may hold (-25 h to +26 h, RFC 9636 section 3.2) differ by more.
    private static let furthestSeconds: Int64 = 51 * 3600
}

/// The quotient rounded toward negative infinity; `divisor` must be positive.
func floorDivide(_ dividend: Int64, by divisor: Int64) -> Int64 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}
