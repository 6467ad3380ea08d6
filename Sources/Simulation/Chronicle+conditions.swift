import Incidents
import OnCall
import Timekeeping

/// S10 and S11: whom a step would mean now, worked out anew.
extension Chronicle {
    enum Prospect {
        /// Its conditions are false, or it is nobody's hour.
        case notMeant
        case barren
        /// Whoever could be reached has quiet hours.
        case quiet
        case reaches
    }

    func prospect(of step: EscalationPolicy.Step, _ story: Story) -> Prospect {
        guard applies(step, story) else { return .notMeant }
        let people = everyTurn(of: step).flatMap(people)
        let meant = people.filter { isIn(step.recipientHours, $0) }
        let reachable = meant.filter { canBeReached($0, story.urgency) }
        if reachable.contains(where: { !isQuiet($0, story.urgency) }) { return .reaches }
        if !reachable.isEmpty { return .quiet }
        return !people.isEmpty && meant.isEmpty ? .notMeant : .barren
    }

    func applies(_ step: EscalationPolicy.Step, _ story: Story) -> Bool {
        if let condition = step.when, !condition.holds(for: story.severity) { return false }
        guard let during = step.during, let hours = story.policy?.serviceHours else {
            return step.during != .outsideServiceHours
        }
        let isOpen = ClockFace(directory.roster.zones[hours.zone] ?? .utc, at: wall).isWithin(hours.hours)
        return isOpen == (during == .serviceHours)
    }

    /// Whom a step that asks in turn may ask; of any other step its targets.
    func everyTurn(of step: EscalationPolicy.Step) -> [Target] {
        guard step.isRoundRobin else { return step.page }
        return step.page.flatMap { target -> [Target] in
            guard case .team(let team) = target else { return [target] }
            return (directory.teams[team]?.members ?? []).map { .user($0) }
        }
    }

    /// It asks whoever comes after the one it asked last, as long as that is remembered.
    func checkTurn(_ story: Story, _ index: Int, _ answers: [TargetAnswer]) throws {
        let step = story.policy!.steps[index]
        let turns = everyTurn(of: step)
        guard answers.count == 1, turns.contains(answers[0].target) else {
            throw Broken(.stepsInOrder, "\(story.id) asks \(answers.map(\.target)) in turn")
        }
        let last = stories.values
            .filter { $0.policy?.id == story.policy!.id && $0.turns[index] != nil }
            .max { $0.turns[index]!.sequence < $1.turns[index]!.sequence }
        guard let last, let place = turns.firstIndex(of: last.turns[index]!.target) else { return }
        if let resolution = last.resolution, at - resolution.at > Self.memory - .minutes(1) { return }
        let inOrder = turns.indices.map { turns[(place + 1 + $0) % turns.count] }
        let next = inOrder.first { target in
            people(target).contains {
                isIn(step.recipientHours, $0) && canBeReached($0, story.urgency) && !isQuiet($0, story.urgency)
            }
        }
        try demand(
            .stepsInOrder, answers[0].target == next,
            "\(story.id) asks \(answers[0].target), and the turn is that of \(next.map(\.description) ?? "nobody")")
    }

    /// The hours in which the steps that named the target page people.
    func hours(of target: Target, _ story: Story) -> [WeeklyHours?] {
        let steps = story.policy?.steps ?? []
        let naming = steps.indices.filter { story.appliedSteps.contains($0) && steps[$0].page.contains(target) }
        return naming.isEmpty ? [nil] : naming.map { steps[$0].recipientHours }
    }

    func isIn(_ hours: WeeklyHours?, _ user: UserID) -> Bool {
        hours.map { clock(of: user).isWithin($0) } ?? true
    }

    func isQuiet(_ user: UserID, _ urgency: Urgency) -> Bool {
        guard urgency == .low, let quiet = directory.users[user]?.quiet else { return false }
        return clock(of: user).isWithin(quiet)
    }

    /// For whoever reads what was broken.
    func quietHours(of user: UserID) -> String {
        guard let person = directory.users[user] else { return "nobody" }
        return "\(person.zone) \(person.quiet.map { "\($0.windows)" } ?? "none")"
    }

    /// Whether quiet hours of the person end just then.
    func isEndOfQuiet(_ user: UserID, _ end: Instant) -> Bool {
        guard let person = directory.users[user], let quiet = person.quiet else { return false }
        let zone = directory.roster.zones[person.zone] ?? .utc
        return ClockFace(zone, at: end - .milliseconds(1)).isWithin(quiet) && !ClockFace(zone, at: end).isWithin(quiet)
    }

    private func clock(of user: UserID) -> ClockFace {
        ClockFace(directory.users[user].flatMap { directory.roster.zones[$0.zone] } ?? .utc, at: wall)
    }
}
