import Timekeeping

/// Pages of one method that are owed and not under way.
public struct WaitingPages: Hashable, Sendable {
    public internal(set) var count: Int
    /// When the oldest of them was requested, by the wall clock.
    public internal(set) var since: Instant
}

extension IncidentBook {
    /// What waits for an attempt or for its turn to be tried again, by method. Looks at every open page: for people and
    /// for metrics, not for decisions.
    public var waitingPages: [ContactMethod: WaitingPages] {
        var waiting: [ContactMethod: WaitingPages] = [:]
        for incident in incidents.values {
            for page in incident.pages where !incident.isStopped(page) {
                guard case .owed = page.status else { continue }
                let since = wall(page.requestedAt)
                var those = waiting[page.method] ?? WaitingPages(count: 0, since: since)
                those.count += 1
                those.since = min(those.since, since)
                waiting[page.method] = those
            }
        }
        return waiting
    }
}
