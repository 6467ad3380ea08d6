import Engine
import EngineCore
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite struct HandlingAPITests {
    @Test("an incident is snoozed for a length or until an instant, and says until when")
    func snooze() async throws {
        let house = try await House()
        let until = Instant(seconds: (house.engine.now + .hours(3)).milliseconds / 1000)
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let first = try await visitor.post("/incidents/1/snooze", ["for": "2h", "by": "chi"])
            #expect(first.status == .ok)
            #expect(first.text("state") == "acknowledged")
            let said = try #require(first.text("snoozed_until").flatMap { Instant(rfc3339: $0) })
            #expect((Duration.hours(2) - (said - house.engine.now)).components.seconds < 60)

            let second = try await visitor.post("/incidents/1/snooze", ["until": until.rfc3339, "by": "chi"])
            #expect(second.text("snoozed_until") == until.rfc3339)
            #expect(try await visitor.get("/incidents/1").text("snoozed_until") == until.rfc3339)
            #expect(try await visitor.post("/incidents/1/resolve", [:]).text("state") == "resolved")
            #expect(try await visitor.get("/incidents/1").text("snoozed_until") == nil)
        }
    }

    @Test("a snooze needs a person and a time that can be")
    func badSnoozes() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            func snooze(_ body: [String: Any]) async throws -> Visitor.Answer {
                try await visitor.post("/incidents/1/snooze", body)
            }
            #expect(try await snooze([:]).pointers == ["#/until", "#/by"])
            for length in ["2", "2x", "h", "", "30m1h", "9999999h", "-2h", "2 h 2 h"] {
                #expect(try await snooze(["for": length, "by": "chi"]).pointers == ["#/for"], "\(length)")
            }
            let both = ["for": "2h", "until": "2026-11-23T16:00:00Z", "by": "chi"]
            #expect(try await snooze(both).pointers == ["#/until"])
            #expect(try await snooze(["until": "2020-01-01T00:00:00Z", "by": "chi"]).text("code") == "empty_time")
            #expect(try await snooze(["for": "25h", "by": "chi"]).text("code") == "time_too_long")
            #expect(try await visitor.get("/incidents/1").text("state") == "triggered")
        }
    }

    @Test("severity, people besides, the next step and reopening are a request each")
    func verbs() async throws {
        let house = try await House()
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let lower = try await visitor.post("/incidents/1/severity", ["severity": "sev3", "by": "ana"])
            #expect(lower.status == .ok)
            #expect(try await visitor.get("/incidents/1").text("severity") == "sev3")
            let same = try await visitor.post("/incidents/1/severity", ["severity": "warning"])
            #expect(same.json["already"] as? Bool == true)

            _ = try await visitor.post("/incidents/1/acknowledge", ["by": "chi"])
            let paged = try await visitor.post("/incidents/1/page", ["targets": ["user ana"], "by": "chi"])
            #expect(paged.status == .ok)
            #expect(paged.text("owner") == "chi")
            #expect(house.pager.messages.contains { $0.user == "ana" && $0.reason == .asked })
            let asked = try await visitor.get("/incidents/1").json["asked"] as? [[String: Any]]
            #expect(asked?.contains { $0["occasion"] as? String == "chi asked" } == true)

            let handed = try await visitor.post("/incidents/1/assign", ["user": "ana", "by": "chi"])
            #expect(handed.status == .ok)
            #expect(handed.text("owner") == "chi", "until ana says so")
            #expect(house.pager.messages.contains { $0.user == "ana" && $0.reason == .assigned })
            #expect(try await visitor.post("/incidents/1/acknowledge", ["by": "ana"]).text("owner") == "ana")
            let again = try await visitor.post("/incidents/1/assign", ["user": "ana", "by": "chi"])
            #expect(again.json["already"] as? Bool == true)
            #expect(try await visitor.post("/incidents/1/assign", ["user": "nobody"]).pointers == ["#/user"])
            #expect(try await visitor.post("/incidents/1/assign", ["by": "chi"]).pointers == ["#/user"])

            #expect(try await visitor.post("/incidents/1/escalate", ["by": "chi"]).text("state") == "triggered")
            #expect(try await visitor.post("/incidents/1/reopen", [:]).text("code") == "not_resolved")
            _ = try await visitor.post("/incidents/1/resolve", [:])
            #expect(try await visitor.post("/incidents/1/escalate", [:]).text("code") == "already_resolved")
            #expect(
                try await visitor.post("/incidents/1/assign", ["user": "ana"]).text("code") == "already_resolved")
            #expect(try await visitor.post("/incidents/1/reopen", ["by": "ana"]).text("state") == "triggered")
        }
    }

    @Test("whom to page is written as in the configuration, and must be somebody")
    func badTargets() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            func page(_ targets: Any) async throws -> Visitor.Answer {
                try await visitor.post("/incidents/1/page", ["targets": targets])
            }
            #expect(try await page(["ben", "user ana"]).pointers == ["#/targets"])
            #expect(try await page("user ana").pointers == ["#/targets"])
            #expect(try await page([1]).pointers == ["#/targets"])
            #expect(try await page([String]()).text("code") == "no_targets")
            #expect(try await page(["user nobody"]).text("code") == "no_such_user")
            #expect(try await page(["schedule nowhere"]).text("code") == "no_such_schedule")
            #expect(try await page(["schedule night"]).text("code") == "nobody_to_page")
        }
    }

    @Test("the same request with the same idempotency key pages once")
    func idempotency() async throws {
        let house = try await House()
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            for _ in 0..<2 {
                let answer = try await visitor.post(
                    "/incidents/1/page", ["targets": ["user ana"]], idempotencyKey: "k1")
                #expect(answer.status == .ok)
            }
            #expect(try await house.engine.events(of: Incident.ID(1)).count { $0.payload.kind == .peoplePaged } == 1)
        }
    }

    @Test("a line goes to the desk with who says it, where and through which face")
    func commands() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let answer = try await visitor.post(
                "/commands", ["line": "ack", "user": "ana", "incident": "INC-7"], idempotencyKey: "k1")
            #expect(answer.status == .ok)
            #expect(answer.text("kind") == "question")
            #expect(answer.text("text") == "You said <ack>.\nWhich one?")
            let choices = try #require(answer.json["choices"] as? [[String: String]])
            #expect(choices.last == ["label": "the second", "line": "ack 2"])
            #expect(answer.json["incidents"] as? [String] == ["INC-1", "INC-2"])
            let asked = try #require(house.desk.asked.first)
            #expect(asked.line == "ack")
            #expect(asked.speaker == Speaker(user: "ana", via: .api))
            #expect(asked.here == Incident.ID(7))
            #expect(asked.request?.rawValue.hasPrefix("k1/") == true)

            let headers: HTTPFields = [
                .authorization: "Bearer \(visitor.token)", .contentType: "application/json",
                .userAgent: "tocsin-cli/1",
            ]
            _ = try await visitor.ask(.post, "/api/v1/commands", headers, body: "{\"line\":\"who\"}")
            #expect(house.desk.asked.last?.speaker == Speaker(user: nil, via: .cli))
        }
    }

    @Test("a line by a stranger, about nothing or not recorded is an error, and only the last may be tried again")
    func badCommands() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let bad = try await visitor.post("/commands", ["user": "nobody", "incident": "x"])
            #expect(bad.pointers == ["#/line", "#/user", "#/incident"])
            #expect(house.desk.asked.isEmpty)
            house.desk.answers(.unavailable)
            let answer = try await visitor.post("/commands", ["line": "ack 1"])
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] != nil)
            house.desk.answers(.refused)
            #expect(try await visitor.post("/commands", ["line": "ack 1"]).status == .ok)
        }
    }
}
