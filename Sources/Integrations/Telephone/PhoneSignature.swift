import Crypto
import Foundation

/// Signatures of requests that providers send us: base64 of HMAC-SHA1 over the URL they asked for and, of a form, every
/// name and value in order of name. Source: twilio.com/docs/usage/security; SignalWire's Compatibility API does the same
/// with its own key.
package enum PhoneSignature {
    /// - Parameter fields: of a POST; none of a GET.
    package static func sign(url: String, fields: [(name: String, value: String)], key: String) -> String {
        var text = url
        // A name that comes twice counts once for each of its values.
        let byName = Dictionary(grouping: fields, by: \.name)
        for name in byName.keys.sorted(by: { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }) {
            let values = Set(byName[name]!.map(\.value))
            for value in values.sorted(by: { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }) {
                text += name + value
            }
        }
        let code = HMAC<Insecure.SHA1>.authenticationCode(
            for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8)))
        return Data(code).base64EncodedString()
    }

    /// Whether the signature is the key owner's. Compares in constant time. Providers do not agree with themselves on
    /// whether a URL names its standard port, so it is tried with and without.
    package static func isValid(
        _ signature: String, url: String, fields: [(name: String, value: String)], key: String
    ) -> Bool {
        // Every spelling is tried, so that the time tells nothing of which it was.
        spellings(of: url).reduce(false) { found, url in
            areEqual(signature, sign(url: url, fields: fields, key: key)) || found
        }
    }

    static func spellings(of url: String) -> [String] {
        guard let scheme = url.range(of: "://") else { return [url] }
        let rest = url[scheme.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let host = rest[..<end]
        let standard = url.hasPrefix("https:") ? ":443" : ":80"
        if host.hasSuffix(standard) {
            return [url, "\(url[..<scheme.upperBound])\(host.dropLast(standard.count))\(rest[end...])"]
        }
        // "[::1]" has colons and no port.
        let hasPort = host.split(separator: "]", omittingEmptySubsequences: false).last?.contains(":") == true
        return hasPort ? [url] : [url, "\(url[..<scheme.upperBound])\(host)\(standard)\(rest[end...])"]
    }

    private static func areEqual(_ a: String, _ b: String) -> Bool {
        SHA256.hash(data: Data(a.utf8)) == SHA256.hash(data: Data(b.utf8))
    }
}
