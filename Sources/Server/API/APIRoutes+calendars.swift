import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall

/// Calendars are issued and revoked.
extension APIRoutes {
    func addCalendars(to routes: Routes) {
        on(.get, "/calendars", routes) { request, _ in
            _ = try request.query([])
            let (calendars, directory) = engine.read { ($0.book.calendars, $0.directory) }
            let items = calendars.sorted { $0.key < $1.key }.map { json($0.key, $0.value, directory) }
            return .json(["items": .array(items)])
        }
        on(.post, "/calendars", routes) { request, _ in try await issueCalendar(request) }
        on(.delete, "/calendars/{id}", routes) { request, context in
            guard let id = Int(context.parameters.get("id") ?? "") else {
                throw Problem.notFound("A calendar is named by its number.")
            }
            let name = try keys.request(for: request, body: [])
            _ = try await engine.carryOut(.revokeCalendar(id, by: Actor(user: nil, via: via(request))), request: name)
            return Response(status: .noContent)
        }
    }

    private func issueCalendar(_ request: Request) async throws -> Response {
        var (body, key) = try await readCommand(request)
        let directory = engine.read { $0.directory }
        let kind = body.requiredString("kind")
        let name = body.requiredString("name")
        let by = Actor(user: body.user("by", in: directory), via: via(request))
        let scope: CalendarScope
        switch kind {
        case "person": scope = .person(UserID(rawValue: name))
        case "team": scope = .team(TeamID(rawValue: name))
        default:
            scope = .schedule(ScheduleID(rawValue: name))
            if kind != "schedule", !kind.isEmpty { body.fault("kind", "This must be person, schedule or team.") }
        }
        try body.finish()
        let reply = await engine.submit(.command(.issueCalendar(scope, by: by), request: key))
        switch reply {
        case .calendarIssued(let id):
            var response = Response.json(json(id, scope, directory), status: .created)
            response.headers[.location] = "/api/v1/calendars/\(id)"
            return response
        case .refused(let refusal): throw refusal.problem
        case .unavailable(let wait): throw Problem.unavailable(retryAfter: wait)
        case .done, .already, .overrideAdded, .timeOffAdded, .coverRequested, .silenceAdded:
            throw UnexpectedReply(reply: reply)
        }
    }

    private func json(_ id: Int, _ scope: CalendarScope, _ directory: Directory) -> JSON {
        let (kind, name) =
            switch scope {
            case .person(let user): ("person", user.rawValue)
            case .schedule(let schedule): ("schedule", schedule.rawValue)
            case .team(let team): ("team", team.rawValue)
            }
        let url = engine.links.calendar(id)
        let rest = url.firstRange(of: "://").map { url[$0.lowerBound...] } ?? ""
        return [
            "id": .int(id), "kind": .string(kind), "name": .string(name),
            "title": .string(ShiftSelection(scope, in: directory).title), "url": .string(url),
            "webcal": .string("webcal\(rest)"),
        ]
    }
}
