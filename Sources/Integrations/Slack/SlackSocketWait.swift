import Timekeeping

/// How long to wait before the next connection: twice as long each time, from one second to thirty, and never the same
/// for two of us, so that a Slack that comes back is not overrun.
struct SlackSocketWait: Hashable {
    private var failures = 0

    static let longest = Duration.seconds(30)

    /// - Parameter chance: from 0 to 1.
    mutating func next(chance: Double) -> Duration {
        let most = min(Self.longest, .seconds(1 << min(failures, 5)))
        failures += 1
        return max(.seconds(1), .milliseconds(Int64(Double(most.milliseconds) * (0.5 + chance / 2))))
    }

    /// A connection was greeted: what went wrong before is over.
    mutating func reset() { failures = 0 }
}
