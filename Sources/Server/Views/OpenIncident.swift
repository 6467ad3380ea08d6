import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A live incident in a few words, from the decision state: it can be shown while the log cannot be read.
struct OpenIncident: Sendable {
    let incident: Incident
    let title: String
    let summary: String
    let labels: [String: String]
    let links: [String: String]

    init(_ incident: Incident, _ briefing: Briefing?) {
        self.incident = incident
        title = briefing?.title ?? ""
        summary = briefing?.summary ?? ""
        labels = briefing?.labels ?? [:]
        links = briefing?.links ?? [:]
    }

    /// Nil when it is not live: unknown, or resolved more than a day ago.
    static func find(_ id: Incident.ID, _ engine: Engine) -> OpenIncident? {
        engine.read { core in core.book.incidents[id].map { OpenIncident($0, core.briefings[id]) } }
    }

    /// The unacknowledged first, then the worst, then the newest.
    static func all(_ engine: Engine) -> [OpenIncident] {
        engine.read { core in
            core.book.incidents.values.filter(\.isOpen).map { OpenIncident($0, core.briefings[$0.id]) }
        }.sorted { $0.rank > $1.rank }
    }

    private var rank: (Int, Severity, Incident.ID) {
        (incident.state == .triggered ? 1 : 0, incident.severity, incident.id)
    }
}
