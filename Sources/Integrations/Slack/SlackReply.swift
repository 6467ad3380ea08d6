import Engine
import Incidents

/// The desk's answer in Slack's form.
enum SlackReply {
    /// As many choices as get a button; more are listed.
    static let choicesShown = 5
    /// Before a button's number; its value is the whole command line.
    static let sayAction = "say"

    /// - Parameter withButtons: only for a message that the asker alone sees.
    static func message(_ answer: DeskAnswer, withButtons: Bool) -> SlackMessage {
        let text = SlackText.plainLines(answer.text, limit: textLength)
        var blocks = sections(answer.text)
        var lines = text.isEmpty ? [] : [text]
        let buttons = withButtons && answer.choices.count <= choicesShown ? self.buttons(answer.choices) : []
        if buttons.isEmpty {
            let listed = answer.choices.prefix(choicesListed).map {
                "• \(SlackText.plain($0.label, limit: 100)): \(SlackText.plain($0.line, limit: 200))"
            }
            lines += listed
            if !listed.isEmpty {
                blocks.append(SlackBlock.section(plain: cutLines(listed, to: SlackLimits.section)))
            }
        } else {
            blocks.append(SlackBlock.actions("tocsin:choices", buttons))
        }
        if lines.isEmpty { lines = ["Done."] }
        return SlackMessage(text: cutLines(lines, to: SlackLimits.text), blocks: blocks)
    }

    private static let textLength = 3000
    private static let choicesListed = 20
    private static let sectionsShown = 4

    /// Plain text: an answer quotes titles and names.
    private static func sections(_ text: String) -> [JSONValue] {
        var sections: [JSONValue] = []
        var lines: [String] = []
        func flush() {
            if !lines.isEmpty { sections.append(SlackBlock.section(plain: lines.joined(separator: "\n"))) }
            lines = []
        }
        for line in text.split(whereSeparator: \.isNewline) {
            let line = SlackText.plain(String(line), limit: SlackLimits.section)
            guard !line.isEmpty else { continue }
            if lines.reduce(line.utf16.count, { $0 + $1.utf16.count + 1 }) > SlackLimits.section {
                flush()
                if sections.count == sectionsShown { break }
            }
            lines.append(line)
        }
        if sections.count < sectionsShown { flush() }
        return sections
    }

    private static func buttons(_ choices: [DeskAnswer.Choice]) -> [JSONValue] {
        choices.enumerated().compactMap { index, choice in
            let label = SlackText.plain(choice.label, limit: SlackLimits.button)
            guard !label.isEmpty, !choice.line.isEmpty, choice.line.utf16.count <= SlackLimits.buttonValue else {
                return nil
            }
            return SlackBlock.button("\(sayAction).\(index + 1)", label, value: choice.line)
        }
    }

    /// Whole lines, as many as fit.
    private static func cutLines(_ lines: [String], to limit: Int) -> String {
        var out = ""
        for line in lines {
            guard out.utf16.count + line.utf16.count + 1 <= limit else { break }
            out += out.isEmpty ? line : "\n" + line
        }
        return out
    }
}
