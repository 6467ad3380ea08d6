import Engine
import Incidents
import OnCall

/// Slack: the app, its rooms and its people.
extension ConfigurationBuilder {
    /// `{bot: {env: NAME}, signing_secret: {env: NAME}}`.
    func slack(_ field: Field) -> SlackSettings? {
        let hint = "Write it like {bot: {env: SLACK_BOT_TOKEN}, signing_secret: {env: SLACK_SIGNING_SECRET}}."
        guard let section = field.section(["bot", "signing_secret", "app", "api"], hint) else { return nil }
        let bot = section.mandatory("bot", hint).flatMap {
            vendorToken($0, beginning: "xoxb-", "Take the app's Bot User OAuth Token, which begins with xoxb-.")
        }
        requireWayIn(section)
        let signingSecret = section["signing_secret"].flatMap {
            slackSecret($0, "Take the Signing Secret from the app's Basic Information.")
        }
        let app = section["app"].flatMap {
            vendorToken(
                $0, beginning: "xapp-", "Take an app-level token with connections:write, which begins with xapp-.")
        }
        let api = section.optional("api", slackAPI)
        guard let bot, api.isGood else { return nil }
        return SlackSettings(
            bot: bot, signingSecret: signingSecret, app: app, api: api.value ?? SlackSettings.standardAPI)
    }

    /// What people press and type must arrive, by HTTP or by Socket Mode. If only the secret for it has gone, pages
    /// still leave.
    private func requireWayIn(_ section: Section) {
        guard section["app"]?.isEmpty != false, !section.isMisspelt("app") else { return }
        _ = section.mandatory(
            "signing_secret",
            "Without it and without app, nothing that people press or type in Slack would arrive. Write "
                + "signing_secret: {env: SLACK_SIGNING_SECRET} when Slack can reach this server, else app: "
                + "{env: SLACK_APP_TOKEN} for Socket Mode.")
    }

    private func slackSecret(_ field: Field, _ hint: String) -> String? {
        guard !field.isEmpty, let found = secrets.read(field) else { return nil }
        guard case .secret(let text) = found else { return "" }
        if (16...200).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return text }
        secrets.missing(field, "the secret is not 16 to 200 characters without spaces", hint)
        return nil
    }

    private func slackAPI(_ field: Field) -> String? {
        let hint = "Leave it out, or write it like \(SlackSettings.standardAPI)."
        guard let url = webAddress(field, hint, instead: "The bot token proves who calls.") else { return nil }
        guard url.query == nil else {
            field.error("has a query", hint)
            return nil
        }
        guard url.scheme == "https" || url.isLocal else {
            field.error("is not https, so the bot token could be read on the way", "Write an https address.")
            return nil
        }
        return url.withoutSlash
    }

    /// `slack #ml-incidents`, `slack C0123ABC`, `webhook ops`.
    func chatRoom(_ field: Field) -> ChatRoom? {
        let hint = "Write it like \"slack #ml-incidents\", with the quotes: a # outside of them begins a comment."
        return field.text(hint).flatMap { chatRoom($0, field, hint) }
    }

    func chatRoom(_ text: String, _ field: Field, _ hint: String) -> ChatRoom? {
        guard let room = ChatRoom(text) else {
            field.error("\(quoted(text)) is not a room in a chat", hint)
            return nil
        }
        switch room.platform {
        case "slack": return slackRoom(room, field)
        case "webhook": return check(room.name, field, noun: "webhook", in: webhookNames) ? room : nil
        default:
            field.error(
                "\(quoted(room.platform)) is not a chat that is known here", "There are slack and webhook. \(hint)")
            return nil
        }
    }

    private func slackRoom(_ room: ChatRoom, _ field: Field) -> ChatRoom? {
        guard Self.isSlackChannel(room.name) else {
            field.error(
                "\(quoted(room.name)) is not a Slack channel",
                "Write its name like #ml-incidents, in lower case, or its id like C0123ABC.")
            return nil
        }
        if channels.slack == nil { field.warn("is not posted to: there is no channels.slack") }
        return room
    }

    /// Up to 80 letters in lower case, digits, - and _ after a #; or an id.
    private static func isSlackChannel(_ name: String) -> Bool {
        if name.hasPrefix("#") {
            let rest = name.dropFirst()
            return (1...80).contains(rest.count)
                && rest.allSatisfy { ($0.isLetter && !$0.isUppercase) || $0.isNumber || $0 == "-" || $0 == "_" }
        }
        return isSlackID(name, beginning: "CG")
    }

    /// `U01ANA`; nobody else's among `others`.
    func slackUser(_ field: Field, of user: String, among others: inout [String: String]) -> String? {
        let hint = "In Slack it is under the person's profile, Copy member ID."
        guard let text = field.text(hint) else { return nil }
        guard Self.isSlackID(text, beginning: "UW") else {
            field.error("\(quoted(text)) is not the id of a Slack user, such as U01ABC", hint)
            return nil
        }
        if let other = others[text] {
            field.error("is also the id of \(other), so one could act as the other", hint)
            return nil
        }
        others[text] = user
        return text
    }

    private static func isSlackID(_ text: String, beginning: String) -> Bool {
        (3...32).contains(text.utf8.count) && text.first.map(beginning.contains) == true
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    }
}
