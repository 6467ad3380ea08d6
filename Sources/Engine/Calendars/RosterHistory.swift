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
        enum Subject: Sendable, Hashable {
            case schedule(ScheduleID)
            /// In whatever schedule.
            case user(UserID)
        }

        let revision: Revision
        let subject: Subject
        let from: Instant
        let until: Instant
    }

    /// The configuration that the plan is of.
    public let configured: Revision
    /// The latest of all.
    public let latest: Revision
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
        latest = max(configured, changes.map(\.revision).max() ?? configured)
    }

    /// Whether it belongs here. Of the same stream is much that moves nobody: handoffs told, calendars issued.
    static func concerns(_ payload: EventPayload) -> Bool {
        switch payload {
        case .overrideAdded, .overrideRemoved, .timeOffAdded, .timeOffRemoved, .holidaysRead: true
        default: false
        }
    }

    /// Those that could have made a schedule's shifts what they are.
    package func revisions(in lineage: [ScheduleID], members: Set<UserID>) -> RosterRevisions {
        RosterRevisions(configured: configured, changes: changes, lineage: lineage, members: members)
    }
}

extension RosterHistory.Change {
    init(_ revision: RosterHistory.Revision, _ override: Override) {
        self.init(
            revision: revision, subject: .schedule(override.schedule), from: override.from, until: override.until)
    }

    init(_ revision: RosterHistory.Revision, _ timeOff: TimeOff) {
        self.init(revision: revision, subject: .user(timeOff.user), from: timeOff.from, until: timeOff.until)
    }
}
