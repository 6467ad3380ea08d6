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
            let eight = roster(.of("ana ben chi", .hours(8), "00:00", from: "2023-12-25"), zone)
            let week = roster(.of("ana ben chi", .weeks(1), "sun 02:30", from: "2023-12-25"), zone)
            var transition = zone.nextTransition(after: Self.begin) ?? at("2030-07-01T00:00:00Z")
            while transition < Self.end {
                check(eight, zone, around: transition, reach: .hours(30), daysPerTurn: nil)
                check(week, zone, around: transition, reach: .days(10), daysPerTurn: 7)
                transition = zone.nextTransition(after: transition) ?? Self.end
            }
        }
    }

    private func roster(_ layer: Layer, _ zone: ZoneRules) -> Roster {
        let schedule = Schedule(id: Story.id, zone: zone.id, plan: .layers([layer]))
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
