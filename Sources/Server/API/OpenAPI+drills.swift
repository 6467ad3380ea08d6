import Engine
import HTTPTypes

extension OpenAPI {
    static let drills: [Operation] = [
        .init(
            method: .post, path: "/api/v1/drills", id: "startDrill",
            summary:
                "Pages whoever is on call in a schedule, or the steps of a policy, for practice. It is marked as a "
                + "drill everywhere, ends by itself and never reaches the last resort.",
            body: object(
                ["schedule": string, "policy": string, "for": string, "by": string], required: []),
            answers: [201: answer("It has begun.", reference("Drill"))]),
        .init(
            method: .get, path: "/api/v1/drills", id: "drills", summary: "The newest drills first.",
            answers: [200: answer("Them.", items("Drill"))]),
        .init(
            method: .get, path: "/api/v1/drills/{id}", id: "drill", summary: "Who answered, how fast and how.",
            answers: [200: answer("It.", reference("Drill"))]),
    ]

    static let drillSchemas: [String: JSON] = [
        "Drill": object([
            "incident": string, "url": string, "target": string, "started_at": time, "started_by": optionalString,
            "ended_at": optionalTime, "summary": string, "people": list(reference("DrillAnswer")),
        ]),
        "DrillAnswer": object([
            "user": string, "paged_at": time, "methods": list(string), "reached": list(string),
            "answered_at": optionalTime, "via": optionalString, "seconds": ["type": ["integer", "null"]],
        ]),
    ]
}
