import OnCall
import Timekeeping

/// Whether one policy reaches somebody at once, for incidents of one severity that begin between two instants (S18).
///
/// Covered means that the first step that applies reaches somebody. What only a later step or the last resort reaches
/// is covered by a fallback: the steps before are barren there, so nothing is waited for, but it is not what was meant.
public struct PolicyProof: Hashable, Sendable {
    public let policy: PolicyID
    public let severity: Severity
    public let from: Instant
    public let until: Instant
    /// The first step that applies, counted from 0; nil when none does.
    public let firstStep: Int?
    /// When that step reaches nobody; sorted and apart.
    public let gaps: [Gap]

    /// A stretch `[from, until)` in which one thing stands in for the first step.
    public struct Gap: Hashable, Sendable {
        public let from: Instant
        public let until: Instant
        public let fallback: Fallback

        public init(from: Instant, until: Instant, fallback: Fallback) {
            self.from = from
            self.until = until
            self.fallback = fallback
        }
    }

    public enum Fallback: Hashable, Sendable {
        /// Counted from 0.
        case step(Int)
        case lastResort
        /// No page reaches anybody. A low urgency waits for the morning's digest.
        case nobody
    }

    public init(
        policy: PolicyID, severity: Severity, from: Instant, until: Instant, firstStep: Int?, gaps: [Gap]
    ) {
        self.policy = policy
        self.severity = severity
        self.from = from
        self.until = until
        self.firstStep = firstStep
        self.gaps = gaps
    }

    /// A policy whose conditions leave out a low severity means what it says: that pages nobody.
    public var pagesNobodyOnPurpose: Bool { firstStep == nil && severity.urgency == .low }

    /// What counts as a hole.
    public func holes(allowFallback: Bool) -> [Gap] {
        if pagesNobodyOnPurpose { return [] }
        return allowFallback ? gaps.filter { $0.fallback == .nobody } : gaps
    }
}

/// `[from, until)`.
struct TimeStretch: Hashable, Sendable {
    let from: Instant
    let until: Instant
}

extension [TimeStretch] {
    /// Both are sorted and apart, and so is the result.
    func intersection(_ other: [TimeStretch]) -> [TimeStretch] {
        var (mine, theirs) = (0, 0)
        var found: [TimeStretch] = []
        while mine < count, theirs < other.count {
            let (from, until) = (
                Swift.max(self[mine].from, other[theirs].from), Swift.min(self[mine].until, other[theirs].until)
            )
            if from < until { found.append(TimeStretch(from: from, until: until)) }
            if self[mine].until < other[theirs].until { mine += 1 } else { theirs += 1 }
        }
        return found
    }

    func subtracting(_ other: [TimeStretch]) -> [TimeStretch] {
        var found: [TimeStretch] = []
        var next = 0
        for stretch in self {
            var from = stretch.from
            while next < other.count, other[next].until <= from { next += 1 }
            var place = next
            while place < other.count, other[place].from < stretch.until {
                if from < other[place].from { found.append(TimeStretch(from: from, until: other[place].from)) }
                from = Swift.max(from, other[place].until)
                place += 1
            }
            if from < stretch.until { found.append(TimeStretch(from: from, until: stretch.until)) }
        }
        return found
    }
}
