import Incidents
import Logging
import OnCall
import Synchronization
import Timekeeping

/// Who has been told of an outage of the log: each person once, and once when it is over. It is kept in memory alone,
/// for the log is what is missing.
struct OutageTelling: Sendable {
    private(set) var since: Instant?
    private var asked: Set<UserID> = []
    private var reached: [UserID: Directory.User] = [:]
    private var lastOver: Instant?

    /// A log that comes and goes does not ring every minute: within this long of the last outage people heard of,
    /// another is not told, unless it lasts until then.
    static let quiet = Duration.minutes(15)

    /// Whom to tell now: those who were not told of this outage, or by no way that took it.
    mutating func due(_ users: [Directory.User], since: Instant, at now: Instant) -> [Directory.User] {
        if self.since != since { (self.since, asked, reached) = (since, [], [:]) }
        if let lastOver, now - lastOver < Self.quiet { return [] }
        let due = users.filter { reached[$0.id] == nil }
        asked.formUnion(due.map(\.id))
        return due
    }

    /// Some way took it. What comes after the outage is over counts no more.
    mutating func reached(_ user: Directory.User, since: Instant) {
        if self.since == since { reached[user.id] = user }
    }

    /// Who must hear that it is over, and since when it had lasted.
    mutating func over(at now: Instant) -> (users: [Directory.User], since: Instant)? {
        guard let since else { return nil }
        defer { (self.since, asked, reached) = (nil, [], [:]) }
        guard !asked.isEmpty else { return nil }
        lastOver = now
        return (reached.values.sorted { $0.id < $1.id }, since)
    }
}

/// Tells people that the log cannot be written, straight through every channel they have. Needs no store.
final class OutageTeller: Sendable {
    private let telling = Mutex(OutageTelling())
    private let pagers: [ContactMethod: any Pager]
    private let log: Logger

    init(pagers: [ContactMethod: any Pager], log: Logger) {
        self.pagers = pagers
        self.log = log
    }

    func tell(_ users: [Directory.User], since: Instant, at now: Instant, _ write: (Directory.User) -> Notice) {
        for user in telling.withLock({ $0.due(users, since: since, at: now) }) {
            send(write(user), to: user) { [self] in telling.withLock { $0.reached(user, since: since) } }
        }
    }

    func over(at now: Instant, _ write: (Directory.User, Instant) -> Notice) {
        guard let (users, since) = telling.withLock({ $0.over(at: now) }) else { return }
        for user in users { send(write(user, since), to: user) {} }
    }

    private func send(_ notice: Notice, to user: Directory.User, _ reached: @escaping @Sendable () -> Void) {
        for method in user.reachableBy.sorted() {
            pagers[method]?.send(notice, to: nil) { [log] outcome in
                log.notice(
                    "told the last resort about the log",
                    metadata: ["user": "\(user.id)", "method": "\(method)", "result": "\(outcome.result)"])
                switch outcome.result {
                // The inbox is what nobody looks at now.
                case .sent, .delivered: if method != .inbox { reached() }
                case .failedForNow, .failedForGood, .inDoubt, .notSent: break
                }
            }
        }
    }
}
