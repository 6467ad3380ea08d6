import Crypto
import Engine
import Timekeeping

/// Slack's request signatures, version `v0`: HMAC-SHA256 over "v0:{timestamp}:{body}", keyed with the signing secret's
/// text, in lower-case hexadecimal. Source: docs.slack.dev/authentication/verifying-requests-from-slack.
public enum SlackSignature {
    /// How far a timestamp may be from now, in either direction, before a request counts as replayed.
    public static let tolerance = Duration.minutes(5)

    /// The value of the header `X-Slack-Signature`.
    /// - Parameter timestamp: the value of `X-Slack-Request-Timestamp`, as it was sent.
    public static func sign(timestamp: String, body: [UInt8], secret: String) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.utf8)))
        code.update(data: Array("\(version):\(timestamp):".utf8))
        code.update(data: body)
        return "\(version)=" + Hex.encode(Array(code.finalize()))
    }

    /// Whether the signature is ours and the request is fresh. Compares in constant time.
    public static func verify(
        _ signature: String, timestamp: String, body: [UInt8], secret: String, now: Instant
    ) -> Bool {
        guard isFresh(timestamp, now: now) else { return false }
        let ours = Array(sign(timestamp: timestamp, body: body, secret: secret).utf8)
        let theirs = Array(signature.utf8)
        guard ours.count == theirs.count else { return false }
        return zip(ours, theirs).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whole seconds since 1970 in digits, at most `tolerance` from now.
    static func isFresh(_ timestamp: String, now: Instant) -> Bool {
        guard (1...11).contains(timestamp.utf8.count),
            timestamp.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let seconds = Int64(timestamp)
        else { return false }
        let age = now - Instant(seconds: seconds)
        return age <= tolerance && age >= .zero - tolerance
    }

    private static let version = "v0"
}
