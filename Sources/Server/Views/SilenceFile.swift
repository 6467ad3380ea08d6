import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A silence that runs or is planned, with why it was made and what it holds back.
struct SilenceFile {
    let silence: Silence
    let reason: String?
    /// In order of arrival.
    let held: [Held]

    struct Held {
        let alert: SuppressedAlert
        let title: String
    }

    /// In order of their numbers.
    static func all(_ engine: Engine) -> [SilenceFile] {
        engine.read { core in
            let texts = core.decider.silenceTexts
            let held = Dictionary(grouping: core.book.heldBack, by: \.silence)
            return core.book.openSilences.map { silence in
                SilenceFile(
                    silence: silence, reason: texts.reasons[silence.id],
                    held: (held[silence.id] ?? []).map {
                        Held(alert: $0, title: texts.alerts[$0.alert]?.title ?? "(erased)")
                    })
            }
        }
    }

    func json(now: Instant) -> JSON {
        [
            "id": .int(silence.id), "services": .array(silence.services.map { .string($0.rawValue) }),
            "matchers": .array(silence.matchers.map { .string($0.written) }), "from": .time(silence.from),
            "until": .time(silence.until), "running": .bool(silence.isRunning(at: now)),
            "reason": .optional(reason), "by": .user(silence.by.user), "created_at": .time(silence.createdAt),
            "held": .array(held.map(\.json)),
        ]
    }
}

extension SilenceFile.Held {
    var json: JSON {
        [
            "integration": .string(alert.alert.integration.rawValue), "key": .string(alert.alert.key),
            "title": .string(title), "service": .string(alert.service.rawValue),
            "severity": .optional(alert.severity?.rawValue), "since": .time(alert.since),
            "labels": .object(alert.labels.mapValues { .string($0) }),
        ]
    }
}
