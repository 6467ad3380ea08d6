import HTTPTypes

extension OpenAPI {
    static let operations: [Operation] =
        service + chat + callbacks + onCall + shifts + calendars + pictures + reports + channels + incidents + handling
        + rollbacks
        + directory
        + contacts + configuration + arrangements + silences + doctor + drills

    private static let question = [
        parameter(
            "at", in: "query", string,
            "The moment asked about, now when absent: RFC 3339, or a local time such as 2026-10-25T01:30 or "
                + "2026-10-25 on the clocks of 'in'. One that clocks show twice has two 'readings'; one that they skip "
                + "is answered for the first valid instant after."),
        zoneParameter,
        parameter(
            "why", in: "query", string, "Adds how the answer comes about."),
        parameter(
            "as_known", in: "query", words("then", "now"),
            "Whether the past is answered with what was known then, which is the default, or with what is known now."),
    ]
    static let zoneParameter = parameter(
        "in", in: "query", string, "The time zone whose clocks local times are read on; UTC when absent.")

    private static let service: [Operation] = [
        .init(
            method: .post, path: "/hooks/{key}", id: "receiveAlerts",
            summary: "Alerts from an integration, in its own format; the key says which.",
            body: true,
            answers: [
                200: answer("Recorded (some formats answer 202)."), 202: answer("Recorded."),
                400: answer("Nothing in it could be read; it is kept, and somebody is told."),
                404: answer("No integration has this key."), 413: answer("Too large; somebody is told."),
                503: answer("Nothing was recorded: send it again."),
            ], isOpen: true),
        .init(
            method: .get, path: "/healthz", id: "isAlive", summary: "Whether the process runs.",
            answers: [200: text("It does.")], isOpen: true),
        .init(
            method: .get, path: "/readyz", id: "isReady", summary: "Whether an alert sent now would be decided.",
            parameters: [parameter("verbose", in: "query", ["type": "string"], "Lists the checks.")],
            answers: [200: text("It would."), 503: text("It would not.")], isOpen: true),
        .init(
            method: .get, path: "/metrics", id: "metrics", summary: "Prometheus text, version 0.0.4.",
            answers: [200: text("The metrics.")], isOpen: true),
        .init(
            method: .get, path: "/openapi.json", id: "description", summary: "This document.",
            answers: [200: answer("It.", ["type": "object"])], isOpen: true),
        .init(
            method: .get, path: "/api/v1/status", id: "status", summary: "How Tocsin is.",
            answers: [200: answer("How it is.", reference("Status"))]),
    ]

    private static let onCall: [Operation] = [
        .init(
            method: .get, path: "/api/v1/oncall", id: "onCallEverywhere", summary: "Who is on call in every schedule.",
            parameters: question,
            answers: [
                200: answer(
                    "One item a schedule.",
                    object(["at": time, "items": ["type": "array", "items": reference("OnCall")]]))
            ]),
        .init(
            method: .get, path: "/api/v1/oncall/{schedule}", id: "onCall", summary: "Who is on call in one schedule.",
            parameters: question,
            answers: [200: answer("Who, why and for how long.", reference("OnCall"))]),
        .init(
            method: .get, path: "/api/v1/overrides", id: "overrides", summary: "Overrides that are not over.",
            parameters: [
                parameter("schedule", in: "query", ["type": "string"]),
                parameter("past", in: "query", ["type": "string"], "Lists those that are over too."),
            ],
            answers: [200: answer("By beginning.", items("Override"))]),
        .init(
            method: .post, path: "/api/v1/overrides", id: "addOverride",
            summary: "Puts somebody else on call for a while.",
            body: object(
                [
                    "schedule": string, "kind": words("cover", "replace", "remove", "add"), "user": string,
                    "with": string,
                    "from": time, "until": time, "leave_hole": ["type": "boolean"], "by": string,
                ], required: ["schedule", "kind", "user", "from", "until"]),
            answers: [201: answer("Made.", reference("Override"))]),
        .init(
            method: .delete, path: "/api/v1/overrides/{id}", id: "removeOverride", summary: "Takes an override back.",
            answers: [204: answer("Taken back.")]),
    ]

    static func command(
        _ name: String, _ id: String, _ summary: String, _ members: [String: JSON], required: [String],
        status: Int = 200
    ) -> Operation {
        .init(
            method: .post, path: "/api/v1/incidents/{id}/\(name)", id: id, summary: summary,
            body: object(members, required: required), answers: [status: answer("Done.", reference("Receipt"))])
    }

    private static let incidents: [Operation] = [
        .init(
            method: .get, path: "/api/v1/incidents", id: "incidents", summary: "Incidents, the newest first.",
            parameters: [
                parameter("state", in: "query", words("open", "triggered", "acknowledged", "resolved", "all")),
                parameter("service", in: "query", ["type": "string"]),
                parameter("cursor", in: "query", ["type": "string"], "The 'next_cursor' of the page before."),
                parameter("limit", in: "query", ["type": "integer", "minimum": 1, "maximum": 200, "default": 50]),
            ],
            answers: [
                200: answer(
                    "One page.",
                    object([
                        "items": ["type": "array", "items": reference("IncidentSummary")],
                        "next_cursor": optionalString,
                    ]))
            ]),
        .init(
            method: .post, path: "/api/v1/incidents", id: "declareIncident", summary: "Declares an incident by hand.",
            body: object(
                ["service": string, "title": string, "body": string, "severity": severityWord, "by": string],
                required: ["service", "title"]),
            answers: [201: answer("Declared; Location says where.", reference("Receipt"))]),
        .init(
            method: .get, path: "/api/v1/incidents/{id}", id: "incident",
            summary: "One incident with its alerts, its pages and who was asked, and why.",
            answers: [200: answer("It.", reference("Incident"))]),
        .init(
            method: .get, path: "/api/v1/incidents/{id}/timeline", id: "timeline",
            summary: "What happened, in order, as recorded.", answers: [200: answer("It.", items("TimelineEntry"))]),
        .init(
            method: .get, path: "/api/v1/incidents/{id}/postmortem", id: "postmortem",
            summary: "A draft of its post-mortem, from what is recorded. The same log gives the same draft.",
            parameters: [
                parameter("format", in: "query", words("markdown", "html", "json")),
                parameter("zone", in: "query", ["type": "string"], "Shows this time zone's clock beside UTC."),
            ],
            answers: [200: texts("The draft.", ["text/markdown", "text/html", "application/json"])]),
        command("acknowledge", "acknowledge", "Somebody has it: paging stops.", ["by": string], required: ["by"]),
        command("take", "take", "Somebody takes it over.", ["by": string], required: ["by"]),
        command("resolve", "resolve", "It is over.", ["by": string], required: []),
        command(
            "notes", "addNote", "Writes into the timeline.", ["text": string, "by": string], required: ["text"],
            status: 201),
        .init(
            method: .post, path: "/api/v1/fire", id: "fire", summary: "A test alert, routed and paged like any other.",
            body: object(
                [
                    "title": string, "service": string, "labels": strings, "severity": severityWord, "summary": string,
                    "dedup_key": string, "status": words("firing", "resolved"),
                ], required: []),
            answers: [
                202: answer(
                    "Recorded.",
                    object([
                        "dedup_key": string, "labels": strings,
                        "incidents": ["type": "array", "items": object(["incident": string, "url": string])],
                    ]))
            ]),
    ]

    private static let directory: [Operation] = [
        .init(
            method: .get, path: "/api/v1/inbox", id: "inbox",
            summary: "Open incidents people were paged for in the inbox.",
            parameters: [parameter("user", in: "query", ["type": "string"])],
            answers: [200: answer("What waits for an answer first.", items("InboxItem"))]),
        .init(
            method: .get, path: "/api/v1/services", id: "services", summary: "What can break.",
            answers: [200: answer("By id.", items("Service"))]),
        .init(
            method: .get, path: "/api/v1/users", id: "users", summary: "Who can be paged. No numbers, no addresses.",
            answers: [200: answer("By id.", items("User"))]),
    ]
}
