import Incidents
import OnCall
import Timekeeping

/// What should have happened by now. Only healthy time counts as late.
extension Chronicle {
    /// S1, S3, S12, S13 and S15: nothing that is due has been forgotten.
    mutating func checkNothingOverdue(now: Moment, health: Health) throws {
        for id in open {
            guard let story = stories[id] else { continue }
            switch story.state {
            case .triggered:
                if let due = story.due { try insist(.stepsOnTime, by: due, "\(id): the next step", now, health) }
                if story.urgency == .high {
                    let silence = health.time(from: story.lastSign, to: now)
                    guard silence <= Self.lastResortInterval + .minutes(1) else {
                        throw Broken(
                            .somebodyIsPaged,
                            "\(id) is of high urgency, and nothing has happened for \(spoken(silence))")
                    }
                }
            case .acknowledged:
                if let question = story.question {
                    try insist(.ownership, by: question.at + question.wait, "\(id): no answer, and", now, health)
                } else if let ends = story.snoozeEnds {
                    try insist(.snooze, by: ends, "\(id): the end of its snooze", now, health)
                } else if let ends = story.acknowledgementEnds {
                    try insist(.ownership, by: ends, "\(id): to ask the owner", now, health)
                }
            case .resolved: break
            }
            for run in story.runs {
                if let due = run.due {
                    try insist(.personalRules, by: due, "\(id): a rule of \(run.user)", now, health)
                }
            }
        }
    }

    /// S15: held resolutions end.
    func checkHolds(now: Moment, health: Health) throws {
        for story in stories.values {
            guard let resolution = story.resolution, resolution.isHeld else { continue }
            try insist(.refiring, by: resolution.at + Self.hold, "\(story.id): the end of the hold", now, health)
        }
    }

    /// S12: whoever came on call after the answer in the log must have been noticed.
    mutating func checkShifts(wall: Instant, now: Moment, health: Health) throws {
        self.wall = wall
        for id in open {
            try checkSleepers(id, now: now, health: health)
            guard let story = stories[id], story.state == .triggered else { continue }
            for answer in story.answers {
                guard case .schedule(let schedule) = answer.target else { continue }
                guard peopleOnWatch(schedule) != answer.people.map(\.user) else {
                    stories[id]!.staleSince[answer.target] = nil
                    continue
                }
                let since = story.staleSince[answer.target] ?? now
                stories[id]!.staleSince[answer.target] = since
                try insist(.shiftChanges, by: since, "\(id): to page who is now \(answer.target)", now, health)
            }
        }
    }

    /// Pages that are owed are attempted as soon as there is a slot, and attempts end.
    func checkPages(now: Moment, health: Health, freeSince: [ContactMethod: Moment]) throws {
        for id in openPages {
            guard let page = page(id) else { continue }
            if let since = page.attemptingSince {
                try insist(.pageEnds, by: since + Self.attemptTime, "page \(id): the end of its attempt", now, health)
            } else if let story = stories[id.incident], page.sequence < story.stopSequence(for: page.user) {
                let stopped = max(story.stoppedAt ?? .zero, story.stoppedFor[page.user]?.at ?? .zero)
                try insist(.pageEnds, by: stopped, "page \(id): its end after the stop", now, health)
            } else if let free = freeSince[page.method] {
                if let wait = waitsForOthers(page) {
                    try insist(.bundles, by: max(page.at + wait, free), "page \(id): to be told", now, health)
                }
                try insist(
                    .pageEnds, by: max(page.notBefore + Self.longestWait, free), "page \(id): an attempt", now, health)
            }
        }
    }

    private static let attemptTime = Duration.seconds(50)
    private static let longestWait = Duration.minutes(2)

    func insist(
        _ promise: Promise, by due: Moment, _ what: String, _ now: Moment, _ health: Health
    ) throws {
        guard due < now else { return }
        let late = health.time(from: due, to: now)
        guard late > Self.slack else { return }
        throw Broken(promise, "\(what) is \(spoken(late)) overdue")
    }
}
