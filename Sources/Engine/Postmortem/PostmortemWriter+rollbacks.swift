import Incidents
import OnCall

/// What was rolled back, with the evidence before and after.
extension PostmortemWriter {
    var rollbacks: [PostmortemDraft.Rollback] {
        facts.rollbacks.map { rollback in
            let from = rollback.planned.from.version.map { "version \($0)" } ?? "nothing"
            let target = PostmortemDraft.Step(
                name: "What", text: rollback.planned.policy.target, cites: [rollback.moment.citation])
            return .init(
                title: "Rollback \(rollback.id): \(words.name(rollback.planned.service)), from \(from) to version "
                    + rollback.planned.to,
                steps: [target] + rollback.events.map { step($0, of: rollback) })
        }
    }

    private func step(_ recorded: RecordedEvent, of rollback: PostmortemFacts.Rollback) -> PostmortemDraft.Step {
        let payload = recorded.event.payload
        var text = words.rollback(payload)
        switch payload {
        case .rollbackSurveyed(let e): text = words.checks(e.checks)
        case .rollbackApproved:
            if recorded.isErased { text += ": \(Self.erased)" }
            if let reason = recorded.event.text?.body { text += ": “\(reason)”" }
        case .rollbackEnded:
            let took = words.elapsed(from: rollback.moment.at, to: recorded.event.at)
            text += "; \(took) after it was planned"
        default: break
        }
        return .init(name: name(payload), text: text, cites: [recorded.citation])
    }

    private func name(_ payload: EventPayload) -> String {
        switch payload {
        case .rollbackPlanned: "Plan"
        case .rollbackSurveyed: "Before"
        case .rollbackApproved, .rollbackApprovalAsked: "Approval"
        case .rollbackVerified(let e): e.isRevert ? "After taking it back" : "After"
        case .rollbackEnded: "End"
        default: "Change"
        }
    }
}
