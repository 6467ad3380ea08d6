import Incidents
import OnCall
import Timekeeping

/// An address that a person entered. Personal data: kept beside the log, never in it (S20).
public struct StoredContact: Sendable, Hashable {
    public var user: UserID
    public var method: ContactMethod
    public var address: String
    /// Keyed digest of the address: the log says which digest was proved.
    public var digest: String
    public var addedAt: Instant

    public init(user: UserID, method: ContactMethod, address: String, digest: String, addedAt: Instant) {
        self.user = user
        self.method = method
        self.address = address
        self.digest = digest
        self.addedAt = addedAt
    }
}

/// Keeps people's own addresses. Synchronous; may wait for the disk.
public protocol ContactStore: Sendable {
    /// Ordered by user, method and digest.
    func contacts() throws -> [StoredContact]
    /// Beside what that person has for that method: until the log has the proof of the new one, the old one counts.
    /// Durable when it returns.
    func keep(_ contact: StoredContact) throws
    /// Forgets that person's addresses for that method.
    /// - Parameter digest: but not this one.
    func removeContacts(_ user: UserID, _ method: ContactMethod, except digest: String?) throws
}
