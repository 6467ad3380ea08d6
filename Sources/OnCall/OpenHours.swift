import Timekeeping

/// When a layer's restrictions let it answer.
struct OpenHours {
    let restrictions: [Restriction]

    /// Whether any window is open at `instant`. The span is cut at the nearest edges of windows.
    func isOpen(at instant: Instant, clock: inout LocalClock, narrowing span: inout Span) -> Bool {
        guard !restrictions.isEmpty else { return true }
        let today = floorDivide(clock.wall(at: instant), by: 86400)
        var (isOpen, hasEdgeBefore, hasEdgeAfter) = (false, false, false)

        func look(at day: Int64) {
            let weekday = CivilDate(daysSinceEpoch: Int(day)).weekday
            for restriction in restrictions where restriction.opens(on: weekday) {
                let nominal = restriction.nominalSeconds
                let opens = clock.firstInstant(of: day * 86400 + nominal.lowerBound)
                let closes = clock.lastInstant(of: day * 86400 + nominal.upperBound)
                guard opens < closes else { continue }
                if opens <= instant, instant < closes { isOpen = true }
                for edge in [opens, closes] {
                    span.cut(at: edge, around: instant)
                    if edge <= instant { hasEdgeBefore = true } else { hasEdgeAfter = true }
                }
            }
        }

        for distance in -Self.reachDays...Self.reachDays { look(at: today + distance) }
        var distance = Self.reachDays
        while !hasEdgeBefore || !hasEdgeAfter, distance < Self.longestDays {
            distance += 1
            if !hasEdgeBefore { look(at: today - distance) }
            if !hasEdgeAfter { look(at: today + distance) }
        }
        if !hasEdgeBefore { span.cut(at: clock.firstInstant(of: (today - distance) * 86400), around: instant) }
        if !hasEdgeAfter { span.cut(at: clock.firstInstant(of: (today + distance) * 86400), around: instant) }
        return isOpen
    }

    /// A window lasts into the next day, and a clock change can move either end over one midnight more.
    private static let reachDays: Int64 = 2
    /// A weekly window, once skipped by a missing day.
    private static let longestDays: Int64 = 16
}
