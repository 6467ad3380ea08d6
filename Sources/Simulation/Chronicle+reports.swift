import Incidents

/// What providers said after the fact, event by event.
extension Chronicle {
    mutating func attemptReported(_ e: AttemptReported) throws {
        guard let page = page(e.attempt.page), (1...max(1, page.attempts)).contains(e.attempt.number) else {
            throw Broken(.reports, "attempt \(e.attempt) is reported and never began")
        }
        try demand(.reports, page.attemptingSince == nil, "attempt \(e.attempt) is reported before it has ended")
        let result = e.outcome.result
        switch result {
        case .delivered:
            try demand(.reports, page.end != .delivered, "page \(page.id) is reported delivered twice")
            try demand(.reports, e.state == .delivered, "page \(page.id) is delivered and counts as \(e.state)")
        case .failedForGood:
            try demand(
                .reports, page.end == .sent && e.attempt.number == page.attempts,
                "page \(page.id) was \(page.end.map { "\($0)" } ?? "open") and is weakened by a report")
            try demand(
                .reports, e.state == (page.isDoubtful ? .unconfirmed : .failed),
                "page \(page.id) is reported failed and counts as \(e.state)")
        case .sent, .failedForNow, .inDoubt, .notSent:
            throw Broken(.reports, "attempt \(e.attempt) is reported \(result), which is no news")
        }
        let number = page.id.ordinal - 1
        stories[page.id.incident]!.pages[number].reports.append(result)
        if page.end == nil {
            // The end of the page follows from it.
            stories[page.id.incident]!.pages[number].outcomes.append(result)
        } else {
            stories[page.id.incident]!.pages[number].end = e.state
        }
        judge(page.run, of: page.id.incident, failed: result == .failedForGood)
    }

    /// Whether the log tells that the attempt came to that.
    func knows(_ result: AttemptOutcome.Result, of attempt: AttemptID) -> Bool {
        guard let page = page(attempt.page) else { return false }
        return page.reports.contains(result) || page.outcomes.contains(result)
    }

    /// Whether anything of the run is still thought to have arrived; if it failed, its next method is due.
    private mutating func judge(_ run: Int, of incident: Incident.ID, failed: Bool) {
        guard let story = stories[incident] else { return }
        let reached = story.pages.contains { page in
            guard page.run == run else { return false }
            return page.isDoubtful || page.end == .delivered || page.end == .sent || page.end == .unconfirmed
                || (page.end == nil && page.outcomes.last == .delivered)
        }
        stories[incident]!.runs[run - 1].reachedOrMayHave = reached
        let index = run - 1
        if failed, !story.runs[index].isStopped, story.runs[index].requested < story.runs[index].plan.count {
            stories[incident]!.runs[index].isPulled = true
        }
    }
}
