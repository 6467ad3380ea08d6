import Crypto
import Foundation
import Timekeeping

/// Signatures of Standard Webhooks, scheme `v1`: HMAC-SHA256 over "{id}.{timestamp}.{body}", base64.
/// Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
public enum WebhookSignature {
    /// How far a timestamp may be from now, in either direction, before a message counts as replayed.
    public static let tolerance = Duration.minutes(5)

    /// The key of a secret written `whsec_` and base64; nil unless it decodes to 24 to 64 bytes.
    public static func key(fromSecret secret: String) -> [UInt8]? {
        let prefix = "whsec_"
        guard secret.hasPrefix(prefix), let key = Data(base64Encoded: String(secret.dropFirst(prefix.count))),
            (24...64).contains(key.count)
        else { return nil }
        return Array(key)
    }

    /// The value of the header `webhook-signature`.
    /// - Parameter timestamp: seconds since 1970, as in the header `webhook-timestamp`.
    public static func sign(id: String, timestamp: Int64, body: [UInt8], key: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: content(id, String(timestamp), body), using: SymmetricKey(data: key))
        return "v1," + Data(code).base64EncodedString()
    }

    /// Whether one of the listed signatures is ours and the message is fresh. Compares in constant time; versions other
    /// than `v1` are passed over.
    /// - Parameter signatures: the value of `webhook-signature`, entries separated by spaces.
    /// - Parameter timestamp: the value of `webhook-timestamp`.
    public static func verify(
        _ signatures: String, id: String, timestamp: String, body: [UInt8], key: [UInt8], now: Instant
    ) -> Bool {
        guard let seconds = Int64(timestamp), (0...latestTimestamp).contains(seconds) else { return false }
        let age = now - Instant(seconds: seconds)
        guard age <= tolerance, age >= .zero - tolerance else { return false }
        let content = content(id, timestamp, body)
        return signatures.split(separator: " ").contains { signature in
            guard signature.hasPrefix("v1,"), let code = Data(base64Encoded: String(signature.dropFirst(3))) else {
                return false
            }
            return HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: content, using: SymmetricKey(data: key))
        }
    }

    /// The end of the year 9999: beyond it arithmetic could overflow.
    private static let latestTimestamp: Int64 = 253_402_300_799

    private static func content(_ id: String, _ timestamp: String, _ body: [UInt8]) -> Data {
        Data("\(id).\(timestamp).".utf8) + body
    }
}
