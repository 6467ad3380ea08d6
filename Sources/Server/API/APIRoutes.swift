import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import Timekeeping

/// `/api/v1`: JSON in and out, snake case, for whoever has the admin token. Errors are RFC 9457.
///
/// The description is `OpenAPI.document`, served at `/openapi.json`; a test holds the two to each other.
struct APIRoutes: Sendable {
    let engine: Engine
    let contacts: ContactDesk
    let configuration: ConfigurationDesk
    let desk: any CommandDesk
    let bodies: BodyReader
    let version: String
    let postmortems: Postmortems
    let calendars: CalendarDesk
    let past: PastRosters
    let zones: ZoneFinder
    let proofs: LiveProofs
    let doctor: Doctor
    let keys = IdempotencyKeys()

    func add(to routes: Routes) {
        routes.on(.get, "/openapi.json") { _, _ in
            var response = Response.json(OpenAPI.document(version: version, server: engine.publicURL))
            response.headers[.cacheControl] = "public, max-age=300"
            return response
        }
        addOnCall(to: routes)
        addShifts(to: routes)
        addCalendars(to: routes)
        addPictures(to: routes)
        addReports(to: routes)
        addIncidents(to: routes)
        addHandling(to: routes)
        addPostmortem(to: routes)
        addRollbacks(to: routes)
        addCommands(to: routes)
        addContacts(to: routes)
        addDirectory(to: routes)
        addConfiguration(to: routes)
        addTimeZones(to: routes)
        addArrangements(to: routes)
        addChannels(to: routes)
        addSilences(to: routes)
        addDoctor(to: routes)
        addDrills(to: routes)
    }

    /// A route that only the admin token opens.
    func on(_ method: HTTPRequest.Method, _ path: String, _ routes: Routes, _ handler: @escaping Routes.Handler) {
        routes.on(method, "/api/v1\(path)") { request, context in
            try authenticate(request)
            return try await handler(request, context)
        }
    }

    private func authenticate(_ request: Request) throws {
        let header = request.headers[.authorization] ?? ""
        let parts = header.split(separator: " ", maxSplits: 1)
        let isBearer = parts.first.map { $0.lowercased() == "bearer" } ?? false
        guard isBearer, parts.count == 2, ConstantTime.areEqual(String(parts[1]), engine.adminToken) else {
            throw Problem(
                .unauthorized, "Send the admin token: 'Authorization: Bearer …'.", code: "unauthorized",
                headers: [.wwwAuthenticate: "Bearer realm=\"tocsin\""])
        }
    }

    /// A command's body, and the name under which it is carried out once.
    func readCommand(_ request: Request) async throws -> (JSONBody, Incidents.RequestID?) {
        let bytes = try await bodies.readWhole(request)
        return (
            try JSONBody(bytes, contentType: request.headers[.contentType]),
            try keys.request(for: request, body: bytes)
        )
    }

    /// Through which face: our own command line says so in its User-Agent.
    func via(_ request: Request) -> Via {
        request.headers[.userAgent]?.hasPrefix("tocsin-cli/") == true ? .cli : .api
    }

    /// The instant asked about; now when none is.
    func instant(_ query: Form) throws -> Instant { try instant("at", query) ?? engine.now }

    /// Nil when the parameter is not there.
    func instant(_ name: String, _ query: Form) throws -> Instant? {
        guard let text = query[name] else { return nil }
        // A plus sign that nobody encoded has become a space.
        guard let instant = Instant(rfc3339: text) ?? Instant(rfc3339: Self.restorePlus(text)) else {
            throw Problem(
                .badRequest, "'\(name)' must be a time of RFC 3339, such as 2026-11-23T16:00:00Z.", code: "bad_time")
        }
        return instant
    }

    /// The zone named by `in`.
    func zone(_ query: Form) throws -> ZoneRules? {
        do {
            return try query["in"].map { try zones.zone($0) }
        } catch let unknown as UnknownZone {
            throw Problem(.badRequest, unknown.description, code: "no_such_zone")
        }
    }

    /// A moment asked about; nil when none is. A local time is read on the clocks of `zone`, else on those of UTC.
    func moment(_ name: String, _ query: Form, _ zone: ZoneRules?) throws -> AskedMoment? {
        guard let text = query[name] else { return nil }
        // A plus sign that nobody encoded has become a space.
        if let instant = Instant(rfc3339: Self.restorePlus(text)) { return AskedMoment(instant) }
        guard let moment = AskedMoment(text, in: zone ?? .utc) else {
            throw Problem(.badRequest, "'\(name)' must be a time such as \(AskedMoment.example).", code: "bad_time")
        }
        return moment
    }

    /// Asks the log about the past. What went wrong is said with the way out.
    func readingPast<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as PastRosterError {
            throw Problem(
                .internalServerError, "\(error) Ask with as_known=now for what is known today.",
                code: "past_unreadable", cause: error)
        } catch {
            throw Problem.logUnreadable(error)
        }
    }

    private static func restorePlus(_ text: String) -> String {
        guard let space = text.lastIndex(of: " "), space > text.startIndex else { return text }
        return text[..<space] + "+" + text[text.index(after: space)...]
    }

    /// `42`, `INC-42` or `inc-42`.
    func incidentID(_ context: ServerContext) throws -> Incident.ID {
        let text = context.parameters.get("id") ?? ""
        guard let id = Incident.ID(text) else {
            throw Problem.notFound("An incident is named 42 or INC-42.")
        }
        return id
    }
}
