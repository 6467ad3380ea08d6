import HTTPTypes

extension OpenAPI {
    static let silences: [Operation] = [
        .init(
            method: .get, path: "/api/v1/silences", id: "silences",
            summary: "Silences that run or are planned, with what each holds back.",
            answers: [200: answer("By number.", items("Silence"))]),
        .init(
            method: .get, path: "/api/v1/silences/{id}", id: "silence", summary: "One of them.",
            answers: [200: answer("It runs or is planned.", reference("Silence"))]),
        .init(
            method: .post, path: "/api/v1/silences", id: "addSilence",
            summary:
                "Keeps alerts from paging for a while. One of more than 24 hours, or of everything, needs 'confirm'.",
            body: object(
                [
                    "services": list(string), "matchers": list(string), "from": time, "until": time, "for": string,
                    "reason": string, "confirm": boolean, "by": string,
                ], required: []),
            answers: [201: answer("Made.", reference("Silence"))]),
        .init(
            method: .delete, path: "/api/v1/silences/{id}", id: "removeSilence",
            summary: "Ends a silence now. What still fires and no other holds is paged.",
            answers: [204: answer("Ended.")]),
    ]

    static let silenceSchemas: [String: JSON] = [
        "Silence": object([
            "id": integer, "services": list(string), "matchers": list(string), "from": time, "until": time,
            "running": boolean, "reason": optionalString, "by": optionalString, "created_at": time,
            "held": list(reference("HeldAlert")),
        ]),
        "HeldAlert": object([
            "integration": string, "key": string, "title": string, "service": string, "severity": optionalString,
            "since": time, "labels": ["type": "object", "additionalProperties": string],
        ]),
    ]
}
