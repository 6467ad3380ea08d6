import Dispatch
import Engine
import EngineCore
import Foundation
import Incidents
import Timekeeping

/// A webhook as a place where incidents are told of, written `webhook ops` in an escalation step or as a team's chat:
/// each incident is opened, changed and told there by signed POSTs (Standard Webhooks). It wakes nobody.
///
/// An opening and a change hold the whole incident as it is then, a telling the new lines of its timeline. A repeated opening or telling comes under the `webhook-id` of the
/// first; of two changes the later `timestamp` holds.
public final class WebhookPlatform: ChatPlatform {
    public let name = "webhook"
    private let settings: @Sendable () -> [String: WebhookSettings]
    private let client: CurlClient
    private let now: @Sendable () -> Instant

    /// - Parameter settings: the webhooks of the configuration in force, by name.
    public init(
        settings: @escaping @Sendable () -> [String: WebhookSettings], client: CurlClient,
        now: @escaping @Sendable () -> Instant
    ) {
        self.settings = settings
        self.client = client
        self.now = now
    }

    public var isConfigured: Bool { !settings().isEmpty }

    public func post(
        _ card: IncidentCard, in room: String, key: String, done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        let message = PostedMessage(channel: room, id: card.incident.description)
        send(.opened, ["incident": WebhookPayload.incident(card)], id: key, message, done)
    }

    public func update(
        _ card: IncidentCard, _ message: PostedMessage, done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        send(.changed, ["incident": WebhookPayload.incident(card)], id: UUID().uuidString, message, done)
    }

    public func tell(
        _ lines: [ChatLine], below message: PostedMessage, key: String,
        done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        let data: JSONValue = ["incident": ["id": .string(message.id)], "timeline": WebhookPayload.timeline(lines)]
        send(.told, data, id: key, message, done)
    }

    /// Nothing can be looked up: what may have arrived is sent again, under the same id.
    public func find(
        key: String, in room: String, below message: PostedMessage?, since: Instant,
        done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        DispatchQueue.global().async { done(.notFound) }
    }

    private enum Kind: String {
        case opened = "incident.opened"
        case changed = "incident.changed"
        case told = "incident.told"
    }

    private func send(
        _ kind: Kind, _ data: JSONValue, id: String, _ message: PostedMessage,
        _ done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        guard let settings = settings()[message.channel] else {
            // Never on the caller's stack, where it may hold a lock that `done` wants.
            DispatchQueue.global().async { done(.closed("no webhook of that name is configured")) }
            return
        }
        let sentAt = now()
        let body: JSONValue = [
            "type": .string(kind.rawValue), "timestamp": .string(sentAt.rfc3339), "data": data,
        ]
        let request = WebhookPager.request(id: id, sentAt: sentAt, body: body, settings)
        client.send(request) { done(Self.outcome(of: $0, sentAt: sentAt, message)) }
    }

    /// As for a page, but what a person's other methods would make up for closes the webhook for a while.
    static func outcome(of result: OutboundResult, sentAt: Instant, _ message: PostedMessage) -> ChatOutcome {
        let outcome = WebhookPager.outcome(of: result, sentAt: sentAt)
        return switch outcome.result {
        case .sent, .delivered: .done(message)
        case .failedForNow, .notSent:
            .later(outcome.retryAfterMilliseconds.map { .milliseconds($0) }, outcome.evidence)
        case .inDoubt: .doubtful(outcome.evidence)
        case .failedForGood: .closed(outcome.evidence)
        }
    }
}
