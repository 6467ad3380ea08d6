/// Which runbooks an incident is given. What its service names comes first, what its alerts' labels match next.
extension Decider {
    /// More are no help to somebody half awake.
    public static let mostRunbooks = 5

    /// Links what is not linked yet. Asked whenever an alert brings news and before anybody is paged for it, so that
    /// the first page carries the runbook.
    /// - Parameter labels: the alert's; nil when a person declared the incident, which no matcher looks at.
    mutating func linkRunbooks(_ id: Incident.ID, labels: [String: String]?) {
        guard !directory.runbooks.isEmpty, let incident = book.incidents[id] else { return }
        let service = directory.services[incident.service]
        let named = (service?.runbooks ?? []).compactMap { name in
            directory.runbooks.first { $0.id == name }.map { ($0, "service \(incident.service) names it") }
        }
        let matched = directory.runbooks.compactMap { rule in
            labels.flatMap { rule.ground(labels: $0, severity: incident.severity) }.map { (rule, $0) }
        }
        var known = incident.runbooks.map(\.id)
        for (rule, why) in named + matched where known.count < Self.mostRunbooks && !known.contains(rule.id) {
            known.append(rule.id)
            record(
                .runbookLinked(RunbookLinked(incident: id, runbook: rule.id, title: rule.title, why: why)))
        }
    }
}
