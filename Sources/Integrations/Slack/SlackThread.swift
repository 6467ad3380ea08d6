import Engine
import Incidents
import Timekeeping

/// Lines of an incident's timeline as one message in its thread, oldest first. What does not fit is counted; the
/// incident's page, linked in the message above, has it all.
enum SlackThread {
    static func message(_ lines: [ChatLine], key: String?) -> SlackMessage {
        var texts: [String] = []
        var blocks: [JSONValue] = []
        var sentences: [String] = []
        var length = 0
        func flush() {
            guard !sentences.isEmpty else { return }
            blocks.append(SlackBlock.section(mrkdwn: sentences.joined(separator: "\n")))
            sentences = []
        }
        var shown = 0
        for line in lines.sorted(by: { $0.at < $1.at }) {
            let sentence = SlackText.mrkdwn(line.sentence, limit: sentenceLength)
            let body = SlackText.plainLines(line.body ?? "", limit: bodyLength)
            let text =
                "\(SlackText.utc(line.at).dropFirst(11)) " + SlackText.plain(line.sentence, limit: sentenceLength)
            length += text.utf16.count + body.utf16.count + timeLength
            // The first always fits; four blocks are kept for this line's three and the count of the rest.
            if length > wholeLength || blocks.count > SlackLimits.blocks - 5 { break }
            shown += 1
            texts.append(text)
            sentences.append("\(SlackText.time(line.at, "{time}")) \(sentence)")
            if !line.buttons.isEmpty {
                flush()
                blocks.append(actions(line.buttons, number: blocks.count))
            }
            if !body.isEmpty {
                texts.append(body)
                flush()
                blocks.append(SlackBlock.section(plain: body))
            }
        }
        flush()
        if shown < lines.count {
            let rest = "… and \(lines.count - shown) more on the timeline"
            texts.append(rest)
            blocks.append(SlackBlock.context(rest))
        }
        return SlackMessage(text: texts.joined(separator: "\n"), blocks: blocks, key: key)
    }

    private static func actions(_ buttons: [ChatButton], number: Int) -> JSONValue {
        SlackBlock.actions(
            "tocsin:thread:\(number)",
            buttons.prefix(SlackReply.choicesShown).enumerated().map { index, button in
                let label = SlackText.plain(button.label, limit: SlackLimits.button)
                return SlackBlock.button(
                    "\(SlackReply.sayAction).\(index + 1)", label, value: button.line, isPrimary: index == 0,
                    confirm: SlackBlock.confirmation(
                        title: SlackText.plain("\(button.label)?", limit: SlackLimits.confirmationTitle),
                        text: SlackText.plain(button.question, limit: SlackLimits.confirmationText), yes: "Yes"))
            })
    }

    private static let sentenceLength = 400
    private static let bodyLength = 1500
    /// What `<!date^…>` takes up in UTF-16 units, at most.
    private static let timeLength = 60
    /// Of the whole text, and so of each section.
    private static let wholeLength = 2900
}
