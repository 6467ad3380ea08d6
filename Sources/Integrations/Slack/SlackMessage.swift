/// A message as Slack takes it: blocks, and the text that notifications show and that stands alone if the blocks are
/// refused.
struct SlackMessage: Hashable, Sendable {
    /// Escaped already.
    var text: String
    var blocks: [JSONValue]
    /// Goes with it unseen; found again by `SlackPoster.find`.
    var key: String?

    init(text: String, blocks: [JSONValue] = [], key: String? = nil) {
        self.text = text
        self.blocks = blocks
        self.key = key
    }

    static let eventType = "tocsin_message"

    /// The members of a call of chat.postMessage, chat.update or chat.postEphemeral.
    var arguments: [String: JSONValue] {
        var arguments: [String: JSONValue] = [
            "text": .string(text), "unfurl_links": .bool(false), "unfurl_media": .bool(false),
        ]
        if !blocks.isEmpty { arguments["blocks"] = .array(blocks) }
        if let key {
            arguments["metadata"] = ["event_type": .string(Self.eventType), "event_payload": ["key": .string(key)]]
        }
        return arguments
    }

    /// Errors of layout: the words matter more than the looks, so the message is sent once more without its blocks.
    static let layoutErrors: Set = [
        "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_attachments",
        "invalid_arguments", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema",
    ]

    /// The same without anything that could be refused for its form. The key stays unless it was the trouble.
    func plain(after error: String) -> SlackMessage {
        SlackMessage(
            text: String(text.prefix(Self.safeText)), key: error.contains("metadata") ? nil : key)
    }

    /// Characters that Slack takes as text whatever they are.
    private static let safeText = 3500
}

/// Slack's limits on messages. Source: docs.slack.dev/reference/block-kit/blocks.
enum SlackLimits {
    static let blocks = 50
    static let header = 150
    static let section = 3000
    static let field = 2000
    static let context = 3000
    static let button = 75
    static let buttonValue = 2000
    static let confirmationTitle = 100
    static let confirmationText = 300
    /// Longer texts are shown, but cut in places.
    static let text = 4000
    /// What a lock screen shows.
    static let notification = 160
}

/// Blocks, one function each. Texts are escaped and cut by the caller.
enum SlackBlock {
    static func header(_ text: String) -> JSONValue {
        ["type": "header", "text": plainText(text)]
    }

    static func section(mrkdwn text: String) -> JSONValue { ["type": "section", "text": mrkdwn(text)] }

    /// For somebody else's text, which Slack then does not format.
    static func section(plain text: String) -> JSONValue { ["type": "section", "text": plainText(text)] }

    static func fields(_ fields: [String]) -> JSONValue {
        ["type": "section", "fields": .array(fields.map(mrkdwn))]
    }

    static func context(_ text: String) -> JSONValue { ["type": "context", "elements": [mrkdwn(text)]] }

    static func actions(_ id: String, _ buttons: [JSONValue]) -> JSONValue {
        ["type": "actions", "block_id": .string(id), "elements": .array(buttons)]
    }

    static func button(
        _ action: String, _ label: String, value: String, isPrimary: Bool = false, confirm: JSONValue? = nil
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": "button", "action_id": .string(action), "text": plainText(label), "value": .string(value),
        ]
        if isPrimary { members["style"] = "primary" }
        if let confirm { members["confirm"] = confirm }
        return .object(members)
    }

    static func confirmation(title: String, text: String, yes: String) -> JSONValue {
        [
            "title": plainText(title), "text": plainText(text), "confirm": plainText(yes), "deny": plainText("Cancel"),
        ]
    }

    /// Without `:names:` of emoji: an alert's `:10:` is a number between colons.
    private static func plainText(_ text: String) -> JSONValue {
        ["type": "plain_text", "text": .string(text), "emoji": .bool(false)]
    }

    /// `verbatim`: Slack makes no links, channels or mentions of its own accord.
    private static func mrkdwn(_ text: String) -> JSONValue {
        ["type": "mrkdwn", "text": .string(text), "verbatim": .bool(true)]
    }
}
