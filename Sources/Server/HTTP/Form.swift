import Engine
import Foundation
import HTTPTypes
import Hummingbird

/// The fields of a submitted form or of a query: `application/x-www-form-urlencoded`. Of several with one name the
/// first counts.
struct Form {
    private(set) var fields: [String: String] = [:]

    init(_ text: some StringProtocol) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(parts[0]), let value = Self.decode(parts.count == 2 ? parts[1] : "")
            else { continue }
            if fields[name] == nil { fields[name] = value }
        }
    }

    /// Nil for an absent field and for one with nothing in it: a form sends both.
    subscript(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// For a value in a query: everything but letters, digits and `-._~` as `%XX`.
    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if isPlain || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return encoded
    }

    private static func decode(_ text: some StringProtocol) -> String? {
        String(text).replacing("+", with: " ").removingPercentEncoding
    }
}

extension Request {
    /// The query's parameters. One that is not among `known` is an error, since a misspelt filter filters nothing.
    func query(_ known: Set<String>) throws -> Form {
        let form = Form(uri.query ?? "")
        let unknown = form.fields.keys.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else {
            let list = known.sorted().joined(separator: ", ")
            throw Problem(
                .badRequest,
                "There is no parameter '\(unknown[0])' here. Known: \(list.isEmpty ? "none" : list).",
                code: "unknown_parameter")
        }
        return form
    }
}
