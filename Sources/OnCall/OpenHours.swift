import Timekeeping

/// When a layer's restrictions let it answer.
struct OpenHours {
    let restrictions: [Restriction]
    /// The windows that start on a day, for the days looked at so far: a segment and its neighbours ask about the same
    /// ones.
    private var windows: [Int64: [Window]] = [:]

    private struct Window {
        let opens: Instant
        let closes: Instant
    }

    init(_ restrictions: [Restriction]) { self.restrictions = restrictions }

    /// Whether any window is open at `instant`. The span is cut at the nearest edges of windows.
    mutating func isOpen(at instant: Instant, clock: inout LocalClock, narrowing span: inout Span) -> Bool {
        guard !restrictions.isEmpty else { return true }
        let today = floorDivide(clock.wall(at: instant), by: 86400)
        var (isOpen, hasEdgeBefore, hasEdgeAfter) = (false, false, false)

        func look(_ windows: [Window]) {
            for window in windows {
                if window.opens <= instant, instant < window.closes { isOpen = true }
                span.cut(at: window.opens, around: instant)
                span.cut(at: window.closes, around: instant)
                if window.opens <= instant { hasEdgeBefore = true } else { hasEdgeAfter = true }
                if window.closes <= instant { hasEdgeBefore = true } else { hasEdgeAfter = true }
            }
        }

        for distance in -Self.reachDays...Self.reachDays { look(windows(on: today + distance, clock: &clock)) }
        var distance = Self.reachDays
        while !hasEdgeBefore || !hasEdgeAfter, distance < Self.longestDays {
            distance += 1
            if !hasEdgeBefore { look(windows(on: today - distance, clock: &clock)) }
            if !hasEdgeAfter { look(windows(on: today + distance, clock: &clock)) }
        }
        if !hasEdgeBefore { span.cut(at: clock.firstInstant(of: (today - distance) * 86400), around: instant) }
        if !hasEdgeAfter { span.cut(at: clock.firstInstant(of: (today + distance) * 86400), around: instant) }
        return isOpen
    }

    private mutating func windows(on day: Int64, clock: inout LocalClock) -> [Window] {
        if let known = windows[day] { return known }
        let weekday = CivilDate(daysSinceEpoch: Int(day)).weekday
        var found: [Window] = []
        for restriction in restrictions where restriction.opens(on: weekday) {
            let nominal = restriction.nominalSeconds
            let opens = clock.firstInstant(of: day * 86400 + nominal.lowerBound)
            let closes = clock.lastInstant(of: day * 86400 + nominal.upperBound)
            if opens < closes { found.append(Window(opens: opens, closes: closes)) }
        }
        windows[day] = found
        return found
    }

    /// A window lasts into the next day, and a clock change can move either end over one midnight more.
    private static let reachDays: Int64 = 2
    /// A weekly window, once skipped by a missing day.
    private static let longestDays: Int64 = 16
}
