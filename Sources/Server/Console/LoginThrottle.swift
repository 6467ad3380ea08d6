import Synchronization
import Timekeeping

/// Counts failed logins per minute and address, so that nobody tries passwords by the thousand. Nobody sleeps: who has
/// failed too often is told to come back.
package final class LoginThrottle: Sendable {
    private struct Count {
        var minute: Int64 = 0
        var failures: [String: Int] = [:]
    }

    private let count = Mutex(Count())

    package init() {}

    package static let failuresPerMinute = 10
    /// Addresses remembered within a minute; beyond it everybody new shares one count.
    private static let capacity = 4096

    /// Seconds to wait; nil when a try is allowed.
    package func wait(for peer: String?, at now: Instant) -> Int64? {
        let (minute, left) = Self.minute(of: now)
        return count.withLock { count in
            guard count.minute == minute, count.failures[Self.place(peer, count), default: 0] >= Self.failuresPerMinute
            else { return nil }
            return left
        }
    }

    package func failed(_ peer: String?, at now: Instant) {
        let (minute, _) = Self.minute(of: now)
        count.withLock { count in
            if count.minute != minute { count = Count(minute: minute) }
            count.failures[Self.place(peer, count), default: 0] += 1
        }
    }

    private static func place(_ peer: String?, _ count: Count) -> String {
        let peer = peer ?? ""
        return count.failures[peer] != nil || count.failures.count < capacity ? peer : "others"
    }

    private static func minute(of now: Instant) -> (Int64, left: Int64) {
        let seconds = now.milliseconds / 1000
        return (seconds / 60, 60 - seconds % 60)
    }
}
