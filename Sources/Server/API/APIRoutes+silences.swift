import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Silences and maintenance windows.
extension APIRoutes {
    func addSilences(to routes: Routes) {
        on(.get, "/silences", routes) { request, _ in
            _ = try request.query([])
            return .json(["items": .array(SilenceFile.all(engine).map { $0.json(now: engine.now) })])
        }
        on(.get, "/silences/{id}", routes) { _, context in
            let id = Int(context.parameters.get("id") ?? "") ?? 0
            guard let file = SilenceFile.all(engine).first(where: { $0.silence.id == id }) else {
                throw Refusal.noSuchSilence(id).problem
            }
            return .json(file.json(now: engine.now))
        }
        on(.post, "/silences", routes) { request, _ in try await addSilence(request) }
        on(.delete, "/silences/{id}", routes) { request, context in
            guard let id = Int(context.parameters.get("id") ?? "") else {
                throw Problem.notFound("A silence is named by its number.")
            }
            _ = try await engine.carryOut(
                .removeSilence(id, by: Actor(user: nil, via: via(request))),
                request: try keys.request(for: request, body: []))
            return Response(status: .noContent)
        }
    }

    private func addSilence(_ request: Request) async throws -> Response {
        var (body, name) = try await readCommand(request)
        let directory = engine.read { $0.directory }
        let services = body.optionalStrings("services").map(ServiceID.init(rawValue:))
        var matchers: [LabelMatcher] = []
        for text in body.optionalStrings("matchers") {
            do {
                matchers += try LabelMatcher.read(text)
            } catch let unreadable as UnreadableMatchers {
                body.fault("matchers", unreadable.what)
            }
        }
        let from = body.instant("from")
        let (end, length) = (body.instant("until"), body.string("for"))
        let reason = body.string("reason") ?? ""
        let isConfirmed = body.bool("confirm") ?? false
        let by = Actor(user: body.user("by", in: directory), via: via(request))
        let begin = from ?? engine.now
        var until = end ?? .distantPast
        switch (end, length) {
        case (nil, let length?):
            if let wait = Duration(typed: length) {
                until = begin + wait
            } else {
                body.fault("for", "This must be hours and minutes, such as 2h or 1h30m.")
            }
        case (_?, _?): body.fault("for", "Say either how long or until when.")
        case (nil, nil): body.fault("until", "This is missing: until when, or 'for' how long?")
        case (_?, nil): break
        }
        try body.finish()
        let wanted = WantedSilence(matchers: matchers, services: services, from: begin, until: until, reason: reason)
        let reply = await engine.submit(
            .command(.addSilence(wanted, isConfirmed: isConfirmed, by: by), request: name))
        switch reply {
        case .silenceAdded(let id):
            let made = SilenceFile.all(engine).first { $0.silence.id == id }
            // Ended again already: its number is all there is left to say.
            var response = Response.json(made?.json(now: engine.now) ?? ["id": .int(id)], status: .created)
            response.headers[.location] = "/api/v1/silences/\(id)"
            return response
        case .refused(let refusal): throw refusal.problem
        case .unavailable(let wait): throw Problem.unavailable(retryAfter: wait)
        case .done, .already, .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued:
            throw UnexpectedReply(reply: reply)
        }
    }
}
