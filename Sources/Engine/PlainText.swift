import Incidents
import OnCall

/// Somebody else's text, made harmless for one line of a terminal, a header, a push or a chat. Escaping for HTML and
/// the like is the channel's own task, and comes after this.
public enum PlainText {
    /// On one line, without control characters, terminal sequences and marks that turn the direction of reading.
    public static func printable(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\u{1B}": dropControlSequence(from: &scalars)
            case "\u{9B}": dropControlSequence(from: &scalars, isIntroduced: true)
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}", "\u{85}": out.append(" ")
            case "\u{00}"..."\u{1F}", "\u{7F}"..."\u{9F}": break
            case "\u{061C}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FEFF}": break
            default: out.append(scalar)
            }
        }
        return String(out).split(separator: " ").joined(separator: " ")
    }

    /// At most `length` characters, the last of them "…" when some are missing.
    public static func cut(_ text: String, to length: Int) -> String {
        guard text.utf8.count > length, text.count > length else { return text }
        return length < 1 ? "" : text.prefix(length - 1) + "…"
    }

    /// At most `length` bytes of UTF-8, cut between two characters, the last of them "…" when some are missing.
    public static func cut(_ text: String, toBytes length: Int) -> String {
        guard text.utf8.count > length else { return text }
        var end = text.startIndex
        var size = "…".utf8.count
        for index in text.indices {
            size += text[index].utf8.count
            guard size <= length else { break }
            end = text.index(after: index)
        }
        return text[..<end] + "…"
    }

    /// The rest of "ESC [ parameters final" (ECMA-48, section 5.4); of any other escape only the ESC goes, so that one
    /// without an end cannot hide what follows it.
    private static func dropControlSequence(
        from scalars: inout ArraySlice<Unicode.Scalar>, isIntroduced: Bool = false
    ) {
        var rest = scalars
        if !isIntroduced {
            guard rest.popFirst() == "[" else { return }
        }
        while let next = rest.first, ("\u{20}"..."\u{3F}").contains(next) { rest.removeFirst() }
        guard let final = rest.popFirst(), ("\u{40}"..."\u{7E}").contains(final) else { return }
        scalars = rest
    }
}

extension PageMessage {
    /// "SEV1 INC-42 ranker: p99 is high": how bad, which, where and what, on one line. Begins with "Again: " when an
    /// earlier attempt may have arrived.
    /// - Parameter limit: characters; long titles and service names are cut, the rest never is.
    public func headline(limit: Int) -> String {
        headlineStart + PlainText.cut(PlainText.printable(title), to: max(1, limit - headlineStart.count))
    }

    /// What stands before the title in `headline`.
    package var headlineStart: String {
        "\(isRepeat ? "Again: " : "")\(severity.rawValue.uppercased()) \(incident) "
            + PlainText.cut(PlainText.printable(service.rawValue), to: 30) + ": "
    }
}
