import Incidents
import OnCall
import Timekeeping

/// One provider's account, as this process has found it lately: whether it may be spoken to now, and how it fares.
///
/// Whoever asks for patience gets it, and so does whoever fails again and again. What would be sent meanwhile is not
/// kept here: its attempt ends at once as failed for now, so that the person's next method is used at once and the page
/// stays owed in the log, which is the only queue. After a pause one attempt goes first; the others follow when the
/// account has answered it.
///
/// Pure; memory of this process, not of the log. After a start every account counts as well.
public struct ChannelGate: Sendable, Hashable {
    public enum Admission: Sendable, Hashable {
        case go
        /// Left alone for so long.
        case paused(Duration)
    }

    /// Why an account is left alone.
    public enum Cause: String, Sendable, Hashable {
        case askedForPatience, failsAgainAndAgain
    }

    /// Failures in a row from which on an account is left alone.
    public static let patience = 5
    /// No wish to be left alone counts for more.
    public static let longestPause = Duration.minutes(2)
    /// The pauses of an account that keeps failing: short, since it may be mended any moment.
    static let pauses: [Int64] = [5, 10, 20, 30]
    /// An attempt that never ends must not keep the others out for ever. Longer than any attempt takes.
    static let longestTrial = Duration.seconds(50)

    public private(set) var inFlight = 0
    /// Without a success between them.
    public private(set) var failuresInARow = 0
    public private(set) var cause: Cause?
    public private(set) var lastSuccess: SteadyInstant?
    public private(set) var lastFailure: SteadyInstant?
    private var until: SteadyInstant?
    /// Since when one attempt tries whether the account works again.
    private var trialSince: SteadyInstant?
    /// Whose pages failed since it last worked: one person's address that is always busy says nothing about the account.
    private var people: Set<UserID> = []
    private var pausesInARow = 0
    private let leastPeople: Int

    /// - Parameter isPersonal: the account is one person's, so that their failures alone tell that it is down.
    public init(isPersonal: Bool = false) { leastPeople = isPersonal ? 1 : 2 }

    /// Until when it is left alone; nil when it is not.
    public func pausedUntil(at now: SteadyInstant) -> SteadyInstant? { until.flatMap { $0 > now ? $0 : nil } }

    /// Whether an attempt may leave now. One that may must be ended by `ended`.
    ///
    /// - Parameter person: whose page it is. An account that only fails is not closed to those who have not met that: it
    ///   may be their addresses, and not the account, that fail.
    public mutating func admit(for person: UserID, at now: SteadyInstant) -> Admission {
        if let until, cause == .askedForPatience || people.contains(person) {
            guard until <= now else { return .paused(until - now) }
            if let trialSince, now - trialSince < Self.longestTrial { return .paused(.zero) }
            trialSince = now
        }
        inFlight += 1
        return .go
    }

    /// What came of an attempt that was admitted.
    ///
    /// - Parameters:
    ///   - retryAfter: how long the account asked to be left alone, if it did.
    ///   - person: whose page it was.
    public mutating func ended(
        _ result: AttemptOutcome.Result, retryAfter: Duration? = nil, for person: UserID, at now: SteadyInstant
    ) {
        inFlight = max(0, inFlight - 1)
        if until.map({ $0 <= now }) ?? true { trialSince = nil }
        switch result {
        case .sent, .delivered:
            lastSuccess = now
            // What was under way when it asked for patience does not take that back.
            if cause != .askedForPatience || pausedUntil(at: now) == nil { recover() }
        case .failedForGood, .notSent:
            // It answers, or was never asked: nothing against it.
            if until.map({ $0 <= now }) ?? false { recover() }
        case .failedForNow, .inDoubt:
            lastFailure = now
            failuresInARow += 1
            people.insert(person)
            if let retryAfter, retryAfter > .zero {
                pause(for: min(retryAfter, Self.longestPause), .askedForPatience, now)
            } else if until.map({ $0 <= now }) ?? (failuresInARow >= Self.patience && people.count >= leastPeople) {
                pause(for: .seconds(Self.pauses[min(pausesInARow, Self.pauses.count - 1)]), .failsAgainAndAgain, now)
                pausesInARow += 1
            }
        }
    }

    private mutating func pause(for wait: Duration, _ cause: Cause, _ now: SteadyInstant) {
        until = max(until ?? now, now + wait)
        self.cause = cause
    }

    private mutating func recover() {
        failuresInARow = 0
        pausesInARow = 0
        people = []
        until = nil
        cause = nil
    }
}
