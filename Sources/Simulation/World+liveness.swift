import EngineCore
import Incidents
import Timekeeping

/// What must be so some time after the last fault, whatever there was before it.
extension World {
    /// Everything owed is done or about to be: pages are out, nothing is in doubt for long, and every open incident has
    /// somebody or will call somebody.
    func checkLiveness() throws {
        try demand(.liveness, process?.core.isReady == true, "everything works again, and the engine does not")
        for id in chronicle.openPages { try checkOut(id) }
        for id in chronicle.open {
            guard let story = chronicle.stories[id] else { continue }
            try demand(.liveness, isCaredFor(story), "\(id) is \(story.state), and nothing more will happen")
        }
    }

    private func checkOut(_ id: PageID) throws {
        guard let page = chronicle.page(id) else { return }
        let age = now - page.at
        try demand(
            .liveness, page.attempts > 0 || age < .minutes(20), "page \(id) is owed for \(spoken(age)), and never tried"
        )
        try demand(
            .liveness, !page.isDoubtful || age < Chronicle.patience + .minutes(30),
            "page \(id) is in doubt for \(spoken(age))")
    }

    private func isCaredFor(_ story: Story) -> Bool {
        switch story.state {
        case .resolved: return true
        case .triggered:
            if let due = story.due { return due - now <= Chronicle.lastResortInterval }
            guard story.urgency == .low else { return false }
            if case .deferred(_, _, let until) = story.position { return until - wallNow <= .hours(24) }
            return story.position == .exhausted
        case .acknowledged:
            let mayBeLeft = story.policy?.ackTimeouts.timeout(for: story.severity) == nil
            return story.question != nil || story.snoozeEnds != nil || story.acknowledgementEnds != nil || mayBeLeft
        }
    }
}
