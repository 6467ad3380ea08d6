import Incidents

/// What is to happen with an incident's rollback.
public enum RollbackOrder: Hashable, Sendable {
    /// To say what a rollback would do. Nil means to the last good version.
    case plan(to: String?)
    /// A plan that is not the one named is not approved.
    case approve(RollbackID?)
    /// One person goes on without a second, for the reason given, as it was typed.
    case breakGlass(RollbackID?, reason: String)
    case cancel
    /// To plan the way back from the last rollback.
    case undo
    case status

    var changesSomething: Bool { self != .status }
}

/// An incident's last rollback, as far as the reader needs it.
public struct KnownRollback: Sendable, Hashable {
    public enum Stage: Sendable, Hashable {
        /// Nobody has said yes yet, or not enough people have.
        case waiting
        case underWay
        case over
    }

    public var id: RollbackID
    public var stage: Stage

    public init(id: RollbackID, stage: Stage) {
        self.id = id
        self.stage = stage
    }
}
