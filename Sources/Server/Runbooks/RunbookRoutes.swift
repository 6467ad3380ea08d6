import Engine
import HTTPTypes
import Hummingbird
import Incidents

/// `/runbooks` and `/runbooks/{id}`: for who is logged in; and one by one for whoever followed the link in a page,
/// which needs no login, at three in the morning least of all.
struct RunbookRoutes: Sendable {
    let engine: Engine
    let console: ConsoleRoutes

    func add(to routes: Routes) {
        console.show("/runbooks", routes) { viewer, _, _ in
            RunbooksPage(viewer: viewer, runbooks: engine.configuration.runbooks).html
        }
        routes.on(.get, "/runbooks/{id}") { request, context in
            let id = RunbookID(rawValue: context.parameters.get("id") ?? "")
            let query = Form(request.uri.query ?? "")
            let now = engine.now
            let session = console.sessions.session(of: request, now: now)
            if let token = query["page"] {
                switch engine.links.readRunbooks(token: token, now: now) {
                case .success(let incident):
                    return .html(
                        try page(id, incident, token: token).standing(alone: session == nil, viewer(session, request)))
                case .failure(let problem):
                    if session == nil { throw Self.trouble(problem) }
                }
            }
            guard let session else { return .knock(request) }
            let incident = query["incident"].flatMap { Incident.ID($0) }
            return .html(
                try page(id, incident, token: nil).standing(alone: false, viewer(session, request)))
        }
    }

    private func viewer(_ session: Sessions.Session?, _ request: Request) -> Viewer? {
        session.map { Viewer(engine, console.sessions, $0, request, at: engine.now) }
    }

    private func page(_ id: RunbookID, _ incident: Incident.ID?, token: String?) throws -> RunbookPage {
        guard let runbook = engine.configuration.runbooks.first(where: { $0.id == id }) else {
            throw Problem.notFound("There is no runbook of this name. It may have been renamed or taken away.")
        }
        return RunbookPage(runbook: runbook, incident: incident, token: token, now: engine.now)
    }

    private static func trouble(_ problem: Links.Problem) -> LinkTrouble {
        switch problem {
        case .expired:
            LinkTrouble(
                .gone, "This link has expired", "It was good for a day. A newer page holds a newer link.")
        case .invalid:
            LinkTrouble(
                .notFound, "This link does not work",
                "It may have been cut short on its way. Copy the whole link out of the message.")
        }
    }
}
