import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What happened at a serving layer, in words.
extension TimelineWords {
    func rollback(_ payload: EventPayload) -> String {
        switch payload {
        case .servingVersionChanged(let e): changed(e)
        case .servingVersionProved(let e): proved(e)
        case .rollbackPlanned(let e): planned(e)
        case .rollbackSurveyed(let e): "Looked before anything is touched: \(checks(e.checks))"
        case .rollbackApproved(let e): approved(e)
        case .rollbackApprovalAsked(let e):
            "A second yes is asked for, for the \(ordinal(e.round)) time: \(answers(e.answers)); "
                + "the next are asked in \(duration(e.waitMilliseconds))"
        case .rollbackChangeBegun(let e):
            "\(e.isRevert ? "Taking it back" : "Rolling back"): version \(e.change.to) instead of "
                + "\(e.change.expected.version ?? "none")"
        case .rollbackChangeEnded(let e): "The serving layer \(clause(e.outcome.result)): \(e.outcome.evidence)"
        case .rollbackVerified(let e): verified(e)
        case .rollbackEnded(let e): ended(e)
        case .automaticRollbackArmed(let e):
            "Without an acknowledgement it is rolled back by itself in \(duration(e.waitMilliseconds))"
        case .automaticRollbackRefused(let e):
            "Not rolled back by itself: \(e.why.hasSuffix(".") ? String(e.why.dropLast()) : e.why)"
        default: ""
        }
    }

    private func changed(_ e: ServingVersionChanged) -> String {
        let now = e.state.version.map { "version \($0)" } ?? "nothing"
        let before = e.from.map { ", \($0) before" } ?? ""
        let by = e.rollback.map { ", by rollback \($0)" } ?? ""
        return "\(capital(e.target)) serves \(now)\(e.from == e.state.version ? "" : before)\(by)"
    }

    private func proved(_ e: ServingVersionProved) -> String {
        guard let by = e.by else {
            return "Version \(e.version) of \(e.service) has served for a day without an incident: it is good"
        }
        return "\(capital(actor(by))) declared version \(e.version) of \(e.service) good"
    }

    private func planned(_ e: RollbackPlanned) -> String {
        let what =
            switch e.kind {
            case .lastGood: "a return to version \(e.to), the last good one"
            case .named: "a return to version \(e.to)"
            case .undo: "the way back to version \(e.to)"
            }
        let who = e.by.map { capital(actor($0)) } ?? "Nobody has acknowledged: the policy"
        let second = e.secondPerson.map { "; two people must say yes, because \($0.explanation)" } ?? ""
        return "\(who) planned \(what), from \(e.from.version.map { "version \($0)" } ?? "nothing")\(second)"
    }

    private func approved(_ e: RollbackApproved) -> String {
        guard let by = e.by else { return "Approved by the policy, because nobody has acknowledged" }
        if e.isBreakGlass { return "\(capital(actor(by))) approved it alone, by breaking the glass" }
        return "\(capital(actor(by))) approved it\(e.isComplete ? "" : "; a second person must too")"
    }

    private func verified(_ e: RollbackVerified) -> String {
        let verdict =
            switch e.verdict {
            case .passed: "it is well"
            case .failed: "it is not well"
            case .inconclusive: "nobody can say"
            }
        return "Looked \(count(e.looks, "time")) in \(duration(e.tookMilliseconds)) "
            + "after \(e.isRevert ? "taking it back" : "the rollback"): \(verdict) (\(checks(e.checks)))"
    }

    private func ended(_ e: RollbackEnded) -> String {
        let end =
            switch e.end {
            case .succeeded: "The rollback succeeded"
            case .reverted: "The rollback was taken back"
            case .frozen: "The rollback is frozen, and nothing more is done without a person"
            case .refused: "Not rolled back"
            case .expired: "The rollback's plan expired"
            case .cancelled: "The rollback was called off\(e.by.map { " by \(actor($0))" } ?? "")"
            }
        let why = e.why == .calledOff ? "" : ": \(e.why.explanation)"
        let detail = e.detail.map { " (\($0))" } ?? ""
        return "\(end)\(why)\(detail)" + (e.serving.map { "; version \($0) is served" } ?? "")
    }

    /// `readiness passed (version 1 is ready), metric failed (p99 is 1.9, not below 0.8)`.
    func checks(_ checks: [ServingCheck]) -> String {
        guard !checks.isEmpty else { return "nothing could be seen" }
        return checks.map { "\($0.kind.words) \(clause($0.result)) (\($0.evidence))" }.joined(separator: ", ")
    }

    private func clause(_ result: ServingCheck.Result) -> String {
        switch result {
        case .passed: "passed"
        case .failed: "failed"
        case .unknown: "unknown"
        }
    }

    private func clause(_ result: ServingOutcome.Result) -> String {
        switch result {
        case .applied: "made the change"
        case .changedUnderneath: "was left alone, because it had changed meanwhile"
        case .refused: "was not changed"
        case .notSent: "was not reached, and nothing was sent"
        case .inDoubt: "may or may not have made the change"
        }
    }

    private func capital(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
