import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Reading the configuration's files anew.
extension APIRoutes {
    func addConfiguration(to routes: Routes) {
        on(.post, "/configuration/apply", routes) { request, _ in
            var body = try JSONBody(
                try await bodies.readWhole(request), contentType: request.headers[.contentType])
            let accept = body.bool("accept") ?? false
            try body.finish()
            switch await configuration.apply(accept: accept) {
            case .applied(let change): return .json(change.json)
            case .refused(let changes): throw Self.refusal(changes)
            case .invalid(let problems):
                throw Problem(
                    .unprocessableContent, "The configuration is not valid, and nothing was applied; see 'errors'.",
                    code: "invalid_configuration", errors: problems.map { .init(pointer: "#", detail: $0) })
            case .unavailable(let wait): throw Problem.unavailable(retryAfter: wait)
            }
        }
    }

    private static func refusal(_ changes: [DutyChange]) -> Problem {
        Problem(
            .conflict,
            "It would change who is on call now, so nothing was applied. Do what 'errors' says, or accept it.",
            code: "moves_duty",
            errors: changes.map { change in
                .init(
                    pointer: "#/accept",
                    detail: ([change.sentence() + "."] + change.remedy).joined(separator: "\n"))
            })
    }
}

extension ConfigurationChange {
    fileprivate var json: JSON {
        [
            "version": .int(version), "previous_version": .int(previousVersion), "digest": .string(digest),
            "files": .strings(files.mapValues(\.rawValue)), "zones": .array(zones.map { .string($0.rawValue) }),
            "moved": .array(moved.map(\.json)), "warnings": .array(warnings.map { .string($0) }),
        ]
    }
}

extension DutyChange {
    fileprivate var json: JSON {
        [
            "schedule": .string(schedule.rawValue), "before": .array(before.map { .string($0.rawValue) }),
            "after": .array(after.map { .string($0.rawValue) }),
        ]
    }
}
