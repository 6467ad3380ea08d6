import OnCall

/// A person has proved that an address is theirs. The address is kept beside the log, never in it (S20).
public struct ContactVerified: Hashable, Sendable, Codable {
    public let user: UserID
    public let method: ContactMethod
    /// Keyed digest of the address, in hex: another address needs another proof.
    public let digest: String
    /// Enough of it for its owner to recognise, such as `a…@example.com`.
    public let masked: String
    public let by: Actor

    public init(user: UserID, method: ContactMethod, digest: String, masked: String, by: Actor) {
        self.user = user
        self.method = method
        self.digest = digest
        self.masked = masked
        self.by = by
    }
}

/// A verified address is in use no more.
public struct ContactRemoved: Hashable, Sendable, Codable {
    public let user: UserID
    public let method: ContactMethod
    public let by: Actor

    public init(user: UserID, method: ContactMethod, by: Actor) {
        self.user = user
        self.method = method
        self.by = by
    }
}
