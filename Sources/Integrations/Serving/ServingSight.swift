import Crypto
import Engine
import Incidents

/// What one look at a server gave: what is recorded, and what a change needs to know besides.
struct ServingSight: Sendable {
    var kind: V2Server.Kind
    var state: ServingState
    /// Versions that are just being loaded.
    var loading: Set<String> = []
    /// Triton's configuration of the model, while a version of it is loaded.
    var configuration: [String: JSONValue]?
    /// What MLServer's index names; nil for a model without a version.
    var indexed: [String?] = []

    /// Whether `version` answers, and no other is about to.
    func serves(_ version: String) -> Bool { state.version == version && loading.subtracting([version]).isEmpty }

    /// Twelve hexadecimal digits that are others as soon as any of `parts` is.
    static func generation(_ parts: [JSONValue]) -> String {
        let digest = SHA256.hash(data: Array(JSONValue.array(parts).text.utf8))
        return String(digest.map { byte in String(UInt16(byte) + 0x100, radix: 16).dropFirst() }.joined().prefix(12))
    }
}

/// Versions as the servers order them.
enum ServingVersion {
    /// MLServer's name for a model whose settings name no version. It is always the newest.
    static let unversioned = "unversioned"

    /// Whether it can be a version's name: one printable word of at most 100 bytes. Whatever else a server or a file
    /// calls a version is neither recorded nor shown.
    static func isName(_ version: String) -> Bool {
        (1...longestName).contains(version.utf8.count) && !version.contains(where: \.isWhitespace)
            && PlainText.printable(version) == version
    }

    private static let longestName = 100

    /// Whether `a` comes after `b`: as numbers where both are, by their scalars otherwise
    /// (mlserver/registry.py, `_is_newer`).
    static func isNewer(_ a: String, than b: String) -> Bool {
        if a == unversioned || b == unversioned { return a == unversioned && b != unversioned }
        if let a = Int64(a), let b = Int64(b) { return a > b }
        return b.unicodeScalars.lexicographicallyPrecedes(a.unicodeScalars)
    }

    static func oldestFirst(_ versions: some Sequence<String>) -> [String] {
        // Numbers before words: the servers' own comparison is no order where they are mixed.
        Set(versions).sorted { a, b in
            switch (Int64(a), Int64(b)) {
            case (_?, nil): true
            case (nil, _?): false
            case (let x?, let y?) where x == y: a < b
            default: isNewer(b, than: a)
            }
        }
    }

    /// A version as Triton has them: a positive number without leading zeros.
    static func number(_ version: String) -> Int64? {
        guard let number = Int64(version), number > 0, String(number) == version else { return nil }
        return number
    }
}
