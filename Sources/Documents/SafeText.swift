import Engine

/// Somebody else's words, made harmless for the document they are put into: there they are shown, and do nothing.
struct SafeText {
    private let format: PostmortemFormat

    init(_ format: PostmortemFormat) { self.format = format }

    /// On one line, without control characters, and escaped.
    func line(_ text: String) -> String {
        let line = PlainText.printable(text)
        return switch format {
        case .markdown: Self.markdown(line)
        case .html: PageFields.escapedForHTML(line)
        }
    }

    /// An address to be put into a link; nil when it is none that a reader can open and cannot run.
    func url(_ url: String) -> String? {
        let start = url.prefix(8).lowercased()
        guard start.hasPrefix("https://") || start.hasPrefix("http://") else { return nil }
        let plain = Self.encoded(url)
        return switch format {
        case .markdown: plain
        case .html: PageFields.escapedForHTML(plain)
        }
    }

    /// What CommonMark and GitHub's tables, strikethrough, mentions and autolinks take for markup stands behind a
    /// backslash; `<`, `>` and `&` as entities, because some renderers do not know `\<`.
    /// Source: CommonMark 0.31.2, 2.4 "Backslash escapes", and GitHub Flavored Markdown, 6.9 "Autolinks".
    static func markdown(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var isFirst = true
        var isNumber = true
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": out += "&lt;".unicodeScalars
            case ">": out += "&gt;".unicodeScalars
            case "&": out += "&amp;".unicodeScalars
            case "\\", "`", "*", "_", "[", "]", "|", "~", "@", "{", "}", "!", "$", "#": out += ["\\", scalar]
            // "://" and "www." begin a link, at any place.
            case ":", "/": out += out.last == "/" || out.last == ":" ? ["\\", scalar] : [scalar]
            case "+", "-", "=": out += isFirst ? ["\\", scalar] : [scalar]
            case ".": out += isNumber && !isFirst || String(out.suffix(3)).lowercased() == "www" ? ["\\", "."] : ["."]
            case ")": out += isNumber && !isFirst ? ["\\", ")"] : [")"]
            default: out.append(scalar)
            }
            isFirst = false
            if !("0"..."9").contains(scalar) { isNumber = false }
        }
        return String(out)
    }

    /// Everything but what RFC 3986 lets stand in a URL is percent-encoded, and brackets too: they would end the link.
    private static func encoded(_ url: String) -> String {
        var out = ""
        for byte in url.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            case _ where "-._~:/?#@!$&*+,;=%".utf8.contains(byte): out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }
}
