/// The parts of an `http`, `https`, `ws` or `wss` URL that a connection needs.
struct WebAddress: Hashable, Sendable {
    let isSecure: Bool
    /// In lower case, without brackets.
    let host: String
    let port: Int
    /// Path and query; never empty.
    let target: String

    /// Nil for another scheme, for a user name in it, or for anything but visible ASCII.
    init?(_ url: String) {
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let mark = url.firstRange(of: "://") else {
            return nil
        }
        switch url[..<mark.lowerBound].lowercased() {
        case "https", "wss": isSecure = true
        case "http", "ws": isSecure = false
        default: return nil
        }
        let rest = url[mark.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        var authority = rest[..<end]
        let path = rest[end...].prefix { $0 != "#" }
        target = path.hasPrefix("/") ? String(path) : "/" + path
        guard !authority.contains("@"), !authority.contains("\\") else { return nil }
        var port = isSecure ? 443 : 80
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            guard let given = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(given) else {
                return nil
            }
            port = given
            authority = authority[..<colon]
        }
        self.port = port
        if authority.hasPrefix("["), authority.hasSuffix("]") { authority = authority.dropFirst().dropLast() }
        guard !authority.isEmpty else { return nil }
        host = authority.lowercased()
    }
}
