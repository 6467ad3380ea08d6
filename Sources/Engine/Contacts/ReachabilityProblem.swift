import OnCall

/// Somebody who would be paged and whom nothing but the inbox can reach.
public struct ReachabilityProblem: Sendable, Hashable {
    public let user: UserID
    /// Where the configuration pages them: `step 1 of policy ml (schedule sun)`, `the last resort`.
    public let pagedBy: [String]
    public let obstacles: [Reachability.Obstacle]

    public init(user: UserID, pagedBy: [String], obstacles: [Reachability.Obstacle]) {
        self.user = user
        self.pagedBy = pagedBy
        self.obstacles = obstacles
    }

    /// A clause about the person, without their name.
    public var message: String {
        "is paged by \(places), but only the inbox can reach them, and it wakes nobody"
    }

    /// What would help, in whole sentences: addresses for the channels there are, else channels.
    public var wayOut: String {
        let lacking = obstacles.filter { !$0.lacksChannel }
        if lacking.isEmpty {
            return
                "Configure channels.smtp, channels.ntfy, channels.slack, channels.sms or channels.webhook, or give them a webhook "
                + "of their own in the contacts file."
        }
        return lacking.clauses.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }.joined(separator: " ")
    }

    private static let mostPlaces = 3

    private var places: String {
        var shown = Array(pagedBy.prefix(Self.mostPlaces))
        let others = pagedBy.count - shown.count
        if others > 0 { shown.append("\(others) more") }
        guard let last = shown.popLast() else { return "nothing" }
        return shown.isEmpty ? last : "\(shown.joined(separator: ", ")) and \(last)"
    }
}
