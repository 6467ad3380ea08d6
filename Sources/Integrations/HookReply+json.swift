import Engine
import HTTPTypes
import Incidents
import Timekeeping

extension HookReply {
    /// The answer to a sender that has no form of its own: a status it acts upon, and JSON for its log.
    ///
    /// Overload is 503, never 429: Alertmanager tries again after a 5xx and drops the notification after any 4xx.
    static func json(_ outcome: HookOutcome) -> HookReply {
        switch outcome {
        case .accepted(let incidents, let unreadable):
            let body: JSONValue = [
                "status": "accepted",
                "incidents": JSONValue(incidents.map(\.incident.description)),
                "links": JSONValue(incidents.map(\.url)),
                "unreadable": JSONValue(unreadable.map(\.problem)),
            ]
            return HookReply(status: .accepted, body: body.text)
        case .unreadable(let alerts):
            let problems = alerts.map(\.problem)
            return refusal(.badRequest, "unreadable", problems.first ?? "Nothing in the body could be read.", problems)
        case .tooLarge(let limit):
            return refusal(
                .contentTooLarge, "tooLarge",
                "The body is larger than \(limit) bytes. Send fewer alerts in one request.", [])
        case .unavailable(let wait):
            var reply = refusal(.serviceUnavailable, "unavailable", "Not recorded. Please try again.", [])
            reply.headers[.retryAfter] = String(max(1, (wait.milliseconds + 999) / 1000))
            return reply
        }
    }

    private static func refusal(
        _ status: HTTPResponse.Status, _ word: String, _ sentence: String, _ problems: [String]
    ) -> HookReply {
        let body: JSONValue = [
            "status": .string(word), "error": .string(sentence), "unreadable": JSONValue(problems),
        ]
        return HookReply(status: status, body: body.text)
    }
}
