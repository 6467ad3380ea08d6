import OnCall
import Timekeeping

/// What other rules of time zones did to a roster.
public struct RulesDifference: Sendable, Hashable {
    public let at: Instant
    /// Of the tz database; nil where it does not say.
    public let fromVersion: String?
    public let toVersion: String?
    public let zones: [ZoneID]
    /// Of the year ahead, each a different instant than before or other people.
    public let moves: [Move]
    /// What `tocsin check` warns of now and did not.
    public let warnings: [String]
    /// Schedules in which others are on call at this very moment.
    public let moved: [DutyChange]

    static let horizon = Duration.days(366)

    /// One handoff, with the clock of its schedule as it was to show it and as it will.
    public struct Move: Sendable, Hashable {
        public let handoff: HandoffMove
        /// RFC 3339 with the offset by the old rules; nil when the handoff is new.
        public let before: String?
        /// By the new rules; nil when it is gone.
        public let after: String?
    }

    init(
        at: Instant, versions: (String?, String?), zones: [ZoneID], from old: Roster, to new: Roster,
        amendments: Amendments, warnings: [String], moved: [DutyChange]
    ) {
        self.at = at
        (fromVersion, toVersion) = versions
        self.zones = zones
        self.warnings = warnings
        self.moved = moved
        moves = old.handoffMoves(to: new, from: at, until: at + Self.horizon, amendments: amendments).map { move in
            func clock(_ roster: Roster) -> LocalTime {
                LocalTime(zone: roster.schedules[move.schedule].flatMap { roster.zones[$0.zone] } ?? .utc)
            }
            return Move(
                handoff: move, before: move.before.map { clock(old).rfc3339($0.at) },
                after: move.after.map { clock(new).rfc3339($0.at) })
        }
    }

    /// In whole sentences, the most important first: who is on call now, which rules changed, what moves.
    public var lines: [String] {
        let names = zones.map(\.rawValue).joined(separator: ", ")
        let versions = [fromVersion, toVersion].compactMap { $0 }
        let release =
            fromVersion == toVersion || versions.isEmpty ? "" : " (tzdata \(versions.joined(separator: " to ")))"
        let head = "\(names)'s rules changed\(release): "
        let what: String
        switch moves.count {
        case 0: what = "no handoff of the year ahead moves."
        case 1: what = "this handoff moves:"
        default: what = "these \(moves.count) handoffs move:"
        }
        let shown = moves.prefix(Self.mostShown).map(\.sentence)
        let rest = moves.count > shown.count ? ["And \(moves.count - shown.count) more: see /api/v1/timezones."] : []
        return moved.map { "\($0.sentence(isDone: true))." } + [head + what] + shown + rest
            + warnings.map { "New under these rules: \($0)" }
    }

    private static let mostShown = 20
}

extension RulesDifference.Move {
    /// "primary, ana to ben: 2026-12-07T10:00:00-08:00 becomes 2026-12-07T10:00:00-07:00."
    var sentence: String {
        func people(_ handover: HandoffMove.Handover) -> String {
            func names(_ users: [UserID]) -> String {
                users.isEmpty ? "nobody" : users.map(\.rawValue).joined(separator: " and ")
            }
            return "\(names(handover.outgoing)) to \(names(handover.incoming))"
        }
        let schedule = handoff.schedule
        switch (handoff.before, before, handoff.after, after) {
        case (let old?, let was?, let new?, let will?):
            let others = handoff.isMoved ? "" : " (\(people(new)))"
            return "\(schedule), \(people(old)): \(was) becomes \(will)\(others)."
        case (let old?, let was?, _, _): return "\(schedule), \(people(old)): \(was) is no handoff any more."
        case (_, _, let new?, let will?): return "\(schedule), \(people(new)): \(will) is a new handoff."
        default: return "\(schedule)."
        }
    }
}
