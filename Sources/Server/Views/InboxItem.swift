import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// One open incident that one person was paged for in the built-in inbox.
struct InboxItem: Sendable {
    let user: UserID
    let incident: Incident.ID
    let title: String
    let severity: Severity
    let service: ServiceID
    let state: Incident.State
    let owner: UserID?
    let openedAt: Instant
    /// Of the latest page.
    let page: PageID
    let reason: PagingReason
    /// Whether somebody's answer is still waited for.
    let isWaiting: Bool

    /// Sorted: what waits for an answer first, the worst first, the newest first.
    static func all(_ engine: Engine, user: UserID? = nil) -> [InboxItem] {
        let items = engine.read { core in
            var items: [InboxItem] = []
            for incident in core.book.incidents.values where incident.isOpen {
                var latest: [UserID: Page] = [:]
                for page in incident.pages where page.method == .inbox { latest[page.user] = page }
                for page in latest.values where user == nil || page.user == user {
                    items.append(
                        InboxItem(
                            user: page.user, incident: incident.id, title: core.briefings[incident.id]?.title ?? "",
                            severity: incident.severity, service: incident.service, state: incident.state,
                            owner: incident.owner, openedAt: incident.openedAt, page: page.id, reason: page.reason,
                            isWaiting: incident.waitsFor(page.user)))
                }
            }
            return items
        }
        return items.sorted { $0.rank > $1.rank }
    }

    private var rank: (Int, Severity, Incident.ID, String) { (isWaiting ? 1 : 0, severity, incident, user.rawValue) }
}

extension Incident {
    /// While it is triggered everybody asked is waited for; an owner may be asked whether they are still on it.
    func waitsFor(_ user: UserID) -> Bool { state == .triggered || ask?.users.contains(user) == true }
}
