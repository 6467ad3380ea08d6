import Incidents

/// Where an incident is told of.
public enum IncidentRooms {
    /// The room of its service's team, and those of the teams that its policy's steps tell, as far as they were taken.
    /// In order, each once.
    public static func rooms(of incident: Incident, in directory: Directory) -> [ChatRoom] {
        var teams = toldTeams(of: incident)
        if let team = directory.services[incident.service]?.team { teams.append(team) }
        return Set(teams.compactMap { directory.teams[$0]?.chat }).sorted()
    }

    private static func toldTeams(of incident: Incident) -> [TeamID] {
        guard let escalation = incident.escalation else { return [] }
        let steps = escalation.policy.steps
        let taken: ArraySlice<EscalationPolicy.Step>
        switch escalation.position {
        case .starting: taken = escalation.round > 0 ? steps[...] : []
        case .waiting: taken = escalation.round > 0 ? steps[...] : steps.prefix(escalation.step + 1)
        case .lastResort, .exhausted: taken = steps[...]
        }
        return taken.filter { $0.when?.holds(for: incident.severity) ?? true }.flatMap(\.tell)
    }
}
