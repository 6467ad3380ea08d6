import Incidents
import OnCall
import Timekeeping

/// An address that a person entered and proved. Personal data: kept beside the log, never in it (S20).
public struct StoredContact: Sendable, Hashable {
    public var user: UserID
    public var method: ContactMethod
    public var address: String
    public var addedAt: Instant

    public init(user: UserID, method: ContactMethod, address: String, addedAt: Instant) {
        self.user = user
        self.method = method
        self.address = address
        self.addedAt = addedAt
    }
}

/// Keeps people's own addresses. Synchronous, from any thread.
public protocol ContactStore: Sendable {
    /// Ordered by user and method.
    func contacts() throws -> [StoredContact]
    /// In the place of what that person had for that method. Durable when it returns.
    func keep(_ contact: StoredContact) throws
    /// Also when there is none.
    func removeContact(_ user: UserID, _ method: ContactMethod) throws
}
