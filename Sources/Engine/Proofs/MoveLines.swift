import Incidents
import OnCall
import Timekeeping

/// Handoffs that move when zone rules change: "Vancouver's rules changed: these 3 handoffs move".
public struct MoveLines: Sendable {
    public let lines: [String]

    public static let mostMoves = 50

    /// - Parameters:
    ///   - moves: from `before` to `after`, which hold the same plans.
    public init(_ moves: [HandoffMove], before: Roster, after: Roster) {
        let changed = before.zones.keys.filter { before.zones[$0] != after.zones[$0] }.sorted()
        let rules =
            changed.isEmpty
            ? "No zone's rules changed" : "The rules of \(HoleWords.list(changed.map(\.rawValue))) changed"
        guard !moves.isEmpty else {
            lines = ["\(rules): no handoff moves."]
            return
        }
        let count =
            moves.count == 1 ? "this handoff moves or changes" : "these \(moves.count) handoffs move or change"
        var lines = ["\(rules): \(count)."]
        for move in moves.prefix(Self.mostMoves) {
            let zone = after.schedules[move.schedule].flatMap { after.zones[$0.zone] } ?? .utc
            let old = before.schedules[move.schedule].flatMap { before.zones[$0.zone] } ?? .utc
            let was = move.before.map { "\(Self.moment($0.at, old)), \(Self.people($0))" } ?? "no handoff"
            let will = move.after.map { "\(Self.moment($0.at, zone)), \(Self.people($0))" } ?? "no handoff"
            lines.append("  \(move.schedule): was \(was). Now \(will).")
        }
        if moves.count > Self.mostMoves { lines.append("  and \(moves.count - Self.mostMoves) more") }
        self.lines = lines
    }

    private static func moment(_ at: Instant, _ zone: ZoneRules) -> String {
        "\(HoleWords.moment(at, zone)) (\(at.rfc3339))"
    }

    private static func people(_ handover: HandoffMove.Handover) -> String {
        func names(_ users: [UserID]) -> String {
            users.isEmpty ? "nobody" : HoleWords.list(users.map(\.rawValue))
        }
        return "\(names(handover.outgoing)) to \(names(handover.incoming))"
    }
}
