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
        .init(
            method: .get, path: "/api/v1/schedules/{id}/proof", id: "scheduleProof",
            summary: "Whether somebody who can be reached is on call at every instant from now on, with the overrides, "
                + "time off and holidays that are recorded; otherwise every hole and why.",
            parameters: [parameter("years", in: "query", integer, "1 to 10; one when absent.")],
            answers: [200: answer("As 'tocsin schedule prove --json'.", reference("Proof"))]),
    ]

    static let calendars: [Operation] = [
        .init(
            method: .get, path: "/api/v1/calendars", id: "calendars",
            summary: "Calendars that can be subscribed to, with their secret addresses.",
            answers: [200: answer("By number.", items("Calendar"))]),
        .init(
            method: .post, path: "/api/v1/calendars", id: "issueCalendar",
            summary: "Makes an address that calendars fetch shifts from. They may show a change up to 24 hours late.",
            body: object(
                ["kind": words("person", "schedule", "team"), "name": string, "by": string],
                required: ["kind", "name"]),
            answers: [201: answer("Issued.", reference("Calendar"))]),
        .init(
            method: .delete, path: "/api/v1/calendars/{id}", id: "revokeCalendar",
            summary: "Its address answers no more.", answers: [204: answer("Revoked.")]),
        .init(
            method: .get, path: "/ical/{file}", id: "calendarFile",
            summary: "A month back and two years ahead, for whoever knows the address.",
            answers: [
                200: texts("RFC 5545 and 7986.", ["text/calendar"]),
                304: answer("As the one that is known (If-None-Match)."),
                404: answer("There is none, or it has been revoked."),
            ], isOpen: true),
    ]

    private static let window: [JSON] = [
        parameter("from", in: "query", time, "Now when absent."),
        parameter("until", in: "query", time, "At most 800 days after 'from'."),
        parameter("user", in: "query", ["type": "string"], "Only this person's."),
    ]

    private static let hole = object(
        [
            "from": time, "until": time,
            "local": list(object(["whose": string, "zone": string, "from": time, "until": time])), "why": string,
            "what_to_do": string, "clock_change": optionalString,
        ], required: ["from", "until", "local", "why", "what_to_do"])

    static let shiftSchemas: [String: JSON] = [
        "Proof": object([
            "proved": boolean, "from": time, "until": time, "allow_fallback": boolean,
            "schedules": list(
                object([
                    "schedule": string, "covered": boolean, "shifts": integer, "people": list(string),
                    "hole_count": integer, "holes": list(hole),
                ])),
            "policies": list(["type": "object"]), "ways_in": list(["type": "object"]), "last_resort_holes": integer,
        ]),
        "DutyShift": object([
            "schedule": string, "user": string, "name": string, "from": optionalTime, "until": optionalTime,
            "why": ["type": "array", "items": string],
        ]),
        "Calendar": object([
            "id": ["type": "integer"], "kind": words("person", "schedule", "team"), "name": string, "title": string,
            "url": ["type": "string", "format": "uri"], "webcal": ["type": "string", "format": "uri"],
        ]),
    ]
}
