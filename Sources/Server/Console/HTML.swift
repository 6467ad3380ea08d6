import Engine

/// HTML text. Literals are ours and stand as they are; every `String` put into one is escaped, so an alert's title can
/// never become markup. There is no way to make it of a `String` otherwise.
package struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
    package let text: String

    package init(stringLiteral value: String) { text = value }
    package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// What was made safe elsewhere.
    package init(_ safe: SafeHTML) { text = safe.text }

    static let empty: HTML = ""

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ value: String) { text += HTML.escape(value) }
        package mutating func appendInterpolation(_ value: String?) { text += value.map(HTML.escape) ?? "" }
        package mutating func appendInterpolation(_ value: Int) { text += String(value) }
        package mutating func appendInterpolation(_ html: HTML) { text += html.text }
        package mutating func appendInterpolation(_ html: HTML?) { text += html?.text ?? "" }
        package mutating func appendInterpolation(_ list: [HTML]) { for html in list { text += html.text } }
    }

    /// Safe between tags and inside attributes in double or single quotes. Control characters, which HTML forbids and
    /// terminals obey, are dropped.
    package static func escape(_ value: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(value.utf8.count)
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Text of a stranger's: its direction marks end where it does.
    static func foreign(_ text: String) -> HTML { "<bdi>\(text)</bdi>" }

    /// A link if it leads to the web; otherwise the text alone, with the address in words.
    package static func link(_ url: String, _ text: String) -> HTML {
        let lowered = url.lowercased()
        guard lowered.hasPrefix("https://") || lowered.hasPrefix("http://") else {
            return "\(foreign(text)) (\(foreign(url)))"
        }
        return "<a href=\"\(url)\" rel=\"noreferrer noopener\">\(foreign(text))</a>"
    }
}
