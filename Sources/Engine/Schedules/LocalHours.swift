import Timekeeping

/// How much of a stretch of time lies in somebody's nights or weekends, by the clocks where they live.
///
/// A night begins at the first 22:00 of a day and ends at the last 07:00 of the next, a weekend at the first midnight of
/// Saturday and ends at the first of Monday. So a night in which clocks are set back is ten hours long, and one in which
/// they are set forward eight.
public struct LocalHours: Sendable {
    public let zone: ZoneRules

    /// The hours of sleep, on the person's own clock.
    public static let nightBegins = CivilTime(secondsFromMidnight: 22 * 3600)
    public static let nightEnds = CivilTime(secondsFromMidnight: 7 * 3600)

    public init(zone: ZoneRules) { self.zone = zone }

    public func isNight(_ at: Instant) -> Bool { nights(from: at, until: at + .milliseconds(1)) > .zero }

    /// The part of `[from, until)` that is night.
    public func nights(from: Instant, until: Instant) -> Duration {
        sum(from, until) { date in
            let begins = zone.firstInstant(of: CivilDateTime(date: date, time: Self.nightBegins))
            return (begins, zone.lastInstant(of: CivilDateTime(date: date.adding(days: 1), time: Self.nightEnds)))
        }
    }

    /// The part of `[from, until)` that is Saturday or Sunday.
    public func weekends(from: Instant, until: Instant) -> Duration {
        sum(from, until) { date in
            guard date.weekday == .saturday || date.weekday == .sunday else { return nil }
            return (midnight(date), midnight(date.adding(days: 1)))
        }
    }

    private func midnight(_ date: CivilDate) -> Instant {
        zone.firstInstant(of: CivilDateTime(date: date, time: .midnight))
    }

    /// - Parameter window: what counts of a day, if anything; windows of two days never overlap.
    private func sum(
        _ from: Instant, _ until: Instant, _ window: (CivilDate) -> (from: Instant, until: Instant)?
    ) -> Duration {
        guard from < until else { return .zero }
        var total = Duration.zero
        var date = zone.civil(at: from).date.adding(days: -2)
        // What clocks show may go back a day where the date line moves, so one day more is looked at.
        let last = zone.civil(at: until).date.adding(days: 1)
        while date <= last {
            if let window = window(date) {
                let (begin, end) = (max(window.from, from), min(window.until, until))
                if begin < end { total += end - begin }
            }
            date = date.adding(days: 1)
        }
        return total
    }
}
