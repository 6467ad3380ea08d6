import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// What people do with an incident besides saying that they have it or that it is over.
extension APIRoutes {
    func addHandling(to routes: Routes) {
        handle("reopen", routes) { id, body, directory, via in
            .reopen(id, by: Actor(user: body.user("by", in: directory), via: via))
        }
        handle("escalate", routes) { id, body, directory, via in
            .escalate(id, by: Actor(user: body.user("by", in: directory), via: via))
        }
        handle("severity", routes) { id, body, directory, via in
            _ = body.requiredString("severity")
            let severity = body.severity("severity") ?? .unknown
            return .changeSeverity(id, severity, by: Actor(user: body.user("by", in: directory), via: via))
        }
        handle("page", routes) { id, body, directory, via in
            let targets = body.requiredStrings("targets").compactMap { text -> Target? in
                guard let target = Target(text) else {
                    body.fault("targets", "'\(text)' must be a person, 'user ben', or a schedule, 'schedule sun'.")
                    return nil
                }
                return target
            }
            return .page(id, targets, by: Actor(user: body.user("by", in: directory), via: via))
        }
        handle("assign", routes) { id, body, directory, via in
            .assign(
                id, to: body.requiredUser("user", in: directory),
                by: Actor(user: body.user("by", in: directory), via: via))
        }
        handle("snooze", routes) { [engine] id, body, directory, via in
            .snooze(
                id, until: Self.snoozeEnd(&body, now: engine.now), by: body.requiredUser("by", in: directory), via: via)
        }
    }

    /// Either an instant or a length.
    private static func snoozeEnd(_ body: inout JSONBody, now: Instant) -> Instant {
        let length = body.string("for")
        guard let length else { return body.requiredInstant("until") }
        if body.string("until") != nil { body.fault("until", "Give 'until' or 'for', not both.") }
        guard let wait = Duration(typed: length) else {
            body.fault("for", "This must be a length such as 2h, 90m or 1h30m.")
            return .distantPast
        }
        return now + wait
    }

    private func handle(
        _ name: String, _ routes: Routes,
        _ command: @escaping @Sendable (Incident.ID, inout JSONBody, Directory, Via) -> Command
    ) {
        on(.post, "/incidents/{id}/\(name)", routes) { request, context in
            var (body, name) = try await readCommand(request)
            let command = command(try incidentID(context), &body, engine.read { $0.directory }, via(request))
            try body.finish()
            return receipt(try await engine.carryOut(command, request: name))
        }
    }

    // MARK: Command lines

    /// A line as it is typed in a chat: read, carried out and answered in words.
    func addCommands(to routes: Routes) {
        on(.post, "/commands", routes) { request, _ in
            var (body, name) = try await readCommand(request)
            let line = body.requiredString("line")
            let user = body.user("user", in: engine.read { $0.directory })
            let here = body.string("incident").flatMap { text -> Incident.ID? in
                guard let id = Incident.ID(text) else {
                    body.fault("incident", "An incident is named 42 or INC-42.")
                    return nil
                }
                return id
            }
            try body.finish()
            let answer = await desk.answer(
                line, from: Speaker(user: user, via: via(request)), here: here, request: name)
            guard answer.kind != .unavailable else {
                throw Problem(
                    .serviceUnavailable, answer.text, code: "unavailable", headers: [.retryAfter: "5"])
            }
            return .json(answer.json)
        }
    }
}

extension DeskAnswer {
    fileprivate var json: JSON {
        [
            "kind": .string(kind.rawValue), "text": .string(text),
            "choices": .array(choices.map { ["label": .string($0.label), "line": .string($0.line)] }),
            "incidents": .array(incidents.map { .incident($0) }),
        ]
    }
}
