import OnCall
import Testing
import Timekeeping

@Suite("Instants and expansions agree")
struct ExpansionTests {
    static let zones: [ZoneID] = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago",
        "Africa/Casablanca", "Antarctica/Troll", "Asia/Kolkata",
    ]
    static let worldsEach = 5

    @Test("100 000 random instants: onCall says what the expansion says, reasons included", arguments: zones)
    func agree(zone: ZoneID) {
        let rules = Zones.rules(zone)
        for number in 0..<Self.worldsEach {
            let seed = UInt64(Self.zones.firstIndex(of: zone)! * 100 + number) + 77_000
            let isLean = number > 0
            let world = World(
                seed: seed, zone: rules, elsewhere: number % 2 == 0 ? Zones.rules("Pacific/Chatham") : nil,
                firstDay: date("2026-0\(1 + seed % 9)-20"), days: 150, isLean: isLean)
            let roster = world.roster
            let from = rules.firstInstant(of: CivilDateTime(date: world.firstDay.adding(days: -2), time: .midnight))
            let until = from + .days(160)
            // 500 of one full world and 3000 of four lean ones, which are quicker: 12 500 a zone.
            for (schedule, count) in isLean ? [(World.primary, 3000)] : [(World.primary, 400), (World.second, 100)] {
                let shifts = roster.shifts(
                    schedule, from: from, until: until, amendments: world.amendments)
                #expect(shifts.first?.from == from)
                #expect(shifts.last?.until == until)
                for (shift, next) in zip(shifts, shifts.dropFirst()) {
                    #expect(shift.from < shift.until && shift.until == next.from, "seed \(seed)")
                    #expect((shift.duties, shift.hole) != (next.duties, next.hole), "seed \(seed)")
                }

                var dice = Dice(seed: seed &* 31)
                let milliseconds = Int((until - from).milliseconds)
                for sample in 0..<count {
                    // Every tenth instant is an edge or the last millisecond before one.
                    let shift = shifts[dice.roll(shifts.count)]
                    let instant: Instant =
                        switch sample % 20 {
                        case 0: shift.from
                        case 10: shift.until - .milliseconds(1)
                        default: from + .milliseconds(dice.roll(milliseconds))
                        }
                    let expected = shifts[index(of: instant, in: shifts)]
                    let answer = roster.onCall(
                        schedule, at: instant, amendments: world.amendments)
                    let found = answer.duties.map { Shift.Assignment(user: $0.user, reason: $0.reason) }
                    if found != expected.duties || answer.hole != expected.hole {
                        Issue.record("seed \(seed), \(schedule) at \(instant.rfc3339): \(found), not \(expected)")
                    }
                }
            }
        }
    }

    private func index(of instant: Instant, in shifts: [Shift]) -> Int {
        var (low, high) = (0, shifts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if shifts[middle].from <= instant { low = middle } else { high = middle }
        }
        return low
    }
}
