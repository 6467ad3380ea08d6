import EngineCore
import Incidents
import Timekeeping

/// Providers that say afterwards what became of an attempt.
extension World {
    /// Reports of one attempt, twice or in any order. Of one that arrived the truth is that it was delivered; a
    /// failure beside it was said by mistake, and must not take that back.
    func reportsLater(_ wait: Duration) -> PagerFate {
        func report(_ isDelivered: Bool) -> ProviderReport {
            ProviderReport(after: random.time(.zero, .minutes(2)), isDelivered: isDelivered)
        }
        if random.chance(400) {
            faults.met(.providerReportsDelivery)
            return .reportsLater(after: wait, arrives: true, [report(true)])
        }
        faults.met(.providerReportsTwice)
        if random.chance(500) {
            return .reportsLater(after: wait, arrives: true, [report(true), report(false), report(true)])
        }
        return .reportsLater(after: wait, arrives: false, [report(false), report(false)])
    }

    /// It goes to whichever process runs by then.
    func tell(_ report: ProviderReport, of index: Int) {
        // Its delivery was cut off by the death of the process that sent it.
        if report.isDelivered, ledger[index].arrived == nil { return }
        let result: AttemptOutcome.Result = report.isDelivered ? .delivered : .failedForGood
        let outcome = AttemptOutcome(result, evidence: "the provider says so")
        ask(.reportAttempt(ledger[index].transmission.attempt, outcome), after: .zero)
    }

    /// In the end every report that was taken counts: what was delivered is never called failed.
    func checkReports() throws {
        for case .reportAttempt(let attempt, let outcome) in commands.filter(\.isDone).map(\.command) {
            guard let page = chronicle.page(attempt.page) else { continue }
            if outcome.result == .delivered {
                try demand(
                    .reports, page.end == .delivered,
                    "page \(page.id) was reported delivered and counts as \(page.end.map { "\($0)" } ?? "open")")
            } else if attempt.number == page.attempts, page.outcomes.last == .sent {
                try demand(
                    .reports, page.end != .sent, "page \(page.id) was reported failed and counts as sent")
            }
        }
    }
}
