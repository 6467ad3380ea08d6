import Engine
import HTTPTypes
import Logging
import Timekeeping

/// Slack's requests by HTTP, at `commands`, `actions` and `events`. Nothing in a request is read before its signature
/// is proved. The same request once more gets the same answer and does nothing twice.
public final class SlackDoor: ChatDoor {
    private let secret: @Sendable () -> String?
    private let reception: SlackReception
    private let now: @Sendable () -> Instant
    private let log: Logger
    private let refused = SlackTally()

    /// - Parameter secret: the signing secret; nil while requests by HTTP are not expected.
    public init(
        secret: @escaping @Sendable () -> String?, reception: SlackReception, now: @escaping @Sendable () -> Instant,
        log: Logger
    ) {
        self.secret = secret
        self.reception = reception
        self.now = now
        self.log = log
    }

    public func receive(_ request: HookRequest, at path: String) async -> HookReply {
        guard let secret = secret(), !secret.isEmpty, let read = Self.readers[path] else {
            return Self.problem(.notFound, "There is nothing here for Slack.")
        }
        // Slack looks at the certificate now and then.
        if request.method == .get { return Self.empty }
        guard request.method == .post else { return Self.problem(.methodNotAllowed, "Slack sends POST.") }
        guard request.body.count <= Self.bodyLimit else {
            return Self.problem(.contentTooLarge, "The body is larger than \(Self.bodyLimit) bytes.")
        }
        guard let timestamp = request.headers[Self.timestampField],
            let signature = request.headers[Self.signatureField],
            SlackSignature.verify(signature, timestamp: timestamp, body: request.body, secret: secret, now: now())
        else {
            // Anybody can send these, as many as they like.
            if let count = refused.note() {
                log.warning(
                    "requests that Slack did not sign, or long ago, were refused",
                    metadata: ["slack.path": "\(path)", "slack.count": "\(count)"])
            }
            return Self.problem(.unauthorized, "The signature is not Slack's, or it is too old.")
        }
        do {
            return Self.reply(await reception.receive(try read(request.body)))
        } catch {
            log.warning(
                "a request from Slack could not be read",
                metadata: ["slack.path": "\(path)", "slack.problem": "\(error)"])
            var reply = Self.problem(.badRequest, "The request could not be read. Nothing was done.")
            reply.headers[Self.noRetryField] = "1"
            return reply
        }
    }

    public func objection(to headers: HTTPFields, at path: String) -> HookReply? {
        guard let secret = secret(), !secret.isEmpty, Self.readers[path] != nil else {
            return Self.problem(.notFound, "There is nothing here for Slack.")
        }
        guard let timestamp = headers[Self.timestampField], headers[Self.signatureField] != nil,
            SlackSignature.isFresh(timestamp, now: now())
        else {
            log.warning("a request without a fresh signature was refused unread", metadata: ["slack.path": "\(path)"])
            return Self.problem(.unauthorized, "The signature is not Slack's, or it is too old.")
        }
        return nil
    }

    /// Slack's largest are a message with all its blocks.
    static let bodyLimit = 1_048_576

    private static let readers: [String: @Sendable ([UInt8]) throws -> SlackRequest] = [
        "commands": { try SlackRequest.command(body: $0) },
        "actions": { try SlackRequest.action(body: $0) },
        "events": { try SlackRequest.event(body: $0) },
    ]

    private static let timestampField = HTTPField.Name("X-Slack-Request-Timestamp")!
    private static let signatureField = HTTPField.Name("X-Slack-Signature")!
    private static let noRetryField = HTTPField.Name("X-Slack-No-Retry")!

    private static let empty = HookReply(status: .ok, headers: [:], body: "")

    static func reply(_ reply: SlackReception.Reply) -> HookReply {
        switch reply {
        case .taken: return empty
        case .shown(let body): return HookReply(status: .ok, body: body.text)
        case .challenge(let text): return HookReply(status: .ok, headers: [.contentType: "text/plain"], body: text)
        case .busy:
            var reply = problem(.serviceUnavailable, "Too much is under way. Please try again.")
            reply.headers[.retryAfter] = "5"
            return reply
        }
    }

    /// RFC 9457.
    private static func problem(_ status: HTTPResponse.Status, _ detail: String) -> HookReply {
        let body: JSONValue = [
            "type": "about:blank", "title": .string(status.reasonPhrase), "status": .number("\(status.code)"),
            "detail": .string(detail),
        ]
        return HookReply(status: status, headers: [.contentType: "application/problem+json"], body: body.text)
    }
}
