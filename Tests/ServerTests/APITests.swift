import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import Server
import Testing
import Timekeeping

@Suite struct APITests {
    @Test("without the admin token there is nothing to see", arguments: ["", "Bearer ", "Bearer wrong", "Basic dG9j"])
    func unauthorized(header: String) async throws {
        try await House().visit { visitor in
            for path in ["/status", "/oncall", "/incidents", "/users"] {
                let answer = try await visitor.ask(.get, "/api/v1\(path)", [.authorization: header])
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"tocsin\"")
                #expect(answer.headers[.contentType] == "application/problem+json")
                #expect(answer.json["status"] as? Int == 401)
            }
        }
    }

    @Test("who is on call comes with the reason and the person's own time")
    func onCall() async throws {
        try await House().visit { visitor in
            let answer = try await visitor.get("/oncall/sun?at=2026-11-23T02:42:00Z&why=1")
            let person = try #require((answer.json["people"] as? [[String: Any]])?.first)
            #expect(person["user"] as? String == "chi")
            #expect(person["name"] as? String == "Chi Tanaka")
            #expect(person["local_time"] as? String == "2026-11-23T11:42:00+09:00")
            #expect((person["why"] as? String)?.hasPrefix("has turn") == true)
            #expect(answer.json["hole"] is NSNull)
            #expect(
                (answer.json["explanation"] as? [String])?.first
                    == "Chi Tanaka has turn 1 of layer week of schedule sun.")

            let all = try await visitor.get("/oncall")
            #expect(all.items.compactMap { $0["schedule"] as? String } == ["night", "sun"])
            #expect((all.items.first?["hole"] as? String)?.isEmpty == false)
        }
    }

    @Test("a time is read with its offset, whether or not the plus sign was encoded")
    func times() async throws {
        try await House().visit { visitor throws in
            for at in ["2026-11-23T11:42:00%2B09:00", "2026-11-23T11:42:00+09:00", "2026-11-23T02:42:00Z"] {
                #expect(try await visitor.get("/oncall?at=\(at)").text("at") == "2026-11-23T02:42:00Z")
            }
            #expect(try await visitor.get("/oncall?at=yesterday").status == .badRequest)
        }
    }

    @Test("an unknown schedule is a 404, an unknown parameter a 400, an unknown path a 404, another method a 405")
    func wrongAddresses() async throws {
        try await House().visit { visitor in
            #expect(try await visitor.get("/oncall/nowhere").status == .notFound)
            #expect(try await visitor.get("/oncall?att=now").status == .badRequest)
            #expect(try await visitor.get("/nothing").headers[.contentType] == "application/problem+json")
            let answer = try await visitor.delete("/incidents/1")
            #expect(answer.status == .methodNotAllowed)
            #expect(answer.headers[.allow] == "GET, HEAD")
        }
    }

    @Test("everything wrong with a body is told at once, unknown members too")
    func invalidBodies() async throws {
        try await House().visit { visitor in
            let answer = try await visitor.post(
                "/incidents", ["title": 3, "severity": "terrible", "by": "nobody", "sevrity": "sev1"])
            #expect(answer.status == .unprocessableContent)
            #expect(answer.pointers == ["#/service", "#/title", "#/severity", "#/by", "#/sevrity"])

            let headers: HTTPFields = [.authorization: "Bearer \(visitor.token)", .contentType: "application/json"]
            #expect(try await visitor.ask(.post, "/api/v1/incidents", headers, body: "[]").status == .badRequest)
            #expect(try await visitor.ask(.post, "/api/v1/incidents", headers, body: "{").status == .badRequest)
            var plain = headers
            plain[.contentType] = "text/plain"
            #expect(
                try await visitor.ask(.post, "/api/v1/incidents", plain, body: "{}").status == .unsupportedMediaType)
        }
    }

    @Test("an incident is declared, acknowledged, taken, noted on and resolved")
    func lifeOfAnIncident() async throws {
        try await House().visit { visitor in
            let declared = try await visitor.post(
                "/incidents", ["service": "ranker", "title": "It smells", "severity": "critical", "by": "ana"])
            #expect(declared.status == .created)
            #expect(declared.headers[.location] == "/api/v1/incidents/1")
            #expect(declared.text("url") == "http://tocsin.test/incidents/1")

            #expect(try await visitor.post("/incidents/INC-1/acknowledge", [:]).pointers == ["#/by"])
            let first = try await visitor.post("/incidents/INC-1/acknowledge", ["by": "chi"])
            #expect(first.text("owner") == "chi")
            #expect(first.text("state") == "acknowledged")
            #expect(first.json["already"] as? Bool == false)
            #expect(try await visitor.post("/incidents/1/acknowledge", ["by": "chi"]).json["already"] as? Bool == true)
            #expect(try await visitor.post("/incidents/1/take", ["by": "ana"]).text("owner") == "ana")
            #expect(try await visitor.post("/incidents/1/notes", ["text": "smoke", "by": "chi"]).status == .created)
            #expect(try await visitor.post("/incidents/1/notes", ["text": " "]).text("code") == "empty_text")

            let file = try await visitor.get("/incidents/1")
            #expect(file.text("severity") == "sev1")
            #expect((file.json["declared_by"] as? [String: Any])?["user"] as? String == "ana")
            let page = try #require((file.json["pages"] as? [[String: Any]])?.first)
            #expect(page["user"] as? String == "chi")
            #expect(page["status"] as? String == "delivered")
            #expect((page["attempts"] as? [[String: Any]])?.first?["evidence"] as? String == "remembered")
            let asked = try #require((file.json["asked"] as? [[String: Any]])?.first)
            #expect(asked["occasion"] as? String == "step 1")

            let timeline = try await visitor.get("/incidents/1/timeline").items
            #expect(timeline.first?["kind"] as? String == "incidentOpened")
            #expect(timeline.contains { $0["body"] as? String == "smoke" })

            #expect(try await visitor.post("/incidents/1/resolve", [:]).text("state") == "resolved")
            #expect(try await visitor.post("/incidents/1/resolve", [:]).json["already"] as? Bool == true)
            let late = try await visitor.post("/incidents/1/acknowledge", ["by": "chi"])
            #expect(late.status == .conflict)
            #expect(late.text("code") == "already_resolved")
        }
    }

    @Test("an incident that never was is a 404 everywhere")
    func noSuchIncident() async throws {
        try await House().visit { visitor throws in
            #expect(try await visitor.get("/incidents/7").status == .notFound)
            #expect(try await visitor.get("/incidents/7/timeline").status == .notFound)
            #expect(try await visitor.get("/incidents/seven").status == .notFound)
            #expect(try await visitor.post("/incidents/7/resolve", [:]).text("code") == "no_such_incident")
        }
    }

    @Test("an alert's own labels come back as they were sent")
    func alertLabels() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("HighLatency", labels: ["camelCase": "x_y"]))
            let alerts = try await visitor.get("/incidents/1").json["alerts"] as? [[String: Any]]
            let labels = try #require(alerts?.first?["labels"] as? [String: String])
            #expect(labels["camelCase"] == "x_y")
            #expect(alerts?.first?["firing"] as? Bool == true)
        }
    }

    @Test("a list is read page by page, each incident once, the newest first")
    func pages() async throws {
        try await House().visit { visitor in
            for name in ["A", "B", "C", "D", "E"] { _ = try await visitor.hook(House.alert(name)) }
            var seen: [String] = []
            var path = "/incidents?limit=2"
            for _ in 0..<5 {
                let answer = try await visitor.get(path)
                seen += answer.items.compactMap { $0["id"] as? String }
                guard let cursor = answer.text("next_cursor") else { break }
                #expect(answer.headers[HTTPField.Name("Link")!]?.contains("cursor=\(cursor)") == true)
                path = "/incidents?limit=2&cursor=\(cursor)"
            }
            #expect(seen == ["INC-5", "INC-4", "INC-3", "INC-2", "INC-1"])
            #expect(try await visitor.get("/incidents?state=resolved").items.isEmpty)
            #expect(try await visitor.get("/incidents?service=rest").items.isEmpty)
            #expect(try await visitor.get("/incidents?limit=0").status == .badRequest)
            #expect(try await visitor.get("/incidents?state=sleepy").status == .badRequest)
            #expect(try await visitor.get("/incidents?cursor=x").status == .badRequest)
        }
    }

    @Test("the same request with the same idempotency key is done once")
    func idempotency() async throws {
        try await House().visit { visitor in
            let body = ["service": "ranker", "title": "It smells"]
            let first = try await visitor.post("/incidents", body, idempotencyKey: "\"8e03978e\"")
            let again = try await visitor.post("/incidents", body, idempotencyKey: "8e03978e")
            #expect(first.status == .created)
            #expect(again.status == .created)
            #expect(again.text("incident") == "INC-1")
            #expect(try await visitor.get("/incidents").items.count == 1)

            let other = try await visitor.post(
                "/incidents", ["service": "rest", "title": "x"], idempotencyKey: "8e03978e")
            #expect(other.status == .unprocessableContent)
            #expect(other.text("code") == "idempotency_key_reused")
            #expect(try await visitor.post("/incidents", body, idempotencyKey: "").status == .badRequest)
        }
    }

    @Test("a test alert goes where its service's route leads")
    func fire() async throws {
        try await House().visit { visitor in
            let answer = try await visitor.post("/fire", ["service": "ranker", "severity": "sev3"])
            #expect(answer.status == .accepted)
            #expect(answer.json["labels"] as? [String: String] == ["model": "ranker"])
            #expect(try await visitor.get("/incidents/1").text("service") == "ranker")

            #expect(try await visitor.post("/fire", ["service": "unreached"]).pointers == ["#/service"])
            #expect(
                try await visitor.post("/fire", ["service": "ranker", "labels": ["model": "x"]]).pointers == [
                    "#/service"
                ])

            _ = try await visitor.post("/fire", ["dedup_key": "k", "title": "one"])
            let over = try await visitor.post("/fire", ["dedup_key": "k", "status": "resolved"])
            #expect(over.status == .accepted)
            #expect(try await visitor.get("/incidents/2").text("state") == "resolved")
        }
    }

    @Test("two test alerts without a key are two; with one idempotency key they are one")
    func fireKeys() async throws {
        try await House().visit { visitor in
            let first = try await visitor.post("/fire", [:]).text("dedup_key")
            #expect(try await visitor.post("/fire", [:]).text("dedup_key") != first)
            let third = try await visitor.post("/fire", [:], idempotencyKey: "a").text("dedup_key")
            #expect(try await visitor.post("/fire", [:], idempotencyKey: "a").text("dedup_key") == third)
            #expect(try await visitor.get("/incidents").items.count == 3)
        }
    }

    @Test("when nothing can be recorded, commands are a 503 and who is on call is still known")
    func withoutDisk() async throws {
        let house = try await House()
        house.store.breakDown()
        try await house.visit { visitor in
            let answer = try await visitor.post("/incidents", ["service": "ranker", "title": "x"])
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] != nil)
            #expect(try await visitor.get("/incidents").status == .serviceUnavailable)
            #expect(try await visitor.get("/oncall/sun").status == .ok)
            #expect(try await visitor.get("/status").json["ready"] as? Bool == false)
        }
    }
}
