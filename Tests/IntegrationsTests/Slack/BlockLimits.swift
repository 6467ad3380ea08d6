@testable import Integrations

/// Slack's limits and our promises about strangers' text, checked by other means than they are kept by.
enum BlockLimits {
    static func problems(of message: SlackMessage) -> [String] {
        var problems: [String] = []
        if message.text.isEmpty || message.text.utf16.count > 4000 {
            problems.append("text of \(message.text.utf16.count)")
        }
        if message.blocks.count > 50 { problems.append("\(message.blocks.count) blocks") }
        problems += strangeness(in: message.text, "text")
        var ids: Set<String> = []
        for block in message.blocks {
            if let id = block["block_id"]?.scalar, !ids.insert(id).inserted || id.utf16.count > 255 {
                problems.append("block_id \(id)")
            }
            problems += Self.problems(of: block)
        }
        return problems
    }

    private static func problems(of block: JSONValue) -> [String] {
        switch block["type"]?.scalar {
        case "header": return text(block["text"], 150, "header")
        case "context":
            let elements = list(block["elements"])
            return (1...10).contains(elements.count)
                ? elements.flatMap { text($0, 3000, "context") } : ["\(elements.count) in a context"]
        case "section":
            let fields = list(block["fields"])
            if block["fields"] != nil, !(1...10).contains(fields.count) { return ["\(fields.count) fields"] }
            return fields.flatMap { text($0, 2000, "field") } + (block["text"].map { text($0, 3000, "section") } ?? [])
        case "actions":
            let buttons = list(block["elements"])
            let ids = buttons.compactMap { $0["action_id"]?.scalar }
            var problems = (1...25).contains(buttons.count) ? [] : ["\(buttons.count) buttons"]
            if Set(ids).count != buttons.count { problems.append("action ids \(ids)") }
            for button in buttons {
                problems += text(button["text"], 75, "button")
                if button["value"]?.scalar?.isEmpty ?? true || button["value"]!.scalar!.utf16.count > 2000 {
                    problems.append("a button's value")
                }
                guard let confirm = button["confirm"] else { continue }
                problems += text(confirm["title"], 100, "title") + text(confirm["text"], 300, "confirm")
                problems += text(confirm["confirm"], 30, "yes") + text(confirm["deny"], 30, "no")
            }
            return problems
        case let type: return ["a block of type \(type ?? "none")"]
        }
    }

    private static func text(_ value: JSONValue?, _ limit: Int, _ what: String) -> [String] {
        guard let value, let text = value["text"]?.scalar, !text.isEmpty else { return ["an empty \(what)"] }
        var problems = text.utf16.count > limit ? ["\(what) of \(text.utf16.count)"] : []
        switch value["type"]?.scalar {
        case "plain_text": break
        case "mrkdwn": if value["verbatim"] != .bool(true) { problems.append("\(what) makes links by itself") }
        case let type: problems.append("a text of type \(type ?? "none")")
        }
        return problems + strangeness(in: text, what)
    }

    /// Only the forms that Tocsin writes itself may stand between `<` and `>`.
    private static func strangeness(in text: String, _ what: String) -> [String] {
        var problems: [String] = []
        var rest = text.unicodeScalars[...]
        while let open = rest.firstIndex(where: { $0 == "<" || $0 == ">" }) {
            guard rest[open] == "<", let close = rest[open...].firstIndex(of: ">") else {
                return ["a stray mark in \(what)"]
            }
            let inside = String(rest[rest.index(after: open)..<close])
            if !["!date^", "https://"].contains(where: inside.hasPrefix) { problems.append("<\(inside)> in \(what)") }
            if inside.dropFirst(2).contains("<") { problems.append("nested marks in \(what)") }
            rest = rest[close...].dropFirst()
        }
        for word in ["@here", "@channel", "@everyone"] where text.lowercased().contains(word) {
            problems.append("\(word) in \(what)")
        }
        for scalar in text.unicodeScalars
        where scalar.value < 0x20 && scalar != "\n" || (0x202A...0x202E).contains(scalar.value) {
            problems.append("U+\(String(scalar.value, radix: 16)) in \(what)")
        }
        return problems
    }

    private static func list(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let elements)? = value { elements } else { [] }
    }
}

/// Text by somebody who means harm, or pastes anything.
final class Nasty {
    var random: SplitMix

    init(_ random: inout SplitMix) { self.random = random }

    func text(_ longest: Int = 6) -> String {
        (0..<Int.random(in: 0...longest, using: &random)).map { _ in piece() }.joined()
    }

    private func piece() -> String {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: "<!here> @here @CHANNEL <@U01ANA> <#C1|x>"
        case 1: "<https://evil.example|Open INC-42>"
        case 2: "&amp;<>&"
        case 3: String(repeating: "x", count: Int.random(in: 0...1500, using: &random))
        case 4: "<\u{301}!here>\u{20DD}&\u{301}"
        case 5: "e" + String(repeating: "\u{301}", count: Int.random(in: 0...600, using: &random))
        case 6: String(repeating: "👩‍👩‍👧‍👦", count: Int.random(in: 0...60, using: &random))
        case 7: "\u{202E}\u{0}\u{1B}[31m\r\n\u{7}"
        case 8: "```*bold*_it_~no~```\n> quote"
        case 9: String(repeating: "&<", count: Int.random(in: 0...700, using: &random))
        case 10: "\n\n\u{2028}"
        default: "p99 is high | "
        }
    }
}
