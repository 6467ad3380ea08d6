import HTTPTypes

extension OpenAPI {
    static let shifts: [Operation] = [
        .init(
            method: .get, path: "/api/v1/schedules/{id}/shifts", id: "shifts",
            summary: "Whole shifts of each person, in order; four weeks from now unless it is said.",
            parameters: window,
            answers: [
                200: answer(
                    "Shifts that have some time between the two.",
                    object([
                        "schedule": string, "from": time, "until": time,
                        "items": ["type": "array", "items": reference("DutyShift")],
                    ]))
            ]),
        .init(
            method: .get, path: "/api/v1/schedules/{id}/shifts.ics", id: "shiftsFile",
            summary: "The same as an iCalendar file, to import.", parameters: window,
            answers: [200: texts("RFC 5545.", ["text/calendar"])]),
    ]

    private static let window: [JSON] = [
        parameter("from", in: "query", time, "Now when absent."),
        parameter("until", in: "query", time, "At most 800 days after 'from'."),
        parameter("user", in: "query", ["type": "string"], "Only this person's."),
    ]

    static let shiftSchemas: [String: JSON] = [
        "DutyShift": object([
            "schedule": string, "user": string, "name": string, "from": optionalTime, "until": optionalTime,
            "why": ["type": "array", "items": string],
        ])
    ]
}
