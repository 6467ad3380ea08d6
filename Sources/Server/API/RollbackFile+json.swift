import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

extension RollbackFile {
    func json(_ directory: Directory, _ now: Instant) -> JSON {
        [
            "id": .string(id.description), "service": .string(service.rawValue), "target": .string(policy.target),
            "from": .optional(from.version), "to": .string(to), "kind": .string(kind.rawValue),
            "stage": .string(stage.rawValue), "planned_by": plannedBy?.json ?? .null, "planned_at": .time(plannedAt),
            "expires_at": .time(expires), "second_person": .optional(secondPerson?.explanation),
            "break_glass_allowed": .bool(policy.allowsBreakGlass),
            "checks": .array(checked.map { .string($0.rawValue) }),
            "verify_seconds": .int(Int(policy.verifyMilliseconds / 1000)), "min_samples": .int(policy.minSamples),
            "before": before.map { .array($0.map(\.json)) } ?? .null, "approvals": .array(approvals.map(\.json)),
            "asked": .array(asked.map(\.json)), "changes": .array(changes.map(\.json)),
            "verifications": .array(verifications.map(\.json)), "end": end?.json ?? .null,
            "words": .array(
                RollbackLines(self, directory: directory, clock: .utc, now: now).all.map { .string($0) }),
        ]
    }
}

extension RollbackFile.Approval {
    fileprivate var json: JSON {
        [
            "at": .time(at), "by": by?.json ?? .null, "complete": .bool(isComplete),
            "break_glass": .bool(isBreakGlass), "reason": .optional(reason),
        ]
    }
}

extension RollbackFile.Asked {
    fileprivate var json: JSON {
        ["at": .time(at), "people": .array(people.map { .user($0) }), "until": .time(until)]
    }
}

extension RollbackFile.Change {
    fileprivate var json: JSON {
        [
            "at": .time(at), "to": .string(to), "revert": .bool(isRevert), "ended_at": .time(endedAt),
            "result": .optional(outcome?.result.rawValue), "evidence": .optional(outcome?.evidence),
        ]
    }
}

extension RollbackFile.Verification {
    fileprivate var json: JSON {
        [
            "at": .time(at), "revert": .bool(isRevert), "verdict": .string(verdict.rawValue),
            "checks": .array(checks.map(\.json)), "samples": .int(samples), "looks": .int(looks),
            "seconds": .int(Int(tookMilliseconds / 1000)),
        ]
    }
}

extension RollbackFile.End {
    fileprivate var json: JSON {
        [
            "at": .time(at), "end": .string(end.rawValue), "why": .string(why.explanation),
            "serving": .optional(serving), "detail": .optional(detail), "by": by?.json ?? .null,
        ]
    }
}

extension ServingCheck {
    fileprivate var json: JSON {
        ["check": .string(kind.rawValue), "result": .string(result.rawValue), "evidence": .string(evidence)]
    }
}
