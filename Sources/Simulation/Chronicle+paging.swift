import Incidents
import Timekeeping

/// S12 and the life of a page, event by event.
extension Chronicle {
    mutating func runStarted(_ e: RunStarted) throws {
        let story = try story(e.incident)
        guard let cause = story.cause, cause.at == at, cause.people.contains(e.user),
            e.reason == (cause.awoken.contains(e.user) ? .quietEnded : cause.reason)
        else {
            throw Broken(.onlyTargetsPaged, "\(story.id): \(e.user) is paged (\(e.reason)) without cause")
        }
        try demand(.personalRules, e.run == story.runs.count + 1, "\(story.id): run \(e.run) after \(story.runs.count)")
        guard let person = directory.users[e.user] else {
            throw Broken(.onlyTargetsPaged, "\(story.id): \(e.user) is not in the directory")
        }
        let isRunning = story.runs.last { $0.user == e.user }?.isActive == true
        if e.reason == .lastResort {
            try demand(
                .somebodyIsPaged,
                Set(e.plan.map(\.method)) == person.reachableBy && e.plan.allSatisfy { $0.after == .zero },
                "\(story.id): the last resort does not use every method of \(e.user) at once")
        } else {
            let wanted = rules(of: person, story.urgency)
            try demand(
                .personalRules,
                !isRunning || (story.runs.last { $0.user == e.user }?.urgency == .low && story.urgency == .high),
                "\(story.id): the rules of \(e.user) are begun again while they run")
            try demand(
                .personalRules,
                e.plan.count == wanted.count && wanted.allSatisfy(e.plan.contains)
                    && zip(e.plan, e.plan.dropFirst()).allSatisfy { $0.after <= $1.after },
                "\(story.id): these are not the rules of \(e.user)")
        }
        for index in stories[e.incident]!.runs.indices where stories[e.incident]!.runs[index].user == e.user {
            stories[e.incident]!.runs[index].isStopped = true
        }
        stories[e.incident]!.runs.append(
            RunStory(user: e.user, reason: e.reason, plan: e.plan, urgency: story.urgency, at: at))
        stories[e.incident]!.cause!.unmet.removeAll { $0 == e.user }
    }

    mutating func pageRequested(_ e: PageRequested, _ sequence: Int64) throws {
        let story = try story(e.page.incident)
        try demand(.pageEnds, e.page.ordinal == story.pages.count + 1, "page \(e.page) after \(story.pages.count)")
        guard story.runs.indices.contains(e.run - 1) else { throw Broken(.personalRules, "page \(e.page) of no run") }
        let run = story.runs[e.run - 1]
        guard let due = run.due else { throw Broken(.personalRules, "page \(e.page): its rules are stopped or done") }
        try demand(.personalRules, due <= at, "page \(e.page) is requested \(spoken(due - at)) early")
        try demand(
            .personalRules, (e.user, e.method, e.reason) == (run.user, run.plan[run.requested].method, run.reason),
            "page \(e.page) is not what the rules of \(run.user) say")
        try checkQuiet(run, story.id)
        stories[e.page.incident]!.runs[e.run - 1].requested += 1
        stories[e.page.incident]!.runs[e.run - 1].isPulled = false
        stories[e.page.incident]!.runs[e.run - 1].openPages += 1
        stories[e.page.incident]!.lastSign = at
        stories[e.page.incident]!.pages.append(
            PageStory(
                id: e.page, run: e.run, user: e.user, method: e.method, reason: e.reason, sequence: sequence, at: at,
                notBefore: at))
        openPages.append(e.page)
        openPages.sort()
    }

    mutating func attemptBegun(_ e: AttemptBegun) throws {
        guard let page = page(e.attempt.page), let story = stories[e.attempt.page.incident] else {
            throw Broken(.pageEnds, "attempt \(e.attempt) of no page")
        }
        try demand(.pageEnds, page.end == nil, "attempt \(e.attempt) after the page has ended")
        try demand(.repeatsMarked, page.attemptingSince == nil, "attempt \(e.attempt) while another is under way")
        try demand(.noHoles, e.attempt.number == page.attempts + 1, "attempt \(e.attempt) after \(page.attempts)")
        try demand(.noHoles, e.incarnation == incarnation, "attempt \(e.attempt) of incarnation \(e.incarnation)")
        try demand(
            .nothingSentAfterStop, page.sequence > story.stopSequence(for: page.user),
            "attempt \(e.attempt) begins after the stop")
        try reference.check(page)
        try demand(
            .repeatsMarked, e.isRepeat == page.isDoubtful, "attempt \(e.attempt) is a repeat: \(page.isDoubtful)")
        let isAlone = Mailbag.spacing(page.method) == nil
        try demand(
            .pageEnds, page.notBefore <= at || !isAlone,
            "attempt \(e.attempt) begins \(spoken(page.notBefore - at)) early")
        try messageBegun(e, page)
        let began = at
        change(page.id) {
            $0.attempts = e.attempt.number
            $0.attemptingSince = began
            $0.begunBy = e.incarnation
            $0.leader = e.leader
        }
    }

    mutating func attemptEnded(_ e: AttemptEnded) throws {
        guard let page = page(e.attempt.page), page.attemptingSince != nil, page.attempts == e.attempt.number else {
            throw Broken(.pageEnds, "attempt \(e.attempt) ends and was not under way")
        }
        let result = e.outcome.result
        let notBefore = at + Self.leastWait(after: e, isAgain: page.isDoubtful)
        change(page.id) {
            $0.attemptingSince = nil
            $0.outcomes.append(result)
            $0.notBefore = notBefore
        }
        let run = page.run - 1
        switch result {
        case .sent, .delivered, .inDoubt: stories[page.id.incident]!.runs[run].reachedOrMayHave = true
        case .failedForNow, .failedForGood, .notSent: break
        }
        // What the channel did, not what a crash of ours did to it.
        let isChannels = result != .inDoubt || page.begunBy == incarnation
        if [.failedForNow, .failedForGood, .inDoubt].contains(result), isChannels {
            let hasMore =
                stories[page.id.incident]!.runs[run].requested < stories[page.id.incident]!.runs[run].plan.count
            stories[page.id.incident]!.runs[run].isPulled = hasMore
        }
    }

    /// How long the receiver must be left alone: what it asked for, up to two minutes, and 1.6 seconds anyway (two, less
    /// what spreads the attempts). The
    /// first doubt is cleared at once, a second one waits, lest a broken line rings without end.
    private static func leastWait(after e: AttemptEnded, isAgain: Bool) -> Duration {
        let asked = min(e.outcome.retryAfterMilliseconds.map { Duration.milliseconds($0) } ?? .zero, .minutes(2))
        switch e.outcome.result {
        case .notSent: return .zero
        case .inDoubt: return max(asked, isAgain ? shortest : .zero)
        case .failedForNow, .failedForGood, .sent, .delivered: return max(asked, shortest)
        }
    }

    private static let shortest = Duration.milliseconds(1600)

    mutating func pageEnded(_ e: PageEnded) throws {
        guard let page = page(e.page), page.end == nil, let story = stories[e.page.incident] else {
            throw Broken(.pageEnds, "page \(e.page) ends twice or never began")
        }
        try demand(.pageEnds, page.attemptingSince == nil, "page \(e.page) ends \(e.state) with an attempt under way")
        let isStopped = page.sequence < story.stopSequence(for: page.user)
        let last = page.outcomes.last
        let wasPatient = at - page.at >= (last == .inDoubt ? Self.patienceInDoubt : Self.patience)
        let isTrue =
            switch e.state {
            case .delivered: last == .delivered
            case .sent: last == .sent
            case .failed: !page.isDoubtful && (last == .failedForGood || (last == .failedForNow && wasPatient))
            case .cancelled: !page.isDoubtful && isStopped
            case .unconfirmed: page.isDoubtful && (last == .failedForGood || isStopped || wasPatient)
            }
        try demand(
            .pageEnds, isTrue,
            "page \(e.page) ends \(e.state) after \(page.outcomes.map(\.rawValue)), stopped: \(isStopped)")
        change(e.page) { $0.end = e.state }
        stories[e.page.incident]!.runs[page.run - 1].openPages -= 1
        openPages.removeAll { $0 == e.page }
    }

    private mutating func change(_ id: PageID, _ change: (inout PageStory) -> Void) {
        change(&stories[id.incident]!.pages[id.ordinal - 1])
    }
}
