import HTTPTypes

extension OpenAPI {
    static let arrangements: [Operation] = [
        .init(
            method: .get, path: "/api/v1/timeoff", id: "timeOff",
            summary: "Time off that people entered and calendars of holidays say.",
            parameters: [
                parameter("user", in: "query", ["type": "string"], "Only this person's."),
                parameter("past", in: "query", ["type": "string"], "Lists what is over too."),
            ],
            answers: [200: answer("By beginning.", items("TimeOff"))]),
        .init(
            method: .post, path: "/api/v1/timeoff", id: "addTimeOff",
            summary: "Somebody is away: who comes next covers, and nobody's turn moves.",
            body: object(
                ["user": string, "from": time, "until": time, "leave_hole": boolean, "by": string],
                required: ["user", "from", "until"]),
            answers: [201: answer("Entered.", reference("TimeOff"))]),
        .init(
            method: .delete, path: "/api/v1/timeoff/{id}", id: "removeTimeOff",
            summary: "Takes back time off that a person entered.", answers: [204: answer("Taken back.")]),
        .init(
            method: .get, path: "/api/v1/covers", id: "covers",
            summary: "Requests for cover that can still be answered.",
            parameters: [
                parameter("user", in: "query", ["type": "string"], "Only this person's, and what they are asked.")
            ],
            answers: [200: answer("By number.", items("Cover"))]),
        .init(
            method: .post, path: "/api/v1/covers", id: "requestCover",
            summary:
                "Asks others to take over time on call; with 'return_from' and 'return_until', for some of theirs.",
            body: object(
                [
                    "schedule": string, "user": string, "from": time, "until": time, "return_from": time,
                    "return_until": time, "asked": ["type": "array", "items": string], "by": string,
                ], required: ["schedule", "user", "from", "until"]),
            answers: [201: answer("Asked.", reference("Cover"))]),
        answerTo("accept", "acceptCover", "Somebody takes it: the schedule changes at once."),
        answerTo("decline", "declineCover", "Somebody cannot take it."),
        .init(
            method: .delete, path: "/api/v1/covers/{id}", id: "withdrawCover", summary: "Takes a request back.",
            answers: [204: answer("Taken back.")]),
    ]

    private static func answerTo(_ word: String, _ id: String, _ summary: String) -> Operation {
        .init(
            method: .post, path: "/api/v1/covers/{id}/\(word)", id: id, summary: summary,
            body: object(["by": string], required: ["by"]),
            answers: [200: answer("Recorded, with the overrides that it makes.", reference("CoverAnswer"))])
    }

    static let arrangementSchemas: [String: JSON] = [
        "TimeOff": object([
            "id": ["type": ["integer", "null"]], "user": string, "from": time, "until": time,
            "source": words("entered", "holiday", "configuration"), "calendar": optionalString,
            "name": optionalString, "created_at": time,
        ]),
        "Cover": object([
            "id": integer, "schedule": string, "user": string, "from": time, "until": time,
            "return_from": optionalTime, "return_until": optionalTime, "asked": list(string),
            "may_answer": list(string), "declined": list(string), "by": optionalString, "created_at": time,
            "lapses_at": time,
        ]),
        "CoverAnswer": object([
            "id": integer, "accepted": boolean, "by": string, "overrides": list(reference("Override")),
        ]),
    ]
}
