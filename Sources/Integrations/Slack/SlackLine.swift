import Incidents

/// A command line out of what Slack sends.
enum SlackLine {
    /// What a button means; nil when it is none of ours.
    static func of(_ press: SlackPress) -> String? {
        if press.action == SlackReply.sayAction || press.action.hasPrefix("\(SlackReply.sayAction).") {
            return press.value
        }
        guard let verb = SlackVerb(rawValue: press.action), isIncident(press.value) else { return nil }
        return "\(verb.rawValue) \(press.value)"
    }

    /// What somebody typed: channels and links as words, `&amp;` and its like as letters; mentions of people stay, the
    /// grammar reads them.
    /// - Parameter bot: our own id, whose mention is written as `@tocsin`. The grammar knows that word for a call, and
    ///   any other mention before a command for somebody else's.
    static func text(_ text: String, bot: String?) -> String {
        var out = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            out += letters(rest[..<open])
            guard let close = rest[open...].firstIndex(of: ">") else {
                rest = rest[open...]
                break
            }
            let inside = rest[rest.index(after: open)..<close]
            rest = rest[rest.index(after: close)...]
            if let bot, inside.prefix(while: { $0 != "|" }) == "@\(bot)" {
                if let last = out.last, !last.isWhitespace { out += " " }
                out += call
                if let next = rest.first, next.isLetter || next.isNumber || next == "<" { out += " " }
            } else {
                out += word(inside)
            }
        }
        out += letters(rest)
        return String(out.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// Whether somebody only called us, and said nothing.
    static func isOnlyCall(_ line: String) -> Bool {
        line.split(whereSeparator: \.isWhitespace).allSatisfy { $0 == call }
    }

    private static let call = "@tocsin"

    private static func word(_ inside: Substring) -> String {
        let parts = inside.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let target = parts.first ?? ""
        let label = parts.count > 1 ? letters(parts[1]) : nil
        switch target.first {
        case "@":
            return "<\(target)>"
        case "#": return "#\(label ?? String(target.dropFirst()))"
        case "!": return label ?? "@\(target.dropFirst())"
        default:
            let url = letters(target)
            return url.hasPrefix("mailto:") ? String(url.dropFirst("mailto:".count)) : url
        }
    }

    private static func letters(_ text: Substring) -> String {
        String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    private static func isIncident(_ value: String) -> Bool {
        guard value.hasPrefix("INC-") else { return false }
        let digits = value.dropFirst(4).utf8
        return (1...12).contains(digits.count)
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
