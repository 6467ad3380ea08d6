import Incidents
import OnCall
import Timekeeping

/// One incident as the log tells it, folded a second time and by other means than the engine's, so that the two can
/// disagree. Times are true ones, of the decision.
struct Story {
    enum Position: Equatable {
        case none
        case step(round: Int, step: Int, at: Moment, wait: Duration)
        case lastResort(count: Int, at: Moment)
        /// Everybody of it is in their quiet hours, until then by the wall clock.
        case deferred(round: Int, step: Int, until: Instant)
        case exhausted
    }

    struct Alert {
        var episode: String?
        var isFiring = true
        var severity: Severity
    }

    struct Question {
        let reason: AskReason
        let users: [UserID]
        let at: Moment
        let wait: Duration
    }

    struct Resolution {
        let at: Moment
        let isByPerson: Bool
        /// Something was firing when a person called it over.
        var isHeld: Bool
        var keptFiring = false
    }

    /// Why people may be paged at this moment, and whom of them nothing was begun for yet.
    struct Cause {
        let reason: PagingReason
        let people: [UserID]
        let at: Moment
        var unmet: [UserID]
        /// Those of them whose quiet hours are over.
        var awoken: [UserID] = []
    }

    /// Whom a step that asks in turn has asked.
    struct Turn {
        let target: Target
        let sequence: Int64
    }

    /// What people did, besides acknowledging, noting and resolving.
    enum Deed: Hashable {
        case reopened(by: UserID?)
        case escalated(by: UserID?)
        case snoozed(by: UserID)
        case judged(Severity, by: UserID?)
        case askedFor([Target], by: UserID?)
        case assigned(UserID, by: UserID?)
    }

    /// The policy would roll back by itself.
    struct Arming {
        let at: Moment
        let wait: Duration
        /// It was done or refused, or somebody had it.
        var isOver = false
    }

    enum OwedCall {
        case question, trigger
    }

    let id: Incident.ID
    let service: ServiceID
    let group: String?
    let isDeclared: Bool
    var severity: Severity
    var urgency: Urgency
    var state = Incident.State.triggered
    var alerts: [AlertKey: Alert] = [:]
    var runbooks: Set<RunbookID> = []
    /// Its opening is in the batch that is being read.
    var isNewborn = true
    /// What the senders' own grouping says; nil when nobody told.
    var identity: String?

    var owner: UserID?
    var responders: [UserID] = []
    var acknowledgedAt: Moment?
    var acknowledgementEnds: Moment?
    var question: Question?
    /// When its snooze ends.
    var snoozeEnds: Moment?
    /// A person called it not over: it stays open though nothing of it may fire.
    var isReopenedByPerson = false
    /// A person judged it less bad than its alerts, and none has said otherwise since.
    var isLoweredByPerson = false
    var resolution: Resolution?
    var resolvers: [UserID?] = []
    var everybodyWhoAcknowledged: Set<UserID> = []
    var noteAuthors: [UserID?] = []
    var deeds: Set<Deed> = []
    var chatFacts: Set<ChatRecord> = []

    var generation = 0
    var policy: EscalationPolicy?
    var escalationBeganAt = Moment.zero
    var position = Position.none
    var answers: [TargetAnswer] = []
    /// Whom the present step has to fail to reach before it counts as failed.
    var waitedFor: [UserID] = []
    /// The targets of the present step.
    var stepTargets: [Target] = []
    /// Steps of this escalation that meant somebody.
    var appliedSteps: Set<Int> = []
    var turns: [Int: Turn] = [:]
    var deferredAt: Moment?
    /// The acknowledgement was not confirmed: the next step comes now.
    var goesOnAt: Moment?
    var worsenedAt: Moment?
    var cause: Cause?
    /// The last step, page or change that put the escalation forward.
    var lastSign: Moment
    /// When a schedule's answer was first seen to be out of date.
    var staleSince: [Target: Moment] = [:]
    /// When quiet hours of somebody who was not paged for them were first seen to be over.
    var awakeSince: [UserID: Moment] = [:]
    /// When a step that waits for quiet hours was first seen to wait for nothing.
    var deferralOverSince: Moment?

    var rollbackCount = 0
    var arming: Arming?
    /// What must come of a rollback that did not end well, before the batch is complete.
    var owedCall: OwedCall?

    var runs: [RunStory] = []
    var pages: [PageStory] = []
    var stoppedSequence: Int64 = 0
    var stoppedAt: Moment?
    /// The same for one person, who has acknowledged while more people must.
    var stoppedFor: [UserID: (sequence: Int64, at: Moment)] = [:]

    /// The last event after which no attempt may begin for that person that was asked for before.
    func stopSequence(for user: UserID) -> Int64 { max(stoppedSequence, stoppedFor[user]?.sequence ?? 0) }

    /// How many more people must acknowledge.
    var acknowledgementsMissing: Int {
        state == .triggered ? max(0, (policy?.acknowledgementsNeeded ?? 1) - responders.count) : 0
    }

    var isOpen: Bool { state != .resolved }

    /// Nothing that an acknowledgement waits for is waited for any more.
    mutating func endWaits() {
        acknowledgementEnds = nil
        question = nil
        snoozeEnds = nil
    }

    /// When the present wait is over.
    var due: Moment? {
        switch position {
        case .none, .exhausted, .deferred: nil
        case .step(_, _, let at, let wait): at + wait
        case .lastResort(_, let at): at + Chronicle.lastResortInterval
        }
    }
}

/// One person's rules, running.
struct RunStory {
    let user: UserID
    let reason: PagingReason
    let plan: [NotificationRule]
    /// The incident's, when the rules began.
    let urgency: Urgency
    let at: Moment
    var requested = 0
    var isStopped = false
    /// An attempt failed after the last rule became a page.
    var isPulled = false
    /// The person's quiet hours are over by then.
    var notBefore = Moment.zero
    var openPages = 0
    var reachedOrMayHave = false

    var isActive: Bool { !isStopped && (requested < plan.count || openPages > 0) }

    var hasFailed: Bool { !isStopped && requested == plan.count && openPages == 0 && !reachedOrMayHave }

    var due: Moment? {
        guard !isStopped, requested < plan.count else { return nil }
        return max(notBefore, isPulled ? at : at + plan[requested].after)
    }
}

/// One page.
struct PageStory {
    let id: PageID
    let run: Int
    let user: UserID
    let method: ContactMethod
    let reason: PagingReason
    let sequence: Int64
    let at: Moment
    var attempts = 0
    /// The attempt under way began then.
    var attemptingSince: Moment?
    /// The incarnation that began the last attempt.
    var begunBy = 0
    /// In whose message the last attempt left.
    var leader: AttemptID?
    var notBefore: Moment
    var outcomes: [AttemptOutcome.Result] = []
    var end: PageEnd?
    /// What its provider said after it had been handed over, as far as that was news.
    var reports: [AttemptOutcome.Result] = []

    var isDoubtful: Bool { outcomes.contains(.inDoubt) }
    var attempt: AttemptID { AttemptID(page: id, number: attempts) }
}
