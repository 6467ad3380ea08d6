import Engine
import Incidents
import OnCall
import Timekeeping

/// The bodies of our own webhooks: `{"type", "timestamp", "data"}` (Standard Webhooks). Members are only ever added.
enum WebhookPayload {
    static func page(_ message: PageMessage) -> JSONValue {
        [
            "type": "page.requested",
            "timestamp": .string(message.sentAt.rfc3339),
            "data": [
                "delivery_id": .string(message.id),
                "attempt": .number(String(message.attempt.number)),
                "repeat": .bool(message.isRepeat),
                "incident": incident(message),
                "user": ["id": .string(message.user.rawValue), "name": .string(message.userName)],
                "reason": .string(message.reason.rawValue),
                "ack_url": .string(message.acknowledgeURL),
                "expires_at": .string(message.acknowledgeExpiresAt.rfc3339),
                "text": .string(PageText.full(message)),
            ],
        ]
    }

    static func notice(_ notice: Notice) -> JSONValue {
        [
            "type": .string("notice.\(notice.kind.rawValue)"),
            "timestamp": .string(notice.sentAt.rfc3339),
            "data": [
                "delivery_id": .string(notice.id),
                "user": ["id": .string(notice.user.rawValue), "name": .string(notice.userName)],
                "text": .string("\(notice.title)\n\n\(notice.body)"),
                "url": notice.url.map { .string($0) } ?? .null,
            ],
        ]
    }

    private static func incident(_ message: PageMessage) -> JSONValue {
        [
            "id": .string(message.incident.description),
            "title": .string(message.title),
            "severity": .string(message.severity.rawValue),
            "service": .string(message.service.rawValue),
            "summary": .string(message.summary),
            "url": .string(message.incidentURL),
            "labels": JSONValue(message.labels),
            "links": JSONValue(message.links),
            "runbooks": .array(
                message.runbooks.map { ["title": .string($0.title), "url": .string($0.url)] }),
            "opened_at": .string(message.openedAt.rfc3339),
        ]
    }
}
