import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall

extension APIRoutes {
    private static let longestPage = 200

    func addIncidents(to routes: Routes) {
        on(.get, "/incidents", routes) { request, _ in try await list(request) }
        on(.post, "/incidents", routes) { request, _ in try await declare(request) }
        on(.get, "/incidents/{id}", routes) { _, context in
            let id = try incidentID(context)
            return .json(try await engine.file(of: id).json(engine.links))
        }
        on(.get, "/incidents/{id}/timeline", routes) { _, context in
            let id = try incidentID(context)
            let events = try await engine.readingLog { try await engine.events(of: id) }
            guard !events.isEmpty else { throw Refusal.noSuchIncident(id).problem }
            let entries = TimelineEntry.timeline(events, directory: engine.read { $0.directory })
            return .json(["items": .array(entries.map(\.json))])
        }
        on(.post, "/incidents/{id}/acknowledge", routes) { request, context in
            try await respond(request, context) { .acknowledge($0, by: $1, via: $2) }
        }
        on(.post, "/incidents/{id}/take", routes) { request, context in
            try await respond(request, context) { .take($0, by: $1, via: $2) }
        }
        on(.post, "/incidents/{id}/resolve", routes) { request, context in
            var (body, name) = try await readCommand(request)
            let by = body.user("by", in: engine.read { $0.directory })
            try body.finish()
            let command = Command.resolve(try incidentID(context), by: Actor(user: by, via: via(request)))
            return receipt(try await engine.carryOut(command, request: name))
        }
        on(.post, "/incidents/{id}/notes", routes) { request, context in
            var (body, name) = try await readCommand(request)
            let text = body.requiredString("text")
            let by = body.user("by", in: engine.read { $0.directory })
            try body.finish()
            let command = Command.note(try incidentID(context), text: text, by: Actor(user: by, via: via(request)))
            return receipt(try await engine.carryOut(command, request: name), status: .created)
        }
        on(.post, "/fire", routes) { request, _ in try await fire(request) }
    }

    private func respond(
        _ request: Request, _ context: ServerContext, _ command: (Incident.ID, UserID, Via) -> Command
    ) async throws -> Response {
        var (body, name) = try await readCommand(request)
        let by = body.requiredUser("by", in: engine.read { $0.directory })
        try body.finish()
        let command = command(try incidentID(context), by, via(request))
        return receipt(try await engine.carryOut(command, request: name))
    }

    /// What became of a command: the incident as it is now, and whether it was so before.
    func receipt(_ done: Engine.Done, status: HTTPResponse.Status = .ok) -> Response {
        guard let id = done.incidents.first else { return .json(["already": .bool(done.already)], status: status) }
        let live = OpenIncident.find(id, engine)?.incident
        return .json(
            [
                "incident": .incident(id), "url": .string(engine.links.incident(id)), "already": .bool(done.already),
                "state": .optional(live?.state.rawValue), "owner": .user(live?.owner),
                "snoozed_until": .time(live?.snoozedUntil),
            ], status: status)
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try request.query(["state", "service", "cursor", "limit"])
        guard let states = Self.states(query["state"] ?? "open") else {
            throw Problem(
                .badRequest, "'state' must be open, triggered, acknowledged, resolved or all.", code: "bad_state")
        }
        guard let limit = Int(query["limit"] ?? "50"), (1...Self.longestPage).contains(limit) else {
            throw Problem(.badRequest, "'limit' must be a number from 1 to \(Self.longestPage).", code: "bad_limit")
        }
        let before = query["cursor"].map { Incident.ID($0) }
        guard before != .some(nil) else {
            throw Problem(.badRequest, "'cursor' must be the 'next_cursor' of the page before.", code: "bad_cursor")
        }
        let service = query["service"].map { ServiceID(rawValue: $0) }
        // One more than asked for tells whether there is another page.
        var found = try await engine.readingLog {
            try await engine.incidents(
                IncidentQuery(states: states, service: service, before: before.flatMap { $0 }, limit: limit + 1))
        }
        let hasMore = found.count > limit
        found = Array(found.prefix(limit))
        let cursor = hasMore ? found.last?.incident.description : nil
        var response = Response.json([
            "items": .array(found.map { $0.json(engine.links) }), "next_cursor": .optional(cursor),
        ])
        if let cursor {
            var parts = ["cursor=\(cursor)", "limit=\(limit)", "state=\(query["state"] ?? "open")"]
            if let service { parts.append("service=\(Form.encode(service.rawValue))") }
            response.headers[.link] =
                "<\(engine.publicURL)/api/v1/incidents?\(parts.joined(separator: "&"))>; rel=\"next\""
        }
        return response
    }

    static func states(_ word: String) -> Set<Incident.State>? {
        switch word {
        case "open": [.triggered, .acknowledged]
        case "all": []
        default: Incident.State(rawValue: word).map { [$0] }
        }
    }

    private func declare(_ request: Request) async throws -> Response {
        var (body, name) = try await readCommand(request)
        let service = ServiceID(rawValue: body.requiredString("service"))
        let title = body.requiredString("title")
        let text = body.string("body") ?? ""
        let severity = body.severity("severity") ?? .unknown
        let by = body.user("by", in: engine.read { $0.directory })
        try body.finish()
        let actor = Actor(user: by, via: via(request))
        let done = try await engine.carryOut(
            .declare(service, title: title, body: text, severity: severity, by: actor), request: name)
        var response = receipt(done, status: .created)
        if let id = done.incidents.first { response.headers[.location] = "/api/v1/incidents/\(id.number)" }
        return response
    }

    /// A test alert, through the whole of Tocsin like any other: routed by its labels, grouped, escalated, paged.
    private func fire(_ request: Request) async throws -> Response {
        var (body, name) = try await readCommand(request)
        let directory = engine.read { $0.directory }
        let title = body.string("title") ?? "Test alert"
        let service = body.string("service").map { ServiceID(rawValue: $0) }
        var labels = body.strings("labels")
        let severity = body.severity("severity")
        let summary = body.string("summary") ?? ""
        let status = body.string("status").map { AlertSignal.Status(rawValue: $0) } ?? .firing
        if status == nil { body.fault("status", "This must be firing or resolved.") }
        let key = body.string("dedup_key") ?? name.map { "fire/\($0)" } ?? "fire/\(randomHex(bytes: 8))"
        if key.isEmpty || key.utf8.count > 500 { body.fault("dedup_key", "This must have 1 to 500 bytes.") }
        if title.allSatisfy(\.isWhitespace) { body.fault("title", "There is nothing in it.") }
        if let service {
            if let added = directory.labels(leadingTo: service, from: .tocsin, given: labels) {
                labels = added
            } else {
                body.fault("service", "No route leads there from these labels; name labels that do.")
            }
        }
        try body.finish()

        let signal = AlertSignal(
            alert: AlertKey(integration: .tocsin, key: key), status: status ?? .firing, severity: severity,
            title: String(title.prefix(Decider.longestTitle)), summary: String(summary.prefix(Decider.longestNote)),
            labels: labels)
        let reply = await engine.submit(.alerts([signal], unreadable: [], from: .tocsin))
        switch reply {
        case .done(let incidents):
            return .json(
                [
                    "dedup_key": .string(key), "labels": .strings(labels),
                    "incidents": .array(
                        incidents.map { ["incident": .incident($0), "url": .string(engine.links.incident($0))] }),
                ], status: .accepted)
        case .unavailable(let wait): throw Problem.unavailable(retryAfter: wait)
        case .refused(let refusal): throw refusal.problem
        case .already, .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded:
            throw UnexpectedReply(reply: reply)
        }
    }
}

extension Directory {
    /// The given labels, and what else it takes for the routes to lead to that service; nil when they cannot.
    package func labels(leadingTo service: ServiceID, from integration: IntegrationID, given: [String: String])
        -> [String: String]?
    {
        if route(given, from: integration).0.service == service { return given }
        for candidate in routes where candidate.service == service {
            var labels = given
            for matcher in candidate.matchers where matcher.comparison == .equal {
                labels[matcher.label] = matcher.value
            }
            let keepsGiven = given.allSatisfy { labels[$0.key] == $0.value }
            if keepsGiven, route(labels, from: integration).0.service == service { return labels }
        }
        return nil
    }
}
