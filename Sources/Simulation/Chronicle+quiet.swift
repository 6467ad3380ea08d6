import Incidents
import OnCall
import Timekeeping

/// S10, event by event.
extension Chronicle {
    mutating func stepDeferred(_ e: StepDeferred) throws {
        let story = try story(e.incident)
        try demand(.quietHours, story.urgency == .low, "\(story.id) is of high urgency and waits for quiet hours")
        try demand(.quietHours, e.until > wall, "\(story.id) waits for what is over")
        try demand(
            .quietHours, reachable(e.answers).isEmpty && e.answers.flatMap(\.people).contains { $0.quietUntil != nil },
            "\(story.id) waits for quiet hours that are nobody's, or somebody could be reached")
        stories[e.incident]!.lastSign = at
    }

    mutating func runDeferred(_ e: RunDeferred) throws {
        let story = try story(e.incident)
        try demand(.quietHours, story.runs.indices.contains(e.run - 1), "\(story.id) has no run \(e.run)")
        let run = story.runs[e.run - 1]
        try demand(.quietHours, run.urgency == .low && e.until > wall, "\(story.id): run \(e.run) waits for nothing")
        stories[e.incident]!.runs[e.run - 1].notBefore = at + .milliseconds(e.waitMilliseconds)
    }
}
