import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Paging for practice.
extension APIRoutes {
    private static let mostListed = 50

    func addDrills(to routes: Routes) {
        on(.post, "/drills", routes) { request, _ in try await startDrill(request) }
        on(.get, "/drills", routes) { request, _ in
            _ = try request.query([])
            let found = try await engine.readingLog { try await engine.drills(limit: Self.mostListed) }
            return .json(["items": .array(found.map { $0.json(engine.links) })])
        }
        on(.get, "/drills/{id}", routes) { _, context in
            let id = try incidentID(context)
            guard let report = DrillReport(try await engine.readingLog { try await engine.events(of: id) }) else {
                throw Problem.notFound("\(id) is no drill.")
            }
            return .json(report.json(engine.links))
        }
    }

    private func startDrill(_ request: Request) async throws -> Response {
        var (body, name) = try await readCommand(request)
        let directory = engine.read { $0.directory }
        let (schedule, policy) = (body.string("schedule"), body.string("policy"))
        let length = body.string("for").map { Duration(typed: $0) } ?? Drill.standardLength
        if length.map({ $0 < Drill.shortest || $0 > Drill.longest }) ?? true {
            body.fault("for", "This must be a length from 1m to 60m.")
        }
        let by = body.user("by", in: directory)
        let target: DrillTarget
        switch (schedule, policy) {
        case (let schedule?, nil): target = .schedule(ScheduleID(rawValue: schedule))
        case (nil, let policy?): target = .policy(PolicyID(rawValue: policy))
        default:
            target = .schedule("")
            body.fault("schedule", "Give 'schedule' or 'policy', one of them.")
        }
        try body.finish()
        let done = try await engine.carryOut(
            .drill(target, length: length ?? Drill.standardLength, by: Actor(user: by, via: via(request))),
            request: name)
        let id = done.incidents.first
        let events = try await engine.readingLog { () async throws -> [Event] in
            if let id { try await engine.events(of: id) } else { [] }
        }
        guard let id, let report = DrillReport(events) else { throw Problem.notFound("It is no drill.") }
        var response = Response.json(report.json(engine.links), status: .created)
        response.headers[.location] = "/api/v1/drills/\(id.number)"
        return response
    }
}

extension DrillReport {
    fileprivate func json(_ links: Links) -> JSON {
        [
            "incident": .incident(incident), "url": .string(links.incident(incident)), "target": .string(target),
            "started_at": .time(startedAt), "started_by": .user(startedBy), "ended_at": .time(endedAt),
            "summary": .string(summary),
            "people": .array(
                people.map { person in
                    [
                        "user": .user(person.user), "paged_at": .time(person.pagedAt),
                        "methods": .array(person.methods.map { .string($0.rawValue) }),
                        "reached": .array(person.reached.map { .string($0.rawValue) }),
                        "answered_at": .time(person.answeredAt), "via": .optional(person.via?.rawValue),
                        "seconds": person.took.map { .int(Int($0.components.seconds)) } ?? .null,
                    ]
                }),
        ]
    }
}
