import Crypto
import Engine
import Foundation
import Hummingbird
import OnCall
import Timekeeping

/// Who is logged in, without keeping any list: the cookie says until when, and an HMAC under a key made of the admin
/// token proves that we said so. A new admin token ends every session.
///
/// There are two kinds, each with a cookie of its own. One opens the console; a personal one opens its person's `/me`
/// and the schedules, where it acts as that person alone. What a cookie is for is signed with it, so neither can be passed off as the other.
package struct Sessions: Sendable {
    package struct Session: Sendable, Hashable {
        package let expiresAt: Instant
        /// Whose it is, when it is personal; nil when it opens the console.
        package let user: UserID?
        fileprivate let nonce: String
    }

    private let key: SymmetricKey
    private let adminToken: String
    private let isHTTPS: Bool

    /// Nobody logs in twice in one on-call week.
    package static let life = Duration.days(8)
    /// One's own page is opened to enter an address and prove it. A phone that is lent tomorrow no longer opens it.
    package static let personalLife = Duration.hours(12)

    package init(adminToken: String, isHTTPS: Bool) {
        self.adminToken = adminToken
        self.isHTTPS = isHTTPS
        key = SymmetricKey(data: SHA256.hash(data: Data("tocsin console sessions\n\(adminToken)".utf8)))
    }

    /// `__Host-` makes browsers insist on Secure and on this very host; they refuse it without HTTPS.
    private func cookieName(_ name: String) -> String { isHTTPS ? "__Host-tocsin-\(name)" : "tocsin-\(name)" }

    func isAdminToken(_ text: String) -> Bool { ConstantTime.areEqual(text, adminToken) }

    // MARK: The session cookies

    /// The header's value that begins a session of the console.
    package func open(at now: Instant) -> String { open(nil, at: now) }

    /// The header's value that begins a session of that person's own page.
    package func open(_ user: UserID?, at now: Instant) -> String {
        let life = user == nil ? Self.life : Self.personalLife
        let session = Session(expiresAt: now + life, user: user, nonce: randomHex(bytes: 16))
        let kind = Kind(session)
        return cookie(
            kind.cookie, "\(claim(session)).\(mac(kind.purpose, claim(session)))", seconds: life.components.seconds
        )
    }

    func close() -> String { cookie(Kind.console.cookie, "", seconds: 0) }
    func closePersonal() -> String { cookie(Kind.personal.cookie, "", seconds: 0) }

    /// The session of the console.
    package func session(of request: Request, now: Instant) -> Session? {
        guard let parts = claimed(by: request, .console, parts: 2), let expires = Int64(parts[0]) else { return nil }
        let session = Session(expiresAt: Instant(milliseconds: expires), user: nil, nonce: parts[1])
        return now < session.expiresAt ? session : nil
    }

    /// The session of somebody's own page.
    package func personal(of request: Request, now: Instant) -> Session? {
        guard let parts = claimed(by: request, .personal, parts: 3), let expires = Int64(parts[0]),
            let user = Self.fromHex(parts[2])
        else { return nil }
        let session = Session(
            expiresAt: Instant(milliseconds: expires), user: UserID(rawValue: user), nonce: parts[1])
        return now < session.expiresAt ? session : nil
    }

    private enum Kind {
        case console, personal

        init(_ session: Session) { self = session.user == nil ? .console : .personal }

        var cookie: String { self == .console ? "session" : "me" }
        var purpose: String { self == .console ? "session" : "personal session" }
    }

    /// What the cookie claims, if we signed it for that kind.
    private func claimed(by request: Request, _ kind: Kind, parts count: Int) -> [String]? {
        guard let value = request.cookies[cookieName(kind.cookie)]?.value else { return nil }
        let parts = value.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == count + 1 else { return nil }
        let claim = parts.dropLast().joined(separator: ".")
        return ConstantTime.areEqual(parts[count], mac(kind.purpose, claim)) ? parts : nil
    }

    // MARK: Forms

    func csrf(_ session: Session) -> String { mac("form", claim(session)) }

    func isOurs(_ form: Form, _ session: Session) -> Bool {
        ConstantTime.areEqual(form["csrf"] ?? "", csrf(session))
    }

    // MARK: Whom they act as

    func remember(acting user: String) -> String {
        cookie("acting", Hex.encode(user.utf8), seconds: 365 * 86400)
    }

    func acting(of request: Request) -> String? {
        (request.cookies[cookieName("acting")]?.value).flatMap(Self.fromHex)
    }

    private static func fromHex(_ value: String) -> String? {
        guard value.utf8.count <= 400 else { return nil }
        var bytes: [UInt8] = []
        var rest = value[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private func claim(_ session: Session) -> String {
        let user = session.user.map { ".\(Hex.encode($0.rawValue.utf8))" } ?? ""
        return "\(session.expiresAt.milliseconds).\(session.nonce)\(user)"
    }

    private func mac(_ purpose: String, _ claim: String) -> String {
        Hex.encode(HMAC<SHA256>.authenticationCode(for: Data("\(purpose)\n\(claim)".utf8), using: key))
    }

    private func cookie(_ name: String, _ value: String, seconds: Int64) -> String {
        let secure = isHTTPS ? "; Secure" : ""
        return "\(cookieName(name))=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(secure)"
    }
}
