import Engine
import HTTPTypes
import Hummingbird
import Incidents
import Timekeeping

extension APIRoutes {
    func addPostmortem(to routes: Routes) {
        on(.get, "/incidents/{id}/postmortem", routes) { request, context in
            let id = try incidentID(context)
            let query = try request.query(["format", "zone"])
            let zone = try query["zone"].map { try self.zone($0) }
            let draft = try await engine.draft(of: id, zone: zone)
            let word = query["format"] ?? PostmortemFormat.markdown.rawValue
            if word == "json" { return .text(draft.json, contentType: "application/json") }
            guard let format = PostmortemFormat(rawValue: word) else {
                throw Problem(.badRequest, "'format' must be markdown, html or json.", code: "bad_format")
            }
            return .document(postmortems.render(draft, format), format)
        }
    }

    private func zone(_ name: String) throws -> ZoneRules {
        guard let zone = postmortems.zone(name) else {
            throw Problem(
                .badRequest, "'zone' must be a zone of the tz database, such as Europe/Berlin.", code: "bad_zone")
        }
        return zone
    }
}

extension Engine {
    /// - Throws: `Problem` 404 when there is no such incident, 503 when the log cannot be read.
    func draft(of id: Incident.ID, zone: ZoneRules?) async throws -> PostmortemDraft {
        guard let draft = try await readingLog({ try await postmortem(of: id, zone: zone) }) else {
            throw Refusal.noSuchIncident(id).problem
        }
        return draft
    }
}

extension Response {
    /// A document that brings its own style and may do nothing else: no script, no form, no other host.
    static func document(_ text: String, _ format: PostmortemFormat) -> Response {
        var response = Response.text(text, contentType: format.contentType)
        response.headers[.contentSecurityPolicy] = """
            default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
            frame-ancestors 'none'; sandbox allow-popups
            """
        return response
    }
}
