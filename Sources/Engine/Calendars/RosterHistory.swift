import Incidents
import OnCall
import Timekeeping

/// When what is laid over the plan was changed, ever: also what has been taken back, which the book has forgotten.
///
/// A calendar's event needs it. Its `SEQUENCE` and its times must stand still while nothing changes, and move on with
/// every change, a removal included; so they are those of the latest record that touches the shift. The place in the
/// log serves as `SEQUENCE`: unlike a count of changes it never goes back when a change cuts the shift shorter.
public struct RosterHistory: Sendable, Hashable {
    /// A place in the log and its time.
    public struct Revision: Sendable, Hashable, Comparable {
        public let sequence: Int64
        public let at: Instant

        public init(sequence: Int64, at: Instant) {
            self.sequence = sequence
            self.at = at
        }

        public static func < (a: Self, b: Self) -> Bool { (a.sequence, a.at) < (b.sequence, b.at) }
    }

    struct Change: Sendable, Hashable {
        let revision: Revision
        /// Nil when it concerns a person in whatever schedule.
        let schedule: ScheduleID?
        let user: UserID?
        let from: Instant
        let until: Instant
    }

    /// The configuration that the plan is of.
    public let configured: Revision
    private(set) var changes: [Change] = []

    /// - Parameters:
    ///   - configured: the record that put the configuration in force, or the moment of export where there is no log.
    ///   - events: those of the stream of overrides, in the order of the log.
    public init(configured: Revision, events: [Event] = []) {
        self.configured = configured
        var overrides: [Int: Override] = [:]
        var entered: [TimeOff.Source: TimeOff] = [:]
        var holidays: [String: Set<TimeOff>] = [:]
        for event in events {
            let revision = Revision(sequence: event.sequence, at: event.at)
            switch event.payload {
            case .overrideAdded(let e):
                overrides[e.override.id] = e.override
                changes.append(Change(revision, e.override))
            case .overrideRemoved(let e):
                if let override = overrides[e.id] { changes.append(Change(revision, override)) }
            case .timeOffAdded(let e):
                entered[e.timeOff.source] = e.timeOff
                changes.append(Change(revision, e.timeOff))
            case .timeOffRemoved(let e):
                if let timeOff = entered[.entered(id: e.id)] { changes.append(Change(revision, timeOff)) }
            case .holidaysRead(let e):
                let (before, after) = (holidays[e.calendar] ?? [], Set(e.timeOff))
                changes += before.symmetricDifference(after).map { Change(revision, $0) }
                holidays[e.calendar] = after
            default: break
            }
        }
    }

    /// The latest of all.
    public var latest: Revision { max(configured, changes.map(\.revision).max() ?? configured) }

    /// The latest that could have made this shift what it is. One that ends where the shift begins has cut it.
    func revision(of shift: DutyShift, in lineage: [ScheduleID], members: Set<UserID>) -> Revision {
        var latest = configured
        for change in changes where change.revision > latest {
            guard change.from <= shift.until ?? .distantFuture, change.until >= shift.from ?? .distantPast else {
                continue
            }
            let isMeant =
                change.schedule.map(lineage.contains)
                ?? change.user.map { $0 == shift.user || members.contains($0) } ?? true
            if isMeant { latest = change.revision }
        }
        return latest
    }
}

extension RosterHistory.Change {
    init(_ revision: RosterHistory.Revision, _ override: Override) {
        self.init(
            revision: revision, schedule: override.schedule, user: nil, from: override.from, until: override.until)
    }

    init(_ revision: RosterHistory.Revision, _ timeOff: TimeOff) {
        self.init(revision: revision, schedule: nil, user: timeOff.user, from: timeOff.from, until: timeOff.until)
    }
}
