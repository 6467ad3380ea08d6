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
            // The first always fits; three blocks are kept for this line's two and the count of the rest.
            if length > wholeLength || blocks.count > SlackLimits.blocks - 4 { break }
            shown += 1
            texts.append(text)
            sentences.append("\(SlackText.time(line.at, "{time}")) \(sentence)")
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

    private static let sentenceLength = 400
    private static let bodyLength = 1500
    /// What `<!date^…>` takes up in UTF-16 units, at most.
    private static let timeLength = 60
    /// Of the whole text, and so of each section.
    private static let wholeLength = 2900
}
