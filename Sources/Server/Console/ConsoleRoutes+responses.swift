import Engine
import EngineCore
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// What people do with an incident, button by button.
extension ConsoleRoutes {
    func addResponses(to routes: Routes) {
        act("acknowledge", routes, .acknowledged) { id, user, _ in
            .acknowledge(id, by: try Self.somebody(user), via: .console)
        }
        act("take", routes, .taken) { id, user, _ in .take(id, by: try Self.somebody(user), via: .console) }
        act("resolve", routes, .resolved) { id, user, _ in .resolve(id, by: Actor(user: user, via: .console)) }
        act("notes", routes, .noted) { id, user, form in
            .note(id, text: form["text"] ?? "", by: Actor(user: user, via: .console))
        }
        act("reopen", routes, .reopened) { id, user, _ in .reopen(id, by: Actor(user: user, via: .console)) }
        act("escalate", routes, .escalated) { id, user, _ in .escalate(id, by: Actor(user: user, via: .console)) }
        act("severity", routes, .severityChanged) { id, user, form in
            guard let severity = form["severity"].flatMap(Severity.init(rawValue:)) else {
                throw Problem(.unprocessableContent, "Go back and choose how bad it is.")
            }
            return .changeSeverity(id, severity, by: Actor(user: user, via: .console))
        }
        act("page", routes, .paged) { id, user, form in
            guard let target = form["target"].flatMap({ Target($0) }) else {
                throw Problem(.unprocessableContent, "Go back and choose whom to page.")
            }
            return .page(id, [target], by: Actor(user: user, via: .console))
        }
        act("assign", routes, .assigned) { id, user, form in
            guard case .user(let other)? = form["target"].flatMap({ Target($0) }) else {
                throw Problem(.unprocessableContent, "Go back and choose a person to hand it to.")
            }
            if let user, user == other { return .take(id, by: user, via: .console) }
            return .assign(id, to: other, by: Actor(user: user, via: .console))
        }
        act("snooze", routes, .snoozed) { [engine] id, user, form in
            let zones = engine.read { $0.directory.roster.zones }
            return .snooze(
                id, until: try Self.snoozeEnd(form, zones, now: engine.now), by: try Self.somebody(user), via: .console)
        }
    }

    static func somebody(_ user: UserID?) throws -> UserID {
        guard let user else {
            throw Problem(.unprocessableContent, "Go back and choose who you are: this needs a person.")
        }
        return user
    }

    /// A length, or the next time that clocks in the form's zone show what was typed.
    private static func snoozeEnd(_ form: Form, _ zones: [ZoneID: ZoneRules], now: Instant) throws -> Instant {
        if let wait = form["for"].flatMap(Duration.init(typed:)) { return now + wait }
        guard let time = form["until"].flatMap({ CivilTime($0) }) else {
            throw Problem(.unprocessableContent, "Go back and say until when, such as 14:30.")
        }
        let zone = form["zone"].flatMap { zones[ZoneID(rawValue: $0)] } ?? .utc
        guard let end = LocalTime(zone: zone).next(time, after: now) else {
            throw Problem(
                .unprocessableContent,
                "Clocks in \(zone.id.rawValue) jump over \(time) then. Go back and choose another time.")
        }
        return end
    }

    func act(
        _ name: String, _ routes: Routes, _ news: IncidentPage.News,
        _ command: @escaping @Sendable (Incident.ID, UserID?, Form) throws -> Command
    ) {
        submit("/incidents/{id}/\(name)", routes) { form, _, context in
            let id = try incidentID(context)
            let acting = try acting(form)
            let name = request(form, "\(name)/\(id.number)")
            let done = try await engine.carryOut(command(id, acting, form), request: name)
            var response = Response.seeOther(
                "/incidents/\(id.number)?done=\((done.already ? .already : news).rawValue)")
            if let acting { response.headers[.setCookie] = sessions.remember(acting: acting.rawValue) }
            return response
        }
    }

    /// Who the form says is speaking.
    func acting(_ form: Form) throws -> UserID? {
        let acting = form["as"].map { UserID(rawValue: $0) }
        if let acting, engine.read({ $0.directory.users[acting] }) == nil {
            throw Refusal.noSuchUser(acting).problem
        }
        return acting
    }

    /// The form's own name, so that sending it twice does it once. A page gone back to carries the same name for
    /// every button on it: each, and each thing typed, is a request of its own.
    func request(_ form: Form, _ what: String) -> Incidents.RequestID? {
        form["request"].map { name in
            let said = form.fields.filter { $0.key != "csrf" && $0.key != "request" }.sorted { $0.key < $1.key }
                .map { "\(Form.encode($0.key))=\(Form.encode($0.value))" }
            return Incidents.RequestID(
                rawValue: "console/\(what)/\(ConstantTime.digest(said.joined(separator: "&")))/\(name.prefix(64))")
        }
    }

    // MARK: Command lines

    func addSaying(to routes: Routes) {
        show("/say", routes) { viewer, request, _ in
            let here = Form(request.uri.query ?? "")["here"].flatMap { Incident.ID($0) }
            return SayPage(viewer: viewer, here: here, line: "", answer: nil).html
        }
        submit("/say", routes) { form, viewer, _ in
            let (line, acting) = (form["line"] ?? "", try acting(form))
            let here = form["here"].flatMap { Incident.ID($0) }
            let answer = await desk.answer(
                line, from: Speaker(user: acting, via: .console), here: here, request: request(form, "say"))
            let page = SayPage(viewer: viewer.acting(as: acting), here: here, line: line, answer: answer)
            var response = Response.html(
                page.html, status: answer.kind == .unavailable ? .serviceUnavailable : .ok)
            if let acting { response.headers[.setCookie] = sessions.remember(acting: acting.rawValue) }
            return response
        }
    }
}
