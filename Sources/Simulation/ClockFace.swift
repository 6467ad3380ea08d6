import OnCall
import Timekeeping

/// What a clock shows, with what it has shown and will show again: hours of the week read slowly and plainly.
struct ClockFace {
    /// Seconds of the local calendar since 1970.
    private let now: Int64
    /// It has shown everything before this within the last day; more than `now` where it was set back.
    private let shown: Int64
    /// It will show everything after this within the next day; less than `now` where it will be set back.
    private let toCome: Int64

    init(_ zone: ZoneRules, at instant: Instant) {
        func local(_ instant: Instant) -> Int64 {
            let milliseconds = instant.milliseconds
            let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
            return seconds + Int64(zone.offsetSeconds(at: instant))
        }
        now = local(instant)
        var (shown, toCome) = (now + 1, now)
        var change = zone.nextTransition(after: instant - .hours(26))
        while let next = change, next <= instant + .hours(26) {
            if next <= instant { shown = max(shown, local(next - .milliseconds(1)) + 1) }
            // The time it is set back to comes again, though nothing before it does.
            if next > instant { toCome = min(toCome, local(next) - 1) }
            change = zone.nextTransition(after: next)
        }
        (self.shown, self.toCome) = (shown, toCome)
    }

    /// Whether one of the windows has opened, and not closed for the last time.
    func isWithin(_ hours: WeeklyHours) -> Bool {
        let today = now >= 0 ? now / 86400 : (now - 86399) / 86400
        for day in (today - 2)...(today + 1) {
            // The first of January 1970 was a Thursday.
            let weekday = Int(((day + 3) % 7 + 7) % 7) + 1
            for window in hours.windows {
                guard window.days.isEmpty || window.days.contains(where: { $0.rawValue == weekday }) else { continue }
                let opens = day * 86400 + Int64(window.start.secondsFromMidnight)
                var closes = day * 86400 + Int64(window.end.secondsFromMidnight)
                if closes <= opens { closes += 86400 }
                if opens < shown, toCome < closes { return true }
            }
        }
        return false
    }
}
