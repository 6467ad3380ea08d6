import HTTPTypes

extension OpenAPI {
    static let channels: [Operation] = [
        .init(
            method: .get, path: "/api/v1/channels", id: "channels",
            summary: "How the providers' accounts fare that pages leave by, and what waits for them.",
            answers: [200: answer("Accounts used since the start, and waiting pages.", reference("Channels"))])
    ]

    static let channelSchemas: [String: JSON] = [
        "Channels": object(["items": list(reference("Channel")), "waiting": list(reference("WaitingPages"))]),
        "Channel": object([
            "name": string, "personal": boolean, "in_flight": integer, "failures_in_a_row": integer,
            "paused_until": optionalTime, "cause": optionalString, "last_success": optionalTime,
            "last_failure": optionalTime,
        ]),
        "WaitingPages": object(["method": string, "pages": integer, "since": time]),
    ]
}
