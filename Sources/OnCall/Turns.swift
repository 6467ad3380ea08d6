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
        case wallClock(anchor: WallSeconds, TurnPieces)
        case elapsed(from: Instant, milliseconds: Int64)
        /// `first` in months since January 1970.
        case months(first: Int, step: Int, dayOfMonth: Int, secondsFromMidnight: Int64)
    }

    /// Nil when the layer's turn length makes no sense.
    init?(of layer: Layer, era: Era, clock: inout LocalClock) {
        guard let step = layer.turn.step, let first = Self.firstHandoff(of: layer, era: era) else { return nil }
        let anchor = LocalClock.wall(first, plus: Int64(layer.handoff.time.secondsFromMidnight))
        begins = clock.firstInstant(of: anchor)
        let pieces: TurnPieces?
        switch step {
        case .wallClock(let repeated):
            grid = .wallClock(anchor: anchor, repeated)
            pieces = repeated
        case .elapsed(let seconds):
            grid = .elapsed(from: begins, milliseconds: seconds * 1000)
            pieces = TurnPieces(seconds: [seconds])
        case .months(let count):
            grid = .months(
                first: first.monthsSinceEpoch, step: count,
                dayOfMonth: Self.dayOfMonth(of: layer, era: era),
                secondsFromMidnight: Int64(layer.handoff.time.secondsFromMidnight))
            pieces = nil
        }
        if let pieces, layer.outsideHours == .skip {
            counter = OpenPeriodCounter(layer.restrictions, anchor: anchor, pieces: pieces)
        } else {
            counter = nil
        }
    }

    /// The date of the era's first handoff.
    static func firstHandoff(of layer: Layer, era: Era) -> CivilDate? {
        switch layer.turn.step {
        case nil: return nil
        case .wallClock, .elapsed: return era.begins.onOrAfter(layer.handoff.weekday)
        case .months:
            let day = dayOfMonth(of: layer, era: era)
            let month = era.begins.monthsSinceEpoch
            let sameMonth = CivilDate.inMonth(month, day: day)
            return sameMonth < era.begins ? CivilDate.inMonth(month + 1, day: day) : sameMonth
        }
    }

    private static func dayOfMonth(of layer: Layer, era: Era) -> Int {
        min(max(layer.handoff.dayOfMonth ?? era.begins.day, 1), 31)
    }

    /// The turn that holds at `instant`, which must not be before the era begins. The span ends with its period.
    ///
    /// In a period that does not count the turn before it goes on: that is seen only where a clock change lets a
    /// window reach into such a period.
    func turn(at instant: Instant, clock: inout LocalClock, narrowing span: inout Span) -> Int {
        precondition(instant >= begins, "An era has no turns before it begins.")
        // A clock that was set back shows times whose handoffs are over. The loop runs as many times as periods fit
        // into what was set back.
        var period = max(nominalPeriod(at: instant, clock: &clock), 0)
        var ends = start(of: period + 1, clock: &clock)
        while ends <= instant {
            period += 1
            ends = start(of: period + 1, clock: &clock)
        }
        span.narrow(from: start(of: period, clock: &clock), until: ends)
        return counter?.turn(in: period) ?? period
    }

    /// The last period whose handoff clocks show as over at `instant`.
    private func nominalPeriod(at instant: Instant, clock: inout LocalClock) -> Int {
        switch grid {
        case .wallClock(let anchor, let pieces):
            return pieces.period(at: clock.wall(at: instant) - anchor)
        case .elapsed(let from, let milliseconds):
            return Int((instant.milliseconds - from.milliseconds) / milliseconds)
        case .months(let first, let step, let dayOfMonth, let secondsFromMidnight):
            let wall = clock.wall(at: instant)
            let month = LocalClock.date(wall).monthsSinceEpoch
            let handoff = LocalClock.wall(CivilDate.inMonth(month, day: dayOfMonth), plus: secondsFromMidnight)
            return Int(floorDivide(Int64((handoff <= wall ? month : month - 1) - first), by: Int64(step)))
        }
    }

    private func start(of period: Int, clock: inout LocalClock) -> Instant {
        switch grid {
        case .wallClock(let anchor, let pieces):
            return clock.firstInstant(of: anchor + pieces.start(of: period))
        case .elapsed(let from, let milliseconds):
            return Instant(milliseconds: from.milliseconds + Int64(period) * milliseconds)
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
