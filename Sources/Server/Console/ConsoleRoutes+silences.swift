import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Silences, on the console.
extension ConsoleRoutes {
    func addSilences(to routes: Routes) {
        show("/silences", routes) { viewer, request, _ in
            _ = try request.query([])
            return SilencesPage(viewer: viewer, files: SilenceFile.all(engine)).html
        }
        submit("/silences", routes) { form, viewer, _ in try await silence(form, viewer) }
        submit("/silences/{id}/remove", routes) { form, viewer, context in
            guard let id = Int(context.parameters.get("id") ?? "") else {
                throw Problem.notFound("A silence is named by its number.")
            }
            _ = try await engine.carryOut(
                .removeSilence(id, by: Actor(user: viewer.acting, via: .console)),
                request: request(form, "silence/\(id)/remove"))
            return .seeOther("/silences")
        }
    }

    private func silence(_ form: Form, _ viewer: Viewer) async throws -> Response {
        let acting = try acting(form)
        let wanted: WantedSilence
        do {
            wanted = try wish(form, now: viewer.now)
        } catch let problem as Problem where problem.status == .unprocessableContent {
            return refused(problem.detail, problem.status, form, viewer)
        }
        let reply = await engine.submit(
            .command(
                .addSilence(
                    wanted, isConfirmed: form["confirm"] == "yes", by: Actor(user: acting, via: .console)),
                request: request(form, "silence")))
        switch reply {
        case .silenceAdded: return .seeOther("/silences")
        case .refused(.silenceIsWide(let services, let length, let holdsEverything)):
            let hours = Int((length.milliseconds + 3_599_999) / 3_600_000)
            let why =
                "This holds back \(holdsEverything ? "every alert" : "alerts") of "
                + "\(services == 1 ? "1 service" : "\(services) services") for \(hours == 1 ? "1 hour" : "\(hours) hours")."
            return .html(SilencesPage.question(viewer, why, form, from: wanted.from))
        case .refused(let refusal): return refused(refusal.explanation, refusal.problem.status, form, viewer)
        case .unavailable(let wait): throw Problem.unavailable(retryAfter: wait)
        case .done, .already, .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued:
            throw UnexpectedReply(reply: reply)
        }
    }

    private func refused(
        _ words: String, _ status: HTTPResponse.Status, _ form: Form, _ viewer: Viewer
    ) -> Response {
        let page = SilencesPage(
            viewer: viewer, files: SilenceFile.all(engine), typed: form.fields, trouble: words)
        return .html(page.html, status: status)
    }

    /// - Throws: `Problem` 422 with the way out.
    private func wish(_ form: Form, now: Instant) throws -> WantedSilence {
        let zones = engine.read { $0.directory.roster.zones }
        let matchers: [LabelMatcher]
        do {
            matchers = try LabelMatcher.read(form["matchers"] ?? "")
        } catch let unreadable as UnreadableMatchers {
            throw Problem(.unprocessableContent, unreadable.what)
        }
        var services: [ServiceID] = []
        switch form["service"] {
        case "every"?: break
        case let name? where name.hasPrefix("service "): services = [ServiceID(rawValue: String(name.dropFirst(8)))]
        default: throw Problem(.unprocessableContent, "Choose a service, or every service.")
        }
        guard let length = form["for"].flatMap(Duration.init(typed:)) else {
            throw Problem(.unprocessableContent, "Choose for how long.")
        }
        var from = now
        if form["from"] != nil {
            let zone = form["zone"].flatMap { name in zones.first { $0.key.rawValue == name }?.value } ?? .utc
            var doubts: [String] = []
            from = try OverrideWish.instant(form["from"], "From", zone, isEnd: false, &doubts)
        }
        return WantedSilence(
            matchers: matchers, services: services, from: from, until: from + length, reason: form["reason"] ?? "")
    }
}
