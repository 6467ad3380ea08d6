import Engine
import HTTPTypes
import Incidents

extension OpenAPI {
    static let rollbacks: [Operation] = [
        .init(
            method: .get, path: "/api/v1/incidents/{id}/rollback", id: "rollback",
            summary: "The incident's last rollback and the earlier ones, with the evidence before and after.",
            answers: [200: answer("It.", reference("RollbackStatus"))]),
        step(
            "", "planRollback", "Plans a rollback, to 'to' or to the last good version. Nothing changes yet.",
            ["to": string, "by": string], required: []),
        step(
            "/approve", "approveRollback",
            "Somebody says yes. With 'plan', only to that plan; with 'break_glass', the reason why one person goes on "
                + "alone.", ["by": string, "plan": string, "break_glass": string], required: ["by"]),
        step("/cancel", "cancelRollback", "Calls off one that has not begun.", ["by": string], required: []),
        step("/undo", "undoRollback", "Plans the way back from the last one.", ["by": string], required: []),
        .init(
            method: .get, path: "/api/v1/services/{id}/serving", id: "serving",
            summary: "What serves a service, as far as anybody has seen.",
            answers: [200: answer("It.", reference("Serving"))]),
        .init(
            method: .post, path: "/api/v1/services/{id}/good", id: "declareGood",
            summary: "Somebody, or a deployment, vouches for a version.",
            body: object(["version": string, "by": string], required: ["version"]),
            answers: [200: answer("Recorded.", reference("Serving"))]),
    ]

    private static func step(
        _ path: String, _ id: String, _ summary: String, _ members: [String: JSON], required: [String]
    ) -> Operation {
        .init(
            method: .post, path: "/api/v1/incidents/{id}/rollback\(path)", id: id, summary: summary,
            body: object(members, required: required), answers: [200: answer("Done.", reference("RollbackStatus"))])
    }

    private static let actor: JSON = ["anyOf": [reference("Actor"), ["type": "null"]]]
    private static let checks = list(
        object(["check": words(ServingCheck.Kind.self), "result": words(ServingCheck.Result.self), "evidence": string]))

    static let rollbackSchemas: [String: JSON] = [
        "RollbackStatus": object(
            [
                "incident": string, "url": ["type": "string", "format": "uri"], "service": string,
                "rollback": ["anyOf": [reference("Rollback"), ["type": "null"]]],
                "earlier": list(reference("Rollback")),
                "serving": ["anyOf": [reference("Serving"), ["type": "null"]]], "already": boolean,
            ], required: ["incident", "url", "service", "rollback", "earlier", "serving"]),
        "Rollback": object([
            "id": string, "service": string, "target": string, "from": optionalString, "to": string,
            "kind": words(RollbackKind.self), "stage": words(RollbackFile.Stage.self), "planned_by": actor,
            "planned_at": time, "expires_at": time, "second_person": optionalString, "break_glass_allowed": boolean,
            "checks": list(words(ServingCheck.Kind.self)), "verify_seconds": integer, "min_samples": integer,
            "before": ["anyOf": [checks, ["type": "null"]]],
            "approvals": list(
                object([
                    "at": time, "by": actor, "complete": boolean, "break_glass": boolean, "reason": optionalString,
                ])),
            "asked": list(object(["at": time, "people": list(string), "until": time])),
            "changes": list(
                object([
                    "at": time, "to": string, "revert": boolean, "ended_at": optionalTime, "result": optionalString,
                    "evidence": optionalString,
                ])),
            "verifications": list(
                object([
                    "at": time, "revert": boolean, "verdict": words(RollbackVerdict.self), "checks": checks,
                    "samples": integer, "looks": integer, "seconds": integer,
                ])),
            "end": [
                "anyOf": [
                    object([
                        "at": time, "end": words(RollbackEnd.self), "why": string, "serving": optionalString,
                        "detail": optionalString, "by": actor,
                    ]), ["type": "null"],
                ]
            ],
            "words": list(string),
        ]),
        "Serving": object([
            "service": string, "target": optionalString, "version": optionalString, "generation": optionalString,
            "since": optionalTime, "available": list(string), "good": list(string), "last_good": optionalString,
        ]),
    ]
}
