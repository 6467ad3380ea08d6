/// Links that came with an alert. Their names are somebody else's words: "Acknowledge" may lead anywhere.
public enum WebLink {
    /// In characters; of a longer host the end is shown, which says whose it is.
    public static let longestHost = 60

    /// The name with the host behind it: `runbook (rb.example)`.
    public static func label(_ name: String, url: String) -> String {
        guard let host = host(of: url) else { return "\(name) (unclear address)" }
        let shown = host.count > longestHost ? "…" + host.suffix(longestHost - 1) : host
        return name.isEmpty ? shown : "\(name) (\(shown))"
    }

    /// The host that a browser would ask, in lower case, without user and port; nil when that is not plain: letters
    /// outside ASCII look like others, and escapes hide what they are. Source: WHATWG URL, "URL parsing".
    public static func host(of url: String) -> String? {
        guard let colon = url.firstIndex(of: ":"), ["http", "https"].contains(url[..<colon].lowercased()) else {
            return nil
        }
        // Browsers take any number of slashes, and those that lean the other way, for the two.
        let rest = url[url.index(after: colon)...].drop { $0 == "/" || $0 == "\\" }
        var authority = rest.prefix { !"/\\?#".contains($0) }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            authority = authority[...end]
        } else if let port = authority.lastIndex(of: ":") {
            authority = authority[..<port]
        }
        guard !authority.isEmpty, authority.utf8.allSatisfy(isPlain) else { return nil }
        return authority.lowercased()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-_:[]".utf8.contains(byte)
        }
    }
}
