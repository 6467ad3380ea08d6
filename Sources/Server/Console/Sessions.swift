import Crypto
import Engine
import Foundation
import Hummingbird
import Timekeeping

/// Who is logged in to the console, without keeping any list: the cookie says until when, and an HMAC under a key made
/// of the admin token proves that we said so. A new admin token ends every session.
struct Sessions: Sendable {
    struct Session: Sendable, Hashable {
        let expiresAt: Instant
        fileprivate let nonce: String
    }

    private let key: SymmetricKey
    private let adminToken: String
    private let isHTTPS: Bool

    /// Nobody logs in twice in one on-call week.
    static let life = Duration.days(8)

    init(adminToken: String, isHTTPS: Bool) {
        self.adminToken = adminToken
        self.isHTTPS = isHTTPS
        key = SymmetricKey(data: SHA256.hash(data: Data("tocsin console sessions\n\(adminToken)".utf8)))
    }

    /// `__Host-` makes browsers insist on Secure and on this very host; they refuse it without HTTPS.
    private var cookieName: String { isHTTPS ? "__Host-tocsin-session" : "tocsin-session" }
    private var actingName: String { isHTTPS ? "__Host-tocsin-acting" : "tocsin-acting" }

    func isAdminToken(_ text: String) -> Bool { ConstantTime.areEqual(text, adminToken) }

    // MARK: The session cookie

    /// The header's value that begins a session.
    func open(at now: Instant) -> String {
        let session = Session(expiresAt: now + Self.life, nonce: randomHex(bytes: 16))
        return cookie(
            cookieName, "\(claim(session)).\(mac("session", claim(session)))", seconds: Self.life.components.seconds)
    }

    func close() -> String { cookie(cookieName, "", seconds: 0) }

    func session(of request: Request, now: Instant) -> Session? {
        guard let value = request.cookies[cookieName]?.value else { return nil }
        let parts = value.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let expires = Int64(parts[0]) else { return nil }
        let session = Session(expiresAt: Instant(milliseconds: expires), nonce: parts[1])
        guard ConstantTime.areEqual(parts[2], mac("session", claim(session))), now < session.expiresAt else {
            return nil
        }
        return session
    }

    // MARK: Forms

    func csrf(_ session: Session) -> String { mac("form", claim(session)) }

    func isOurs(_ form: Form, _ session: Session) -> Bool {
        ConstantTime.areEqual(form["csrf"] ?? "", csrf(session))
    }

    // MARK: Whom they act as

    func remember(acting user: String) -> String {
        cookie(actingName, Hex.encode(user.utf8), seconds: 365 * 86400)
    }

    func acting(of request: Request) -> String? {
        guard let value = request.cookies[actingName]?.value, value.utf8.count <= 400 else { return nil }
        var bytes: [UInt8] = []
        var rest = value[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private func claim(_ session: Session) -> String { "\(session.expiresAt.milliseconds).\(session.nonce)" }

    private func mac(_ purpose: String, _ claim: String) -> String {
        Hex.encode(HMAC<SHA256>.authenticationCode(for: Data("\(purpose)\n\(claim)".utf8), using: key))
    }

    private func cookie(_ name: String, _ value: String, seconds: Int64) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(isHTTPS ? "; Secure" : "")"
    }
}
