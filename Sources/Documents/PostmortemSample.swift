import Engine
import Incidents
import OnCall
import Timekeeping

extension PostmortemDraft {
    /// What every template is tried with before the first incident.
    static let sample: PostmortemDraft = {
        let incident = Incident.ID(42)
        let page = PageID(incident: incident, ordinal: 1)
        let attempt = AttemptID(page: page, number: 1)
        let alert = AlertKey(integration: "prod", key: "p99")
        let ana = Actor(user: "ana", via: .console)
        let payloads: [(EventPayload, EventText?)] = [
            (
                .incidentOpened(
                    .init(
                        incident: incident, service: "ranker", severity: .sev1, urgency: .high,
                        routing: RoutingReason.route(1).explanation)), EventText(title: "p99 is high")
            ),
            (
                .alertFired(.init(incident: incident, alert: alert, severity: .sev1, isNewEpisode: false)),
                EventText(title: "p99 is high", links: ["graph": "https://graphs.example.com/p99"])
            ),
            (.pageRequested(.init(page: page, run: 1, user: "ana", method: .push, reason: .step)), nil),
            (.attemptBegun(.init(attempt: attempt, incarnation: 1, isRepeat: false)), nil),
            (.attemptEnded(.init(attempt: attempt, outcome: .init(.failedForGood, evidence: "410 Gone"))), nil),
            (.pageEnded(.init(page: page, state: .failed)), nil),
            (.acknowledged(.init(incident: incident, by: "ana", via: .console, owner: "ana")), nil),
            (.noteAdded(.init(incident: incident, by: ana)), EventText(body: "Seen it.\nLooking.")),
            (.incidentResolved(.init(incident: incident, by: Resolver(actor: ana))), nil),
        ]
        let events = payloads.enumerated().map { index, sample in
            RecordedEvent(
                event: Event(
                    sequence: Int64(index + 7), at: Instant(seconds: 1_790_000_000 + Int64(index) * 60),
                    payload: sample.0, text: sample.1),
                hash: "0123456789abcdef")
        }
        guard let facts = PostmortemFacts(events) else { preconditionFailure("the sample begins with its opening") }
        return PostmortemDraft(facts, directory: .nobody, zone: .utc)
    }()
}

extension Directory {
    /// Knows no names: everybody is called by the id.
    public static let nobody = Directory(
        users: [:], roster: Roster(schedules: [:], zones: [:]), policies: [:], services: [:], unrouted: "unrouted",
        lastResort: [])
}
