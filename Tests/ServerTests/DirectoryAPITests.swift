import Engine
import Foundation
import HTTPTypes
import Incidents
import Server
import Testing
import Timekeeping

@Suite struct DirectoryAPITests {
    private func later(_ hours: Int64, _ house: House) -> String {
        Instant(seconds: (house.engine.now + .hours(hours)).milliseconds / 1000).rfc3339
    }

    @Test("an override is added, seen in who is on call, listed and taken back")
    func overrides() async throws {
        let house = try await House()
        let (from, until) = (later(1, house), later(5, house))
        try await house.visit { visitor in
            let body = [
                "schedule": "sun", "kind": "replace", "user": "chi", "with": "ana", "from": from, "until": until,
                "by": "ana",
            ]
            let made = try await visitor.post("/overrides", body)
            #expect(made.status == .created)
            #expect(made.headers[.location] == "/api/v1/overrides/1")
            #expect(made.text("with") == "ana")

            let during = try await visitor.get("/oncall/sun?at=\(from)")
            #expect((during.json["people"] as? [[String: Any]])?.first?["user"] as? String == "ana")
            #expect(try await visitor.get("/overrides?schedule=sun").items.count == 1)
            #expect(try await visitor.get("/overrides?schedule=night").items.isEmpty)

            #expect(try await visitor.delete("/overrides/1").status == .noContent)
            #expect(try await visitor.get("/overrides").items.isEmpty)
            let again = try await visitor.delete("/overrides/1")
            #expect(again.status == .notFound)
            #expect(again.text("code") == "no_such_override")
        }
    }

    @Test("an override that leaves nobody on call is refused unless that is meant")
    func holes() async throws {
        let house = try await House()
        let (from, until) = (later(1, house), later(5, house))
        try await house.visit { visitor in
            var body: [String: Any] = [
                "schedule": "sun", "kind": "remove", "user": "chi", "from": from, "until": until,
            ]
            let refused = try await visitor.post("/overrides", body)
            #expect(refused.status == .conflict)
            #expect(refused.text("code") == "leaves_hole")
            body["leave_hole"] = true
            #expect(try await visitor.post("/overrides", body).status == .created)
        }
    }

    @Test("an override's members must fit each other")
    func badOverrides() async throws {
        let house = try await House()
        let (from, until) = (later(1, house), later(5, house))
        try await house.visit { visitor throws in
            let base = ["schedule": "sun", "user": "chi", "from": from, "until": until]
            func pointers(_ more: [String: String]) async throws -> [String] {
                try await visitor.post("/overrides", base.merging(more) { _, new in new }).pointers
            }
            #expect(try await pointers(["kind": "replace"]) == ["#/with"])
            #expect(try await pointers(["kind": "cover", "with": "ana"]) == ["#/with"])
            #expect(try await pointers(["kind": "swap"]) == ["#/kind"])
            #expect(try await pointers(["kind": "cover", "from": "soon"]) == ["#/from"])
            func code(_ more: [String: String]) async throws -> String? {
                try await visitor.post("/overrides", base.merging(more) { _, new in new }).text("code")
            }
            #expect(try await code(["kind": "cover", "schedule": "x"]) == "no_such_schedule")
            #expect(try await code(["kind": "cover", "from": until, "until": from]) == "empty_time")
        }
    }

    @Test("the inbox holds what people were paged for, and says who is still waited for")
    func inbox() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let item = try #require(try await visitor.get("/inbox?user=chi").items.first)
            #expect(item["incident"] as? String == "INC-1")
            #expect(item["waiting"] as? Bool == true)
            #expect(try await visitor.get("/inbox?user=ana").items.isEmpty)
            #expect(try await visitor.get("/inbox?user=nobody").status == .unprocessableContent)
            _ = try await visitor.post("/incidents/1/acknowledge", ["by": "ana"])
            #expect(try await visitor.get("/inbox").items.first?["waiting"] as? Bool == false)
            _ = try await visitor.post("/incidents/1/resolve", [:])
            #expect(try await visitor.get("/inbox").items.isEmpty)
        }
    }

    @Test("people are shown by name, zone and methods, never with an address")
    func users() async throws {
        try await House().visit { visitor in
            let chi = try #require(try await visitor.get("/users").items.last)
            #expect(chi["id"] as? String == "chi")
            #expect(chi["reachable_by"] as? [String] == ["inbox", "webhook"])
            #expect(Set(chi.keys) == ["id", "name", "zone", "role", "local_time", "reachable_by"])
            let services = try await visitor.get("/services").items.compactMap { $0["id"] as? String }
            #expect(services == ["ranker", "rest", "unreached"])
        }
    }

    @Test("the status counts what is open")
    func status() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            _ = try await visitor.hook(House.alert("B"))
            _ = try await visitor.post("/incidents/1/acknowledge", ["by": "chi"])
            let status = try await visitor.get("/status").json
            #expect(status["version"] as? String == "1.2.3")
            #expect(status["ready"] as? Bool == true)
            #expect(status["open_incidents"] as? [String: Int] == ["triggered": 1, "acknowledged": 1])
        }
    }
}
