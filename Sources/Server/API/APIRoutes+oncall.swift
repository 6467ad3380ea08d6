import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

extension APIRoutes {
    func addOnCall(to routes: Routes) {
        on(.get, "/oncall", routes) { request, _ in
            let question = try question(request)
            return .text(
                DutyAnswers(question, from: try await rosters(for: question)).json, contentType: "application/json")
        }
        on(.get, "/oncall/{schedule}", routes) { request, context in
            let question = try question(request)
            let id = ScheduleID(rawValue: context.parameters.get("schedule") ?? "")
            guard let answer = question.answer(id, from: try await rosters(for: question)) else {
                throw Problem(.notFound, Refusal.noSuchSchedule(id).explanation, code: "no_such_schedule")
            }
            return .text(answer.json, contentType: "application/json")
        }
        on(.get, "/overrides", routes) { request, _ in
            let query = try request.query(["schedule", "past"])
            let now = engine.now
            let overrides = engine.read { $0.book.overrides }.filter {
                (query["past"] != nil || $0.until > now)
                    && (query["schedule"] == nil || $0.schedule.rawValue == query["schedule"])
            }
            return .json(["items": .array(overrides.sorted { ($0.from, $0.id) < ($1.from, $1.id) }.map(\.json))])
        }
        on(.post, "/overrides", routes) { request, _ in try await addOverride(request) }
        on(.delete, "/overrides/{id}", routes) { request, context in
            guard let id = Int(context.parameters.get("id") ?? "") else {
                throw Problem.notFound("An override is named by its number.")
            }
            let name = try keys.request(for: request, body: [])
            _ = try await engine.carryOut(
                .removeOverride(id, by: Actor(user: nil, via: via(request))), request: name)
            return Response(status: .noContent)
        }
    }

    /// Who, when, on whose clocks, and going by what was known when.
    private func question(_ request: Request) throws -> DutyQuestion {
        let query = try request.query(["at", "in", "why", "as_known"])
        let zone = try self.zone(query)
        let knowledge: Knowledge
        switch query["as_known"] {
        case nil, "then": knowledge = .then
        case "now": knowledge = .now
        default: throw Problem(.badRequest, "'as_known' must be then or now.", code: "bad_parameter")
        }
        let now = engine.now
        return DutyQuestion(
            moment: try moment("at", query, zone) ?? AskedMoment(now), zone: zone, why: query["why"] != nil,
            knowledge: knowledge, now: now)
    }

    private func rosters(for question: DutyQuestion) async throws -> [KnownRoster] {
        try await readingPast {
            var found: [KnownRoster] = []
            for instant in question.knownAt { found.append(try await engine.roster(knownAt: instant, past)) }
            return found
        }
    }

    private func addOverride(_ request: Request) async throws -> Response {
        var (body, name) = try await readCommand(request)
        let directory = engine.read { $0.directory }
        let schedule = ScheduleID(rawValue: body.requiredString("schedule"))
        let (from, until) = (body.requiredInstant("from"), body.requiredInstant("until"))
        let user = body.requiredUser("user", in: directory)
        let other = body.user("with", in: directory)
        let word = body.requiredString("kind")
        let leaveHole = body.bool("leave_hole") ?? false
        let by = Actor(user: body.user("by", in: directory), via: via(request))
        let kind: Override.Kind
        switch (word, other) {
        case ("replace", let other?): kind = .replace(user, with: other)
        case ("replace", nil):
            kind = .remove(user)
            body.fault("with", "This is missing: who comes instead?")
        case ("remove", nil): kind = .remove(user)
        case ("cover", nil): kind = .cover(user)
        case ("add", nil): kind = .add(user)
        case ("cover", _), ("remove", _), ("add", _):
            kind = .cover(user)
            body.fault("with", "Only kind 'replace' has this.")
        default:
            kind = .cover(user)
            if !word.isEmpty { body.fault("kind", "This must be cover, replace, remove or add.") }
        }
        try body.finish()

        let reply = await engine.submit(
            .command(
                .addOverride(schedule, from: from, until: until, kind: kind, leaveHole: leaveHole, by: by),
                request: name))
        switch reply {
        case .overrideAdded(let id):
            let made = engine.read { $0.book.overrides.first { $0.id == id } }
            // Taken back again already: its number is all there is left to say.
            var response = Response.json(made?.json ?? ["id": .int(id)], status: .created)
            response.headers[.location] = "/api/v1/overrides/\(id)"
            return response
        case .refused(let refusal): throw refusal.problem
        case .unavailable(let wait): throw Problem.unavailable(retryAfter: wait)
        case .done, .already, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded:
            throw UnexpectedReply(reply: reply)
        }
    }
}
