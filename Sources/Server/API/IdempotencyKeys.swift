import Crypto
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Incidents
import Synchronization

/// Reads `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a client that does not know whether its
/// request arrived sends it again with the same key, and it is done once.
///
/// The engine keeps the names of requests it carried out for 24 hours, in the log. The name holds a fingerprint of the
/// request, so a key used again for something else can never be answered with the first thing's reply; while this
/// process remembers the key, it is refused.
final class IdempotencyKeys: Sendable {
    private struct Seen {
        var fingerprints: [String: String] = [:]
        var order: [String] = []
    }

    private let seen = Mutex(Seen())
    private static let remembered = 5_000
    private static let longestKey = 200

    /// Nil when the request names none.
    /// - Throws: `Problem` 400 when the key cannot be one, 422 when it was used for another request.
    func request(for request: Request, body: [UInt8]) throws -> Incidents.RequestID? {
        guard let header = request.headers[.idempotencyKey] else { return nil }
        var key = header
        // A string of RFC 8941 in the draft, bare in the field.
        if key.count >= 2, key.hasPrefix("\""), key.hasSuffix("\"") { key = String(key.dropFirst().dropLast()) }
        guard !key.isEmpty, key.utf8.count <= Self.longestKey, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Problem(
                .badRequest, "An Idempotency-Key has 1 to \(Self.longestKey) printable characters without spaces.",
                code: "bad_idempotency_key")
        }
        var hash = SHA256()
        hash.update(data: Data("\(request.method.rawValue) \(request.uri.path)\n".utf8))
        hash.update(data: Data(body))
        let fingerprint = String(Hex.encode(hash.finalize()).prefix(16))
        guard remember(key, fingerprint) else {
            throw Problem(
                .unprocessableContent, "This Idempotency-Key was used for another request.",
                code: "idempotency_key_reused")
        }
        return Incidents.RequestID(rawValue: "\(key)/\(fingerprint)")
    }

    private func remember(_ key: String, _ fingerprint: String) -> Bool {
        seen.withLock { seen in
            if let known = seen.fingerprints[key] { return known == fingerprint }
            seen.fingerprints[key] = fingerprint
            seen.order.append(key)
            // In one go, so that forgetting costs little: the oldest half.
            if seen.order.count > 2 * Self.remembered {
                for key in seen.order.prefix(Self.remembered) { seen.fingerprints[key] = nil }
                seen.order.removeFirst(Self.remembered)
            }
            return true
        }
    }
}
