import Timekeeping

/// A stretch `[from, until)` of a schedule during which the same people are on call for the same reasons, or nobody.
public struct Shift: Hashable, Sendable {
    public let from: Instant
    public let until: Instant
    /// Each person once, the answering layer's first; empty in a hole.
    public let duties: [Assignment]
    /// Why nobody is on call; nil when somebody is.
    public let hole: HoleReason?

    public struct Assignment: Hashable, Sendable {
        public let user: UserID
        public let reason: OnCallReason

        public init(user: UserID, reason: OnCallReason) {
            self.user = user
            self.reason = reason
        }
    }

    public init(from: Instant, until: Instant, duties: [Assignment], hole: HoleReason?) {
        self.from = from
        self.until = until
        self.duties = duties
        self.hole = hole
    }
}
