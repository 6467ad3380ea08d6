import Engine
import Incidents

/// A page or a notice as ntfy publishes it. Source: docs.ntfy.sh/publish, "Publish as JSON" and "Action buttons".
struct NtfyPush: Sendable, Hashable {
    /// A longer message becomes an attachment, and is not read on a lock screen.
    static let messageBytes = 4096
    static let titleLength = 250

    var title: String
    var message: String
    /// 1 to 5; 5 rings on and breaks through a phone's "do not disturb" if its owner allows it.
    var priority: Int
    /// Those that ntfy knows become an emoji before the title.
    var tags: [String]
    /// Where a tap on it leads.
    var click: String?
    /// Acknowledges by one POST from the phone; nil when there is nothing to acknowledge.
    var acknowledgeURL: String?
    /// Where a person says which of several incidents they have, or all.
    var chooseURL: String?

    init(_ page: PageMessage, render: PageRenderer) {
        let again = page.isRepeat ? "Again: " : ""
        let plainTitle =
            "\(again)\(page.severity.rawValue.uppercased()) \(page.incident) \(page.service.rawValue)"
            + (page.also == nil ? "" : " +\(page.otherNumbers.count)")
        title = PlainText.cut(PlainText.printable(render(.pushTitle, page) ?? plainTitle), to: Self.titleLength)
        let plainMessage = {
            ([page.headline(limit: 110), "Acknowledge: the button below", ""] + PageText.detailLines(page))
                .joined(separator: "\n")
        }
        message = Self.cut(render(.pushText, page) ?? plainMessage())
        switch page.severity {
        case .sev1: (priority, tags) = (5, ["rotating_light"])
        case .sev2: (priority, tags) = (4, ["warning"])
        case .sev3: (priority, tags) = (3, ["large_yellow_circle"])
        case .sev4: (priority, tags) = (2, ["information_source"])
        }
        tags.append(page.severity.rawValue)
        click = page.incidentURL
        if page.also == nil {
            acknowledgeURL = "\(page.acknowledgeURL)?via=push"
        } else {
            chooseURL = page.acknowledgeURL
        }
    }

    init(_ notice: Notice) {
        title = PlainText.cut(PlainText.printable(notice.title), to: Self.titleLength)
        let lines = notice.body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { PlainText.printable(String($0)) }
        message = Self.cut(lines.joined(separator: "\n"))
        priority = notice.isUrgent ? 5 : 3
        switch notice.kind {
        case .handoff, .cover, .digest: tags = ["calendar"]
        case .code, .change: tags = ["key"]
        case .test, .alarm: tags = ["rotating_light"]
        }
        click = notice.url
        acknowledgeURL = nil
    }

    func json(topic: PushTopic) -> JSONValue {
        var members: [String: JSONValue] = [
            "topic": .string(topic.name), "title": .string(title), "message": .string(message),
            "priority": .number(String(priority)), "tags": JSONValue(tags),
        ]
        if let click { members["click"] = .string(click) }
        if let acknowledgeURL {
            var actions: [JSONValue] = [
                [
                    "action": "http", "label": "Acknowledge", "method": "POST", "url": .string(acknowledgeURL),
                    // The push goes away when the POST has succeeded, and only then.
                    "clear": .bool(true),
                ]
            ]
            if let click { actions.append(["action": "view", "label": "Open", "url": .string(click)]) }
            members["actions"] = .array(actions)
        }
        if let chooseURL {
            members["actions"] = [["action": "view", "label": "Acknowledge…", "url": .string(chooseURL)]]
        }
        return .object(members)
    }

    /// The facts that matter stand first, so what is cut is the rest. An empty message would be ntfy's "triggered".
    private static func cut(_ text: String) -> String {
        let scalars = text.unicodeScalars.filter { $0 == "\n" || $0.properties.generalCategory != .control }
        let text = PlainText.cut(String(String.UnicodeScalarView(scalars)), toBytes: messageBytes)
        return text.isEmpty ? "(no text)" : text
    }
}
