import OnCall
import Timekeeping

/// Paging for practice: what makes an incident a drill.
///
/// A drill goes the way of every incident, so that what is practised is what happens at night. It differs in its end:
/// it is over when those have acknowledged who are wanted, when its policy has run out, or when its time is up, and it
/// never reaches the last resort.
public struct Drill: Hashable, Sendable, Codable {
    /// What is practised: `schedule sun`, `policy ml`.
    public let target: String
    /// Gone through instead of the service's own.
    public let policy: EscalationPolicy
    /// Elapsed time from its opening to its end at the latest.
    public let lengthMilliseconds: Int64

    public init(target: String, policy: EscalationPolicy, length: Duration) {
        self.target = target
        self.policy = policy
        lengthMilliseconds = length.milliseconds
    }

    public static let standardLength = Duration.minutes(15)
    public static let shortest = Duration.minutes(1)
    public static let longest = Duration.minutes(60)

    /// Stands before the title, and so in every message.
    public static let mark = "DRILL: "
}

/// Who is to practise.
public enum DrillTarget: Hashable, Sendable, CustomStringConvertible {
    /// Everybody who is on call in it now.
    case schedule(ScheduleID)
    /// Its steps, as for an incident of sev2.
    case policy(PolicyID)

    public var description: String {
        switch self {
        case .schedule(let id): "schedule \(id)"
        case .policy(let id): "policy \(id)"
        }
    }
}
