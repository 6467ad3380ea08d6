import Timekeeping

/// The rule by which nobody who can be reached is on call.
public enum HoleCause: Hashable, Sendable {
    /// No layer answers. All layers of the schedule, in its order; none when it has none.
    case noLayerAnswers([SilentLayer])
    /// Whoever would be on call is away, and so is everybody who would cover.
    case everyoneAway([Away])
    /// These are on call, and nothing reaches them.
    case nobodyReachable([Post])
    /// The rotation that this schedule stands behind has nobody further.
    case nobodyElse(behind: ScheduleID)
    /// Nobody is on call in the schedule that this one stands behind.
    indirect case nobodyInFront(ScheduleID, HoleCause)
    /// The schedule, one it stands behind, or its zone is not known; or it stands behind itself.
    case unknownSchedule(ScheduleID)

    /// A layer that does not answer.
    public struct SilentLayer: Hashable, Sendable {
        public let name: String
        public let silence: Silence

        public init(name: String, silence: Silence) {
            self.name = name
            self.silence = silence
        }
    }

    public enum Silence: Hashable, Sendable {
        /// Outside its hours. Whether they end where this begins, and begin again where it ends.
        case closed(ends: Bool, begins: Bool)
        /// Its first turn is still to come. The date from which an era has people.
        case notBegun(CivilDate)
        /// Its era has nobody.
        case hasNobody
    }

    /// Somebody who would be on call, or cover.
    public struct Away: Hashable, Sendable {
        public let user: UserID
        /// Whose turn it is there, or who would cover there; nil for somebody behind another schedule.
        public let layer: String?
        public let why: Why

        public enum Why: Hashable, Sendable {
            /// An override takes them out.
            case override(id: Int)
            case timeOff(TimeOff.Source)
        }

        public init(user: UserID, layer: String?, why: Why) {
            self.user = user
            self.layer = layer
            self.why = why
        }
    }

    /// Somebody who is on call, and by what.
    public struct Post: Hashable, Sendable {
        public let user: UserID
        public let by: By

        public enum By: Hashable, Sendable {
            /// It is their turn.
            case turn(layer: String)
            case cover(of: UserID, layer: String)
            case override(id: Int)
            case behind(ScheduleID)
        }

        public init(user: UserID, by: By) {
            self.user = user
            self.by = by
        }
    }

    /// What is at the bottom of it, whatever stands behind.
    public var root: HoleCause {
        if case .nobodyInFront(_, let cause) = self { return cause.root }
        return self
    }
}
