import Engine
import HTTPTypes

extension OpenAPI {
    static let reports: [Operation] = [
        .init(
            method: .get, path: "/api/v1/reports/load", id: "load",
            summary: "What being on call cost each person: hours, nights, weekends, pages, broken sleep.",
            parameters: [
                parameter(
                    "from", in: "query", string,
                    "Where the report begins: \(LoadReport.standardDays) days before its end when absent."),
                parameter("until", in: "query", string, "Where it ends, now when absent."),
                zoneParameter,
            ],
            answers: [200: answer("The report.", reference("LoadReport"))])
    ]

    static let reportSchemas: [String: JSON] = [
        "LoadReport": object([
            "from": time, "until": time, "from_local": time, "until_local": time, "zone": string,
            "people": list(reference("PersonLoad")), "findings": list(reference("LoadFinding")),
            "note": optionalString,
        ]),
        "PersonLoad": object([
            "user": string, "name": string, "zone": string, "on_call_seconds": integer, "night_seconds": integer,
            "weekend_seconds": integer, "shifts": integer, "pages": integer, "incidents": integer,
            "interruptions": integer,
        ]),
        "LoadFinding": object([
            "user": string, "at": time, "kind": words("short_rest", "many_incidents"), "sentence": string,
            "rest_seconds": ["type": ["integer", "null"]], "incidents": list(string), "schedule": optionalString,
        ]),
    ]
}
