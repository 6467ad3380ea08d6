/// Why nobody is on call.
public enum HoleReason: Hashable, Sendable {
    case noLayerCovers
    /// Somebody would be, but all who would have been removed or are off.
    case everyoneRemoved
    /// The schedule, one it stands behind, or its zone is not known; or it stands behind itself.
    case unknownSchedule
    /// The rotation it stands behind has no further person.
    case nobodyElse

    /// One plain clause, such as "no layer covers this time".
    public var explanation: String {
        switch self {
        case .noLayerCovers: "no layer covers this time"
        case .everyoneRemoved: "everyone who would be on call has been removed or is off"
        case .unknownSchedule: "the schedule, one it stands behind, or its time zone is not known"
        case .nobodyElse: "the rotation it stands behind has nobody else"
        }
    }
}
