import Engine
import Incidents
import Timekeeping

/// A page or a notice as a direct message.
enum SlackPage {
    /// - Parameter rendered: what the template made of it: plain text.
    static func message(_ page: PageMessage, rendered: String?) -> SlackMessage {
        let words = rendered ?? PageText.full(page)
        let lines = SlackText.plainLines(words, limit: SlackLimits.section)
        let links = [
            SlackText.link(page.incidentURL, "Open \(page.incident)"),
            SlackText.link(
                page.acknowledgeURL,
                page.also == nil ? "Acknowledge in the browser" : "Acknowledge others, or all, in the browser"),
            page.runbooks.first.flatMap {
                SlackText.link($0.url, "Runbook: \(SlackText.plain($0.title, limit: 80))")
            },
        ].compactMap { $0 }
        var blocks = [SlackBlock.section(plain: lines)]
        if !links.isEmpty { blocks.append(SlackBlock.context(links.joined(separator: " · "))) }
        blocks.append(
            SlackBlock.actions(
                SlackCard.blockID(page.incident),
                [
                    SlackBlock.button(
                        SlackVerb.acknowledge.rawValue,
                        SlackVerb.acknowledge.label + (page.also == nil ? "" : " \(page.incident)"),
                        value: page.incident.description,
                        isPrimary: true)
                ]))
        return SlackMessage(text: lines, blocks: blocks, key: page.id)
    }

    static func message(_ notice: Notice) -> SlackMessage {
        let title = SlackText.plain(notice.title, limit: SlackLimits.header)
        let body = SlackText.plainLines(notice.body, limit: SlackLimits.section - 200)
        var blocks = [SlackBlock.header(title.isEmpty ? "Tocsin" : title)]
        if !body.isEmpty { blocks.append(SlackBlock.section(plain: body)) }
        if let link = notice.url.flatMap({ SlackText.link($0, "Open") }) { blocks.append(SlackBlock.context(link)) }
        let text = [title, body].filter { !$0.isEmpty }.joined(separator: "\n")
        return SlackMessage(text: text.isEmpty ? "Tocsin" : text, blocks: blocks, key: notice.id)
    }
}
