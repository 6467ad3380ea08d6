import Dispatch
import Engine
import Incidents
import OnCall

/// Pages by mail. Sent means that our mail server has taken the mail over; whether anybody reads it nobody reports.
///
/// What a server's answer means (RFC 5321, section 4.2; RFC 4954):
///
/// | stage | 4xx | 5xx |
/// |---|---|---|
/// | greeting, EHLO, STARTTLS | for now | for now: the server is not in service, and servers come back |
/// | login (535) | for now | for good: the same login fails the same way |
/// | sender (MAIL) | for now | for good: so does the same sender address |
/// | recipient (RCPT) | for now | for good |
/// | DATA, and after the final dot | for now | for good |
///
/// 421 is temporary wherever it comes. No STARTTLS, a certificate that is not trusted, and no connection: for now, and
/// never in plain. A connection that breaks, or a time that runs out, before the mail has left: for now, not sent;
/// after that it is in doubt, and the next attempt has the same Message-ID. Whatever fails, the person's next method is
/// not kept waiting for more than 9 seconds.
public final class MailPager: Pager {
    private let settings: @Sendable () -> SMTPSettings?
    private let address: @Sendable (UserID) -> String?
    private let render: PageRenderer
    private let client: CurlClient

    /// - Parameter settings: asked for every attempt, like `address`, so a correction helps the next.
    /// - Parameter address: where that person reads mail, `local@domain`.
    public init(
        settings: @escaping @Sendable () -> SMTPSettings?, address: @escaping @Sendable (UserID) -> String?,
        render: @escaping PageRenderer, client: CurlClient
    ) {
        self.settings = settings
        self.address = address
        self.render = render
        self.client = client
    }

    public func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        send(MailMessage(message, render: render), to: address(message.user), done)
    }

    public func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        send(MailMessage(notice), to: address ?? self.address(notice.user), done)
    }

    private func send(_ message: MailMessage, to address: String?, _ done: @escaping @Sendable (AttemptOutcome) -> Void)
    {
        func refuse(_ evidence: String) {
            // Never on the caller's stack, where it may hold a lock that `done` wants.
            DispatchQueue.global().async { done(AttemptOutcome(.failedForGood, evidence: evidence)) }
        }
        guard let settings = settings() else { return refuse("no mail server is configured") }
        guard let from = MailAddress(settings.from) else { return refuse("the sender address cannot be used") }
        guard let address else { return refuse("no mail address is known") }
        guard let recipient = MailAddress(address) else { return refuse("the mail address cannot be used") }
        client.send(message.outbound(settings, from: from, to: recipient)) { done(Self.outcome(of: $0)) }
    }

    /// What the fate of a mail means for the page. The evidence holds codes and a queue id, never the server's words,
    /// which may hold addresses.
    static func outcome(of result: MailResult) -> AttemptOutcome {
        switch result {
        case .sent(let reply): return AttemptOutcome(.sent, evidence: "\(reply)")
        case .failed(let failed):
            let evidence = failed.reason + (failed.reply.map { ": \($0)" } ?? "")
            if failed.mayHaveArrived {
                return AttemptOutcome(.inDoubt, evidence: "\(evidence); it may have arrived")
            }
            return AttemptOutcome(isForGood(failed) ? .failedForGood : .failedForNow, evidence: evidence)
        }
    }

    /// What a server answers is mostly about one mailbox, and comes at once; silence is about the server.
    public func isAboutAccount(_ outcome: AttemptOutcome) -> Bool {
        outcome.result == .sent || !outcome.evidence.contains(": ")
    }

    private static func isForGood(_ failed: FailedMail) -> Bool {
        guard let reply = failed.reply else { return failed.isRefused }
        switch failed.stage {
        case .greeting, .hello, .startTLS: return false
        case .login, .sender, .recipient, .data, .text: return reply.code >= 500
        }
    }
}
