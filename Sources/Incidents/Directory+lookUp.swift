import OnCall
import Timekeeping

extension Directory {
    /// Who a target is at `instant`, and whether they can be reached. What decisions and traces ask.
    ///
    /// - Parameters:
    ///   - why: the reason for a person who is named, and not looked up.
    ///   - recipientHours: only those are paged on whose own clocks it is one of these hours.
    ///   - heedsQuiet: whether quiet hours count; only ever for low urgency (S10).
    public func look(
        up target: Target, at instant: Instant, amendments: Amendments, occasion: Occasion,
        why: String = "is named in the policy", recipientHours: WeeklyHours? = nil, heedsQuiet: Bool = false
    ) -> TargetAnswer {
        func person(_ user: UserID, _ why: String) -> TargetAnswer.Person {
            let isReachable = reaches(user, occasion)
            let isOutside = recipientHours.map { !$0.state(at: instant, in: zone(of: user)).isOpen } ?? false
            let quiet = heedsQuiet && !isOutside ? quietUntil(user, at: instant, occasion) : nil
            return TargetAnswer.Person(
                user: user, why: why, canBeReached: isReachable && !isOutside && quiet == nil,
                quietUntil: isReachable ? quiet : nil, isOutsideHours: isOutside)
        }
        var people: [TargetAnswer.Person]
        var (hole, until): (String?, Instant?)
        switch target {
        case .user(let user): people = [person(user, why)]
        case .team(let team):
            people = (teams[team]?.members ?? []).map { person($0, "is of team \(team)") }
            if people.isEmpty { hole = "the team has no members" }
        case .schedule(let schedule):
            let answer = roster.onCall(schedule, at: instant, amendments: amendments)
            people = answer.duties.map { person($0.user, $0.reason.explanation) }
            if people.isEmpty { hole = answer.hole?.explanation }
            until = answer.nextChange
        }
        let next = people.compactMap(\.quietUntil) + [until].compactMap { $0 }
        return TargetAnswer(target: target, people: people, hole: hole, until: next.min())
    }

    /// When the person's quiet hours end, if these are some and hold pages of that urgency back.
    public func quietUntil(_ user: UserID, at instant: Instant, _ occasion: Occasion) -> Instant? {
        guard occasion == .steps(.low), let quiet = users[user]?.quiet else { return nil }
        let state = quiet.state(at: instant, in: zone(of: user))
        return state.isOpen ? state.until : nil
    }

    /// The people a step asks in turn: everybody of a team one by one.
    func turns(of step: EscalationPolicy.Step) -> [Target] {
        step.page.flatMap { target -> [Target] in
            guard case .team(let id) = target else { return [target] }
            return teams[id]?.members.map { .user($0) } ?? []
        }
    }
}

extension EscalationPolicy {
    /// What comes of going through the steps.
    enum FoundStep {
        case taken(step: Int, answers: [TargetAnswer])
        /// All its people are in their quiet hours until then.
        case deferred(step: Int, answers: [TargetAnswer], until: Instant)
    }

    /// The first step from `index` on that applies and can reach somebody, now or after their quiet hours, and those
    /// passed over on the way (S10, S11).
    ///
    /// - Parameter lookUp: answers for the targets of a step; of one that pages in turn those to be tried, in order.
    func firstStep(
        from index: Int, applies: (Int) -> Bool, lookUp: (Int) -> [TargetAnswer]
    ) -> (found: FoundStep?, passedOver: [PassedOver]) {
        var passedOver: [PassedOver] = []
        for index in steps.indices.dropFirst(index) {
            guard applies(index) else {
                passedOver.append(PassedOver(step: index, reason: .conditionFalse))
                continue
            }
            let answers = lookUp(index)
            let reaching = answers.filter { $0.people.contains(where: \.canBeReached) }
            if !reaching.isEmpty {
                let asked = steps[index].isRoundRobin ? [reaching[0]] : answers
                return (.taken(step: index, answers: asked), passedOver)
            }
            let people = answers.flatMap(\.people)
            if let until = people.compactMap(\.quietUntil).min() {
                let next = ([until] + answers.compactMap(\.until)).min()!
                return (.deferred(step: index, answers: answers, until: next), passedOver)
            }
            let isNobodyMeant = !people.isEmpty && people.allSatisfy(\.isOutsideHours)
            passedOver.append(
                PassedOver(step: index, reason: isNobodyMeant ? .conditionFalse : .barren, answers: answers))
        }
        return (nil, passedOver)
    }
}
