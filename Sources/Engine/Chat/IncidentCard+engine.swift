import EngineCore
import Incidents
import OnCall
import Timekeeping

extension IncidentCard {
    /// The incident as it is now; nil when it is known no more.
    init?(_ id: Incident.ID, _ engine: Engine) {
        let card = engine.read { core -> IncidentCard? in
            guard let incident = core.book.incidents[id] else { return nil }
            return IncidentCard(incident, core.briefings[id], core.directory, engine.links)
        }
        guard let card else { return nil }
        self = card
    }

    init(_ incident: Incident, _ briefing: Briefing?, _ directory: Directory, _ links: Links) {
        func person(_ user: UserID) -> Person {
            Person(user: user, name: directory.users[user]?.name ?? user.rawValue)
        }
        self.init(
            incident: incident.id, title: briefing?.title ?? "", summary: briefing?.summary ?? "",
            severity: incident.severity, state: incident.state,
            service: directory.services[incident.service]?.name ?? incident.service.rawValue,
            openedAt: incident.openedAt, acknowledgedAt: incident.acknowledgedAt, resolvedAt: incident.resolution?.at,
            snoozedUntil: incident.snoozedUntil, owner: incident.owner.map(person),
            paging: Self.beingPaged(incident).map(person), alerts: incident.alerts.count,
            firing: incident.firingCount, links: briefing?.links ?? [:],
            runbooks: incident.runbooks.map { links.runbook($0, for: incident.id) }, url: links.incident(incident.id),
            rollback: incident.rollbacks.last.map { RollbackLines.card($0) })
    }

    /// Whoever is called, in the order they were, until somebody has it.
    private static func beingPaged(_ incident: Incident) -> [UserID] {
        guard incident.state == .triggered else { return [] }
        var users: [UserID] = []
        for run in incident.runs where !run.isStopped && !users.contains(run.user) { users.append(run.user) }
        return users
    }
}
