import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// Who is told in the morning of what of low urgency nobody has. It is 14:13 on 2026-09-21 when the house opens.
@Suite struct DigestTests {
    private static let ana = Actor(user: "ana", via: .cli)
    private static let tomorrow = CivilDate("2026-09-22")!

    private func at(_ clock: String, _ day: CivilDate = tomorrow) -> Instant {
        ZoneRules.utc.firstInstant(of: CivilDateTime(date: day, time: CivilTime(clock)!))
    }

    private func house(_ change: (inout Directory) -> Void = { _ in }) -> House {
        var directory = House.directory
        change(&directory)
        var house = House(directory)
        house.alert("db")
        _ = house.say(.changeSeverity(Incident.ID(1), .sev3, by: Self.ana))
        return house
    }

    private func due(_ house: House, _ now: Instant) -> [DigestPlan.Digest] {
        DigestPlan(house.core.directory, house.core.book, now: now).due
    }

    @Test("at nine the first step's people are told, once a day, until somebody has it")
    func once() {
        var house = house()
        #expect(due(house, house.now).isEmpty)
        #expect(due(house, at("08:59")).isEmpty)
        let digest = due(house, at("09:00"))
        #expect(digest.map(\.user) == ["ana"])
        #expect(digest.map(\.day) == [Self.tomorrow] && digest.map(\.incidents) == [[Incident.ID(1)]])
        #expect(due(house, at("11:59")) == digest)
        #expect(due(house, at("12:00")).isEmpty)
        house.pass(at("09:00") - house.now)
        let tell = Command.tellDigest("ana", day: Self.tomorrow, [Incident.ID(1)])
        #expect(house.say(tell) == .done(incidents: []))
        let told = house.log.count
        #expect(due(house, at("09:30")).isEmpty)
        #expect(house.say(tell) == .done(incidents: []) && house.log.count == told, "told once")
        house.restart()
        #expect(due(house, at("09:30")).isEmpty)
        let next = Self.tomorrow.adding(days: 1)
        #expect(due(house, at("09:00", next)).map(\.day) == [next])
        #expect(house.say(.tellDigest("ana", day: next, [])) == .refused(.handoffNotNear))
        _ = house.say(.acknowledge(Incident.ID(1), by: "ben", via: .cli))
        #expect(due(house, at("09:00", next)).isEmpty)
    }

    @Test("quiet hours put a digest off, also past midnight; another time, or never, is the person's own")
    func own() {
        let early = WeeklyHours([Restriction(start: CivilTime("08:00")!, end: CivilTime("10:00")!)])
        let late = house { $0.users["ana"]?.quiet = early }
        #expect(due(late, at("09:30")).isEmpty)
        #expect(due(late, at("10:00")).map(\.day) == [Self.tomorrow])
        let night = house { directory in
            directory.users["ana"]?.digest = CivilTime("23:00")
            directory.users["ana"]?.quiet = WeeklyHours([
                Restriction(start: CivilTime("22:00")!, end: CivilTime("07:00")!)
            ])
        }
        #expect(due(night, at("23:30", CivilDate("2026-09-21")!)).isEmpty)
        #expect(due(night, at("07:00")).map(\.day) == [CivilDate("2026-09-21")!])
        let never = house { $0.users["ana"]?.digest = nil }
        #expect(due(never, at("09:00")).isEmpty)
        let afternoon = house { $0.users["ana"]?.digest = CivilTime("14:00") }
        #expect(due(afternoon, afternoon.now).isEmpty, "what was opened after the digest waits for the next day")
    }

    @Test("what is of high urgency is in no digest; without people in the policy the last resort's are told")
    func others() {
        var house = house { $0.policies["ml"] = EscalationPolicy(id: "ml", steps: []) }
        #expect(due(house, at("09:00")).map(\.user) == ["ben"])
        _ = house.say(.changeSeverity(Incident.ID(1), .sev1, by: Self.ana))
        #expect(due(house, at("09:00")).isEmpty)
    }
}
