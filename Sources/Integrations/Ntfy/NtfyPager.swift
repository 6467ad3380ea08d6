import Dispatch
import Engine
import Incidents
import OnCall
import Timekeeping

/// Pages by ntfy: a push that rings, with a button that acknowledges from the lock screen. Sent means that the ntfy
/// server has it; ntfy reports no delivery.
public final class NtfyPager: Pager {
    private let settings: @Sendable () -> NtfySettings?
    private let topic: @Sendable (UserID) -> String?
    private let render: PageRenderer
    private let client: CurlClient

    /// - Parameter settings: asked for every attempt, like `address`, so a correction helps the next.
    /// - Parameter address: the topic that person listens to.
    public init(
        settings: @escaping @Sendable () -> NtfySettings?, address: @escaping @Sendable (UserID) -> String?,
        render: @escaping PageRenderer, client: CurlClient
    ) {
        self.settings = settings
        topic = address
        self.render = render
        self.client = client
    }

    public func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        let push = NtfyPush(message, render: render)
        send(push, to: topic(message.user), sentAt: message.sentAt, done)
    }

    public func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        send(NtfyPush(notice), to: address ?? topic(notice.user), sentAt: notice.sentAt, done)
    }

    private func send(
        _ push: NtfyPush, to topic: String?, sentAt: Instant, _ done: @escaping @Sendable (AttemptOutcome) -> Void
    ) {
        func refuse(_ evidence: String) {
            // Never on the caller's stack, where it may hold a lock that `done` wants.
            DispatchQueue.global().async { done(AttemptOutcome(.failedForGood, evidence: evidence)) }
        }
        guard let settings = settings() else { return refuse("no ntfy server is configured") }
        guard let topic else { return refuse("no push topic is known") }
        guard let topic = PushTopic(topic) else { return refuse("the push topic cannot be used") }
        var headers = [(name: "Content-Type", value: "application/json")]
        // Never in the URL, where a server would log it.
        if let token = settings.token { headers.append(("Authorization", "Bearer \(token)")) }
        let request = OutboundRequest(
            method: .post, url: settings.url.hasSuffix("/") ? settings.url : settings.url + "/", headers: headers,
            body: Array(push.json(topic: topic).text.utf8), timeout: .seconds(9), responseLimit: 16_384)
        client.send(request) { done(Self.outcome(of: $0, sentAt: sentAt)) }
    }

    /// What an answer means for the page. The evidence holds a status and the server's id of the push; never the topic,
    /// which is as good as a password, nor the answer's text.
    static func outcome(of result: OutboundResult, sentAt: Instant) -> AttemptOutcome {
        switch result {
        case .failed(let failed): return failed.outcome
        case .response(let response):
            let evidence = "HTTP \(response.status) in \(response.elapsed.milliseconds) ms"
            switch response.status {
            case 200...299:
                return AttemptOutcome(.sent, evidence: id(in: response.body).map { "ntfy id \($0)" } ?? evidence)
            case 408, 425, 429, 500...599:
                return AttemptOutcome(
                    .failedForNow, evidence: evidence, retryAfter: RetryAfter.wait(of: response, sentAt: sentAt))
            case 300...399: return AttemptOutcome(.failedForGood, evidence: "\(evidence); redirects are not followed")
            case 401, 403: return AttemptOutcome(.failedForGood, evidence: "\(evidence); the token is not accepted")
            default: return AttemptOutcome(.failedForGood, evidence: evidence)
            }
        }
    }

    private static func id(in body: [UInt8]) -> String? {
        guard let answer = try? JSONValue(json: body), case .string(let id)? = answer["id"],
            (1...64).contains(id.utf8.count), PushTopic(id) != nil
        else { return nil }
        return id
    }
}
