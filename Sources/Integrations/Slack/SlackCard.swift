import Engine
import Incidents
import OnCall
import Timekeeping

/// An incident as its one message in a room, and its timeline as messages below it.
enum SlackCard {
    /// - Parameter slackID: that person in Slack, to be named so that a click leads to them.
    static func message(_ card: IncidentCard, key: String?, slackID: (UserID) -> String?) -> SlackMessage {
        var blocks = [
            SlackBlock.header(header(card)),
            SlackBlock.fields(fields(card, slackID).map { "*\($0.name)*\n\($0.text)" }),
        ]
        let summary = SlackText.plainLines(card.summary, limit: summaryLength, lines: summaryLines)
        if !summary.isEmpty { blocks.append(SlackBlock.section(plain: summary)) }
        blocks.append(SlackBlock.context(links(card)))
        blocks.append(SlackBlock.actions(blockID(card.incident), buttons(card)))
        return SlackMessage(text: text(card), blocks: blocks, key: key)
    }

    /// "SEV1 INC-42 ranker: p99 is high (acknowledged by Ana Lindt)": at most 160 characters, and complete by itself.
    static func text(_ card: IncidentCard) -> String {
        let name = SlackText.plain(card.owner?.name ?? "", limit: 40)
        let tail: String =
            switch card.state {
            case .triggered: ""
            case .acknowledged: name.isEmpty ? " (acknowledged)" : " (acknowledged by \(name))"
            case .resolved: " (resolved)"
            }
        let head =
            "\(card.severity.rawValue.uppercased()) \(card.incident) \(SlackText.plain(card.service, limit: 40)): "
        let room = SlackLimits.notification - head.utf16.count - tail.utf16.count
        return head + SlackText.plain(card.title, limit: max(room, 1)) + tail
    }

    static func blockID(_ incident: Incident.ID) -> String { "tocsin:\(incident)" }

    // MARK: Parts

    private static let summaryLength = 600
    private static let summaryLines = 5
    private static let linksShown = 8
    private static let peopleShown = 8

    private static func header(_ card: IncidentCard) -> String {
        let head = "\(symbol(card)) \(card.severity.rawValue.uppercased()) \(card.incident): "
        return head + SlackText.plain(card.title, limit: SlackLimits.header - head.utf16.count)
    }

    /// Each has a shape of its own, not only a colour.
    private static func symbol(_ card: IncidentCard) -> String {
        if card.state == .resolved { return "✅" }
        return switch card.severity {
        case .sev1: "🚨"
        case .sev2: "🔶"
        case .sev3: "⚠️"
        case .sev4: "ℹ️"
        }
    }

    private static func fields(
        _ card: IncidentCard, _ slackID: (UserID) -> String?
    ) -> [(name: String, text: String)] {
        func person(_ person: IncidentCard.Person) -> String {
            slackID(person.user).flatMap(SlackText.mention) ?? SlackText.mrkdwn(person.name, limit: 80)
        }
        var fields = [("Service", SlackText.mrkdwn(card.service, limit: 200)), ("State", state(card))]
        fields.append(("Since", SlackText.time(card.openedAt)))
        if let owner = card.owner {
            fields.append(("Owner", person(owner)))
        } else if card.state == .triggered {
            // By name: a mention would ring a second time.
            var names = card.paging.prefix(peopleShown).map { SlackText.mrkdwn($0.name, limit: 80) }
            if card.paging.count > peopleShown { names.append("\(card.paging.count - peopleShown) more") }
            fields.append(("Paging", names.isEmpty ? "nobody yet" : names.joined(separator: ", ")))
        }
        if card.alerts > 0 { fields.append(("Alerts", "\(card.alerts), \(card.firing) firing")) }
        if let rollback = card.rollback { fields.append(("Rollback", SlackText.mrkdwn(rollback, limit: 300))) }
        return fields.map { ($0.0, $0.1.isEmpty ? "–" : $0.1) }
    }

    private static func state(_ card: IncidentCard) -> String {
        switch card.state {
        case .triggered: "Triggered: nobody has it yet"
        case .acknowledged:
            if let until = card.snoozedUntil {
                "Snoozed until \(SlackText.time(until))"
            } else if let at = card.acknowledgedAt {
                "Acknowledged \(SlackText.time(at))"
            } else {
                "Acknowledged"
            }
        case .resolved: card.resolvedAt.map { "Resolved \(SlackText.time($0))" } ?? "Resolved"
        }
    }

    private static func links(_ card: IncidentCard) -> String {
        var links = [SlackText.link(card.url, "Open \(card.incident)") ?? "\(card.incident)"]
        var length = links[0].utf16.count
        for runbook in card.runbooks {
            guard let link = SlackText.link(runbook.url, "Runbook: \(SlackText.plain(runbook.title, limit: 80))"),
                length + link.utf16.count + 3 <= SlackLimits.context
            else { continue }
            length += link.utf16.count + 3
            links.append(link)
        }
        for (name, url) in card.links.sorted(by: { $0.key < $1.key }).prefix(linksShown) {
            guard let link = SlackText.foreignLink(url, name), length + link.utf16.count + 3 <= SlackLimits.context
            else {
                continue
            }
            length += link.utf16.count + 3
            links.append(link)
        }
        return links.joined(separator: " · ")
    }

    private static func buttons(_ card: IncidentCard) -> [JSONValue] {
        let value = card.incident.description
        func button(_ verb: SlackVerb, isPrimary: Bool = false, confirm: JSONValue? = nil) -> JSONValue {
            SlackBlock.button(verb.rawValue, verb.label, value: value, isPrimary: isPrimary, confirm: confirm)
        }
        switch card.state {
        case .triggered: return [button(.acknowledge, isPrimary: true), button(.resolve)]
        case .acknowledged:
            return [
                button(.resolve, isPrimary: true), button(.take),
                button(
                    .escalate,
                    confirm: SlackBlock.confirmation(
                        title: "Escalate \(value)?", text: "The next step of the policy is paged now.",
                        yes: "Escalate")),
            ]
        case .resolved:
            return [
                button(
                    .reopen,
                    confirm: SlackBlock.confirmation(
                        title: "Reopen \(value)?", text: "Whoever is on call is paged again.", yes: "Reopen"))
            ]
        }
    }
}

/// What a button of ours does: the command's verb is its action id.
enum SlackVerb: String, Sendable, CaseIterable {
    case acknowledge = "ack"
    case take, resolve, escalate, reopen

    var label: String {
        switch self {
        case .acknowledge: "Acknowledge"
        case .take: "Take over"
        case .resolve: "Resolve"
        case .escalate: "Escalate"
        case .reopen: "Reopen"
        }
    }
}
