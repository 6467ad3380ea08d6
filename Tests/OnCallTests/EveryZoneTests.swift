import OnCall
import Testing
import Timekeeping

@Suite("Every zone, every transition")
struct EveryZoneTests {
    private static let begin = at("2024-01-01T00:00:00Z")
    private static let end = at("2041-01-01T00:00:00Z")
    private static let people: [UserID] = ["ana", "ben", "chi"]

    /// In groups, so that the zones are spread over the processors.
    @Test(
        "Around every change of clocks from 2024 to 2040 three people leave no gap, no overlap and keep their order",
        arguments: 0..<8)
    func transitions(group: Int) {
        let zones = Zones.all.enumerated().filter { $0.offset % 8 == group }.map(\.element)
        #expect(zones.count > 30)
        for zone in zones {
            let eight = roster(.of("ana ben chi", .hours(8), "00:00", from: "2023-12-25"), zone: zone)
            let week = roster(.of("ana ben chi", .weeks(1), "sun 02:30", from: "2023-12-25"), zone: zone)
            var transition = zone.nextTransition(after: Self.begin) ?? at("2030-07-01T00:00:00Z")
            while transition < Self.end {
                check(eight, zone, around: transition, reach: .hours(30), daysPerTurn: nil)
                check(week, zone, around: transition, reach: .days(10), daysPerTurn: 7)
                transition = zone.nextTransition(after: transition) ?? Self.end
            }
        }
    }

    @Test(
        "Around every change of clocks an hour, a day and a month are whose they are, and layers share days without a hole",
        arguments: 0..<8)
    func shapes(group: Int) {
        let hours = (0..<24).map { "h\($0)" }.joined(separator: " ")
        let weekdays = (1...7).map { "d\($0)" }.joined(separator: " ")
        for zone in Zones.all.enumerated().filter({ $0.offset % 8 == group }).map(\.element) {
            let hourly = roster(.of(hours, .hours(1), "00:00", from: "2023-12-25"), zone: zone)
            let daily = roster(.of(weekdays, .days(1), "00:00", from: "2023-12-25"), zone: zone)
            let monthly = roster(.of("ana ben", .months(1), "31 00:00", from: "2023-12-01"), zone: zone)
            let (early, late) = ("23:30-01:15", "01:15-23:30")
            let shared = roster(window("ana", early), window("ben", late), zone: zone)
            let atMidnight = roster(window("ana", "00:00-12:00"), window("ben", "12:00-24:00"), zone: zone)
            // The same by the layers' own clocks in a schedule that has others.
            let moved = Roster(
                schedules: [
                    Story.id: Schedule(
                        id: Story.id, zone: "UTC",
                        plan: .layers([window("ana", early, zone.id), window("ben", late, zone.id)]))
                ],
                zones: [zone.id: zone, "UTC": .utc])
            var transition = zone.nextTransition(after: Self.begin) ?? at("2030-07-01T00:00:00Z")
            while transition < Self.end {
                for shift in shifts(hourly, zone, around: transition, .hours(30)) {
                    let hour = zone.civil(at: shift.from).time.hour
                    expect(shift, UserID(rawValue: "h\(hour)"), zone)
                }
                for shift in shifts(daily, zone, around: transition, .days(3)) {
                    let day = zone.civil(at: shift.from).date.weekday.rawValue
                    expect(shift, UserID(rawValue: "d\(day)"), zone)
                }
                for shift in shifts(monthly, zone, around: transition, .days(40)).dropFirst() {
                    let date = zone.civil(at: shift.from).date
                    let lastDay = CivilDateTime(date: date, time: .midnight)
                    if date.adding(days: 1).day != 1 || zone.firstInstant(of: lastDay) != shift.from {
                        Issue.record("\(zone.id): a month begins at \(zone.civil(at: shift.from))")
                    }
                }
                let ours = shifts(shared, zone, around: transition, .hours(50))
                #expect(ours == shifts(moved, zone, around: transition, .hours(50)), "\(zone.id)")
                _ = shifts(atMidnight, zone, around: transition, .hours(50))
                transition = zone.nextTransition(after: transition) ?? Self.end
            }
        }
    }

    private func window(_ person: String, _ hours: String, _ zone: ZoneID? = nil) -> Layer {
        .of(person, .weeks(1), "mon 00:00", hours: [.of(hours)], zone: zone, name: person)
    }

    /// Without a gap, an overlap or a hole, which are recorded.
    private func shifts(_ roster: Roster, _ zone: ZoneRules, around transition: Instant, _ reach: Duration) -> [Shift] {
        let (from, until) = (transition - reach, transition + reach)
        let shifts = roster.shifts(Story.id, from: from, until: until, amendments: .none)
        let isWhole =
            shifts.first?.from == from && shifts.last?.until == until
            && zip(shifts, shifts.dropFirst()).allSatisfy { $0.until == $1.from }
        if !isWhole || shifts.contains(where: { $0.duties.count != 1 }) {
            Issue.record("\(zone.id) around \(transition.rfc3339): a gap, a hole or two at once")
        }
        return shifts
    }

    private func expect(_ shift: Shift, _ person: UserID, _ zone: ZoneRules) {
        guard shift.duties.first?.user != person else { return }
        Issue.record("\(zone.id) at \(zone.civil(at: shift.from)): \(shift.duties.map(\.user)), not \(person)")
    }

    private func roster(_ layers: Layer..., zone: ZoneRules) -> Roster {
        let schedule = Schedule(id: Story.id, zone: zone.id, plan: .layers(layers))
        return Roster(schedules: [Story.id: schedule], zones: [zone.id: zone])
    }

    private func check(
        _ roster: Roster, _ zone: ZoneRules, around transition: Instant, reach: Duration, daysPerTurn: Int?
    ) {
        let (from, until) = (transition - reach, transition + reach)
        let shifts = roster.shifts(Story.id, from: from, until: until, amendments: .none)
        var problem: String?
        if shifts.first?.from != from || shifts.last?.until != until { problem = "the ends are not covered" }
        for shift in shifts where shift.duties.count != 1 { problem = "\(shift.duties.count) people at once" }
        for (shift, next) in zip(shifts, shifts.dropFirst()) {
            guard let out = shift.duties.first?.user, let into = next.duties.first?.user else { continue }
            if shift.until != next.from { problem = "a gap or an overlap at \(next.from.rfc3339)" }
            if (Self.people.firstIndex(of: out)! + 1) % 3 != Self.people.firstIndex(of: into) {
                problem = "\(into) follows \(out) at \(next.from.rfc3339)"
            }
            if !isHandoff(next.from, zone, daysPerTurn: daysPerTurn) {
                problem = "a handoff at \(zone.civil(at: next.from))"
            }
        }
        if let problem { Issue.record("\(zone.id) around \(transition.rfc3339): \(problem)") }
    }

    /// On the dot of its clock time for the first time, or on the far side of a gap that holds it.
    private func isHandoff(_ instant: Instant, _ zone: ZoneRules, daysPerTurn: Int?) -> Bool {
        let (now, before) = (zone.civil(at: instant), zone.civil(at: instant - .milliseconds(1)))
        let times = daysPerTurn == nil ? ["00:00", "08:00", "16:00"] : ["02:30"]
        return times.contains { text in
            let wanted = CivilDateTime(date: now.date, time: time(text))
            if daysPerTurn != nil, wanted.date.weekday != .sunday { return false }
            return before < wanted && wanted <= now && zone.firstInstant(of: wanted) == instant
        }
    }
}
