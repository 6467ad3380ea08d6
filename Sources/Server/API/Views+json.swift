import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

extension JSON {
    /// In UTC, RFC 3339.
    static func time(_ at: Instant?) -> JSON { .optional(at?.rfc3339) }

    static func user(_ user: UserID?) -> JSON { .optional(user?.rawValue) }

    static func incident(_ id: Incident.ID?) -> JSON { .optional(id?.description) }
}

extension IncidentSummary {
    func json(_ links: Links) -> JSON {
        [
            "id": .incident(incident), "url": .string(links.incident(incident)), "service": .string(service.rawValue),
            "title": .string(title), "state": .string(state.rawValue), "severity": .string(severity.rawValue),
            "urgency": .string(urgency.rawValue), "owner": .user(owner), "opened_at": .time(openedAt),
            "acknowledged_at": .time(acknowledgedAt), "resolved_at": .time(resolvedAt), "alerts": .int(alertCount),
            "firing": .int(firingCount),
        ]
    }
}

extension IncidentFile {
    func json(_ links: Links) -> JSON {
        [
            "id": .incident(id), "url": .string(links.incident(id)), "service": .string(service.rawValue),
            "title": .string(title), "body": .optional(body), "state": .string(state.rawValue),
            "severity": .string(severity.rawValue), "urgency": .string(urgency.rawValue), "owner": .user(owner),
            "opened_at": .time(openedAt), "acknowledged_at": .time(acknowledgedAt), "resolved_at": .time(resolvedAt),
            "routing": .string(routing), "policy": .optional(policy?.rawValue), "previous": .incident(previous),
            "declared_by": declaredBy?.json ?? .null, "snoozed_until": .time(snoozedUntil),
            "rooms": .array(
                rooms.map {
                    [
                        "room": .string($0.room.description), "shown": .bool($0.isShown),
                        "closed": .optional($0.closed),
                    ]
                }), "alerts": .array(alerts.map(\.json)),
            "asked": .array(asked.map(\.json)), "pages": .array(pages.map(\.json)),
            "runbooks": .array(
                runbooks.map {
                    [
                        "id": .string($0.id.rawValue), "title": .string($0.title),
                        "url": .string(links.runbook($0.id, for: id)),
                    ]
                }),
        ]
    }
}

extension Actor {
    var json: JSON { ["user": .user(user), "via": .string(via.rawValue)] }
}

extension IncidentFile.Alert {
    var json: JSON {
        [
            "integration": .string(key.integration.rawValue), "key": .string(key.key), "title": .string(title),
            "summary": .string(summary), "severity": .string(severity.rawValue), "episode": .optional(episode),
            "firing": .bool(isFiring), "first_fired_at": .time(firstFiredAt), "fired_at": .time(firedAt),
            "resolved_at": .time(resolvedAt), "labels": .strings(labels), "links": .strings(links),
        ]
    }
}

extension IncidentFile.Asked {
    var json: JSON {
        [
            "at": .time(at), "occasion": .string(occasion.words { $0.rawValue }),
            "answers": .array(answers.map(\.json)),
            "passed_over": .array(
                passedOver.map { ["step": .int($0.step + 1), "reason": .string($0.reason.explanation)] }),
        ]
    }
}

extension TargetAnswer {
    var json: JSON {
        [
            "target": .string(target.description), "hole": .optional(hole), "until": .time(until),
            "people": .array(
                people.map {
                    ["user": .user($0.user), "why": .string($0.why), "can_be_reached": .bool($0.canBeReached)]
                }),
        ]
    }
}

extension PassedOver.Reason {
    var explanation: String {
        switch self {
        case .conditionFalse: "its condition is false"
        case .barren: "there is nobody in it who can be reached"
        case .everyPageFailed: "every page of it failed for good"
        }
    }
}

extension IncidentFile.PageFile {
    /// `owed`, `attempting`, or how it ended.
    var status: String {
        if let end { return end.rawValue }
        return attempts.last.map { $0.endedAt == nil } == true ? "attempting" : "owed"
    }

    var json: JSON {
        [
            "id": .string(id.description), "user": .user(user), "method": .string(method.rawValue),
            "reason": .string(reason.rawValue), "why": .string(reason.explanation), "status": .string(status),
            "requested_at": .time(requestedAt), "ended_at": .time(endedAt), "attempts": .array(attempts.map(\.json)),
        ]
    }
}

extension IncidentFile.Attempt {
    var json: JSON {
        [
            "number": .int(number), "begun_at": .time(begunAt), "ended_at": .time(endedAt),
            "repeat": .bool(isRepeat), "result": .optional(outcome?.result.rawValue),
            "evidence": .optional(outcome?.evidence),
        ]
    }
}

extension TimelineEntry {
    var json: JSON {
        [
            "sequence": .int(Int(sequence)), "at": .time(at), "kind": .string(kind), "sentence": .string(sentence),
            "body": .optional(body), "labels": .strings(labels), "links": .strings(links),
            "page": .optional(page?.description),
        ]
    }
}

extension Override {
    var json: JSON {
        let (word, user, other): (String, UserID, UserID?) =
            switch kind {
            case .cover(let user): ("cover", user, nil)
            case .replace(let user, let other): ("replace", user, other)
            case .remove(let user): ("remove", user, nil)
            case .add(let user): ("add", user, nil)
            }
        return [
            "id": .int(id), "schedule": .string(schedule.rawValue), "kind": .string(word), "user": .user(user),
            "with": .user(other), "from": .time(from), "until": .time(until), "created_at": .time(createdAt),
            "by": .user(by), "cover_request": origin.map { .int($0.coverRequest) } ?? .null,
        ]
    }
}

extension InboxItem {
    var json: JSON {
        [
            "user": .user(user), "incident": .incident(incident), "title": .string(title),
            "severity": .string(severity.rawValue), "service": .string(service.rawValue),
            "state": .string(state.rawValue), "owner": .user(owner), "opened_at": .time(openedAt),
            "page": .string(page.description), "reason": .string(reason.rawValue), "why": .string(reason.explanation),
            "waiting": .bool(isWaiting),
        ]
    }
}
