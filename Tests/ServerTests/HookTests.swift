import Engine
import EngineCore
import HTTPTypes
import Incidents
import Integrations
import OnCall
import Server
import Testing

@Suite struct HookTests {
    @Test("an alert is answered when its incident is in the log and its first page is on its way")
    func accepted() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let answer = try await visitor.hook(House.alert("HighLatency"))
            #expect(answer.status.kind == .successful)
            #expect(answer.body.contains("http://tocsin.test/incidents/1"))
            #expect(house.pager.messages.map(\.user) == ["chi", "chi"])
            let events = try await house.engine.events(of: Incident.ID(1))
            #expect(!events.isEmpty)
        }
    }

    @Test("an unknown key is a 404 that does not repeat it")
    func unknownKey() async throws {
        try await House().visit { visitor in
            let answer = try await visitor.hook(House.alert("HighLatency"), key: "guessed-secret")
            #expect(answer.status == .notFound)
            #expect(answer.headers[.contentType] == "application/problem+json")
            #expect(!answer.body.contains("guessed-secret"))
        }
    }

    @Test("what cannot be read is a 400, and an incident that says who sent it")
    func unreadable() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let answer = try await visitor.hook("{ this is no JSON")
            #expect(answer.status == .badRequest)
            let open = house.engine.read { core in core.book.openIncidents.map { core.briefings[$0.id]?.title } }
            #expect(open == ["Cannot read alerts from prod"])
        }
    }

    @Test("a body that is too large is a 413, and an incident all the same")
    func tooLarge() async throws {
        let house = try await House(maxBody: 1000)
        try await house.visit { visitor in
            let answer = try await visitor.hook(House.alert("Big", summary: String(repeating: "x", count: 2000)))
            #expect(answer.status == .contentTooLarge)
            #expect(house.engine.read { $0.book.openIncidents.count } == 1)
        }
    }

    @Test("a body of exactly the limit is taken")
    func atTheLimit() async throws {
        let body = House.alert("Exact")
        let house = try await House(maxBody: body.utf8.count)
        let answer = try await house.visit { try await $0.hook(body) }
        #expect(answer.status.kind == .successful)
    }

    @Test("a hook takes POST only and says so", arguments: [HTTPRequest.Method.get, .head, .put, .delete])
    func otherMethods(method: HTTPRequest.Method) async throws {
        let house = try await House()
        let answer = try await house.visit { try await $0.ask(method, "/hooks/\(House.hookKey)") }
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.headers[.allow] == "POST")
    }

    @Test("an alert that could not be recorded is a 503 with Retry-After, so its sender keeps it")
    func unavailable() async throws {
        let house = try await House()
        house.store.breakDown()
        try await house.visit { visitor in
            let answer = try await visitor.hook(House.alert("HighLatency"))
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter].flatMap { Int($0) }.map { $0 >= 1 } == true)
            let metrics = try await visitor.ask(.get, "/metrics").body
            #expect(metrics.contains(#"tocsin_alerts_received_total{integration="prod",outcome="unavailable"} 1"#))
        }
    }

    @Test("when a new configuration replaces the keys, the old ones are gone")
    func replacedKeys() async throws {
        let house = try await House()
        house.hooks.replace(with: [
            "new-key": .init(integration: "prod", format: AlertmanagerFormat(integration: "prod"))
        ])
        try await house.visit { visitor in
            let old = try await visitor.hook(House.alert("A"))
            #expect(old.status == .notFound)
            #expect(try await visitor.hook(House.alert("A"), key: "new-key").status.kind == .successful)
        }
    }
}
