import OnCall
import Timekeeping

/// A time in which certain alerts page nobody (S16). Begun later than it was made, it is a maintenance window.
///
/// It holds an alert back that fits all its matchers and goes to one of its services. Its span is on the wall clock,
/// half-open. What it held back and still fires when it ends is decided then, as if it arrived at that moment.
public struct Silence: Hashable, Sendable, Codable, Identifiable {
    /// Counted from 1; never given out again.
    public let id: Int
    /// All of them must fit; none fits everything.
    public let matchers: [LabelMatcher]
    /// Empty means every service.
    public let services: [ServiceID]
    public let from: Instant
    public let until: Instant
    public let by: Actor
    public let createdAt: Instant

    public init(
        id: Int, matchers: [LabelMatcher], services: [ServiceID], from: Instant, until: Instant, by: Actor,
        createdAt: Instant
    ) {
        self.id = id
        self.matchers = matchers
        self.services = services
        self.from = from
        self.until = until
        self.by = by
        self.createdAt = createdAt
    }

    public func isRunning(at now: Instant) -> Bool { from <= now && now < until }

    public func matches(_ labels: [String: String], of service: ServiceID) -> Bool {
        (services.isEmpty || services.contains(service)) && matchers.allSatisfy { $0.matches(labels) }
    }

    /// It names no service and fits an alert without a single label, so nearly everything is held back.
    public var holdsEverything: Bool { services.isEmpty && matchers.allSatisfy { $0.matches([:]) } }
}

/// An alert that a silence keeps from paging, with all that its decision needs later.
public struct SuppressedAlert: Hashable, Sendable {
    public let alert: AlertKey
    /// The silence that holds it now.
    public let silence: Int
    public let episode: String?
    public let group: String?
    /// What its sender said; nil when that was nothing we know.
    public let severity: Severity?
    /// Where it went when it was last heard of.
    public let service: ServiceID
    public let labels: [String: String]
    /// Since when it is held back, by whichever silence.
    public let since: Instant
    /// When its sender resolved it; nil while it fires. Kept for a day, so that a late duplicate is recognised.
    var resolvedAt: SteadyInstant?

    public var isFiring: Bool { resolvedAt == nil }
}
