import Foundation
import HTTPTypes
import LogDoubles
import Server
import Testing

@Suite struct OpenAPITests {
    private func document() async throws -> [String: Any] {
        try await House().visit { try await $0.ask(.get, "/openapi.json") }.json
    }

    @Test("every route for programs is described, and every description has its route")
    func routes() async throws {
        let house = try await House()
        let paths = try #require(try await document()["paths"] as? [String: [String: Any]])
        let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
        let forPeople = [
            "/", "/login", "/logout", "/inbox", "/console.css", "/icon.svg", "/a/{token}", "/a/{token}/rollback",
            "/say", "/reports/load", "/me", "/me/tocsin.vcf", "/me/{token}", "/runbooks", "/runbooks/{id}",
            "/silences", "/silences/{id}/remove",
        ]
        let served = house.server.endpoints.filter { endpoint in
            !forPeople.contains(endpoint.path) && !endpoint.path.hasPrefix("/incidents")
                && !endpoint.path.hasPrefix("/schedules")
        }
        #expect(described == Set(served.map { "\($0.method.rawValue) \($0.path)" }))
    }

    @Test("every reference leads to a schema, every schema is referred to, every id is there once")
    func references() async throws {
        let document = try await document()
        let components = try #require(document["components"] as? [String: [String: Any]])
        let known = Set(components.flatMap { kind, names in names.keys.map { "#/components/\(kind)/\($0)" } })
            .filter { !$0.contains("securitySchemes") }
        #expect(Set(Self.strings(named: "$ref", in: document)) == known)
        let ids = Self.strings(named: "operationId", in: document)
        #expect(Set(ids).count == ids.count)
    }

    @Test("what is answered has exactly the members that are described")
    func answers() async throws {
        let description = try await House().visit { try await $0.ask(.get, "/openapi.json") }
        @Sendable func check(_ value: Any?, _ schema: String) throws {
            let components = try #require(description.json["components"] as? [String: Any])
            let schemas = try #require(components["schemas"] as? [String: [String: Any]])
            let object = try #require(value as? [String: Any], "\(schema)")
            let required = Set(schemas[schema]?["required"] as? [String] ?? [])
            let described = Set((schemas[schema]?["properties"] as? [String: Any] ?? [:]).keys)
            #expect(!described.isEmpty, "\(schema)")
            #expect(
                required.isSubset(of: object.keys) && described.isSuperset(of: object.keys), "\(schema): \(object.keys)"
            )
        }
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            try check(try await visitor.get("/status").json, "Status")
            try check(try await visitor.get("/incidents").items.first, "IncidentSummary")
            let file = try await visitor.get("/incidents/1").json
            try check(file, "Incident")
            try check((file["alerts"] as? [Any])?.first, "Alert")
            try check((file["asked"] as? [Any])?.first, "Asked")
            let page = (file["pages"] as? [[String: Any]])?.first
            try check(page, "Page")
            try check((page?["attempts"] as? [Any])?.first, "Attempt")
            try check(try await visitor.get("/incidents/1/timeline").items.first, "TimelineEntry")
            try check(try await visitor.post("/incidents/1/acknowledge", ["by": "chi"]).json, "Receipt")
            let sun = try await visitor.get("/oncall/sun?why=1").json
            try check(sun, "OnCall")
            try check((sun["people"] as? [Any])?.first, "Person")
            try check(try await visitor.get("/reports/load").json, "LoadReport")
            try check(
                (try await visitor.get("/reports/load").json["people"] as? [Any])?.first, "PersonLoad")
            try check(try await visitor.get("/inbox").items.first, "InboxItem")
            try check(try await visitor.get("/schedules/sun/shifts").items.first, "DutyShift")
            try check(try await visitor.post("/calendars", ["kind": "person", "name": "ana"]).json, "Calendar")
            try check(try await visitor.get("/services").items.first, "Service")
            try check(try await visitor.get("/users").items.first, "User")
            try check(try await visitor.get("/timezones").json, "TimeZones")
            try check(try await visitor.get("/incidents/9").json, "Problem")
            try check(try await visitor.get("/users/ana/contacts").items.first, "Contact")
            try check(try await visitor.get("/incidents/1/rollback").json, "RollbackStatus")
            try check(try await visitor.post("/commands", ["line": "who"]).json, "Answer")
        }
    }

    @Test("a rollback and what serves are answered as they are described")
    func rollbackAnswers() async throws {
        let house = try await House(serving: ScriptedServing())
        let document = try await house.visit { try await $0.ask(.get, "/openapi.json") }
        let components = try #require(document.json["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: [String: Any]])
        func members(_ schema: String) -> Set<String> {
            Set((schemas[schema]?["properties"] as? [String: Any] ?? [:]).keys)
        }
        let (status, serving) = try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            return (
                try await visitor.post("/incidents/1/rollback", [:]),
                try await visitor.get("/services/ranker/serving")
            )
        }
        #expect(Set(status.json.keys) == members("RollbackStatus"))
        #expect(Set((status.json["rollback"] as? [String: Any] ?? [:]).keys) == members("Rollback"))
        #expect(Set(serving.json.keys) == members("Serving"))
    }

    private static func strings(named name: String, in value: Any) -> [String] {
        switch value {
        case let object as [String: Any]:
            object.flatMap { key, value in key == name ? [value as? String ?? ""] : strings(named: name, in: value) }
        case let array as [Any]: array.flatMap { strings(named: name, in: $0) }
        default: []
        }
    }
}
