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

    /// An incident as it is now, for a webhook that is told of it.
    static func incident(_ card: IncidentCard) -> JSONValue {
        func time(_ instant: Instant?) -> JSONValue { instant.map { .string($0.rfc3339) } ?? .null }
        func person(_ person: IncidentCard.Person) -> JSONValue {
            ["id": .string(person.user.rawValue), "name": .string(person.name)]
        }
        return [
            "id": .string(card.incident.description),
            "title": .string(card.title),
            "summary": .string(card.summary),
            "severity": .string(card.severity.rawValue),
            "state": .string(card.state.rawValue),
            "service": .string(card.service),
            "opened_at": time(card.openedAt),
            "acknowledged_at": time(card.acknowledgedAt),
            "resolved_at": time(card.resolvedAt),
            "snoozed_until": time(card.snoozedUntil),
            "owner": card.owner.map(person) ?? .null,
            "paging": .array(card.paging.map(person)),
            "alerts": .number(String(card.alerts)),
            "firing": .number(String(card.firing)),
            "rollback": card.rollback.map { .string($0) } ?? .null,
            "links": JSONValue(card.links),
            "runbooks": .array(card.runbooks.map { ["title": .string($0.title), "url": .string($0.url)] }),
            "url": .string(card.url),
        ]
    }

    static func timeline(_ lines: [ChatLine]) -> JSONValue {
        .array(
            lines.map { line in
                [
                    "at": .string(line.at.rfc3339), "text": .string(line.sentence),
                    "body": line.body.map { .string($0) } ?? .null,
                ]
            })
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
