import Incidents
import Timekeeping

/// Every queue has a size and every wait an end.
public struct Limits: Sendable {
    /// Alerts and commands waiting to be decided. Beyond it the door answers 503.
    public var inbox = 20_000
    /// Submissions decided in one transaction.
    public var batch = 512
    /// Attempts under way at once by one method. The rest is owed, and waits in the book and nowhere else.
    public var slotsPerMethod = 32
    /// What a sender is told to wait when it is turned away.
    public var retryAfter = Duration.seconds(2)
    /// An append without an answer for this long is in doubt.
    public var appendTime = Duration.seconds(10)
    public var recoveryInterval = Duration.seconds(2)
    /// The log has failed for this long: somebody must be told without it.
    public var alarmAfter = Duration.seconds(30)
    /// And again, while it lasts: the first telling may have failed too.
    public var alarmInterval = Duration.minutes(5)
    /// A wall clock this far behind the log at a start has stepped; less is jitter (S3).
    public var smallestStep = Duration.seconds(2)
    /// An attempt without an outcome for this long is in doubt; the pager's own limit is shorter.
    public var attemptTime = Duration.seconds(45)

    public init() {}

    func slots(for method: ContactMethod) -> Int { slotsPerMethod }
}
