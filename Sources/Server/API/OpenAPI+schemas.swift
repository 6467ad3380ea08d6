import Incidents

extension OpenAPI {
    static let string: JSON = ["type": "string"]
    static let optionalString: JSON = ["type": ["string", "null"]]
    static let integer: JSON = ["type": "integer"]
    static let boolean: JSON = ["type": "boolean"]
    static let time: JSON = ["type": "string", "format": "date-time"]
    static let optionalTime: JSON = ["type": ["string", "null"], "format": "date-time"]
    static let strings: JSON = ["type": "object", "additionalProperties": ["type": "string"]]
    static let severity = words(Severity.self)
    static let severityWord: JSON = [
        "type": "string", "examples": ["sev2", "critical", "error", "warning", "info"],
        "description": "A level, or the word for it that monitoring systems use.",
    ]

    static func words(_ words: String...) -> JSON {
        ["type": "string", "enum": .array(words.map { .string($0) })]
    }

    static func words<Word: RawRepresentable<String> & CaseIterable>(_: Word.Type) -> JSON {
        ["type": "string", "enum": .array(Word.allCases.map { .string($0.rawValue) })]
    }

    static func list(_ schema: JSON) -> JSON { ["type": "array", "items": schema] }

    private static let summaryMembers: [String: JSON] = [
        "id": string, "url": ["type": "string", "format": "uri"], "service": string, "title": string,
        "state": words(Incident.State.self), "severity": severity, "urgency": words(Urgency.self),
        "owner": optionalString, "opened_at": time, "acknowledged_at": optionalTime, "resolved_at": optionalTime,
    ]

    static let schemas: [String: JSON] = [
        "Problem": [
            "type": "object", "required": ["type", "title", "status", "detail"],
            "properties": [
                "type": string, "title": string, "status": integer, "detail": string, "code": string,
                "errors": list(object(["pointer": string, "detail": string])),
            ],
        ],
        "Status": object([
            "version": string, "now": time, "ready": boolean, "store_unavailable_since": optionalTime,
            "last_tick": time, "incarnation": integer, "inbox_waiting": integer, "attempts_in_flight": integer,
            "pages_owed": integer, "configuration_version": integer, "configuration_warnings": list(string),
            "open_incidents": object(["triggered": integer, "acknowledged": integer]),
        ]),
        "TimeZones": timeZones,
        "OnCall": object(
            [
                "schedule": string, "zone": string, "at": time, "at_local": time,
                "people": list(reference("Person")), "hole": optionalString, "next_change": optionalTime,
                "as_known_at": time, "configuration_version": integer, "note": optionalString,
                "explanation": list(string), "readings": list(reference("OnCall")),
            ],
            required: [
                "schedule", "zone", "at", "at_local", "people", "hole", "next_change", "as_known_at",
                "configuration_version", "note",
            ]),
        "Person": object([
            "user": string, "name": string, "why": string, "zone": string, "local_time": time, "since": optionalTime,
            "until": optionalTime, "until_local": optionalTime,
        ]),
        "Override": object([
            "id": integer, "schedule": string, "kind": words("cover", "replace", "remove", "add"), "user": string,
            "with": optionalString, "from": time, "until": time, "created_at": time, "by": optionalString,
            "cover_request": ["type": ["integer", "null"]],
        ]),
        "IncidentSummary": object(summaryMembers.merging(["alerts": integer, "firing": integer]) { a, _ in a }),
        "Incident": object(
            summaryMembers.merging([
                "body": optionalString, "routing": string, "policy": optionalString, "previous": optionalString,
                "declared_by": ["anyOf": [reference("Actor"), ["type": "null"]]], "snoozed_until": optionalTime,
                "rooms": list(object(["room": string, "shown": boolean, "closed": optionalString])),
                "alerts": list(reference("Alert")),
                "asked": list(reference("Asked")), "pages": list(reference("Page")),
                "runbooks": list(object(["id": string, "title": string, "url": string])),
            ]) { a, _ in a }),
        "Actor": object([
            "user": optionalString, "via": words("api", "cli", "console", "link", "slack", "push", "mail"),
        ]),
        "Alert": object([
            "integration": string, "key": string, "title": string, "summary": string, "severity": severity,
            "episode": optionalString, "firing": boolean, "first_fired_at": time, "fired_at": time,
            "resolved_at": optionalTime, "labels": strings, "links": strings,
        ]),
        "Asked": object([
            "at": time, "occasion": string,
            "answers": list(
                object([
                    "target": string, "hole": optionalString, "until": optionalTime,
                    "people": list(object(["user": string, "why": string, "can_be_reached": boolean])),
                ])),
            "passed_over": list(object(["step": integer, "reason": string])),
        ]),
        "Page": object([
            "id": string, "user": string, "method": words(ContactMethod.self), "reason": words(PagingReason.self),
            "why": string,
            "status": [
                "type": "string",
                "enum": .array(["owed", "attempting"] + PageEnd.allCases.map { .string($0.rawValue) }),
            ],
            "requested_at": time, "ended_at": optionalTime, "attempts": list(reference("Attempt")),
        ]),
        "Attempt": object([
            "number": integer, "begun_at": time, "ended_at": optionalTime, "repeat": boolean,
            "result": optionalString, "evidence": optionalString,
        ]),
        "TimelineEntry": object([
            "sequence": integer, "at": time, "kind": string, "sentence": string, "body": optionalString,
            "labels": strings, "links": strings, "page": optionalString,
        ]),
        "Receipt": object(
            [
                "incident": string, "url": ["type": "string", "format": "uri"], "already": boolean,
                "state": optionalString, "owner": optionalString, "snoozed_until": optionalTime,
            ], required: ["already"]),
        "InboxItem": object([
            "user": string, "incident": string, "title": string, "severity": severity, "service": string,
            "state": words(Incident.State.self), "owner": optionalString, "opened_at": time, "page": string,
            "reason": words(PagingReason.self), "why": string, "waiting": boolean,
        ]),
        "Service": object([
            "id": string, "name": string, "team": optionalString, "policy": string, "group_by": list(string),
            "refire_seconds": integer, "runbooks": list(string),
        ]),
        "User": object([
            "id": string, "name": string, "zone": string, "role": optionalString, "local_time": time,
            "reachable_by": list(words(ContactMethod.self)),
        ]),
        "Contact": object([
            "method": words(ContactMethod.self), "address": optionalString,
            "source": ["type": ["string", "null"], "enum": ["own", "file", "directory", "built_in", nil]],
            "pending": optionalString, "obstacle": optionalString, "can_be_entered": boolean,
        ]),
        "Answer": object([
            "kind": words("done", "information", "question", "mistake", "refused"), "text": string,
            "choices": list(object(["label": string, "line": string])), "incidents": list(string),
        ]),
    ]
}
