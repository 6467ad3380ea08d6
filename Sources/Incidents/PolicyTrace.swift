import OnCall
import Timekeeping

/// What a policy would do with an incident of one severity that begins at one instant and that nobody acknowledges:
/// step by step who, by what, after how long, up to the last resort.
///
/// Steps are chosen and people looked up by the code that decides.
public struct PolicyTrace: Hashable, Sendable {
    public let policy: PolicyID
    public let severity: Severity
    public let at: Instant
    /// In order. The last is the last resort, unless the urgency is low.
    public let events: [Event]

    public struct Event: Hashable, Sendable {
        public let at: Instant
        public let kind: Kind
        /// Steps found not to apply, or barren, on the way here.
        public let passedOver: [PassedOver]
        public let people: [Person]
    }

    public enum Kind: Hashable, Sendable {
        /// Both counted from 0.
        case step(Int, round: Int)
        /// Everybody of the step has quiet hours until then (S10).
        case deferred(Int, until: Instant)
        case lastResort
        /// Low urgency: it waits for the morning's digest.
        case givenUp
    }

    public struct Person: Hashable, Sendable {
        public let user: UserID
        /// One clause, such as "has turn 3 of layer week".
        public let why: String
        /// Elapsed time counts from the event.
        public let rules: [NotificationRule]
    }
}

extension Directory {
    /// Nil when there is no such policy.
    /// - Parameter hours: those of the service, for steps that ask; nil for always.
    public func trace(
        _ id: PolicyID, _ severity: Severity, at start: Instant, amendments: Amendments, hours: ZonedHours? = nil
    ) -> PolicyTrace? {
        guard let policy = policies[id]?.inHours(hours) else { return nil }
        let urgency = severity.urgency
        var events: [PolicyTrace.Event] = []
        var passedOver: [PassedOver] = []
        var (now, round, index) = (start, 0, 0)
        func people(_ answers: [TargetAnswer], _ rules: (User) -> [NotificationRule]) -> [PolicyTrace.Person] {
            var seen: Set<UserID> = []
            return answers.flatMap(\.people).compactMap { person in
                guard !person.isHeldBack, let user = users[person.user], seen.insert(user.id).inserted else {
                    return nil
                }
                let rules = rules(user)
                return rules.isEmpty ? nil : PolicyTrace.Person(user: user.id, why: person.why, rules: rules)
            }
        }
        while round <= policy.repeats {
            let (found, passed) = policy.firstStep(from: index) {
                policy.applies($0, to: severity, at: now, in: roster.zones)
            } lookUp: { index in
                let step = policy.steps[index]
                return (step.isRoundRobin ? turns(of: step) : step.page).map {
                    look(
                        up: $0, at: now, amendments: amendments, occasion: .steps(urgency),
                        recipientHours: step.recipientHours, heedsQuiet: true)
                }
            }
            passedOver += passed
            switch found {
            case .deferred(let step, _, let until):
                events.append(.init(at: now, kind: .deferred(step, until: until), passedOver: passedOver, people: []))
                passedOver = []
                (now, index) = (until, step)
                continue
            case .taken(let step, let answers):
                events.append(
                    .init(
                        at: now, kind: .step(step, round: round), passedOver: passedOver,
                        people: people(answers) { $0.plan(for: urgency) }))
                passedOver = []
                now = now + policy.steps[step].wait
                index = step + 1
                continue
            case nil: break
            }
            if index == 0 { break }
            (round, index) = (round + 1, 0)
        }
        let answers =
            urgency == .low
            ? [] : lastResort.map { look(up: $0, at: now, amendments: amendments, occasion: .lastResort) }
        events.append(
            .init(
                at: now, kind: urgency == .low ? .givenUp : .lastResort, passedOver: passedOver,
                people: people(answers, \.everyMethod)))
        return PolicyTrace(policy: id, severity: severity, at: start, events: events)
    }
}
