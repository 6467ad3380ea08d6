import Timekeeping

/// When the engine could work: its process was up, it had read the log and the store answered.
///
/// Promises about lateness count this time only.
struct Health {
    private var changes: [(at: Moment, isHealthy: Bool)] = []

    var isHealthy: Bool { changes.last?.isHealthy ?? false }

    mutating func set(_ isHealthy: Bool, at now: Moment) {
        if self.isHealthy != isHealthy { changes.append((now, isHealthy)) }
    }

    /// How much of the time between the two was healthy.
    func time(from: Moment, to: Moment) -> Duration {
        var total = Duration.zero
        var end = to
        for change in changes.reversed() {
            if change.at < end {
                if change.isHealthy { total += end - max(change.at, from) }
                end = change.at
            }
            if end <= from { break }
        }
        return total
    }
}
