import Timekeeping

/// What providers report of attempts that had ended: S12 goes on from there.
extension Decider {
    /// Takes a provider's word for what became of an attempt. A stronger state is never weakened: what was delivered
    /// stays so, and only what was merely handed over can still fail. It holds for everything in that message.
    mutating func report(_ attempt: AttemptID, _ outcome: AttemptOutcome) -> Reply {
        let carried = book.page(attempt.page)?.carried[attempt.number] ?? []
        let reply = reportOne(attempt, outcome)
        // Of what cannot take it now the same report tells again; it is no news then to the others.
        let replies = carried.map { reportOne($0, outcome) }
        return replies.first { if case .unavailable = $0 { true } else { false } } ?? reply
    }

    private mutating func reportOne(_ attempt: AttemptID, _ outcome: AttemptOutcome) -> Reply {
        let id = attempt.page.incident
        guard let incident = book.incidents[id], let page = book.page(attempt.page), attempt.number > 0,
            attempt.number <= page.attempts
        else { return .refused(.noSuchIncident(id)) }
        let isDelivered = outcome.result == .delivered
        switch page.status {
        case .attempting where isDelivered && attempt.number == page.attempts:
            // The report has overtaken the answer.
            finish(attempt, outcome)
            return .done(incidents: [id])
        // Another provider may just be trying: its answer comes first.
        case .attempting: return .unavailable(retryAfter: .seconds(1))
        case .owed:
            guard isDelivered else { return .already(id, owner: incident.owner) }
            record(.attemptReported(AttemptReported(attempt: attempt, outcome: outcome, state: .delivered)))
            record(.pageEnded(PageEnded(page: page.id, state: .delivered)))
        case .ended where planted == .weakeningReports && !isDelivered:
            record(.attemptReported(AttemptReported(attempt: attempt, outcome: outcome, state: .failed)))
        case .ended(let end):
            guard let state = end.corrected(by: outcome.result, isLatest: attempt.number == page.attempts, page)
            else { return .already(id, owner: incident.owner) }
            record(.attemptReported(AttemptReported(attempt: attempt, outcome: outcome, state: state)))
        }
        requestPages(id)
        passOverFailedStep(id)
        return .done(incidents: [id])
    }
}

extension PageEnd {
    /// What a report makes of it; nil when it is no news.
    fileprivate func corrected(by result: AttemptOutcome.Result, isLatest: Bool, _ page: Page) -> PageEnd? {
        switch (result, self) {
        case (.delivered, .delivered): nil
        case (.delivered, _): .delivered
        case (.failedForGood, .sent): isLatest ? (page.isDoubtful ? .unconfirmed : .failed) : nil
        default: nil
        }
    }
}

extension Incident {
    mutating func report(_ e: AttemptReported) {
        let index = e.attempt.page.ordinal - 1
        let run = pages[index].run - 1
        guard case .ended = pages[index].status else {
            // Its end follows.
            runs[run].mayHaveReached = true
            return
        }
        pages[index].status = .ended(e.state)
        let number = pages[index].run
        runs[run].mayHaveReached = pages.contains { $0.run == number && $0.mayHaveArrived }
        // As if the attempt had failed at once.
        if e.state != .delivered, runs[run].hasMore { runs[run].isPulled = true }
    }
}

extension Page {
    /// Somebody may have it, for all that is known.
    fileprivate var mayHaveArrived: Bool {
        switch status {
        case .ended(.sent), .ended(.delivered), .ended(.unconfirmed): true
        case .owed, .attempting, .ended(.failed), .ended(.cancelled): isDoubtful
        }
    }
}
