import Timekeeping

/// A person's absence, in `[from, until)`. The next member of the same rotation who is not off covers; nobody's turn
/// moves.
public struct TimeOff: Hashable, Sendable {
    public let user: UserID
    public let from: Instant
    public let until: Instant

    public init(user: UserID, from: Instant, until: Instant) {
        self.user = user
        self.from = from
        self.until = until
    }
}
