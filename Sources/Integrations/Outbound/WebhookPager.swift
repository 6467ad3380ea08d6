import Dispatch
import Engine
import Incidents
import OnCall
import Timekeeping

/// Pages by a signed POST (Standard Webhooks). The receiver tells repeats by `webhook-id`, which all attempts of one
/// page share; any 2xx means that it has the page.
public final class WebhookPager: Pager {
    private let settings: @Sendable (UserID) -> WebhookSettings?
    private let isOwn: @Sendable (UserID) -> Bool
    private let client: CurlClient

    /// - Parameters:
    ///   - settings: where that person is reached; asked for every attempt, so a correction helps the next.
    ///   - isOwn: whether that is a webhook of their own, whose trouble is nobody else's.
    public init(
        settings: @escaping @Sendable (UserID) -> WebhookSettings?,
        isOwn: @escaping @Sendable (UserID) -> Bool = { _ in false }, client: CurlClient
    ) {
        self.settings = settings
        self.isOwn = isOwn
        self.client = client
    }

    public func account(of user: UserID) -> Channels.Account? {
        isOwn(user) ? Channels.Account("webhook of \(user)", isPersonal: true) : nil
    }

    public func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        guard let settings = settings(message.user) else {
            // Never on the caller's stack, where it may hold a lock that `done` wants.
            DispatchQueue.global().async { done(AttemptOutcome(.failedForGood, evidence: "no webhook is configured")) }
            return
        }
        client.send(Self.request(message, settings)) { done(Self.outcome(of: $0, sentAt: message.sentAt)) }
    }

    public func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        guard let settings = settings(notice.user) else {
            DispatchQueue.global().async { done(AttemptOutcome(.failedForGood, evidence: "no webhook is configured")) }
            return
        }
        let request = Self.request(
            id: notice.id, sentAt: notice.sentAt, body: WebhookPayload.notice(notice), settings)
        client.send(request) { done(Self.outcome(of: $0, sentAt: notice.sentAt)) }
    }

    /// Whole seconds, rounded down.
    static func timestamp(_ instant: Instant) -> Int64 {
        (instant.milliseconds - (instant.milliseconds < 0 ? 999 : 0)) / 1000
    }

    static func request(_ message: PageMessage, _ settings: WebhookSettings) -> OutboundRequest {
        request(id: message.id, sentAt: message.sentAt, body: WebhookPayload.page(message), settings)
    }

    static func request(
        id: String, sentAt: Instant, body: JSONValue, _ settings: WebhookSettings
    ) -> OutboundRequest {
        let body = Array(body.text.utf8)
        let timestamp = timestamp(sentAt)
        return OutboundRequest(
            method: .post, url: settings.url,
            headers: [
                ("Content-Type", "application/json"),
                ("webhook-id", id),
                ("webhook-timestamp", String(timestamp)),
                (
                    "webhook-signature",
                    WebhookSignature.sign(id: id, timestamp: timestamp, body: body, key: settings.secret)
                ),
            ],
            body: body, timeout: .seconds(9), responseLimit: 4096)
    }

    /// What an answer means for the page. The evidence names a status and a time; never the URL, which may hold a
    /// secret, nor the answer's body.
    static func outcome(of result: OutboundResult, sentAt: Instant) -> AttemptOutcome {
        switch result {
        case .response(let response): outcome(of: response, sentAt: sentAt)
        case .failed(let failed): failed.outcome
        }
    }

    private static func outcome(of response: OutboundResponse, sentAt: Instant) -> AttemptOutcome {
        let evidence = "HTTP \(response.status) in \(response.elapsed.milliseconds) ms"
        switch response.status {
        case 200...299: return AttemptOutcome(.delivered, evidence: evidence)
        case 408, 425, 429, 500...599:
            return AttemptOutcome(
                .failedForNow, evidence: evidence, retryAfter: RetryAfter.wait(of: response, sentAt: sentAt))
        case 300...399: return AttemptOutcome(.failedForGood, evidence: "\(evidence); redirects are not followed")
        case 410: return AttemptOutcome(.failedForGood, evidence: "\(evidence); the receiver wants no more")
        // Even a 401 or a 404, which a deployment may have caused: the person's next method is used at once.
        default: return AttemptOutcome(.failedForGood, evidence: evidence)
        }
    }
}
