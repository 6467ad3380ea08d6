import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// `/a/{token}`: the link in a page. GET shows one big button; only its POST acknowledges, since link scanners follow
/// every link in a message. A button in a push message posts here too, from no browser: it is answered by a line of
/// text, and says `?via=push`.
struct AcknowledgeRoutes: Sendable {
    let engine: Engine
    let bodies: BodyReader

    func add(to routes: Routes) {
        routes.on(.get, "/a/{token}") { _, context in
            let link = try link(context)
            return .html(try await page(link, news: nil).html)
        }
        addRollbacks(to: routes)
        routes.on(.post, "/a/{token}") { request, context in
            let link = try link(context)
            let form = Form(String(decoding: try await bodies.small.readWhole(request), as: UTF8.self))
            return try await acknowledge(link, form, request, context)
        }
    }

    func link(_ context: ServerContext) throws -> AcknowledgeLink {
        let token = context.parameters.get("token") ?? ""
        switch engine.links.readAcknowledge(token: token, now: engine.now) {
        case .success(let link): return link
        case .failure(.expired):
            throw LinkTrouble(
                .gone, "This link has expired",
                "It was good for a day. If you are still needed, a newer page holds a newer link; or open the console.")
        case .failure(.invalid):
            throw LinkTrouble(
                .notFound, "This link does not work",
                "It may have been cut short on its way. Copy the whole link out of the message, or open the console.")
        }
    }

    private func acknowledge(
        _ link: AcknowledgeLink, _ form: Form, _ request: Request, _ context: ServerContext
    ) async throws -> Response {
        let via: Via = Form(request.uri.query ?? "")["via"] == "push" ? .push : .link
        let id = link.page.incident
        let reply = await acknowledge(meant(by: form, link), link, via)
        switch reply {
        case .done, .already, .refused(.alreadyResolved), .refused(.noSuchIncident):
            guard !request.wantsPage else { return .seeOther("/a/\(context.parameters.get("token") ?? "")") }
            let name = engine.read { $0.directory }.name(of: link.user)
            if case .refused(let refusal) = reply { return .text("\(refusal.explanation)\n") }
            return .text("\(id) is acknowledged by \(name).\n")
        case .refused(let refusal):
            guard request.wantsPage else { throw refusal.problem }
            return .html(try await page(link, news: refusal.explanation).html, status: refusal.problem.status)
        case .unavailable(let wait):
            guard request.wantsPage else { throw Problem.unavailable(retryAfter: wait) }
            let news = "That was not recorded: Tocsin cannot write its log just now. Press again in a moment."
            var response = Response.html(try await page(link, news: news).html, status: .serviceUnavailable)
            response.headers[.retryAfter] = String(max(1, wait.components.seconds))
            return response
        case .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded:
            throw UnexpectedReply(reply: reply)
        }
    }

    /// Which of the incidents in the link's message: its own, unless another or all of them are asked for.
    private func meant(by form: Form, _ link: AcknowledgeLink) -> [Incident.ID] {
        let own = link.page.incident
        switch form["incident"] {
        case "all": return [own] + engine.read { $0.book.toldAndNeeded(with: link.page) }
        case let asked?:
            let others = engine.read { $0.book.told(with: link.page) }
            return others.filter { $0.description == asked }.first.map { [$0] } ?? [own]
        case nil: return [own]
        }
    }

    /// - Returns: the first answer that is not good, or else the first.
    private func acknowledge(_ incidents: [Incident.ID], _ link: AcknowledgeLink, _ via: Via) async -> Reply {
        var replies: [Reply] = []
        for id in incidents {
            replies.append(
                await engine.submit(.command(.acknowledge(id, by: link.user, via: via), request: nil)))
        }
        return replies.first { if case .unavailable = $0 { true } else { false } } ?? replies[0]
    }

    /// - Parameter isElsewhere: the page is the answer to a form, so its address is not the link's.
    func page(_ link: AcknowledgeLink, news: String?, isElsewhere: Bool = false) async throws -> AcknowledgePage {
        let directory = engine.read { $0.directory }
        let id = link.page.incident
        let live = OpenIncident.find(id, engine)
        var summary: IncidentSummary?
        if live == nil {
            summary = try await engine.readingLog {
                try await engine.incidents(IncidentQuery(before: Incident.ID(id.number + 1), limit: 1))
            }.first { $0.incident == id }
            guard summary != nil else {
                throw LinkTrouble(.notFound, "This incident is not known", "Open the console to see what there is.")
            }
        }
        let others = engine.read { core in
            core.book.told(with: link.page).compactMap { id in
                core.book.incidents[id].map { OpenIncident($0, core.briefings[id]) }
            }
        }
        return AcknowledgePage(
            link: link, directory: directory, live: live, past: summary, others: others, now: engine.now,
            isCertain: engine.health.isReady,
            news: news,
            runbookLinks: (live?.incident.runbooks ?? []).map {
                engine.links.runbook($0, id, expiresAt: link.expiresAt)
            }, path: isElsewhere ? path(of: link) : nil, rollback: await rollback(link, live, directory))
    }
}

/// What is wrong with a link, always as a page: a person followed it.
struct LinkTrouble: Error {
    let status: HTTPResponse.Status
    let title: String
    let advice: String

    init(_ status: HTTPResponse.Status, _ title: String, _ advice: String) {
        self.status = status
        self.title = title
        self.advice = advice
    }

    var page: Response {
        .html(
            Layout.plain(title: title, "<h1>\(title)</h1><p>\(advice)</p><p><a href=\"/\">To the console</a></p>"),
            status: status)
    }
}
