import Incidents
import OnCall
import Timekeeping

/// Who is on call when, as it was known at one moment: a version of the configuration, and what people had laid over it
/// by then.
public struct KnownRoster: Sendable {
    public let directory: Directory
    public let amendments: Amendments
    /// The moment of that knowledge.
    public let asKnownAt: Instant
    /// When the log begins, if that was later: then this is the oldest there is.
    public let logBegins: Instant?

    public init(directory: Directory, amendments: Amendments, asKnownAt: Instant, logBegins: Instant? = nil) {
        self.directory = directory
        self.amendments = amendments
        self.asKnownAt = asKnownAt
        self.logBegins = logBegins
    }

    public var schedules: [ScheduleID] { directory.roster.schedules.keys.sorted() }
}

/// What an answer about the past goes by.
public enum Knowledge: Hashable, Sendable {
    /// What was known at the instant asked about.
    case then
    /// What is known now: the present configuration and all overrides, whenever they were made.
    case now
}
