import HTTPTypes

extension OpenAPI {
    static let configuration: [Operation] = [
        .init(
            method: .post, path: "/api/v1/configuration/apply", id: "applyConfiguration",
            summary: "Reads the configuration's files anew. What would change who is on call now is refused (409) "
                + "with what to write instead, unless 'accept' is true. Applied whole or not at all.",
            body: object(["accept": boolean], required: []),
            answers: [
                200: answer(
                    "It is in force.",
                    object([
                        "version": integer, "previous_version": integer, "digest": string,
                        "files": [
                            "type": "object", "additionalProperties": words("added", "changed", "removed"),
                        ],
                        "zones": list(string),
                        "moved": list(object(["schedule": string, "before": list(string), "after": list(string)])),
                        "warnings": list(string),
                    ]))
            ], takesKey: false),
        .init(
            method: .get, path: "/api/v1/timezones", id: "timeZones",
            summary: "The rules of time zones in force, where they are used, and what their last change moved.",
            answers: [200: answer("Them.", reference("TimeZones"))]),
    ]

    private static let handover: JSON = [
        "anyOf": [
            object(["at": time, "local": time, "outgoing": list(string), "incoming": list(string)]), ["type": "null"],
        ]
    ]

    static let timeZones = object([
        "tzdata_version": optionalString, "looked_at": optionalTime, "problem": optionalString,
        "zones": list(object(["zone": string, "schedules": list(string), "users": list(string)])),
        "last_difference": [
            "anyOf": [
                object([
                    "at": time, "from_version": optionalString, "to_version": optionalString, "zones": list(string),
                    "lines": list(string),
                    "handoffs": list(object(["schedule": string, "before": handover, "after": handover])),
                ]), ["type": "null"],
            ]
        ],
    ])
}
