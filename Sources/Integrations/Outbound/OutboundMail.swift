import Engine
import Timekeeping

/// One mail for somebody else's server to deliver.
public struct OutboundMail: Sendable {
    /// One way to read the mail, from the plainest to the richest.
    public struct Part: Sendable, Hashable {
        /// `text/plain` or `text/html`; the text is UTF-8.
        public var type: String
        /// Lines end in CRLF.
        public var text: String

        public init(type: String, text: String) {
            self.type = type
            self.text = text
        }
    }

    public var settings: SMTPSettings
    /// The envelope's sender: where bounces go.
    public var from: MailAddress
    public var recipients: [MailAddress]
    /// Values are ready to be sent: ASCII, folded by CRLF and a space. Content-Type and MIME-Version are the client's.
    public var headers: [(name: String, value: String)]
    public var parts: [Part]
    /// From the moment it is handed over to the answer to the whole mail; connecting alone may take 5 s of it.
    public var timeout: Duration

    public init(
        settings: SMTPSettings, from: MailAddress, recipients: [MailAddress],
        headers: [(name: String, value: String)], parts: [Part], timeout: Duration = .seconds(9)
    ) {
        self.settings = settings
        self.from = from
        self.recipients = recipients
        self.headers = headers
        self.parts = parts
        self.timeout = timeout
    }
}

public enum MailResult: Sendable, Hashable {
    /// The server has taken the mail over: it said so after the final dot.
    case sent(SMTPReply)
    case failed(FailedMail)
}

/// A server's reply without its free text, which may hold addresses.
public struct SMTPReply: Sendable, Hashable, CustomStringConvertible {
    public var code: Int
    /// "5.1.1" (RFC 3463).
    public var enhancedCode: String?
    /// By what name the server's own log knows the mail.
    public var queueID: String?

    public init(code: Int, enhancedCode: String? = nil, queueID: String? = nil) {
        self.code = code
        self.enhancedCode = enhancedCode
        self.queueID = queueID
    }

    /// "250 2.0.0 queued as 4XYZ"
    public var description: String {
        [String(code), enhancedCode, queueID.map { "queued as \($0)" }].compactMap { $0 }.joined(separator: " ")
    }
}

/// How far a mail's dialogue came (RFC 5321, section 3.3).
public enum MailStage: String, Sendable, Hashable, CaseIterable {
    /// Connecting, and the server's first line.
    case greeting
    case hello, startTLS, login, sender, recipient
    /// DATA, which asks whether the mail may come.
    case data
    /// The mail itself has begun to leave.
    case text
}

public struct FailedMail: Error, Sendable, Hashable {
    /// A clause without names, addresses or secrets: "the server refused the recipient".
    public var reason: String
    public var stage: MailStage
    /// What the server said no with; nil when it was not the server.
    public var reply: SMTPReply?
    /// False only when it is certain that the final dot was not sent, or that the server refused the mail.
    public var mayHaveArrived: Bool
    /// The mail itself cannot be sent, now or later.
    public var isRefused: Bool

    public init(
        reason: String, stage: MailStage, reply: SMTPReply? = nil, mayHaveArrived: Bool, isRefused: Bool = false
    ) {
        self.reason = reason
        self.stage = stage
        self.reply = reply
        self.mayHaveArrived = mayHaveArrived
        self.isRefused = isRefused
    }
}

extension OutboundMail {
    /// Why it must not be sent; nil when it may.
    var objection: String? {
        guard !recipients.isEmpty else { return "it has no recipient" }
        guard !parts.isEmpty else { return "it says nothing" }
        guard timeout > .zero else { return "it was given no time" }
        guard (1...65_535).contains(settings.port), Self.isHost(settings.host) else {
            return "the mail server's name or port cannot be used"
        }
        guard settings.helo.map({ MailAddress.isDomain($0.utf8) }) ?? true else {
            return "the name for EHLO is not a host name"
        }
        for part in parts where !["text/plain", "text/html"].contains(part.type) { return "a part is no text" }
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }),
                !["content-type", "mime-version"].contains(name.lowercased())
            else { return "a header's name cannot be used" }
            guard Self.isFolded(value), name.utf8.count + value.utf8.count < 65_536 else {
                return "the header \(name) has a line break, a control character or a letter outside ASCII"
            }
        }
        return nil
    }

    /// `smtp` and `smtps` with the EHLO name as path, as libcurl wants it.
    var url: String {
        let scheme = settings.security == .tls ? "smtps" : "smtp"
        let host = settings.host.utf8.contains(UInt8(ascii: ":")) ? "[\(settings.host)]" : settings.host
        return "\(scheme)://\(host):\(settings.port)/\(settings.helo ?? from.domain)"
    }

    /// A host name or an IP address.
    private static func isHost(_ text: String) -> Bool {
        let isAddress =
            text.utf8.contains(UInt8(ascii: ":"))
            && text.utf8.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) }
        return isAddress || MailAddress.isDomain(text.utf8)
    }

    /// Printable ASCII on lines of at most 998 bytes, each after the first begun by one space and something after it
    /// (RFC 5322, sections 2.1.1 and 2.2.3).
    private static func isFolded(_ value: String) -> Bool {
        let lines = value.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            var text = line
            if index < lines.count - 1 { guard text.popLast() == 0x0D else { return false } }
            if index > 0 {
                guard text.popFirst() == 0x20, text.first.map({ $0 != 0x20 }) ?? false else { return false }
            }
            guard text.count < 900, text.allSatisfy({ (0x20...0x7E).contains($0) }) else { return false }
        }
        return true
    }
}
