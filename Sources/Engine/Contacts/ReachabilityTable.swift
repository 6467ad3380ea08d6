import Incidents
import OnCall

/// Who can be reached by what, as `tocsin check` shows it.
public struct ReachabilityTable: Sendable {
    public struct Row: Sendable, Hashable {
        public let who: UserID
        public let methods: [ContactMethod]
        public let obstacles: [Reachability.Obstacle]
    }

    /// Everybody, ordered by id.
    public let rows: [Row]

    public init(_ directory: Directory, _ reachability: Reachability) {
        rows = directory.users.keys.sorted().map {
            Row(who: $0, methods: reachability.methods($0).sorted(), obstacles: reachability.obstacles($0))
        }
    }

    /// Aligned columns under a heading. What lacks a channel is the same for everybody, so it is left out here.
    public var lines: [String] {
        let cells =
            [("who", "methods", "obstacles")]
            + rows.map { row in
                let obstacles = row.obstacles.filter { !$0.lacksChannel }.map { "\($0.method): \($0.reason)" }
                return (
                    row.who.rawValue, row.methods.map(\.rawValue).joined(separator: ", "),
                    obstacles.isEmpty ? "-" : obstacles.joined(separator: ", ")
                )
            }
        let first = cells.map(\.0.count).max() ?? 0
        let second = cells.map(\.1.count).max() ?? 0
        return cells.map { "\(padded($0.0, first))  \(padded($0.1, second))  \($0.2)" }
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
