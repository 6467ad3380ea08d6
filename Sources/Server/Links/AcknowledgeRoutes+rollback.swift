import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// `/a/{token}/rollback`: whoever was paged and has acknowledged plans a rollback from the same page, and says yes to
/// it. The link is the proof of who it is; whether that person may approve is decided as from anywhere else.
extension AcknowledgeRoutes {
    func addRollbacks(to routes: Routes) {
        // A reload after an answer with a sentence in it leads back to the page.
        routes.on(.get, "/a/{token}/rollback") { _, context in .seeOther("\(path(of: try link(context)))#rollback") }
        routes.on(.post, "/a/{token}/rollback") { request, context in
            let link = try link(context)
            let form = Form(String(decoding: try await bodies.small.readWhole(request), as: UTF8.self))
            let reply = await engine.submit(.command(try command(link, form), request: nil))
            switch reply {
            case .done, .already: return .seeOther("/a/\(context.parameters.get("token") ?? "")#rollback")
            case .refused(let refusal):
                return .html(
                    try await page(link, news: refusal.explanation, isElsewhere: true).html,
                    status: refusal.problem.status)
            case .unavailable(let wait):
                let news = "That was not recorded: Tocsin cannot write its log just now. Press again in a moment."
                var response = Response.html(
                    try await page(link, news: news, isElsewhere: true).html, status: .serviceUnavailable)
                response.headers[.retryAfter] = String(max(1, wait.components.seconds))
                return response
            case .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded:
                throw UnexpectedReply(reply: reply)
            }
        }
    }

    private func command(_ link: AcknowledgeLink, _ form: Form) throws -> Command {
        let id = link.page.incident
        let actor = Actor(user: link.user, via: .link)
        switch form["do"] {
        case "plan": return .planRollback(id, to: nil, by: actor)
        case "undo": return .undoRollback(id, by: actor)
        case "cancel":
            _ = try engine.checkedPlan(form, of: id)
            return .cancelRollback(id, by: actor)
        case "approve":
            let plan = try engine.checkedPlan(form, of: id)
            return .approveRollback(id, by: link.user, via: .link, breakGlass: nil, plan: plan)
        case "alone":
            let plan = try engine.checkedPlan(form, of: id)
            return .approveRollback(id, by: link.user, via: .link, breakGlass: form["reason"] ?? "", plan: plan)
        default: throw Problem(.unprocessableContent, "Go back and press a button of the page.")
        }
    }

    func path(of link: AcknowledgeLink) -> String {
        engine.links.path(engine.links.acknowledge(link.page, user: link.user, expiresAt: link.expiresAt))
    }

    /// Nil before that person has acknowledged: first things first. Also while the log cannot be read, for the rest of
    /// the page is needed more.
    func rollback(
        _ link: AcknowledgeLink, _ live: OpenIncident?, _ directory: Directory
    ) async -> HTML? {
        guard let incident = live?.incident, incident.responders.contains(link.user),
            directory.services[incident.service]?.rollback != nil || !incident.rollbacks.isEmpty,
            let files = try? await engine.rollbacks(of: incident.id)
        else { return nil }
        let path = path(of: link)
        return RollbackPanel(
            service: incident.service, policy: directory.services[incident.service]?.rollback,
            serving: engine.servingRecord(of: incident.service), file: files.last, canPlan: incident.isOpen,
            offersVersions: false, directory: directory, clock: LocalTime(zone: directory.zone(of: link.user)),
            now: engine.now,
            forms: .init(
                address: path, action: { _ in "\(path)/rollback" },
                guards: nil, who: nil)
        ).html
    }
}
