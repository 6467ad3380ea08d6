import Timekeeping

extension LocalTime {
    /// The first instant after `now` at which clocks show `time`; nil when the next day that should have it jumps over
    /// it.
    package func next(_ time: CivilTime, after now: Instant) -> Instant? {
        let today = zone.civil(at: now).date
        for date in [today, today.adding(days: 1)] {
            switch zone.resolve(CivilDateTime(date: date, time: time)) {
            case .unique(let instant) where instant > now: return instant
            case .repeated(let first, _) where first > now: return first
            case .repeated(_, let last) where last > now: return last
            case .skipped(let transition) where transition > now: return nil
            case .unique, .repeated, .skipped: continue
            }
        }
        return nil
    }
}
