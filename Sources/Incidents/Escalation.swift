import OnCall
import Timekeeping

/// Where an incident stands in its policy.
public struct Escalation: Hashable, Sendable {
    public enum Position: Hashable, Sendable {
        case starting
        /// The step fired; the next one is due at the end of its wait.
        case waiting(until: SteadyInstant)
        /// The last resort was raised `count` times and is due again.
        case lastResort(count: Int, again: SteadyInstant)
        /// Everybody of the step is in their quiet hours; looked at again then, by the wall clock (S10).
        case deferred(until: Instant)
        /// Low urgency, and nothing left to do before the morning.
        case exhausted
    }

    public let generation: Int
    /// As it was when the escalation started (S11).
    public let policy: EscalationPolicy
    public internal(set) var round = 0
    public internal(set) var step = 0
    public internal(set) var position = Position.starting
    /// The latest answer of every target paged in this generation, for shift changes and for "who was paged and why".
    public internal(set) var answers: [TargetAnswer] = []
    /// Steps that were taken, or passed over though they applied: the rooms they name are told.
    public internal(set) var appliedSteps: Set<Int> = []
    /// Whose turn it was in the steps that page in turn, and when that was.
    var turns: [Int: Turn] = [:]
    /// Who the step that waits for quiet hours would page; nobody was paged yet.
    var sleeping: [TargetAnswer] = []
    /// Of the step now waited for.
    var targets: [Target] = []
    /// The people of the step now waited for who could be reached.
    var waitingFor: [UserID] = []

    struct Turn: Hashable, Sendable {
        let target: Target
        let sequence: Int64
    }

    init(generation: Int, policy: EscalationPolicy) {
        self.generation = generation
        self.policy = policy
    }

    var due: SteadyInstant? {
        switch position {
        case .starting, .exhausted, .deferred: nil
        case .waiting(let until): until
        case .lastResort(_, let again): again
        }
    }

    /// A target means somebody else now; the step waits for them too before it counts as failed.
    mutating func handOver(_ answer: TargetAnswer) {
        merge([answer])
        guard case .waiting = position, targets.contains(answer.target) else { return }
        for person in answer.people where person.canBeReached && !waitingFor.contains(person.user) {
            waitingFor.append(person.user)
        }
    }

    mutating func pass(_ steps: [PassedOver]) {
        appliedSteps.formUnion(steps.filter { $0.reason != .conditionFalse }.map(\.step))
    }

    /// The hours in which the latest step that named the target pages people.
    func recipientHours(of target: Target) -> WeeklyHours? {
        policy.steps.indices.last { appliedSteps.contains($0) && policy.steps[$0].page.contains(target) }
            .flatMap { policy.steps[$0].recipientHours }
    }

    mutating func merge(_ new: [TargetAnswer]) {
        for answer in new {
            answers.removeAll { $0.target == answer.target }
            answers.append(answer)
        }
    }
}

/// One person's rules, running for one incident (S12).
public struct NotificationRun: Hashable, Sendable {
    public let number: Int
    public let user: UserID
    public let reason: PagingReason
    public let plan: [NotificationRule]
    /// The incident's, when they began.
    let urgency: Urgency
    let startedAt: SteadyInstant
    /// How many rules have become pages.
    public internal(set) var requested = 0
    public internal(set) var isStopped = false
    /// Its person's quiet hours are over by then (S10).
    var notBefore: SteadyInstant?
    /// A page of this run failed, so the next method is due now.
    var isPulled = false
    var openPages = 0
    /// Some page of it did, or may have, arrived.
    var mayHaveReached = false

    var hasMore: Bool { !isStopped && requested < plan.count }

    public var isRunning: Bool { !isStopped && (requested < plan.count || openPages > 0) }

    /// Nothing is left to try and nothing arrived.
    var hasFailed: Bool { !isStopped && requested == plan.count && openPages == 0 && !mayHaveReached }

    var nextDue: SteadyInstant? {
        guard hasMore else { return nil }
        let due = isPulled ? startedAt : startedAt + plan[requested].after
        return notBefore.map { max($0, due) } ?? due
    }
}

/// An urgent request to reach one person by one method.
public struct Page: Hashable, Sendable, Identifiable {
    public enum Status: Hashable, Sendable {
        /// An attempt is to begin, not before then.
        case owed(notBefore: SteadyInstant)
        case attempting(incarnation: Int)
        case ended(PageEnd)
    }

    public let id: PageID
    public let run: Int
    public let user: UserID
    public let method: ContactMethod
    public let reason: PagingReason
    public let requestedSequence: Int64
    let requestedAt: SteadyInstant
    public internal(set) var status: Status
    public internal(set) var attempts = 0
    /// When this process began to try. What an earlier one tried, or the time nobody ran, wears out no patience.
    var triedSince: SteadyInstant?
    var triedBy = 0
    /// Some attempt may have arrived without our knowing; a further one is marked as a repeat.
    public internal(set) var isDoubtful = false
    /// The attempt in whose message the last one of this page left; nil when it was a message itself.
    public internal(set) var leader: AttemptID?
    /// By number of an attempt, those of other pages that left in its message.
    public internal(set) var carried: [Int: [AttemptID]] = [:]

    public var isOpen: Bool {
        switch status {
        case .owed, .attempting: true
        case .ended: false
        }
    }

    public var currentAttempt: AttemptID { AttemptID(page: id, number: attempts) }

    /// How long a page is tried before it counts as failed: longer than a receiver takes to be mended or restarted.
    static let patience = Duration.minutes(60)
    /// How long it is tried when every answer is in doubt: each of these tries may have rung.
    static let patienceInDoubt = Duration.minutes(10)

    /// How long after a failed attempt this one begins: the usual back-off, 20 % more or less, or as long as the
    /// receiver asked (up to `longestWait`) and up to 20 % more. Which it is follows from the attempt alone: pages that
    /// failed together do not come back together, and a replay computes the same.
    ///
    /// - Parameter asked: the receiver's own wish; never less than that, for then it would only refuse again.
    static func wait(before attempt: AttemptID, asked: Duration) -> Duration {
        let seconds: [Int64] = [2, 5, 10, 20, 30, 60]
        let usual = seconds[min(max(attempt.number - 2, 0), seconds.count - 1)] * 1000
        let wanted = min(asked, longestWait).milliseconds
        let spread = attempt.spread
        return .milliseconds(max(usual * (800 + spread * 2 / 5) / 1000, wanted + wanted * spread / 5000))
    }

    static let longestWait = Duration.minutes(2)
}

extension AttemptID {
    /// 0 to 1000, as good as random, and always the same for one attempt: SplitMix64 (Steele, Lea and Flood, 2014).
    fileprivate var spread: Int64 {
        var z = UInt64(truncatingIfNeeded: page.incident.number) &* 0x9E37_79B9_7F4A_7C15
        z = (z &+ UInt64(truncatingIfNeeded: page.ordinal)) &* 0xD6E8_FEB8_6659_FD93
        z = z &+ UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int64((z ^ (z >> 31)) % 1001)
    }
}
