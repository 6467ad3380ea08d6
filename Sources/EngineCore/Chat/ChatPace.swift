import Timekeeping

/// How fast a platform may be spoken to, and how long to wait after trouble.
///
/// The paces stay below what Slack grants: a message a second in one channel, and fifty updates a minute
/// (https://docs.slack.dev/apis/web-api/rate-limits/).
public struct ChatPace: Sendable {
    /// Between two updates of one message.
    public var updateInterval = Duration.seconds(3)
    /// Between two tellings of one thread, unless what happened is urgent.
    public var tellInterval = Duration.seconds(5)
    /// The same for a long thread, which costs more to read than it tells.
    public var longTellInterval = Duration.seconds(30)
    /// Events from which on a thread is long.
    public var longThread = 500
    /// Between two messages of ours in one room.
    public var roomInterval = Duration.milliseconds(1100)
    /// Calls under way at once.
    public var calls = 4
    public var updatesPerMinute = 40
    /// Refreshes and the messages of resolved incidents leave the rest to what people wait for.
    public var backgroundUpdatesPerMinute = 30
    /// A room that takes no messages is tried again after that.
    public var closedRoomInterval = Duration.minutes(10)
    /// A platform that does not accept us is tried again after that.
    public var refusalInterval = Duration.minutes(5)
    /// A call without an answer for this long is in doubt; the platform's own limit is shorter.
    public var callTime = Duration.seconds(30)
    /// A message that failed this often, while others went through, is set aside for `asideTime`.
    public var patience = 4
    public var asideTime = Duration.minutes(5)
    /// No receiver's wish to wait counts for more.
    public var longestWait = Duration.hours(1)
    /// Messages looked after at once; beyond it the oldest resolved incidents are given up.
    public var capacity = 20_000

    public init() {}

    static let backOff: [Int64] = [1, 2, 5, 10, 30, 60]

    /// The pause after so many failures in a row, lengthened by up to a fifth so that not all come back at once.
    static func pause(after failures: Int, seed: UInt64) -> Duration {
        let base = backOff[min(max(failures - 1, 0), backOff.count - 1)] * 1000
        return .milliseconds(base + Int64(mixed(seed &+ UInt64(failures)) % UInt64(base / 5)))
    }

    /// SplitMix64's last step (Steele, Lea and Flood, 2014).
    private static func mixed(_ seed: UInt64) -> UInt64 {
        var z = seed &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
