/// A frame of Socket Mode. Source: docs.slack.dev/apis/events-api/using-socket-mode.
enum SlackEnvelope: Hashable, Sendable {
    case hello
    /// - id: to be acknowledged within three seconds.
    /// - takesPayload: the acknowledgement may carry the answer.
    case request(id: String, SlackRequest, takesPayload: Bool)
    /// A request nobody can read; acknowledged, or it would come again and again.
    case unreadable(id: String, String)
    case disconnect(reason: String)
    case unknown

    init(_ text: String) {
        guard let frame = try? JSONValue(json: Array(text.utf8)) else {
            self = .unknown
            return
        }
        switch frame["type"]?.scalar {
        case "hello": self = .hello
        case "disconnect": self = .disconnect(reason: frame["reason"]?.scalar ?? "")
        case let type:
            guard let id = frame["envelope_id"]?.scalar, !id.isEmpty else {
                self = .unknown
                return
            }
            do {
                let request = try Self.request(type ?? "", frame["payload"] ?? .null)
                self = .request(id: id, request, takesPayload: frame["accepts_response_payload"] == .bool(true))
            } catch {
                self = .unreadable(id: id, "\(error)")
            }
        }
    }

    private static func request(_ type: String, _ payload: JSONValue) throws -> SlackRequest {
        switch type {
        case "slash_commands":
            guard case .object(let members) = payload else { throw SlackRequestProblem("the payload is missing") }
            return try .command(members.compactMapValues(\.scalar))
        case "interactive": return try .action(payload)
        case "events_api": return try .event(payload)
        default: return .ignored("envelopes of type \(type) are not used")
        }
    }

    /// What acknowledges it.
    static func acknowledgement(_ id: String, _ payload: JSONValue?) -> String {
        var members: [String: JSONValue] = ["envelope_id": .string(id)]
        if let payload { members["payload"] = payload }
        return JSONValue.object(members).text
    }
}
