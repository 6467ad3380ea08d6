import Incidents
import OnCall
import Timekeeping

/// Whom pages reach, looked up once more.
extension Chronicle {
    /// Whether somebody's own rules wake them, if need be later; the inbox wakes nobody where there is anything else.
    func canBeReached(_ user: UserID, _ urgency: Urgency) -> Bool {
        guard let person = directory.users[user], hasRules(user, urgency) else { return false }
        if directory.inboxCounts { return true }
        let methods = urgency == .low ? person.reachableBy : Set(rules(of: person, urgency).map(\.method))
        return methods != [.inbox]
    }

    func canBeReachedSomehow(_ user: UserID) -> Bool {
        guard let methods = directory.users[user]?.reachableBy else { return false }
        return !methods.isEmpty && (directory.inboxCounts || methods != [.inbox])
    }

    /// Whether a page to them is shown anywhere.
    func hasRules(_ user: UserID, _ urgency: Urgency) -> Bool {
        directory.users[user].map { !rules(of: $0, urgency).isEmpty } ?? false
    }

    /// The person's own rules as far as they would work; when none does, the standard ones.
    func rules(of person: Directory.User, _ urgency: Urgency) -> [NotificationRule] {
        for rules in [person.rules[urgency] ?? [], NotificationRule.standard] {
            let usable = rules.filter { person.reachableBy.contains($0.method) }
            if !usable.isEmpty { return usable }
        }
        return []
    }

    /// Holds answers in the log against a look-up of our own.
    func check(_ answers: [TargetAnswer], are targets: [Target], _ story: Story, _ urgency: Urgency) throws {
        try check(answers, are: targets, story) { canBeReached($0, urgency) }
    }

    /// The same where hours do not count.
    func check(
        _ answers: [TargetAnswer], are targets: [Target], _ story: Story, canBeReached: (UserID) -> Bool
    ) throws {
        try demand(.onlyTargetsPaged, answers.map(\.target) == targets, "\(story.id): answers of other targets")
        for answer in answers {
            try checkPeople(answer, story)
            for person in answer.people {
                try demand(
                    .onlyTargetsPaged, person.canBeReached == canBeReached(person.user) && !person.isHeldBack,
                    "\(story.id): \(person.user) can be reached: \(!person.canBeReached)")
            }
        }
    }

    private func checkPeople(_ answer: TargetAnswer, _ story: Story) throws {
        let expected = people(answer.target)
        try demand(
            .onlyTargetsPaged, answer.people.map(\.user) == expected,
            "\(story.id): \(answer.target) is \(expected), not \(answer.people.map(\.user))")
    }

    /// Holds what a step found against a look-up of our own, with quiet hours and those of the step.
    /// - Parameter hours: those of the steps that may have asked; one of them must fit.
    func check(_ answers: [TargetAnswer], _ story: Story, hours: [WeeklyHours?], heedsQuiet: Bool) throws {
        for answer in answers {
            try checkPeople(answer, story)
            let fits = hours.contains { hours in
                answer.people.allSatisfy { person in
                    let isOutside = !isIn(hours, person.user)
                    let isReachable = canBeReached(person.user, story.urgency)
                    let isQuiet = heedsQuiet && !isOutside && isReachable && isQuiet(person.user, story.urgency)
                    return person.isOutsideHours == isOutside && (person.quietUntil != nil) == isQuiet
                        && person.canBeReached == (isReachable && !isOutside && !isQuiet)
                }
            }
            let isAboutQuiet = answer.people.contains { $0.quietUntil != nil || isQuiet($0.user, story.urgency) }
            let promise: Promise = isAboutQuiet ? .quietHours : .onlyTargetsPaged
            try demand(
                promise, fits, "\(story.id): not so: \(answer.target) is \(answer.people.map(Self.standing))")
            for person in answer.people {
                guard let end = person.quietUntil else { continue }
                try demand(
                    .quietHours, end > wall && isEndOfQuiet(person.user, end),
                    "\(story.id): the quiet hours of \(person.user) do not end at \(end.rfc3339), seen at \(wall.rfc3339): \(quietHours(of: person.user))"
                )
            }
        }
    }

    private static func standing(_ person: TargetAnswer.Person) -> String {
        let obstacle = person.quietUntil != nil ? "quiet" : person.isOutsideHours ? "outside" : "unreachable"
        return "\(person.user) \(person.canBeReached ? "reachable" : obstacle)"
    }
}
