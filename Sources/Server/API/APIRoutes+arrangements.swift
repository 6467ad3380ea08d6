import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Time off, and requests for cover.
extension APIRoutes {
    func addArrangements(to routes: Routes) {
        on(.get, "/timeoff", routes) { request, _ in
            let query = try request.query(["user", "past"])
            let now = engine.now
            let found = engine.read { $0.book.timeOff }.filter {
                (query["past"] != nil || $0.until > now) && (query["user"] == nil || $0.user.rawValue == query["user"])
            }
            return .json([
                "items": .array(
                    found.sorted { ($0.from, $0.user, $0.until) < ($1.from, $1.user, $1.until) }.map(\.json))
            ])
        }
        on(.post, "/timeoff", routes) { request, _ in try await addTimeOff(request) }
        on(.delete, "/timeoff/{id}", routes) { request, context in
            let id = try number(context, "Time off is named by its number.")
            return try await gone(.removeTimeOff(id, by: Actor(user: nil, via: via(request))), request)
        }

        on(.get, "/covers", routes) { request, _ in
            let query = try request.query(["user"])
            let now = engine.now
            let (directory, open) = engine.read { ($0.directory, $0.book.openCoverRequests(at: now)) }
            let found = open.filter { cover in
                guard let user = query["user"].map(UserID.init(rawValue:)) else { return true }
                return cover.user == user || directory.people(askedBy: cover).contains(user)
            }
            return .json(["items": .array(found.map { $0.json(directory) })])
        }
        on(.post, "/covers", routes) { request, _ in try await requestCover(request) }
        for (word, accept) in [("accept", true), ("decline", false)] {
            on(.post, "/covers/{id}/\(word)", routes) { request, context in
                try await answerCover(try number(context, "A cover request is named by its number."), accept, request)
            }
        }
        on(.delete, "/covers/{id}", routes) { request, context in
            let id = try number(context, "A cover request is named by its number.")
            return try await gone(.withdrawCover(id, by: Actor(user: nil, via: via(request))), request)
        }
    }

    private func number(_ context: ServerContext, _ otherwise: String) throws -> Int {
        guard let id = Int(context.parameters.get("id") ?? "") else { throw Problem.notFound(otherwise) }
        return id
    }

    private func gone(_ command: Command, _ request: Request) async throws -> Response {
        _ = try await engine.carryOut(command, request: try keys.request(for: request, body: []))
        return Response(status: .noContent)
    }

    private func addTimeOff(_ request: Request) async throws -> Response {
        var (body, name) = try await readCommand(request)
        let directory = engine.read { $0.directory }
        let user = body.requiredUser("user", in: directory)
        let (from, until) = (body.requiredInstant("from"), body.requiredInstant("until"))
        let leaveHole = body.bool("leave_hole") ?? false
        let by = Actor(user: body.user("by", in: directory), via: via(request))
        try body.finish()
        let reply = await engine.submit(
            .command(.addTimeOff(user, from: from, until: until, leaveHole: leaveHole, by: by), request: name))
        switch reply {
        case .timeOffAdded(let id):
            let made = engine.read { $0.book.timeOff(entered: id) }
            return created("timeoff", id, made?.json)
        case .refused(let refusal): throw refusal.problem
        case .unavailable(let wait): throw Problem.unavailable(retryAfter: wait)
        case .done, .already, .overrideAdded, .coverRequested, .calendarIssued, .silenceAdded:
            throw UnexpectedReply(reply: reply)
        }
    }

    private func requestCover(_ request: Request) async throws -> Response {
        var (body, name) = try await readCommand(request)
        let directory = engine.read { $0.directory }
        let schedule = ScheduleID(rawValue: body.requiredString("schedule"))
        let user = body.requiredUser("user", in: directory)
        let (from, until) = (body.requiredInstant("from"), body.requiredInstant("until"))
        let (returnFrom, returnUntil) = (body.instant("return_from"), body.instant("return_until"))
        let asked = body.users("asked", in: directory)
        let by = Actor(user: body.user("by", in: directory) ?? user, via: via(request))
        if returnFrom == nil, returnUntil != nil { body.fault("return_from", "This is missing: from when?") }
        if returnFrom != nil, returnUntil == nil { body.fault("return_until", "This is missing: until when?") }
        try body.finish()
        var inReturn: CoverRequest.Stretch?
        if let returnFrom, let returnUntil { inReturn = .init(from: returnFrom, until: returnUntil) }
        let reply = await engine.submit(
            .command(
                .requestCover(schedule, user, from: from, until: until, inReturn: inReturn, asked: asked, by: by),
                request: name))
        switch reply {
        case .coverRequested(let id):
            let made = engine.read { $0.book.coverRequests[id] }
            return created("covers", id, made?.json(directory))
        case .refused(let refusal): throw refusal.problem
        case .unavailable(let wait): throw Problem.unavailable(retryAfter: wait)
        case .done, .already, .overrideAdded, .timeOffAdded, .calendarIssued, .silenceAdded:
            throw UnexpectedReply(reply: reply)
        }
    }

    private func answerCover(_ id: Int, _ accept: Bool, _ request: Request) async throws -> Response {
        var (body, name) = try await readCommand(request)
        let user = body.requiredUser("by", in: engine.read { $0.directory })
        try body.finish()
        _ = try await engine.carryOut(.answerCover(id, accept: accept, by: user, via: via(request)), request: name)
        let made = engine.read { $0.book.overrides.filter { $0.origin?.coverRequest == id } }
        return .json([
            "id": .int(id), "accepted": .bool(accept), "by": .user(user), "overrides": .array(made.map(\.json)),
        ])
    }

    /// - Parameter made: nil when it was taken back again already: its number is all there is left to say.
    private func created(_ place: String, _ id: Int, _ made: JSON?) -> Response {
        var response = Response.json(made ?? ["id": .int(id)], status: .created)
        response.headers[.location] = "/api/v1/\(place)/\(id)"
        return response
    }
}

extension TimeOff {
    var json: JSON {
        let (word, id, calendar, name): (String, Int?, String?, String?) =
            switch source {
            case .configuration: ("configuration", nil, nil, nil)
            case .entered(let id): ("entered", id, nil, nil)
            case .holiday(let calendar, let name): ("holiday", nil, calendar, name)
            }
        return [
            "id": id.map { .int($0) } ?? .null, "user": .user(user), "from": .time(from), "until": .time(until),
            "source": .string(word), "calendar": .optional(calendar), "name": .optional(name),
            "created_at": .time(createdAt),
        ]
    }
}

extension CoverRequest {
    func json(_ directory: Directory) -> JSON {
        [
            "id": .int(id), "schedule": .string(schedule.rawValue), "user": .user(user), "from": .time(from),
            "until": .time(until), "return_from": .time(inReturn?.from), "return_until": .time(inReturn?.until),
            "asked": .array(asked.map { .user($0) }),
            "may_answer": .array(directory.people(askedBy: self).map { .user($0) }),
            "declined": .array(declined.map { .user($0) }), "by": .user(by.user), "created_at": .time(createdAt),
            "lapses_at": .time(lapsesAt),
        ]
    }
}
