import Synchronization
import Timekeeping

/// Where it is watched that this Tocsin lives: another Tocsin's `/hooks/{key}`, Healthchecks, Dead Man's Snitch, or any
/// address that counts the requests it gets.
public struct HeartbeatSettings: Sendable, Hashable {
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get, post
    }

    /// `http` or `https`. A secret: whoever knows it can pretend that all is well.
    public var url: String
    public var every: Duration
    public var method: Method

    public init(url: String, every: Duration = .minutes(1), method: Method = .post) {
        self.url = url
        self.every = every
        self.method = method
    }
}

/// How the heartbeat out did. In memory alone.
public final class HeartbeatLedger: Sendable {
    public struct State: Sendable, Hashable {
        public var lastSuccess: Instant?
        public var failingSince: Instant?
        /// A clause without the address.
        public var problem: String?
        /// It was held back, because the engine or its log was not alive.
        public var isHeldBack = false
        public init() {}
    }

    private let kept = Mutex(State())
    public init() {}
    public var state: State { kept.withLock { $0 } }

    public func sent(at now: Instant) {
        kept.withLock { state in
            state = State()
            state.lastSuccess = now
        }
    }

    public func failed(_ problem: String, at now: Instant) {
        kept.withLock { state in
            state.failingSince = state.failingSince ?? now
            (state.problem, state.isHeldBack) = (problem, false)
        }
    }

    public func heldBack(at now: Instant) {
        kept.withLock { state in
            state.failingSince = state.failingSince ?? now
            (state.problem, state.isHeldBack) = ("held back: the log could not be written lately", true)
        }
    }
}
