import Incidents
import OnCall
import Timekeeping

/// S17, by the messages that leave.
///
/// It knows the rule and not the engine's throttles: who was sent what when, and what was owed then.
struct Mailbag {
    struct Box: Hashable {
        let user: UserID
        let method: ContactMethod
    }

    /// What may ring again early, and why, is told by what led to it.
    struct Message {
        let at: Moment
        let attempt: AttemptID
        /// No message opened the time in which it left; it did.
        let isFirst: Bool
        /// Its service was not heard of for ten minutes.
        let isOfNewService: Bool
    }

    var latest: [Box: Message] = [:]
    /// When the time began in which pages are told together.
    var began: [Box: Moment] = [:]
    /// When each service was heard of without having waited.
    var heard: [Box: [ServiceID: Moment]] = [:]
    /// The message that led to the present one, for calls.
    var before: [AttemptID: AttemptID] = [:]

    static func spacing(_ method: ContactMethod) -> Duration? {
        switch method {
        case .inbox, .webhook: nil
        case .push, .chat, .sms, .mail: .seconds(30)
        case .call: .seconds(45)
        }
    }
}

extension Chronicle {
    /// A message leaves, as the log tells.
    mutating func messageBegun(_ e: AttemptBegun, _ page: PageStory) throws {
        let box = Mailbag.Box(user: page.user, method: page.method)
        guard let spacing = Mailbag.spacing(page.method) else {
            return try demand(.bundles, e.leader == nil, "\(e.attempt) is told by \(page.method) with others")
        }
        if let leader = e.leader {
            guard let first = self.page(leader.page), first.attempts == leader.number, first.attemptingSince == at
            else {
                throw Broken(.bundles, "\(e.attempt) leaves with \(leader), which does not leave")
            }
            try demand(
                .bundles, (first.user, first.method) == (page.user, page.method),
                "\(e.attempt) leaves with a message to \(first.user) by \(first.method)")
        }
        let service = stories[page.id.incident]?.service ?? ""
        let isNew = mailbag.heard[box]?[service].map { at - $0 >= .minutes(10) } ?? true
        if isNew { mailbag.heard[box, default: [:]][service] = at }
        guard e.leader == nil else { return }
        let isFirst = mailbag.began[box].map { at - $0 >= spacing } ?? true
        mailbag.before[e.attempt] = mailbag.latest[box]?.attempt
        mailbag.latest[box] = Mailbag.Message(
            at: at, attempt: e.attempt, isFirst: isFirst, isOfNewService: isNew)
        if isFirst || page.method == .call { mailbag.began[box] = at }
    }

    /// What is in a message that leaves the house, against what the log says and what S17 allows.
    func checkMessage(_ leader: AttemptID, with others: [AttemptID]) throws {
        guard let first = page(leader.page), let since = first.attemptingSince,
            let message = mailbag.latest[Mailbag.Box(user: first.user, method: first.method)],
            message.attempt == leader
        else { return }
        let all = [first] + others.compactMap { page($0.page) }
        let meant = openPages.compactMap { page($0) }.filter { $0.leader == leader && $0.attemptingSince != nil }
        try demand(
            .bundles, Set(meant.map(\.attempt)) == Set(others),
            "\(leader) leaves with \(others.count) others, and by the log with \(meant.count)")
        let worst = all.compactMap { stories[$0.id.incident]?.severity }.max()
        try demand(
            .bundles, stories[leader.page.incident]?.severity == worst, "\(leader) leads a message with something worse"
        )
        try demand(.pageEnds, all.contains { $0.notBefore <= since }, "\(leader) leaves, and nothing in it is due")
        guard !message.isFirst else { return }
        if first.method == .call {
            guard let earlier = mailbag.before[leader], let page = page(earlier.page) else { return }
            let last = page.outcomes.count >= earlier.number ? page.outcomes[earlier.number - 1] : nil
            return try demand(
                .bundles, [.failedForNow, .failedForGood, .notSent].contains(last),
                "\(leader) rings \(first.user) while \(earlier) may ring")
        }
        let isAgain = all.contains { $0.attempts > 1 && $0.notBefore <= since }
        let isOfNewService = message.isOfNewService && [.push, .sms].contains(first.method)
        // Its severity made another page its head: any of those it takes along may be the reason.
        let isLate = all.contains { since - $0.at >= .seconds(25) }
        try demand(
            .bundles, isAgain || isOfNewService || isLate || isAnyNew(all, since),
            "\(leader) does not wait to be told with others")
    }

    private func isAnyNew(_ pages: [PageStory], _ since: Moment) -> Bool {
        guard let first = pages.first, [.push, .sms].contains(first.method) else { return false }
        let heard = mailbag.heard[Mailbag.Box(user: first.user, method: first.method)] ?? [:]
        return pages.contains { heard[stories[$0.id.incident]?.service ?? ""] == since }
    }

    /// Nothing waits longer to be named than the time in which pages are told together.
    func waitsForOthers(_ page: PageStory) -> Duration? {
        page.attempts == 0 ? Mailbag.spacing(page.method) ?? .zero : nil
    }
}
