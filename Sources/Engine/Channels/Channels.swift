import EngineCore
import Incidents
import OnCall
import Synchronization
import Timekeeping

/// Every provider's account that pages leave by, each behind a gate of its own: what one of them suffers, or asks for,
/// holds up no other.
public final class Channels: Sendable {
    /// One account. Its name is shown to operators.
    public struct Account: Sendable, Hashable {
        public let name: String
        /// One person's own, as a webhook may be.
        public let isPersonal: Bool

        public init(_ name: String, isPersonal: Bool = false) {
            self.name = name
            self.isPersonal = isPersonal
        }

        /// What everybody uses who is reached by that method.
        public init(_ method: ContactMethod) { self.init(method.rawValue) }
    }

    private struct State {
        var gates: [Account: ChannelGate] = [:]
        /// Whatever failed since the last success, also what says nothing about the account.
        var failing: [Account: (count: Int, latest: SteadyInstant)] = [:]
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> SteadyInstant

    /// - Parameter now: elapsed time; the machine's own, unless a test brings another.
    public init(now: (@Sendable () -> SteadyInstant)? = nil) { self.now = now ?? { HostClock.steady } }

    /// Whether an attempt to reach that person may leave by that account now. Who is told `go` must say with `ended`
    /// what came of it.
    public func admit(_ account: Account, for person: UserID) -> ChannelGate.Admission {
        let now = now()
        return state.withLock {
            $0.gates[account, default: ChannelGate(isPersonal: account.isPersonal)].admit(for: person, at: now)
        }
    }

    /// What came of an attempt that was admitted.
    ///
    /// - Parameters:
    ///   - isAboutAccount: whether it says that the account works or does not; a mailbox that is refused does not.
    ///   - retryAfter: how long the account asked to be left alone.
    ///   - person: whose page it was.
    public func ended(
        _ account: Account, _ result: AttemptOutcome.Result, isAboutAccount: Bool = true, retryAfter: Duration? = nil,
        for person: UserID
    ) {
        let now = now()
        state.withLock { state in
            state.gates[account]?.ended(
                isAboutAccount ? result : .notSent, retryAfter: retryAfter, for: person, at: now)
            switch result {
            case .sent, .delivered: state.failing[account] = nil
            case .failedForNow, .inDoubt: state.failing[account] = ((state.failing[account]?.count ?? 0) + 1, now)
            case .failedForGood where isAboutAccount:
                state.failing[account] = ((state.failing[account]?.count ?? 0) + 1, now)
            case .failedForGood, .notSent: break
            }
        }
    }

    /// Every account used so far, in order of name.
    ///
    /// - Parameter wall: what the wall's clocks show now.
    public func health(at wall: Instant) -> [ChannelHealth] {
        let now = now()
        return state.withLock { state in
            state.gates.map { account, gate in
                ChannelHealth(account, gate, failing: state.failing[account], at: now) { wall - (now - $0) }
            }
        }
        .sorted { $0.name < $1.name }
    }

    /// Why nothing was sent, in a clause for the timeline.
    public static func clause(_ wait: Duration) -> String {
        guard wait > .zero else { return "not sent, since another page just tries whether it works again" }
        return "not sent, since it is left alone for another \(max(1, (wait.milliseconds + 999) / 1000)) s"
    }
}

/// How one provider's account fares, as this process has seen it: for `doctor`, the API and `/metrics`.
public struct ChannelHealth: Sendable, Hashable {
    /// The method, such as `mail`, or the account of a provider, such as `twilio`.
    public let name: String
    public let isPersonal: Bool
    /// Attempts under way.
    public let inFlight: Int
    /// Since its last success, also those that say nothing about the account.
    public let failuresInARow: Int
    /// Until when nothing is sent by it; nil when it is in use.
    public let pausedUntil: Instant?
    /// Why it is, or was last, left alone; nil when it works.
    public let cause: ChannelGate.Cause?
    public let lastSuccess: Instant?
    public let lastFailure: Instant?

    init(
        _ account: Channels.Account, _ gate: ChannelGate, failing: (count: Int, latest: SteadyInstant)?,
        at now: SteadyInstant, wall: (SteadyInstant) -> Instant
    ) {
        name = account.name
        isPersonal = account.isPersonal
        inFlight = gate.inFlight
        failuresInARow = failing?.count ?? 0
        pausedUntil = gate.pausedUntil(at: now).map(wall)
        cause = gate.cause
        lastSuccess = gate.lastSuccess.map(wall)
        lastFailure = (failing?.latest ?? gate.lastFailure).map(wall)
    }
}
