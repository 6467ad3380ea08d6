import Engine
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Server
import Synchronization
import Testing
import Timekeeping

@Suite("Taking up a changed configuration (S4)")
struct ApplyTests {
    /// The house's directory with these people in `sun`, each for a week from Monday on.
    private func edited(_ eras: Era...) -> Configuration {
        var directory = House.directory
        let layer = Layer(
            name: "week", eras: eras, turn: .weeks(1), handoff: Handoff(weekday: .monday, time: .midnight))
        var schedules = directory.roster.schedules
        schedules["sun"] = Schedule(id: "sun", zone: "UTC", plan: .layers([layer]))
        directory.roster = Roster(schedules: schedules, zones: directory.roster.zones)
        return Configuration(
            directory: directory, sources: [SourceFile(path: "tocsin.yaml", text: "\(eras)")],
            warnings: ["something is odd"])
    }

    private func today(_ house: House) -> CivilDate { ZoneRules.utc.civil(at: house.engine.now).date }

    @Test("people edited in place would move today's shift: refused, with what to write instead, and nothing changes")
    func refused() async throws {
        let house = try await House()
        house.files.result.withLock { $0 = .success(edited(Era(people: ["ana", "ana"]))) }
        try await house.visit { visitor throws in
            let version = try await visitor.get("/status").json["configuration_version"] as? Int
            let refused = try await visitor.post("/configuration/apply", [:])
            #expect(refused.status == .conflict)
            #expect(refused.text("code") == "moves_duty")
            let said = (refused.json["errors"] as? [[String: String]])?.first?["detail"] ?? ""
            #expect(said.hasPrefix("schedule sun: now chi, would be ana."))
            #expect(said.contains("{from: 1970-01-05, people: [chi]}"))
            #expect(said.contains("people: [ana, ana]}"))
            #expect(try await visitor.get("/status").json["configuration_version"] as? Int == version)
            let people = try await visitor.get("/oncall/sun").json["people"] as? [[String: Any]]
            #expect(people?.first?["user"] as? String == "chi")
        }
    }

    @Test("when it is accepted it is in force, says what it moved, and the console tells of it")
    func accepted() async throws {
        let house = try await House()
        house.files.result.withLock { $0 = .success(edited(Era(people: ["ana"]))) }
        try await house.visit { visitor throws in
            let answer = try await visitor.post("/configuration/apply", ["accept": true])
            #expect(answer.status == .ok)
            #expect((answer.json["moved"] as? [[String: Any]])?.first?["after"] as? [String] == ["ana"])
            #expect(answer.json["files"] as? [String: String] == ["tocsin.yaml": "added"])
            #expect(answer.json["warnings"] as? [String] == ["something is odd"])
            let (old, new) = (answer.json["previous_version"] as? Int ?? 0, answer.json["version"] as? Int ?? 0)
            #expect(new == old + 1)
            let people = try await visitor.get("/oncall/sun").json["people"] as? [[String: Any]]
            #expect(people?.first?["user"] as? String == "ana")
            let home = try await visitor.look("/", cookie: visitor.logIn()).body
            #expect(home.contains("schedule sun: it was chi, now it is ana."))
        }
    }

    @Test("an added roster that begins later is applied at once, and today's shift stays")
    func addedEra() async throws {
        let house = try await House()
        let later = Era(from: today(house).adding(days: 1), people: ["ana", "chi"])
        house.files.result.withLock { $0 = .success(edited(Era(people: ["chi"]), later)) }
        try await house.visit { visitor throws in
            let answer = try await visitor.post("/configuration/apply", [:])
            #expect(answer.status == .ok)
            #expect((answer.json["moved"] as? [Any])?.isEmpty == true)
            let people = try await visitor.get("/oncall/sun").json["people"] as? [[String: Any]]
            #expect(people?.first?["user"] as? String == "chi")
            let soon = Instant(seconds: (house.engine.now + .days(9)).milliseconds / 1000).rfc3339
            let next = try await visitor.get("/oncall/sun?at=\(soon)").json["people"] as? [[String: Any]]
            #expect(next?.first?["since"] != nil)
        }
    }

    @Test("one that is not valid is refused with every problem, and applying what is in force is no news")
    func invalid() async throws {
        let house = try await House()
        let problems = ["tocsin.yaml:3:1: users: is mandatory and missing.", "tocsin.yaml:9:1: odd."]
        house.files.result.withLock { $0 = .failure(ConfigurationTrouble(problems: problems)) }
        try await house.visit { visitor throws in
            let refused = try await visitor.post("/configuration/apply", ["accept": true])
            #expect(refused.status == .unprocessableContent)
            #expect((refused.json["errors"] as? [[String: String]])?.compactMap { $0["detail"] } == problems)
            house.files.result.withLock { $0 = nil }
            let same = try await visitor.post("/configuration/apply", [:])
            #expect(same.json["version"] as? Int == same.json["previous_version"] as? Int)
            #expect(try await visitor.post("/configuration/apply", ["accepted": true]).pointers == ["#/accepted"])
        }
    }

    @Test("without the log nothing is applied")
    func noLog() async throws {
        let house = try await House()
        house.files.result.withLock { $0 = .success(edited(Era(people: ["ana"]))) }
        house.store.breakDown()
        try await house.visit { visitor throws in
            #expect(try await visitor.post("/configuration/apply", ["accept": true]).status == .serviceUnavailable)
            #expect(house.configuration.news.isEmpty)
        }
    }
}
