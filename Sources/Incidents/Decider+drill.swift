import OnCall
import Timekeeping

extension Decider {
    /// Pages for practice. Of high urgency, as what is practised is being woken; a service is only lent, for an incident
    /// belongs to one.
    mutating func drill(_ target: DrillTarget, _ length: Duration, _ actor: Actor) -> Reply {
        if let user = actor.user, directory.users[user] == nil { return .refused(.noSuchUser(user)) }
        let length = min(max(length, Drill.shortest), Drill.longest)
        let policy: EscalationPolicy
        switch target {
        case .policy(let id):
            guard let found = directory.policies[id] else { return .refused(.noSuchPolicy(id)) }
            policy = found
        case .schedule(let id):
            guard directory.roster.schedules[id] != nil else { return .refused(.noSuchSchedule(id)) }
            let reached = look(up: .schedule(id), urgency: .high).people.filter(\.canBeReached)
            guard !reached.isEmpty else { return .refused(.nobodyToPage([.schedule(id)])) }
            policy = EscalationPolicy(
                id: "drill", steps: [.init(page: [.schedule(id)], wait: length)], acknowledgements: reached.count)
        }
        let incident = Incident.ID(book.lastNumber + 1)
        record(
            .incidentOpened(
                IncidentOpened(
                    incident: incident, service: service(lentTo: target), severity: .sev2, urgency: .high,
                    routing: RoutingReason.declared.explanation, declaredBy: actor,
                    drill: Drill(target: "\(target)", policy: policy, length: length))),
            text: EventText(
                title: "\(Drill.mark)practice page for \(target)",
                body: "This is a drill. Nothing is wrong. Acknowledge it as you would a real page."))
        startEscalation(incident)
        return .done(incidents: [incident])
    }

    /// The first by name that calls those who practise.
    private func service(lentTo target: DrillTarget) -> ServiceID {
        let fitting = directory.services.values.filter { service in
            switch target {
            case .policy(let id): return service.policy == id
            case .schedule(let id):
                let steps = directory.policies[service.policy]?.steps ?? []
                return steps.contains { $0.page.contains(.schedule(id)) }
            }
        }
        return fitting.map(\.id).min() ?? directory.unrouted
    }

    /// Everybody who is wanted has answered.
    mutating func endAnsweredDrill(_ id: Incident.ID) {
        guard let incident = book.incidents[id], incident.drill != nil, incident.state == .acknowledged else { return }
        close(id, .drillOver)
    }

    /// Whether the drill's time was up, which ends it.
    mutating func endOverdueDrill(_ id: Incident.ID) -> Bool {
        guard let incident = book.incidents[id], incident.isOpen, let ends = incident.drillEnds, ends <= steadyNow
        else { return false }
        close(id, .drillOver)
        return true
    }
}
