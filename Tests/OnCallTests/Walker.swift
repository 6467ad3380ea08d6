import OnCall
import Timekeeping

/// A second opinion on who is on call, slow and simple: it walks some weeks minute by minute, watches the wall clock
/// pass handoffs and advances a stored position, as a person with a list and a clock would.
///
/// Shares no arithmetic with the implementation: no division finds a turn, no calendar is asked for an instant. All of
/// a configuration's times must be whole minutes, and its eras must begin inside the walk.
struct Walker {
    let start: Instant
    let count: Int
    /// What the wall clock shows in each minute, in minutes since it would have shown 1970-01-01 00:00.
    private let wall: [Int]
    /// The latest time it has shown so far, and the earliest it is still to show: a clock set back lowers the second.
    private let latest: [Int]
    private let earliestAhead: [Int]

    init(_ zone: ZoneRules, from: Instant, days: Int) {
        start = from
        count = days * 1440
        func shown(_ minute: Int) -> Int {
            let civil = zone.civil(at: from + .minutes(Int64(minute)))
            return civil.date.daysSinceEpoch * 1440 + civil.time.secondsFromMidnight / 60
        }
        var wall: [Int] = []
        while wall.count < count {
            // Nowhere do clocks change twice in ten minutes; where they do once, each minute is looked at.
            let (now, later) = (shown(wall.count), shown(wall.count + 10))
            for minute in 0..<10 { wall.append(later == now + 10 ? now + minute : shown(wall.count)) }
        }
        var (latest, earliestAhead) = (wall, wall)
        for minute in 1..<count { latest[minute] = max(latest[minute - 1], wall[minute]) }
        for minute in (0..<count - 1).reversed() {
            earliestAhead[minute] = min(earliestAhead[minute + 1], wall[minute])
        }
        (self.wall, self.latest, self.earliestAhead) = (wall, latest, earliestAhead)
    }

    /// For each minute the layer's people in force and whose turn it is; nil while it does not answer.
    func walk(_ layer: Layer) -> [RotationStand?] {
        var stands = [RotationStand?](repeating: nil, count: count)
        let open = openMinutes(layer.restrictions)
        let openInWeek = Self.nominalWeek(layer.restrictions)
        for era in layer.eras.sorted(by: { $0.from! < $1.from! }) {
            let turns = era.turns.indices.map { index in
                era.turns[index].isEmpty ? nil : RotationStand(turns: era.turns, index: index)
            }
            walk(layer, era, openInWeek: openInWeek) { minute, position in
                stands[minute] = open[minute] && !turns.isEmpty ? turns[position % turns.count] : nil
            }
        }
        return stands
    }

    private func walk(_ layer: Layer, _ era: Era, openInWeek: [Bool], stand: (Int, Int) -> Void) {
        var day = era.from!
        while !isFirstDay(day, of: layer, era) { day = day.adding(days: 1) }
        let handoff = layer.handoff.time.secondsFromMidnight / 60
        var began = day.daysSinceEpoch * 1440 + handoff
        var pieces = 0
        var ends = end(of: began, &day, &pieces, layer, era, handoff)
        var position = -1
        func enter() {
            let counts =
                layer.outsideHours == .consume || layer.restrictions.isEmpty
                || (began..<ends).contains { openInWeek[($0 + 3 * 1440) % 10080] }
            if counts { position += 1 }
        }

        let isElapsed = Self.isElapsed(layer.turn)
        var minutesInto: Int?
        for minute in 0..<count {
            if minutesInto == nil {
                guard latest[minute] >= began else { continue }
                minutesInto = 0
                enter()
            } else {
                minutesInto! += 1
            }
            while isElapsed ? minutesInto! == ends - began : latest[minute] >= ends {
                began = ends
                ends = end(of: began, &day, &pieces, layer, era, handoff)
                if isElapsed { minutesInto = 0 }
                enter()
            }
            stand(minute, max(position, 0))
        }
    }

    private func isFirstDay(_ day: CivilDate, of layer: Layer, _ era: Era) -> Bool {
        if case .months = layer.turn { return isMonthly(day, layer.handoff.dayOfMonth ?? era.from!.day) }
        return layer.handoff.weekday == nil || layer.handoff.weekday == day.weekday
    }

    private func isMonthly(_ day: CivilDate, _ wanted: Int) -> Bool {
        day.day == wanted || (day.day < wanted && day.adding(days: 1).day == 1)
    }

    private func end(
        of began: Int, _ day: inout CivilDate, _ pieces: inout Int, _ layer: Layer, _ era: Era, _ handoff: Int
    ) -> Int {
        var length = layer.turn
        if case .pattern(let lengths) = length {
            length = lengths[pieces]
            pieces = pieces + 1 == lengths.count ? 0 : pieces + 1
        }
        switch length {
        case .pattern: fatalError("A pattern holds no patterns.")
        case .hours(let hours): return began + hours * 60
        case .days(let days): return began + days * 1440
        case .weeks(let weeks): return began + weeks * 10080
        case .months(let months):
            for _ in 0..<months {
                repeat { day = day.adding(days: 1) } while !isMonthly(day, layer.handoff.dayOfMonth ?? era.from!.day)
            }
            return day.daysSinceEpoch * 1440 + handoff
        }
    }

    private static func isElapsed(_ turn: TurnLength) -> Bool {
        if case .hours(let hours) = turn { return ![1, 2, 3, 4, 6, 8, 12].contains(hours) && hours % 24 != 0 }
        return false
    }

    /// The minutes of a week from Monday 00:00 in which a restriction is open on a calendar without clock changes.
    private static func nominalWeek(_ restrictions: [Restriction]) -> [Bool] {
        var open = [Bool](repeating: false, count: 10080)
        forEachWindow(restrictions, days: 0..<7, weekday: { $0 % 7 + 1 }) { opens, closes in
            for minute in opens..<closes { open[minute % 10080] = true }
        }
        return open
    }

    private func openMinutes(_ restrictions: [Restriction]) -> [Bool] {
        if restrictions.isEmpty { return [Bool](repeating: true, count: count) }
        var open = [Bool](repeating: false, count: count)
        let days = wall[0] / 1440 - 2..<wall[count - 1] / 1440 + 2
        Self.forEachWindow(restrictions, days: days, weekday: { ($0 + 3) % 7 + 1 }) { opens, closes in
            // A day's windows cannot begin much before or after it.
            let around = (opens - wall[0] - 2880)..<(closes - wall[0] + 2880)
            for minute in around.clamped(to: 0..<count - 1) where latest[minute] >= opens {
                // Still to show an earlier time, or, later, the closing time itself once more.
                if earliestAhead[minute] < closes || earliestAhead[minute + 1] <= closes { open[minute] = true }
            }
        }
        return open
    }

    private static func forEachWindow(
        _ restrictions: [Restriction], days: Range<Int>, weekday: (Int) -> Int, _ visit: (Int, Int) -> Void
    ) {
        for restriction in restrictions {
            let (start, end) = (restriction.start.secondsFromMidnight / 60, restriction.end.secondsFromMidnight / 60)
            for day in days where restriction.days.isEmpty || restriction.days.map(\.rawValue).contains(weekday(day)) {
                visit(day * 1440 + start, (end <= start ? day + 1 : day) * 1440 + end)
            }
        }
    }
}

/// A list of turns with a finger on one of them.
struct RotationStand {
    private let current: [UserID]
    private let later: [UserID]

    init(turns: [[UserID]], index: Int) {
        current = turns[index].onceEach
        later = Array((turns[(index + 1)...] + turns[..<index]).joined())
    }

    var people: [UserID] { current }
    /// The others, once each, in the order they come.
    var following: [UserID] { later.filter { !current.contains($0) }.onceEach }
}

extension [UserID] {
    var onceEach: [UserID] {
        var order: [UserID] = []
        for user in self where !order.contains(user) { order.append(user) }
        return order
    }
}
