import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Something that can be wrong, and the monitoring that says so.
struct AlertSource {
    let key: AlertKey
    let labels: [String: String]
    let group: String?
    /// Where it must go.
    let service: ServiceID
    let namesEpisodes: Bool
    let repeats: Duration?
    var severity: Severity
    var episode = 0
    var isFiring = false
    /// A request about it waits for its answer; the next one comes after it.
    var isBusy = false
    var turnsLeft: Int

    func signal(_ status: AlertSignal.Status, episode: Int? = nil) -> AlertSignal {
        AlertSignal(
            alert: key, status: status, episode: namesEpisodes ? "e\(episode ?? self.episode)" : nil, group: group,
            severity: severity, title: "\(key.key) is wrong", summary: "episode \(self.episode)", labels: labels)
    }
}

enum AlertTurn {
    case fire, repeatFiring, resolve, lateDuplicate, worsen
}

/// One request of a sender; sent again until it is accepted.
struct Request {
    var signals: [AlertSignal] = []
    var unreadable: [UnreadableAlert] = []
    let integration: IntegrationID
    /// The sources it speaks for.
    var sources: [Int] = []
    var tries = 0
    var isDone = false
}

/// The senders, as this world has them.
extension World {
    func take(_ turn: AlertTurn, of index: Int) throws {
        let source = alerts[index]
        guard !source.isBusy else {
            if turn != .repeatFiring { schedule(.alertTurns(index, turn), after: .seconds(7)) }
            return
        }
        switch turn {
        case .fire:
            guard !source.isFiring, source.turnsLeft > 0 else { return }
            if source.episode > 0 { faults.met(.newEpisode) }
            alerts[index].turnsLeft -= 1
            alerts[index].episode += 1
            alerts[index].isFiring = true
            schedule(.alertTurns(index, .resolve), after: random.time(.seconds(20), .hours(4)))
            if let every = source.repeats { schedule(.alertTurns(index, .repeatFiring), after: every) }
            if random.chance(150) { schedule(.alertTurns(index, .worsen), after: random.time(.seconds(5), .hours(1))) }
            try request([index], [alerts[index].signal(.firing)])
        case .repeatFiring:
            guard source.isFiring else { return }
            if let every = source.repeats { schedule(.alertTurns(index, .repeatFiring), after: every) }
            try request([index], [source.signal(.firing)])
        case .worsen:
            guard source.isFiring, let worse = Severity.allCases.filter({ $0 > source.severity }).last else { return }
            faults.met(.severityRaised)
            alerts[index].severity = random.chance(500) ? worse : .sev1
            try request([index], [alerts[index].signal(.firing)])
        case .resolve:
            guard source.isFiring else { return }
            alerts[index].isFiring = false
            if random.chance(150) {
                schedule(.alertTurns(index, .lateDuplicate), after: random.time(.seconds(1), .minutes(20)))
            }
            schedule(.alertTurns(index, .fire), after: random.time(.seconds(30), .hours(2)))
            try request([index], [source.signal(.resolved)])
        case .lateDuplicate:
            guard source.namesEpisodes, !source.isFiring else { return }
            faults.met(.lateDuplicate)
            try request([index], [source.signal(.firing)])
        }
    }

    func request(_ sources: [Int], _ signals: [AlertSignal]) throws {
        for index in sources { alerts[index].isBusy = true }
        requests.append(Request(signals: signals, integration: signals[0].alert.integration, sources: sources))
        try send(request: requests.count - 1)
    }

    func send(request index: Int) throws {
        guard !requests[index].isDone else { return }
        requests[index].tries += 1
        if requests[index].tries > 1 { faults.met(.senderRetried) }
        let request = requests[index]
        let isHeard = process?.core.isReady == true
        let submission = Submission.alerts(request.signals, unreadable: request.unreadable, from: request.integration)
        if isHeard { heard[request.integration] = now }
        if try !submit(submission, for: .sender(index)) { sendAgain(index) }
    }

    /// A sender does not give up, as Alertmanager does not on 5xx and broken connections.
    func sendAgain(_ index: Int) {
        let patience = Duration.seconds(Int64(10 * min(requests[index].tries, 20)))
        schedule(.sendRequest(index), after: isScripted ? .seconds(2) : random.time(.milliseconds(200), patience))
    }

    func requestAnswered(_ index: Int, _ reply: Reply) throws {
        // What waits for a slow store is taken in no earlier than the store answers what went before it.
        heard[requests[index].integration] = now
        switch reply {
        case .unavailable:
            faults.met(.turnedAway)
            sendAgain(index)
        case .done(let incidents):
            requests[index].isDone = true
            let request = requests[index]
            accepted[request.integration] = now
            for source in request.sources { alerts[source].isBusy = false }
            note("request \(index + 1) is accepted: \(incidents.map(\.description).joined(separator: ", "))")
            for signal in request.signals where signal.status == .firing { try checkDurable(signal, incidents) }
            if !request.unreadable.isEmpty {
                let key = AlertKey(integration: .tocsin, key: "unreadable/\(request.integration)")
                let place = chronicle.places[key].flatMap { chronicle.stories[$0] }
                try demand(
                    .door,
                    place.map { incidents.contains($0.id) && ($0.urgency == .high || $0.isLoweredByPerson) } == true,
                    "nobody is told that \(request.integration) cannot be read")
            }
        case .already, .refused, .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded:
            throw Broken(.answeredIsDurable, "a sender is answered \(reply)")
        }
    }

    private func checkDurable(_ signal: AlertSignal, _ incidents: [Incident.ID]) throws {
        if isHeldBack(signal) { return }
        guard let place = chronicle.places[signal.alert], incidents.contains(place) else {
            throw Broken(.answeredIsDurable, "\(signal.alert.key) is accepted and in none of \(incidents)")
        }
        guard let source = alerts.first(where: { $0.key == signal.alert }), let story = chronicle.stories[place] else {
            return
        }
        try demand(.door, story.service == source.service, "\(signal.alert.key) goes to \(story.service)")
    }

    /// S2: an expected sender that says nothing becomes an incident, and one that speaks does not.
    func checkSilence() throws {
        guard let bootedAt else { return }
        for integration in chronicle.directory.integrations.values.sorted(by: { $0.id < $1.id }) {
            guard let every = integration.expectEvery else { continue }
            let key = AlertKey(integration: .tocsin, key: "silent/\(integration.id)")
            let isSilent = chronicle.places[key].flatMap { chronicle.stories[$0]?.alerts[key]?.isFiring } == true
            if isSilent { continue }
            let due = max(heard[integration.id] ?? .zero, bootedAt) + every
            guard due < now else { continue }
            let late = health.time(from: due, to: now)
            try demand(.door, late <= Chronicle.slack, "\(integration.id) has been silent for \(spoken(late)) too long")
        }
    }

    /// S2: nobody is woken about the silence of a sender that spoke.
    func checkSilenceIsTrue(_ e: AlertFired, decided: Moment) throws {
        guard e.alert.integration == .tocsin, e.alert.key.hasPrefix("silent/") else { return }
        faults.met(.senderSilent)
        let integration = IntegrationID(rawValue: String(e.alert.key.dropFirst(7)))
        guard let every = chronicle.directory.integrations[integration]?.expectEvery, let spoke = accepted[integration]
        else { return }
        try demand(
            .door, decided - spoke >= every - .seconds(15),
            "\(integration) spoke \(spoken(decided - spoke)) ago and is silent")
    }
}
