import Engine
import EngineCore

/// Source of the shapes: docs.slack.dev, "Implementing slash commands", "Handling user interaction" and "Events API".
extension SlackRequest {
    /// The body of a request to the commands URL.
    static func command(body: [UInt8]) throws -> SlackRequest {
        guard let form = FormBody(body) else { throw SlackRequestProblem("the body is no form") }
        return try command(form.fields)
    }

    /// - Parameter fields: a form's, or the members of a socket's payload.
    static func command(_ fields: [String: String]) throws -> SlackRequest {
        if fields["ssl_check"] == "1" { return .ignored("Slack checks the certificate") }
        func field(_ name: String) throws -> String {
            guard let value = fields[name], !value.isEmpty else { throw SlackRequestProblem("\(name) is missing") }
            return value
        }
        return .command(
            SlackCommand(
                user: try field("user_id"), team: try field("team_id"), channel: try field("channel_id"),
                text: fields["text"] ?? "", responseURL: fields["response_url"], trigger: try field("trigger_id")))
    }

    /// The body of a request to the interactivity URL: one form field that holds JSON.
    static func action(body: [UInt8]) throws -> SlackRequest {
        guard let form = FormBody(body), let payload = form["payload"] else {
            throw SlackRequestProblem("the payload is missing")
        }
        return try action(json(Array(payload.utf8)))
    }

    static func action(_ payload: JSONValue) throws -> SlackRequest {
        let type = try payload.string("type")
        guard type == "block_actions" else { return .ignored("interactions of type \(type) are not used") }
        guard case .array(let actions)? = payload["actions"], let action = actions.first else {
            throw SlackRequestProblem("there is no action")
        }
        let actionID = try action.string("action_id")
        guard action["type"]?.scalar == "button" else { return .ignored("\(actionID) is no button") }
        // A button with a link is reported as well; the browser does all there is to do.
        guard let value = action["value"]?.scalar, !value.isEmpty else { return .ignored("\(actionID) has no value") }
        let user = payload["user"] ?? [:]
        let container = payload["container"] ?? [:]
        let channel = payload["channel"]?["id"]?.scalar ?? container["channel_id"]?.scalar
        var blocks: [JSONValue] = []
        if case .array(let all)? = payload["message"]?["blocks"] { blocks = all }
        let message = container["message_ts"]?.scalar ?? payload["message"]?["ts"]?.scalar
        return .press(
            SlackPress(
                user: try user.string("id"), team: payload["team"]?["id"]?.scalar ?? "",
                userTeam: user["team_id"]?.scalar, channel: channel,
                message: channel.flatMap { channel in
                    message.map { PostedMessage(channel: channel, id: $0) }
                },
                text: payload["message"]?["text"]?.scalar ?? "", blocks: blocks,
                isEphemeral: container["is_ephemeral"] == .bool(true), action: actionID, value: value,
                responseURL: payload["response_url"]?.scalar, trigger: payload["trigger_id"]?.scalar ?? "",
                actionTime: try action.string("action_ts")))
    }

    /// The body of a request to the events URL.
    static func event(body: [UInt8]) throws -> SlackRequest { try event(json(body)) }

    static func event(_ payload: JSONValue) throws -> SlackRequest {
        switch try payload.string("type") {
        case "url_verification": return .challenge(try payload.string("challenge"))
        case "app_rate_limited": return .rateLimited
        case "event_callback": break
        case let type: return .ignored("requests of type \(type) are not used")
        }
        guard let event = payload["event"] else { throw SlackRequestProblem("there is no event") }
        let type = try event.string("type")
        let isDirect = type == "message" && event["channel_type"]?.scalar == "im"
        guard type == "app_mention" || isDirect else { return .ignored("events of type \(type) are not used") }
        if let subtype = event["subtype"]?.scalar { return .ignored("messages of subtype \(subtype) are not used") }
        // Also our own messages: answering them would never end.
        if event["bot_id"] != nil || event["bot_profile"] != nil { return .ignored("a robot said it") }
        guard let user = event["user"]?.scalar, !user.isEmpty else { return .ignored("nobody said it") }
        return .said(
            SlackSaying(
                user: user, team: payload["team_id"]?.scalar ?? "",
                userTeam: event["user_team"]?.scalar ?? event["team"]?.scalar, channel: try event.string("channel"),
                isDirect: isDirect, text: event["text"]?.scalar ?? "", message: try event.string("ts"),
                thread: event["thread_ts"]?.scalar, event: try payload.string("event_id")))
    }

    private static func json(_ bytes: [UInt8]) throws -> JSONValue {
        do {
            return try JSONValue(json: bytes)
        } catch {
            throw SlackRequestProblem("it is no JSON")
        }
    }
}

extension JSONValue {
    fileprivate func string(_ name: String) throws -> String {
        guard case .string(let text)? = self[name], !text.isEmpty else {
            throw SlackRequestProblem("\(name) is missing")
        }
        return text
    }
}
