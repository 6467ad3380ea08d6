import Incidents

/// Where an incident is told of.
public enum IncidentRooms {
    /// The room of its service's team, those of the teams that its policy's steps tell, and those the steps name: of
    /// steps that applied, taken or not. In order, each once.
    public static func rooms(of incident: Incident, in directory: Directory) -> [ChatRoom] {
        let steps = incident.escalation.map { escalation in
            escalation.policy.steps.indices.filter(escalation.appliedSteps.contains).map { escalation.policy.steps[$0] }
        }
        var teams = steps?.flatMap(\.tell) ?? []
        if let team = directory.services[incident.service]?.team { teams.append(team) }
        return Set(teams.compactMap { directory.teams[$0]?.chat } + (steps?.flatMap(\.rooms) ?? [])).sorted()
    }
}
