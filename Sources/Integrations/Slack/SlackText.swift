import Engine
import Timekeeping

/// Text as Slack shows it. What comes from an alert or a person is somebody else's text: nothing in it can ping, link,
/// name a channel, or format what follows it.
enum SlackText {
    /// For a `plain_text` object, which Slack does not format: only `&`, `<` and `>` are written otherwise.
    /// - Parameter limit: in UTF-16 units of the result, of which there are never fewer than Slack counts.
    static func plain(_ text: String, limit: Int = .max) -> String { cut(PageText.printable(text), to: limit) }

    /// The same over several lines.
    static func plainLines(_ text: String, limit: Int = .max, lines: Int = .max) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { PageText.printable(String($0)) }
            .filter { !$0.isEmpty }.prefix(lines)
        return cut(lines.joined(separator: "\n"), to: limit)
    }

    /// For a place where Slack reads mrkdwn. Its marks have no escape, so at the edge of a word, where they would
    /// format, they are shown by letters that look like them.
    static func mrkdwn(_ text: String, limit: Int = .max) -> String {
        let characters = Array(PageText.printable(text))
        var unmarked = ""
        for (index, character) in characters.enumerated() {
            guard let likeness = likenesses[character] else {
                unmarked.append(character)
                continue
            }
            let isInWord =
                index > 0 && index + 1 < characters.count && isWord(characters[index - 1])
                && isWord(characters[index + 1])
            unmarked.append(isInWord && character != "`" ? character : likeness)
        }
        return cut(unmarked, to: limit)
    }

    private static let likenesses: [Character: Character] = [
        "*": "\u{2217}", "~": "\u{223C}", "`": "\u{02CB}", "_": "\u{02CD}",
    ]

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// `<url|label>`; nil when a browser should not open it.
    static func link(_ url: String, _ label: String, limit: Int = 80) -> String? {
        guard AlertLimits.isWebLink(url) else { return nil }
        var safe = String.UnicodeScalarView()
        for scalar in url.unicodeScalars {
            switch scalar {
            case "&": safe.append(contentsOf: "&amp;".unicodeScalars)
            case "<": safe.append(contentsOf: "%3C".unicodeScalars)
            case ">": safe.append(contentsOf: "%3E".unicodeScalars)
            case "|": safe.append(contentsOf: "%7C".unicodeScalars)
            default: safe.append(scalar)
            }
        }
        let label = mrkdwn(label.replacing("|", with: "/"), limit: limit)
        return label.isEmpty ? "<\(String(safe))>" : "<\(String(safe))|\(label)>"
    }

    /// The same for a link that came with an alert: whatever it calls itself, one sees where it leads.
    static func foreignLink(_ url: String, _ name: String) -> String? {
        link(url, WebLink.label(plainName(name), url: url), limit: 2 * WebLink.longestHost)
    }

    /// Short, so that what follows it is not cut away.
    private static func plainName(_ name: String) -> String { AlertLimits.cut(PageText.printable(name), to: 40) }

    /// A person's mention; nil unless it is one of Slack's ids.
    static func mention(_ id: String) -> String? { isUserID(id) ? "<@\(id)>" : nil }

    /// In the reader's own zone; in UTC where Slack cannot show it so.
    static func time(_ instant: Instant, _ form: String = "{date_short_pretty} {time}") -> String {
        let seconds = instant.milliseconds / 1000 - (instant.milliseconds % 1000 < 0 ? 1 : 0)
        return "<!date^\(seconds)^\(form)|\(utc(instant))>"
    }

    /// "2026-03-01 02:03 UTC"
    static func utc(_ instant: Instant) -> String {
        let text = instant.rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    static func isUserID(_ text: String) -> Bool { isID(text, beginning: "UW") }
    /// A channel, a private one, or a direct message; names are in lower case, so the two cannot be confused.
    static func isRoomID(_ text: String) -> Bool { isID(text, beginning: "CGD") }

    private static func isID(_ text: String, beginning: String) -> Bool {
        guard let first = text.first, beginning.contains(first), (2...32).contains(text.utf8.count) else {
            return false
        }
        return text.utf8.allSatisfy {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
    }

    /// Escaped, and cut between characters so that no escape is cut in two.
    private static func cut(_ text: String, to limit: Int) -> String {
        var out = ""
        var length = 0
        /// Bytes of `out` that leave room for the dots.
        var fitting = 0
        for character in withoutPings(text) {
            let written = escape(character)
            length += written.utf16.count
            if length > limit { return String(decoding: out.utf8.prefix(fitting), as: UTF8.self) + "…" }
            out += written
            if length < limit { fitting = out.utf8.count }
        }
        return out
    }

    /// By scalars: an accent upon a `<` makes another character of it, and not for Slack.
    private static func escape(_ character: Character) -> String {
        guard character.unicodeScalars.count <= scalarsShown else { return "\u{FFFD}" }
        return character.unicodeScalars.reduce(into: "") { written, scalar in
            switch scalar {
            case "&": written += "&amp;"
            case "<": written += "&lt;"
            case ">": written += "&gt;"
            default: written.unicodeScalars.append(scalar)
            }
        }
    }

    /// A character of a thousand accents would leave no room for anything else.
    private static let scalarsShown = 16

    /// With an invisible joiner in `@here` and its like, so that they stay words wherever Slack looks for them.
    private static func withoutPings(_ text: String) -> String {
        guard text.unicodeScalars.contains("@") else { return text }
        let scalars = Array(text.unicodeScalars)
        var out = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            out.append(scalar)
            guard scalar == "@" else { continue }
            var rest = String.UnicodeScalarView()
            rest.append(contentsOf: scalars[(index + 1)...].prefix(8))
            let word = String(rest).lowercased()
            if pings.contains(where: word.hasPrefix) { out.append("\u{2060}") }
        }
        return String(out)
    }

    private static let pings = ["here", "channel", "everyone", "group"]
}
