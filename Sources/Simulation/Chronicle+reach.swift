import Incidents
import OnCall

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

    /// Holds an answer in the log against a look-up of our own.
    func check(_ answers: [TargetAnswer], are targets: [Target], _ story: Story, _ urgency: Urgency) throws {
        try check(answers, are: targets, story) { canBeReached($0, urgency) }
    }

    func check(
        _ answers: [TargetAnswer], are targets: [Target], _ story: Story, canBeReached: (UserID) -> Bool
    ) throws {
        try demand(.onlyTargetsPaged, answers.map(\.target) == targets, "\(story.id): answers of other targets")
        for answer in answers {
            let expected = people(answer.target)
            try demand(
                .onlyTargetsPaged, answer.people.map(\.user) == expected,
                "\(story.id): \(answer.target) is \(expected), not \(answer.people.map(\.user))")
            for person in answer.people {
                try demand(
                    .onlyTargetsPaged, person.canBeReached == canBeReached(person.user),
                    "\(story.id): \(person.user) can be reached: \(!person.canBeReached)")
            }
        }
    }
}
