import Foundation

/// An address that a calendar is fetched from, in the one form that the look-up and the transfer read alike.
///
/// A host can be written in many ways: with a dot at its end, with %XX, as a number in base 8, 10 or 16. If the two read
/// it differently, a host that was found to be public would not be the one that is asked.
struct CalendarAddress: Hashable {
    let url: String
    /// A name in lower case without a dot at its end, or a number; one of IPv6 without its brackets.
    let host: String
    let port: Int
    let isHTTPS: Bool
    /// The host is an address already: nobody looks it up again.
    let isNumber: Bool

    /// Nil unless it is http or https, names a host in ASCII, and no user.
    init?(_ text: String) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), parts.user == nil, parts.password == nil,
            let (host, isNumber) = parts.host.flatMap(Self.host), (1...65535).contains(parts.port ?? 1)
        else { return nil }
        parts.scheme = scheme
        parts.host = host.contains(":") ? "[\(host)]" : host
        parts.fragment = nil
        guard let url = parts.string else { return nil }
        (self.url, self.host, self.isNumber) = (url, host, isNumber)
        isHTTPS = scheme == "https"
        port = parts.port ?? (isHTTPS ? 443 : 80)
    }

    private static func host(_ text: String) -> (String, isNumber: Bool)? {
        if text.hasPrefix("["), text.hasSuffix("]") {
            return canonical(AF_INET6, String(text.dropFirst().dropLast())).map { ($0, true) }
        }
        if text.contains(":") { return canonical(AF_INET6, text).map { ($0, true) } }
        let name = (text.hasSuffix(".") ? String(text.dropLast()) : text).lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = labels.allSatisfy { label in
            !label.isEmpty
                && label.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                        || byte == UInt8(ascii: "_")
                }
        }
        guard isPlain, name.utf8.count <= 253, let last = labels.last else { return nil }
        var number = in_addr()
        if inet_aton(name, &number) != 0 {
            let bytes = withUnsafeBytes(of: number) { Array($0) }
            return (bytes.map(String.init).joined(separator: "."), true)
        }
        // What ends in a number is an address of IPv4 or nothing (URL Standard, "ends in a number").
        let isNumber = last.allSatisfy(\.isNumber) || last.hasPrefix("0x") && last.dropFirst(2).allSatisfy(\.isHexDigit)
        return isNumber ? nil : (name, false)
    }

    /// Nil when it is no address of that family.
    private static func canonical(_ family: Int32, _ text: String) -> String? {
        var bytes = in6_addr()
        guard inet_pton(family, text, &bytes) == 1 else { return nil }
        var written = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, &bytes, &written, socklen_t(written.count)) != nil else { return nil }
        return String(decoding: written.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
