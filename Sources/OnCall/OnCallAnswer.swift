import Timekeeping

/// Who is on call in a schedule at one instant, why, and for how long.
public struct OnCallAnswer: Hashable, Sendable {
    public let at: Instant
    /// Everybody who is on call, each once; the answering layer's person first.
    public let duties: [Duty]
    /// The first instant after `at` at which the people may differ: look again then. Nil when they stay the same for
    /// at least `Roster.searchedDays`.
    public let nextChange: Instant?
    /// Why `duties` is empty; nil when it is not.
    public let hole: HoleReason?

    public init(at: Instant, duties: [Duty], nextChange: Instant?, hole: HoleReason?) {
        self.at = at
        self.duties = duties
        self.nextChange = nextChange
        self.hole = hole
    }
}

/// One person on call, with their shift around the instant asked about: `[since, until)`, during which they are on
/// call without a break, for whatever reasons. An end further away than the search is nil.
public struct Duty: Hashable, Sendable {
    public let user: UserID
    /// Why they are on call at the instant asked about.
    public let reason: OnCallReason
    public let since: Instant?
    public let until: Instant?

    public init(user: UserID, reason: OnCallReason, since: Instant?, until: Instant?) {
        self.user = user
        self.reason = reason
        self.since = since
        self.until = until
    }
}
