import Engine
import Incidents
import OnCall
import Timekeeping

/// A page or a notice as a mail. Every attempt of one page has the same Message-ID, so a retry is recognised; every
/// page of one incident names the same root, so a reader shows them as one conversation.
struct MailMessage: Sendable, Hashable {
    static let subjectLength = 120
    /// What a template makes of a page may be long, but no book.
    static let bodyBytes = 65_536

    /// A farewell may take another second, and a pager has nine.
    static let timeout = Duration.seconds(8)

    var subject: String
    var text: String
    /// Nil when the text is all there is.
    var html: String?
    /// The recipient's name.
    var person: String
    var isUrgent: Bool
    /// What stands before the @ of the Message-ID.
    var id: String
    /// What stands before the @ of the conversation's root; nil when it begins and ends here.
    var root: String?
    var sentAt: Instant

    init(_ page: PageMessage, render: PageRenderer) {
        let plainSubject =
            "[\(page.severity.rawValue.uppercased())] \(page.incident) \(page.service.rawValue): \(page.title)"
        subject = PlainText.cut(
            PlainText.printable(render(.mailSubject, page) ?? plainSubject), to: Self.subjectLength)
        text = render(.mailText, page) ?? PageText.full(page)
        html = render(.mailHTML, page)
        person = page.userName
        isUrgent = page.severity.urgency == .high
        id = page.id
        // "tocsin_lab_42-3" is page 3 of incident 42.
        let installation = page.id.lastIndex(of: "_").map { page.id[..<$0] } ?? "tocsin"
        root = "\(installation)_\(page.incident.description.lowercased())"
        sentAt = page.sentAt
    }

    init(_ notice: Notice) {
        subject = PlainText.cut(PlainText.printable(notice.title), to: Self.subjectLength)
        let lines = notice.body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { PlainText.printable(String($0)) }
        text =
            ([PlainText.printable(notice.title), ""] + lines + (notice.url.map { ["", PlainText.printable($0)] } ?? []))
            .joined(separator: "\n")
        html = nil
        person = notice.userName
        isUrgent = notice.isUrgent
        id = notice.id
        root = nil
        sentAt = notice.sentAt
    }

    /// - Parameter from: `settings.from`, read.
    func outbound(_ settings: SMTPSettings, from: MailAddress, to address: MailAddress) -> OutboundMail {
        var headers: [(name: String, value: String)] = [
            ("From", MailHeader.address(from, called: "Tocsin", name: "From")),
            ("To", MailHeader.address(address, called: person, name: "To")),
            ("Subject", MailHeader.text(subject, name: "Subject")),
            ("Date", MailHeader.date(sentAt)),
            ("Message-ID", MailHeader.messageID(id, domain: from.domain)),
        ]
        if let root {
            let root = MailHeader.messageID(root, domain: from.domain)
            headers += [("In-Reply-To", root), ("References", root)]
        }
        headers += [
            // RFC 3834, section 5: no holiday notice comes back.
            ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"),
            ("Importance", isUrgent ? "high" : "normal"), ("X-Priority", isUrgent ? "1" : "3"),
        ]
        var parts = [OutboundMail.Part(type: "text/plain", text: Self.body(text))]
        if let html { parts.append(OutboundMail.Part(type: "text/html", text: Self.body(html))) }
        return OutboundMail(
            settings: settings, from: from, recipients: [address], headers: headers, parts: parts,
            timeout: Self.timeout)
    }

    /// Lines end in CRLF, the last one too; nothing else that controls.
    private static func body(_ text: String) -> String {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            String(
                String.UnicodeScalarView(
                    line.unicodeScalars.filter { $0 == "\t" || $0.properties.generalCategory != .control }))
        }
        if lines.last?.isEmpty == false { lines.append("") }
        return PlainText.cut(lines.joined(separator: "\r\n"), toBytes: bodyBytes)
    }
}
