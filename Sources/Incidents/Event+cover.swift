import OnCall

/// Somebody asked to be covered.
public struct CoverRequested: Hashable, Sendable, Codable {
    public let request: CoverRequest

    public init(request: CoverRequest) {
        self.request = request
    }
}

/// Somebody answered. The overrides that an acceptance makes are recorded with it.
public struct CoverAnswered: Hashable, Sendable, Codable {
    public let id: Int
    public let accepted: Bool
    public let by: UserID
    public let via: Via

    public init(id: Int, accepted: Bool, by: UserID, via: Via) {
        self.id = id
        self.accepted = accepted
        self.by = by
        self.via = via
    }
}

/// A request for cover was taken back before anybody accepted.
public struct CoverWithdrawn: Hashable, Sendable, Codable {
    public let id: Int
    public let by: Actor

    public init(id: Int, by: Actor) {
        self.id = id
        self.by = by
    }
}
