import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// The console: pages made here, that work without a script and ask nothing of any other host.
struct ConsoleRoutes: Sendable {
    let engine: Engine
    let configuration: ConfigurationDesk
    let desk: any CommandDesk
    let bodies: BodyReader
    let sessions: Sessions
    let postmortems: Postmortems
    let past: PastRosters
    let throttle = LoginThrottle()

    /// Lists show news this often by themselves.
    static let refreshSeconds = 15

    func add(to routes: Routes) {
        routes.on(.get, "/console.css") { _, _ in asset(Stylesheet.css, "text/css; charset=utf-8") }
        routes.on(.get, "/icon.svg") { _, _ in asset(Stylesheet.icon, "image/svg+xml") }
        addLogin(to: routes)
        show("/", routes) { viewer, _, _ in
            let roll = Roll(engine)
            return HomePage(
                viewer: viewer, onCall: roll.schedules.map { roll.answer($0, at: viewer.now) },
                open: OpenIncident.all(engine), inbox: InboxItem.all(engine, user: viewer.acting),
                news: configuration.news, silences: SilenceFile.all(engine)
            ).html
        }
        show("/inbox", routes) { viewer, _, _ in InboxPage(viewer: viewer, items: InboxItem.all(engine)).html }
        show("/incidents", routes) { viewer, request, _ in try await list(viewer, request) }
        show("/incidents/{id}", routes) { viewer, request, context in
            let id = try incidentID(context)
            let events = try await engine.readingLog { try await engine.events(of: id) }
            guard let file = IncidentFile(events) else { throw Refusal.noSuchIncident(id).problem }
            return IncidentPage(
                viewer: viewer, file: file, timeline: TimelineEntry.timeline(events, directory: viewer.directory),
                links: engine.links,
                live: OpenIncident.find(file.id, engine)?.incident,
                serving: engine.servingRecord(of: file.service),
                news: Form(request.uri.query ?? "")["done"].flatMap(IncidentPage.News.init)
            ).html
        }
        addPostmortem(to: routes)
        addResponses(to: routes)
        addRollbacks(to: routes)
        addSaying(to: routes)
        addReports(to: routes)
        addSilences(to: routes)
    }

    private func list(_ viewer: Viewer, _ request: Request) async throws -> HTML {
        let query = try request.query(["state", "before"])
        let word = query["state"] ?? "all"
        guard let states = APIRoutes.states(word) else { throw Problem.notFound("There is no such state.") }
        let before = query["before"].flatMap { Incident.ID($0) }
        let found = try await engine.readingLog {
            try await engine.incidents(IncidentQuery(states: states, before: before, limit: IncidentsPage.length + 1))
        }
        return IncidentsPage(viewer: viewer, found: found, state: word).html
    }

    private func asset(_ text: String, _ type: String) -> Response {
        var response = Response.text(text, contentType: type)
        response.headers[.cacheControl] = "public, max-age=3600"
        return response
    }

    func incidentID(_ context: ServerContext) throws -> Incident.ID {
        guard let id = Incident.ID(context.parameters.get("id") ?? "") else {
            throw Problem.notFound("An incident is named 42 or INC-42.")
        }
        return id
    }

    // MARK: Only for who is logged in

    func show(
        _ path: String, _ routes: Routes,
        _ page: @escaping @Sendable (Viewer, Request, ServerContext) async throws -> HTML
    ) {
        routes.on(.get, path) { request, context in
            let now = engine.now
            guard let session = sessions.session(of: request, now: now) else { return .knock(request) }
            let viewer = Viewer(engine, sessions, session, request, at: now)
            return .html(try await page(viewer, request, context))
        }
    }

    func submit(
        _ path: String, _ routes: Routes, _ reader: BodyReader? = nil,
        _ act: @escaping @Sendable (Form, Viewer, ServerContext) async throws -> Response
    ) {
        routes.on(.post, path) { request, context in
            let now = engine.now
            guard let session = sessions.session(of: request, now: now) else { return .seeOther("/login") }
            let form = Form(String(decoding: try await (reader ?? bodies).readWhole(request), as: UTF8.self))
            guard sessions.isOurs(form, session) else {
                throw Problem(
                    .forbidden, "This form is not from this session. Go back, reload the page, and try again.")
            }
            return try await act(form, Viewer(engine, sessions, session, request, at: now), context)
        }
    }
}

extension Response {
    /// To the login; but a link followed from elsewhere arrives without the strict cookie, so it is asked for once
    /// more from here.
    static func knock(_ request: Request) -> Response {
        let target = request.uri.path + (request.uri.query.map { "?\($0)" } ?? "")
        if request.headers[.fetchSite] == "cross-site" {
            return .html(
                Layout.plain(title: "One moment", refreshSeconds: 0, "<p><a href=\"\(target)\">Continue</a></p>"))
        }
        return .seeOther("/login?next=\(Form.encode(target))")
    }
}

extension Viewer {
    init(_ engine: Engine, _ sessions: Sessions, _ session: Sessions.Session, _ request: Request, at now: Instant) {
        let directory = engine.read { $0.directory }
        let acting = sessions.acting(of: request).map { UserID(rawValue: $0) }.flatMap { directory.users[$0]?.id }
        self.init(
            session: session, sessions: sessions, directory: directory, acting: acting, now: now,
            health: engine.health)
    }
}
