import OnCall

extension Directory {
    /// What somebody is paged for.
    public enum Occasion: Hashable, Sendable, CaseIterable {
        case steps(Urgency)
        /// Uses every method, whatever the person's rules.
        case lastResort

        public static let allCases: [Occasion] = [.steps(.high), .steps(.low), .lastResort]
    }

    /// Whether pages reach somebody: what decisions, proofs and traces ask (S11, S18).
    ///
    /// The inbox wakes nobody, so it does not count, unless no channel is configured at all. For what can wait, it is
    /// enough that anything else reaches the person.
    public func reaches(_ user: UserID, _ occasion: Occasion) -> Bool {
        guard let person = users[user] else { return false }
        let isWoken = inboxCounts || person.reachableBy.contains { $0 != .inbox }
        switch occasion {
        case .steps(.high): return person.plan(for: .high).contains { inboxCounts || $0.method != .inbox }
        case .steps(.low): return isWoken && !person.plan(for: .low).isEmpty
        case .lastResort: return isWoken && !person.everyMethod.isEmpty
        }
    }
}
