import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Rollbacks, step by step, and what serves a service.
extension APIRoutes {
    func addRollbacks(to routes: Routes) {
        on(.get, "/incidents/{id}/rollback", routes) { request, context in
            _ = try request.query([])
            return .json(try await status(try incidentID(context)))
        }
        rollBack("rollback", routes) { id, body, directory, via in
            let version = body.string("to")
            return .planRollback(id, to: version, by: Actor(user: body.user("by", in: directory), via: via))
        }
        rollBack("rollback/approve", routes) { id, body, directory, via in
            let plan = body.string("plan").map { RollbackID($0) }
            if plan == .some(nil) { body.fault("plan", "A rollback is named as in 42-1.") }
            if let plan = plan ?? nil {
                if plan.incident != id {
                    body.fault("plan", "Rollback \(plan) is not one of \(id).")
                } else if let void = engine.objection(toApproving: plan) {
                    throw Problem(.conflict, void, code: "rollback_void")
                }
            }
            let reason = body.string("break_glass")
            return .approveRollback(
                id, by: body.requiredUser("by", in: directory), via: via, breakGlass: reason,
                plan: plan ?? nil)
        }
        rollBack("rollback/cancel", routes) { id, body, directory, via in
            .cancelRollback(id, by: Actor(user: body.user("by", in: directory), via: via))
        }
        rollBack("rollback/undo", routes) { id, body, directory, via in
            .undoRollback(id, by: Actor(user: body.user("by", in: directory), via: via))
        }
        on(.get, "/services/{id}/serving", routes) { request, context in
            _ = try request.query([])
            return .json(serving(try service(context)))
        }
        on(.post, "/services/{id}/good", routes) { request, context in
            var (body, name) = try await readCommand(request)
            let version = body.requiredString("version")
            let by = body.user("by", in: engine.read { $0.directory })
            try body.finish()
            let service = try service(context)
            _ = try await engine.carryOut(
                .declareGood(service.id, version: version, by: Actor(user: by, via: via(request))), request: name)
            return .json(serving(service))
        }
    }

    private func rollBack(
        _ path: String, _ routes: Routes,
        _ command: @escaping @Sendable (Incident.ID, inout JSONBody, Directory, Via) throws -> Command
    ) {
        on(.post, "/incidents/{id}/\(path)", routes) { request, context in
            var (body, name) = try await readCommand(request)
            let id = try incidentID(context)
            let command = try command(id, &body, engine.read { $0.directory }, via(request))
            try body.finish()
            let done = try await engine.carryOut(command, request: name)
            return .json(try await status(id, already: done.already))
        }
    }

    private func status(_ id: Incident.ID, already: Bool? = nil) async throws -> JSON {
        let file = try await engine.file(of: id)
        let directory = engine.read { $0.directory }
        let files = file.rollbacks.map { $0.json(directory, engine.now) }
        var members: [String: JSON] = [
            "incident": .incident(id), "url": .string(engine.links.incident(id)),
            "service": .string(file.service.rawValue), "rollback": files.last ?? .null,
            "earlier": .array(files.dropLast()),
            "serving": directory.services[file.service].flatMap { $0.rollback == nil ? nil : serving($0) } ?? .null,
        ]
        if let already { members["already"] = .bool(already) }
        return .object(members)
    }

    private func service(_ context: ServerContext) throws -> Directory.Service {
        let id = ServiceID(rawValue: context.parameters.get("id") ?? "")
        guard let service = engine.read({ $0.directory.services[id] }) else {
            throw Problem(.notFound, Refusal.noSuchService(id).explanation, code: "no_such_service")
        }
        guard service.rollback != nil else { throw Refusal.rollback(.noServingLayer(id)).problem }
        return service
    }

    /// Everything null and empty while nobody has seen it.
    private func serving(_ service: Directory.Service) -> JSON {
        let record = engine.servingRecord(of: service.id)
        return [
            "service": .string(service.id.rawValue), "target": .optional(service.rollback?.target),
            "version": .optional(record?.state.version), "generation": .optional(record?.state.generation),
            "since": .time(record?.since),
            "available": .array((record?.state.available ?? []).map { .string($0) }),
            "good": .array((record?.proved ?? []).map { .string($0) }), "last_good": .optional(record?.lastGood),
        ]
    }
}
