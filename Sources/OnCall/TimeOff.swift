import Timekeeping

/// A person's absence, in `[from, until)`. The next member of the same rotation who is not off covers; nobody's turn
/// moves.
public struct TimeOff: Hashable, Sendable {
    public let user: UserID
    public let from: Instant
    public let until: Instant
    public let source: Source
    /// When it became known; before all time for what the configuration says.
    public let createdAt: Instant

    public enum Source: Hashable, Sendable {
        case configuration
        /// Entered by a person; numbered in order of creation.
        case entered(id: Int)
        /// A day of a calendar of holidays, by the names of both.
        case holiday(calendar: String, name: String)
    }

    public init(
        user: UserID, from: Instant, until: Instant, source: Source = .configuration,
        createdAt: Instant = .distantPast
    ) {
        self.user = user
        self.from = from
        self.until = until
        self.source = source
        self.createdAt = createdAt
    }
}
