import Engine
import HTTPTypes
import Hummingbird
import Timekeeping

extension ConsoleRoutes {
    /// The draft as a page of its own, to be read, printed and saved; and as Markdown, to be worked on.
    func addPostmortem(to routes: Routes) {
        document("/incidents/{id}/postmortem", .html, routes)
        document("/incidents/{id}/postmortem.md", .markdown, routes)
    }

    private func document(_ path: String, _ format: PostmortemFormat, _ routes: Routes) {
        routes.on(.get, path) { request, context in
            let now = engine.now
            guard let session = sessions.session(of: request, now: now) else { return .knock(request) }
            let viewer = Viewer(engine, sessions, session, request, at: now)
            let zone = viewer.acting == nil ? nil : viewer.clock.zone
            let draft = try await engine.draft(of: try incidentID(context), zone: zone == .utc ? nil : zone)
            return .document(postmortems.render(draft, format), format)
        }
    }
}
