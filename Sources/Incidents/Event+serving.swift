import Timekeeping

/// A serving layer serves something else than before, or was seen for the first time.
public struct ServingVersionChanged: Hashable, Sendable, Codable {
    public let service: ServiceID
    /// What was looked at, as `RollbackPolicy.target`.
    public let target: String
    /// What was served before; nil when nothing was, or when nobody had looked.
    public let from: String?
    public let state: ServingState
    /// The rollback that did it, when one did.
    public let rollback: RollbackID?

    public init(service: ServiceID, target: String, from: String?, state: ServingState, rollback: RollbackID? = nil) {
        self.service = service
        self.target = target
        self.from = from
        self.state = state
        self.rollback = rollback
    }
}

/// A version is known to be good: it served for a day without an incident, or somebody said so (S19).
public struct ServingVersionProved: Hashable, Sendable, Codable {
    public let service: ServiceID
    public let version: String
    /// Who said so; nil when the day went by.
    public let by: Actor?

    public init(service: ServiceID, version: String, by: Actor?) {
        self.service = service
        self.version = version
        self.by = by
    }
}
