import Incidents
import Synchronization
import Timekeeping

/// What providers have taken over and not yet told the end of: memory only, made anew from the log after a start.
final class PhoneLedger: Sendable {
    struct Entry: Sendable, Hashable {
        let attempt: AttemptID
        let kind: Telephone.Kind
        /// Of the account.
        let label: String
        let sid: String
        let takenAt: Instant
        /// How often it was asked after.
        var looks = 0
        var dueAt: Instant
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Ids that belong to an attempt, so that no other attempt takes them for its own.
        var known: [String: AttemptID] = [:]
        var order: [String] = []
        var listeners: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private static let capacity = 5000

    func take(_ entry: Entry) {
        let listeners = state.withLock { state in
            if state.known.updateValue(entry.attempt, forKey: entry.sid) == nil { state.order.append(entry.sid) }
            if state.order.count > Self.capacity {
                let oldest = state.order.removeFirst()
                state.known[oldest] = nil
                state.entries[oldest] = nil
            }
            state.entries[entry.sid] = entry
            return state.listeners
        }
        for listener in listeners { listener() }
    }

    /// Nothing more is to be learnt of it.
    func close(_ sid: String) { state.withLock { $0.entries[sid] = nil } }

    func postpone(_ sid: String, until dueAt: Instant) {
        state.withLock {
            $0.entries[sid]?.dueAt = dueAt
            $0.entries[sid]?.looks += 1
        }
    }

    /// In the order of their attempts.
    var entries: [Entry] { state.withLock { $0.entries.values.sorted { ($0.attempt, $0.sid) < ($1.attempt, $1.sid) } } }

    func owner(of sid: String) -> AttemptID? { state.withLock { $0.known[sid] } }

    /// Called whenever something was taken over. It must not block.
    func listen(_ listener: @escaping @Sendable () -> Void) { state.withLock { $0.listeners.append(listener) } }
}
