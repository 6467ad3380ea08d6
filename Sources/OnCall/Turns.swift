import Timekeeping

/// The turns of one era, computed from its anchor: asking about the tenth year costs what asking about the first day
/// does.
///
/// The era's time is divided into *periods*, numbered from 0 at its first handoff; a *turn* is a period that counts.
struct Turns {
    private let grid: Grid
    /// Nil when every period counts.
    private let counter: OpenPeriodCounter?
    let begins: Instant

    private enum Grid {
        case wallClock(anchor: WallSeconds, seconds: Int64)
        case elapsed(from: Instant, seconds: Int64)
        /// `first` in months since January 1970.
        case months(first: Int, step: Int, dayOfMonth: Int, secondsFromMidnight: Int64)
    }

    /// Nil when the layer's turn length makes no sense.
    init?(of layer: Layer, era: Era, clock: inout LocalClock) {
        guard let step = layer.turn.step else { return nil }
        let time = Int64(layer.handoff.time.secondsFromMidnight)
        let anchor: WallSeconds
        let nominalSeconds: Int64?
        switch step {
        case .wallClock(let seconds):
            anchor = LocalClock.wall(era.begins.onOrAfter(layer.handoff.weekday), plus: time)
            grid = .wallClock(anchor: anchor, seconds: seconds)
            nominalSeconds = seconds
        case .elapsed(let seconds):
            anchor = LocalClock.wall(era.begins.onOrAfter(layer.handoff.weekday), plus: time)
            grid = .elapsed(from: clock.firstInstant(of: anchor), seconds: seconds)
            nominalSeconds = seconds
        case .months(let count):
            let day = min(max(layer.handoff.dayOfMonth ?? era.begins.day, 1), 31)
            let sameMonth = era.begins.monthsSinceEpoch
            let first = CivilDate.inMonth(sameMonth, day: day) < era.begins ? sameMonth + 1 : sameMonth
            grid = .months(first: first, step: count, dayOfMonth: day, secondsFromMidnight: time)
            anchor = LocalClock.wall(CivilDate.inMonth(first, day: day), plus: time)
            nominalSeconds = nil
        }
        begins = clock.firstInstant(of: anchor)
        if let nominalSeconds, layer.outsideHours == .skip {
            counter = OpenPeriodCounter(layer.restrictions, anchor: anchor, periodSeconds: nominalSeconds)
        } else {
            counter = nil
        }
    }

    /// The turn that holds at `instant`, which must not be before the era begins. The span ends with its period.
    ///
    /// In a period that does not count the turn before it goes on: that is seen only where a clock change lets a
    /// window reach into such a period.
    func turn(at instant: Instant, clock: inout LocalClock, narrowing span: inout Span) -> Int {
        let period = period(at: instant, clock: &clock)
        span.cut(at: start(of: period, clock: &clock), around: instant)
        span.cut(at: start(of: period + 1, clock: &clock), around: instant)
        return counter?.turn(in: period) ?? period
    }

    /// The last period that has begun; those of length zero are passed over.
    private func period(at instant: Instant, clock: inout LocalClock) -> Int {
        precondition(instant >= begins, "An era has no turns before it begins.")
        let nominal: Int
        switch grid {
        case .wallClock(let anchor, let seconds):
            nominal = Int(floorDivide(clock.wall(at: instant) - anchor, by: seconds))
        case .elapsed(let from, let seconds):
            return Int((instant - from).milliseconds / (seconds * 1000))
        case .months(let first, let step, let dayOfMonth, let secondsFromMidnight):
            let wall = clock.wall(at: instant)
            let month = LocalClock.date(wall).monthsSinceEpoch
            let handoff = LocalClock.wall(CivilDate.inMonth(month, day: dayOfMonth), plus: secondsFromMidnight)
            nominal = Int(floorDivide(Int64((handoff <= wall ? month : month - 1) - first), by: Int64(step)))
        }
        // A clock that was set back shows times whose handoffs are over. The loop runs as many times as periods fit
        // into what was set back.
        var period = max(nominal, 0)
        while start(of: period + 1, clock: &clock) <= instant { period += 1 }
        return period
    }

    private func start(of period: Int, clock: inout LocalClock) -> Instant {
        switch grid {
        case .wallClock(let anchor, let seconds):
            return clock.firstInstant(of: anchor + Int64(period) * seconds)
        case .elapsed(let from, let seconds):
            return from + .seconds(Int64(period) * seconds)
        case .months(let first, let step, let dayOfMonth, let secondsFromMidnight):
            let date = CivilDate.inMonth(first + period * step, day: dayOfMonth)
            return clock.firstInstant(of: LocalClock.wall(date, plus: secondsFromMidnight))
        }
    }
}

extension CivilDate {
    /// The first date from this one on that falls on `weekday`; this one if that is nil.
    fileprivate func onOrAfter(_ weekday: Weekday?) -> CivilDate {
        guard let weekday else { return self }
        return adding(days: (weekday.rawValue - self.weekday.rawValue + 7) % 7)
    }

    fileprivate var monthsSinceEpoch: Int { (year - 1970) * 12 + month - 1 }

    /// The `day`-th of a month, or its last day if that is earlier. January has every day, so one addition clamps
    /// from the day that was asked for and not from an already shortened one.
    fileprivate static func inMonth(_ monthsSinceEpoch: Int, day: Int) -> CivilDate {
        CivilDate(daysSinceEpoch: day - 1).adding(months: monthsSinceEpoch)
    }
}
