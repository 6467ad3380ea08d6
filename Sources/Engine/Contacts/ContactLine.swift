import Incidents
import OnCall

/// One way to reach one person, as `/me` and `tocsin contact list` show it. Holds no whole address.
public struct ContactLine: Sendable, Hashable {
    public enum Source: String, Sendable, Hashable {
        /// Entered and proved by the person.
        case own
        /// From the contacts file.
        case file
        /// From the configuration, or found by the person's mail address.
        case directory
        case builtIn = "built_in"
    }

    public var method: ContactMethod
    /// `a…@example.com`; nil when there is no address.
    public var masked: String?
    public var source: Source?
    /// A code was sent to this (masked) address and not typed back yet.
    public var pending: String?
    /// Why pages cannot go this way, in a clause; nil when they can.
    public var obstacle: String?
    /// Whether the person can enter an address for it here.
    public var canBeEntered: Bool

    public init(
        method: ContactMethod, masked: String?, source: Source?, pending: String?, obstacle: String?,
        canBeEntered: Bool
    ) {
        self.method = method
        self.masked = masked
        self.source = source
        self.pending = pending
        self.obstacle = obstacle
        self.canBeEntered = canBeEntered
    }
}

/// Why nothing was done about a contact, in a sentence with the way out.
public struct ContactProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable {
        case noSuchUser = "no_such_user"
        /// Only mail addresses, ntfy topics and phone numbers can be entered.
        case notEnterable = "not_enterable"
        case noChannel = "no_channel"
        case badAddress = "bad_address"
        case tooManyCodes = "too_many_codes"
        /// The code could not be sent.
        case notSent = "not_sent"
        case noCodePending = "no_code_pending"
        case wrongCode = "wrong_code"
        case noSuchContact = "no_such_contact"
        case unavailable
    }

    public var code: Code
    public var description: String

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
