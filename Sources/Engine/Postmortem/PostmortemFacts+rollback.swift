import Incidents
import OnCall

extension PostmortemFacts {
    /// One rollback, from its plan to its end.
    public struct Rollback: Sendable {
        public let planned: RollbackPlanned
        public let moment: Moment
        /// All that was recorded of it, the plan first.
        public var events: [RecordedEvent]
        public var ended: RollbackEnded?
        public var endedAt: Moment?
        /// Checks that gave no answer, before or after, with where that stands.
        public var unknown: [(kind: ServingCheck.Kind, moment: Moment)] = []
        public var brokeGlass: Moment?

        public var id: RollbackID { planned.rollback }
    }

    mutating func rolledBack(_ recorded: RecordedEvent, _ moment: Moment) {
        switch recorded.event.payload {
        case .rollbackPlanned(let e): rollbacks.append(Rollback(planned: e, moment: moment, events: [recorded]))
        case .rollbackSurveyed(let e): change(e.rollback, recorded) { $0.note(e.checks, moment) }
        case .rollbackApproved(let e):
            change(e.rollback, recorded) { if e.isBreakGlass { $0.brokeGlass = moment } }
        case .rollbackApprovalAsked(let e):
            change(e.rollback, recorded) { _ in }
            asked(e.answers, moment)
        case .rollbackChangeBegun(let e): change(e.rollback, recorded) { _ in }
        case .rollbackChangeEnded(let e): change(e.rollback, recorded) { _ in }
        case .rollbackVerified(let e): change(e.rollback, recorded) { $0.note(e.checks, moment) }
        case .rollbackEnded(let e):
            change(e.rollback, recorded) { rollback in
                rollback.ended = e
                rollback.endedAt = moment
            }
        case .automaticRollbackRefused(let e): automaticRefusals.append((why: e.why, moment: moment))
        default: break
        }
    }

    private mutating func change(_ id: RollbackID, _ recorded: RecordedEvent, _ body: (inout Rollback) -> Void) {
        guard let index = rollbacks.firstIndex(where: { $0.id == id }) else { return }
        rollbacks[index].events.append(recorded)
        body(&rollbacks[index])
    }

    /// Checks that gave no answer at some rollback, each once.
    var unknownChecks: [(kind: ServingCheck.Kind, cites: [Citation])] {
        ServingCheck.Kind.allCases.compactMap { kind in
            let cites = rollbacks.flatMap(\.unknown).filter { $0.kind == kind }.map(\.moment.citation)
            return cites.isEmpty ? nil : (kind, cites)
        }
    }

    /// When the first rollback was seen to have helped; nil when none did.
    public var mitigated: Moment? { rollbacks.first { $0.ended?.end == .succeeded }?.endedAt }
}

extension PostmortemFacts.Rollback {
    fileprivate mutating func note(_ checks: [ServingCheck], _ moment: PostmortemFacts.Moment) {
        for check in checks where check.result == .unknown && !unknown.contains(where: { $0.kind == check.kind }) {
            unknown.append((check.kind, moment))
        }
    }
}
