import OnCall
import Timekeeping

/// A person's own rules begin to run for this incident (S12).
public struct RunStarted: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    /// Counts from 1 within the incident.
    public let run: Int
    public let user: UserID
    public let reason: PagingReason
    /// In order of time; never empty.
    public let plan: [NotificationRule]

    public init(incident: Incident.ID, run: Int, user: UserID, reason: PagingReason, plan: [NotificationRule]) {
        self.incident = incident
        self.run = run
        self.user = user
        self.reason = reason
        self.plan = plan
    }
}

/// The next method of a run would fall into its person's quiet hours, and waits for their end (S10).
public struct RunDeferred: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let run: Int
    public let until: Instant
    /// Elapsed time until then.
    public let waitMilliseconds: Int64

    public init(incident: Incident.ID, run: Int, until: Instant, waitMilliseconds: Int64) {
        self.incident = incident
        self.run = run
        self.until = until
        self.waitMilliseconds = waitMilliseconds
    }
}

/// Somebody is to be reached by one method. Owed until it ends.
public struct PageRequested: Hashable, Sendable, Codable {
    public let page: PageID
    public let run: Int
    public let user: UserID
    public let method: ContactMethod
    public let reason: PagingReason

    public init(page: PageID, run: Int, user: UserID, method: ContactMethod, reason: PagingReason) {
        self.page = page
        self.run = run
        self.user = user
        self.method = method
        self.reason = reason
    }
}

/// A try at sending is about to leave the house.
public struct AttemptBegun: Hashable, Sendable, Codable {
    public let attempt: AttemptID
    public let incarnation: Int
    /// An earlier attempt may have arrived already.
    public let isRepeat: Bool
    /// It leaves in the message of this other attempt (S17), and shares its fate; nil when it is a message itself.
    public let leader: AttemptID?

    public init(attempt: AttemptID, incarnation: Int, isRepeat: Bool, leader: AttemptID? = nil) {
        self.attempt = attempt
        self.incarnation = incarnation
        self.isRepeat = isRepeat
        self.leader = leader
    }
}

/// What came of it.
public struct AttemptEnded: Hashable, Sendable, Codable {
    public let attempt: AttemptID
    public let outcome: AttemptOutcome

    public init(attempt: AttemptID, outcome: AttemptOutcome) {
        self.attempt = attempt
        self.outcome = outcome
    }
}

/// What a provider said of an attempt after it had been handed over, where that changes what is known of its page.
public struct AttemptReported: Hashable, Sendable, Codable {
    public let attempt: AttemptID
    /// Delivered, or failed for good.
    public let outcome: AttemptOutcome
    /// What the page counts as from now on.
    public let state: PageEnd

    public init(attempt: AttemptID, outcome: AttemptOutcome, state: PageEnd) {
        self.attempt = attempt
        self.outcome = outcome
        self.state = state
    }
}

/// Nothing more will be tried for this page.
public struct PageEnded: Hashable, Sendable, Codable {
    public let page: PageID
    public let state: PageEnd

    public init(page: PageID, state: PageEnd) {
        self.page = page
        self.state = state
    }
}
