import OnCall
import Timekeeping

extension Directory {
    /// Who a target is at `instant`, and whether they can be reached. What decisions and traces ask.
    ///
    /// - Parameter why: the reason for a person who is named, and not looked up.
    public func look(
        up target: Target, at instant: Instant, amendments: Amendments, occasion: Occasion,
        why: String = "is named in the policy"
    ) -> TargetAnswer {
        func person(_ user: UserID, _ why: String) -> TargetAnswer.Person {
            TargetAnswer.Person(user: user, why: why, canBeReached: reaches(user, occasion))
        }
        switch target {
        case .user(let user):
            return TargetAnswer(target: target, people: [person(user, why)])
        case .schedule(let schedule):
            let answer = roster.onCall(schedule, at: instant, amendments: amendments)
            return TargetAnswer(
                target: target, people: answer.duties.map { person($0.user, $0.reason.explanation) },
                hole: answer.duties.isEmpty ? answer.hole?.explanation : nil, until: answer.nextChange)
        }
    }
}

extension EscalationPolicy {
    /// The first step from `index` on that applies to `severity` and can reach somebody, and those passed over on the
    /// way (S11).
    func firstStep(
        from index: Int, severity: Severity, lookUp: (Target) -> TargetAnswer
    ) -> (taken: (step: Int, answers: [TargetAnswer])?, passedOver: [PassedOver]) {
        var passedOver: [PassedOver] = []
        for index in steps.indices.dropFirst(index) {
            if let condition = steps[index].when, !condition.holds(for: severity) {
                passedOver.append(PassedOver(step: index, reason: .conditionFalse))
                continue
            }
            let answers = steps[index].page.map(lookUp)
            if answers.contains(where: { $0.people.contains(where: \.canBeReached) }) {
                return ((index, answers), passedOver)
            }
            passedOver.append(PassedOver(step: index, reason: .barren, answers: answers))
        }
        return (nil, passedOver)
    }
}
