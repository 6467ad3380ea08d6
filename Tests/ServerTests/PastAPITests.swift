import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Server
import Testing
import Timekeeping

@Suite("Asking about any moment")
struct PastAPITests {
    /// Clocks in Europe/Test go back on 2026-10-25 at 01:00 UTC, from +01:00 to +00:00.
    private static let directory: Directory = {
        var directory = House.directory
        guard let bytes = FileManager.default.contents(atPath: "/usr/share/zoneinfo/Europe/London"),
            let london = try? ZoneRules(id: "Europe/London", tzif: Array(bytes))
        else { fatalError("The machine has no tz database.") }
        let day = Layer(
            name: "day", eras: [Era(people: ["ana", "chi"])], turn: .days(1),
            handoff: Handoff(time: CivilTime("01:30")!))
        let schedules = directory.roster.schedules.merging([
            "night": Schedule(id: "night", zone: "Europe/London", plan: .layers([day]))
        ]) { $1 }
        directory.roster = Roster(
            schedules: schedules, zones: directory.roster.zones.merging(["Europe/London": london]) { $1 })
        return directory
    }()

    private static func people(_ answer: [String: Any]) -> [String] {
        (answer["people"] as? [[String: Any]] ?? []).compactMap { $0["user"] as? String }
    }

    @Test("a time that clocks show twice has two readings, each with its offset")
    func twice() async throws {
        let house = try await House(directory: Self.directory)
        try await house.visit { visitor in
            for path in ["/oncall/sun?at=2026-10-25T01:15&in=Europe/Berlin", "/oncall/sun?at=2026-10-25&in=Asia/Tokyo"]
            {
                let answer = try await visitor.get(path)
                #expect(
                    answer.status == .ok && answer.json["readings"] == nil
                        && answer.text("note")?.contains("twice") != true)
            }
        }
        let zones = ZoneFinder(find: { _ in Self.directory.roster.zones["Europe/London"] }, nearest: { _ in nil })
        let moment = try #require(AskedMoment("2026-10-25T01:30", in: try zones.zone("Europe/London")))
        let known = KnownRoster(directory: Self.directory, amendments: .none, asKnownAt: house.engine.now)
        let question = DutyQuestion(
            moment: moment, zone: try zones.zone("Europe/London"), why: true, now: house.engine.now)
        let answer = try #require(question.answer("night", from: [known, known]))
        let json = try #require(JSONSerialization.jsonObject(with: Data(answer.json.utf8)) as? [String: Any])
        let readings = try #require(json["readings"] as? [[String: Any]])
        #expect(
            readings.compactMap { $0["at_local"] as? String } == [
                "2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00+00:00",
            ])
        #expect(readings.map { Self.people($0).count } == [1, 1])
        #expect(json["at_local"] as? String == "2026-10-25T01:30:00+01:00")
        #expect((json["note"] as? String)?.contains("twice on 2026-10-25") == true)
    }

    @Test("a local time is read on the clocks that are named, and those of UTC when none are")
    func zones() async throws {
        try await House().visit { visitor in
            let tokyo = try await visitor.get("/oncall/sun?at=2026-11-23T11:42&in=Asia/Tokyo")
            #expect(tokyo.text("at") == "2026-11-23T02:42:00Z")
            #expect(tokyo.text("at_local") == "2026-11-23T11:42:00+09:00")
            #expect(try await visitor.get("/oncall?at=2026-11-23%2011:42").text("at") == "2026-11-23T11:42:00Z")
            let unknown = try await visitor.get("/oncall/sun?in=Asia/Tokio")
            #expect(unknown.status == .badRequest)
            #expect(unknown.text("detail") == "'Asia/Tokio' is not a time zone. Did you mean Asia/Tokyo?")
            #expect(try await visitor.get("/oncall/sun?as_known=maybe").status == .badRequest)
        }
    }

    @Test("the past goes by the configuration of then, unless it is asked as known now")
    func past() async throws {
        let house = try await House()
        let before = house.engine.now
        var later = House.directory
        let layer = Layer(
            name: "week", eras: [Era(people: ["ana"])], turn: .weeks(1), handoff: Handoff(time: .midnight))
        later.roster = Roster(
            schedules: ["sun": Schedule(id: "sun", zone: "UTC", plan: .layers([layer]))],
            zones: House.directory.roster.zones)
        // The log keeps milliseconds: the next version must be of a later one.
        while house.engine.now <= before { await Task.yield() }
        await house.apply(later, as: "ana alone")
        try await house.visit { visitor in
            let at = before.rfc3339
            let then = try await visitor.get("/oncall/sun?at=\(at)&why=1")
            #expect(Self.people(then.json) == ["chi"])
            #expect(then.text("as_known_at") == at && then.json["configuration_version"] as? Int == 1)
            #expect((then.json["explanation"] as? [String])?.last?.contains("version 1 of the configuration") == true)
            let today = try await visitor.get("/oncall/sun?at=\(at)&as_known=now")
            #expect(Self.people(today.json) == ["ana"])
            #expect(today.json["configuration_version"] as? Int == 2)
            let now = try await visitor.get("/oncall/sun")
            #expect(Self.people(now.json) == ["ana"])
            let long = try await visitor.get("/oncall/sun?at=2020-01-01T00:00:00Z")
            #expect(Self.people(long.json) == ["chi"])
            #expect(long.text("note")?.hasPrefix("The log begins at ") == true)
        }
    }

    @Test("a log that cannot be read is said to be so, and only where it is needed")
    func broken() async throws {
        let house = try await House()
        house.store.breakDown()
        try await house.visit { visitor throws in
            #expect(try await visitor.get("/oncall/sun").status == .ok)
            #expect(try await visitor.get("/oncall/sun?at=2020-01-01T00:00:00Z").status == .serviceUnavailable)
            #expect(try await visitor.get("/reports/load").status == .serviceUnavailable)
        }
    }
}
