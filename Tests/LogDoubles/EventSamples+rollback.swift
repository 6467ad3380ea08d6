import Engine
import Incidents
import OnCall
import Timekeeping

extension EventSamples {
    private static let rollback = RollbackID(incident: Incident.ID(42), ordinal: 1)
    private static let ana = Actor(user: "ana", via: .slack)
    private static let two = ServingState(version: "2", generation: "9f2c", available: ["1", "2"])
    private static let one = ServingState(version: "1", generation: "41aa", available: ["1", "2"])
    private static let policy = RollbackPolicy(
        target: "model ranker at http://triton:8000", needsSecondPerson: true, checks: [.readiness, .golden, .metric],
        verify: .minutes(5), minSamples: 20,
        automatic: .init(matchers: [LabelMatcher(label: "check", value: "canary")], after: .minutes(5)))
    private static let checks = [
        ServingCheck(.readiness, .passed, evidence: "version 1 is ready and answers"),
        ServingCheck(.golden, .failed, evidence: "y is 0.9, not 0.5"),
        ServingCheck(.metric, .unknown, evidence: "the query has no answer"),
    ]
    private static let answer = TargetAnswer(
        target: .user("ben"), people: [.init(user: "ben", why: "is named in the policy", canBeReached: true)])

    static func rollbackPayloads(of kind: EventKind) -> [(EventPayload, EventText?)] {
        switch kind {
        case .servingVersionChanged:
            [
                (
                    .servingVersionChanged(
                        .init(service: "ranker", target: policy.target, from: "2", state: one, rollback: rollback)), nil
                ),
                (
                    .servingVersionChanged(
                        .init(
                            service: "ranker", target: policy.target, from: nil,
                            state: .init(version: nil, generation: "0", available: []))), nil
                ),
            ]
        case .servingVersionProved:
            [
                (.servingVersionProved(.init(service: "ranker", version: "1", by: ana)), nil),
                (.servingVersionProved(.init(service: "ranker", version: "1", by: nil)), nil),
            ]
        case .rollbackPlanned:
            [
                (
                    .rollbackPlanned(
                        .init(
                            rollback: rollback, service: "ranker", to: "1", from: two, kind: .lastGood, by: ana,
                            policy: policy, secondPerson: .policy, expiresMilliseconds: 1_800_000)), nil
                ),
                (
                    .rollbackPlanned(
                        .init(
                            rollback: rollback, service: "ranker", to: "1", from: two, kind: .undo, by: nil,
                            policy: RollbackPolicy(target: "t"), secondPerson: nil, expiresMilliseconds: 1_800_000)),
                    nil
                ),
            ]
        case .rollbackSurveyed: [(.rollbackSurveyed(.init(rollback: rollback, checks: checks)), nil)]
        case .rollbackApproved:
            [
                (
                    .rollbackApproved(.init(rollback: rollback, by: ana, isBreakGlass: true, isComplete: true)),
                    EventText(body: "Everybody else is on a plane")
                ),
                (.rollbackApproved(.init(rollback: rollback, by: nil, isComplete: true)), nil),
            ]
        case .rollbackApprovalAsked:
            [
                (
                    .rollbackApprovalAsked(
                        .init(rollback: rollback, answers: [answer], round: 2, waitMilliseconds: 300_000)), nil
                )
            ]
        case .rollbackChangeBegun:
            [
                (
                    .rollbackChangeBegun(
                        .init(
                            rollback: rollback, change: ServingChange(to: "1", expected: two), isRevert: false,
                            incarnation: 3)), nil
                )
            ]
        case .rollbackChangeEnded:
            [
                (
                    .rollbackChangeEnded(
                        .init(
                            rollback: rollback, isRevert: false,
                            outcome: ServingOutcome(.applied, evidence: "HTTP 200, version 1 answers", state: one))),
                    nil
                ),
                (
                    .rollbackChangeEnded(
                        .init(rollback: rollback, isRevert: true, outcome: ServingOutcome(.inDoubt, evidence: "reset"))),
                    nil
                ),
            ]
        case .rollbackVerified:
            [
                (
                    .rollbackVerified(
                        .init(
                            rollback: rollback, isRevert: false, verdict: .failed, checks: checks, samples: 0, looks: 3,
                            tookMilliseconds: 30_000)), nil
                )
            ]
        case .rollbackEnded:
            [
                (
                    .rollbackEnded(
                        .init(
                            rollback: rollback, end: .cancelled, serving: "2", why: .calledOff, detail: "changed mind",
                            by: ana)), nil
                ),
                (.rollbackEnded(.init(rollback: rollback, end: .frozen, serving: nil, why: .inconclusive)), nil),
            ]
        case .automaticRollbackArmed:
            [(.automaticRollbackArmed(.init(incident: rollback.incident, waitMilliseconds: 300_000)), nil)]
        case .automaticRollbackRefused:
            [
                (
                    .automaticRollbackRefused(
                        .init(incident: rollback.incident, why: "No other version is known to be good.")), nil
                )
            ]
        default: []
        }
    }
}
