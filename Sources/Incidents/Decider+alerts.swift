import OnCall
import Timekeeping

extension Decider {
    /// Decides about one alert. Answers the incident it belongs to, or nil when it changes nothing and belongs to none.
    public mutating func receive(_ signal: AlertSignal) -> Incident.ID? {
        heard(signal.alert.integration)
        switch signal.status {
        case .firing: return fire(signal)
        case .resolved: return resolve(signal)
        }
    }

    /// Something from a known sender that could not be read (S2): a high-urgency incident, one per integration. Every
    /// body is kept, up to a limit in each incident: it may be the only trace of a real alert.
    public mutating func receive(_ unreadable: UnreadableAlert, from integration: IntegrationID) -> Incident.ID? {
        heard(integration)
        let signal = AlertSignal(
            alert: AlertKey(integration: .tocsin, key: "unreadable/\(integration)"), status: .firing, severity: .sev2,
            title: "Cannot read alerts from \(integration)", summary: "\(unreadable.problem)\n\n\(unreadable.body)",
            labels: ["alertname": "UnreadableAlert", "integration": integration.rawValue])
        guard let id = book.places[signal.alert], let firings = book.incidents[id]?.firings else { return fire(signal) }
        if firings < Self.unreadableBodiesKept { recordFired(signal, id, isNewEpisode: true) }
        return fire(signal)  // a repeat from here on: counted, held, or reopening what a person had resolved
    }

    static let unreadableBodiesKept = 50

    /// Decides about a firing: held back by a silence, or joining, reopening or opening an incident.
    mutating func fire(_ signal: AlertSignal) -> Incident.ID? {
        if isLate(signal) { return nil }
        if !book.silences.isEmpty, !isBeyondSilence(signal), holdBack(signal) { return nil }
        letGo(signal.alert)
        var previous: Incident.ID?
        // No copy of the incident is held while it changes, or each alert would cost what the incident holds.
        if let id = book.places[signal.alert], let known = book.incidents[id]?.alerts[signal.alert] {
            if isSameEpisode(signal, known) { return refire(signal, id, known) }
            if let home = home(of: signal, after: id, isNewEpisode: true) { return home }
            previous = id
        }
        let (route, routing) = directory.route(signal.labels, from: signal.alert.integration)
        let group = groupKey(signal, directory.services[route.service])
        if let id = book.groups[GroupKey(service: route.service, key: group)] {
            if let home = home(of: signal, after: id, isNewEpisode: false) { return home }
            previous = id
        }
        return open(signal, route, routing, group, previous: previous)
    }

    /// An incident that is open is not kept from its alerts. A late duplicate opens nothing; and what kept firing after
    /// a person had resolved it is decided when the hold ends.
    private func isBeyondSilence(_ signal: AlertSignal) -> Bool {
        if let id = book.places[signal.alert], let incident = book.incidents[id],
            let known = incident.alerts[signal.alert]
        {
            if incident.isOpen || openSibling(of: id) != nil { return true }
            if isSameEpisode(signal, known) { return !known.isFiring || incident.resolution?.keptFiring == true }
        }
        let service = directory.route(signal.labels, from: signal.alert.integration).0.service
        let group = groupKey(signal, directory.services[service])
        guard let id = book.groups[GroupKey(service: service, key: group)] else { return false }
        return book.incidents[id]?.isOpen == true || openSibling(of: id) != nil
    }

    private func isSameEpisode(_ signal: AlertSignal, _ known: AlertRecord) -> Bool {
        known.isFiring ? isRepeat(signal, of: known) : signal.episode != nil && signal.episode == known.episode
    }

    /// A firing joins its incident while that is open. Within the window after its resolution, or while a person's
    /// resolution is held, it is the same incident again (S15), unless its group has gone on in another by then.
    private mutating func home(
        of signal: AlertSignal, after id: Incident.ID, isNewEpisode: Bool
    ) -> Incident.ID? {
        guard let service = book.incidents[id]?.service else { return nil }
        guard let resolution = book.incidents[id]?.resolution else {
            join(signal, id, isNewEpisode: isNewEpisode)
            return id
        }
        if let sibling = openSibling(of: id) {
            join(signal, sibling, isNewEpisode: book.incidents[sibling]?.alerts[signal.alert] != nil)
            return sibling
        }
        let window = directory.services[service]?.refireWindow ?? Directory.Service.standardRefireWindow
        guard resolution.holdEnds != nil || steadyNow - resolution.steady <= window else { return nil }
        recordFired(signal, id, isNewEpisode: isNewEpisode)
        raiseSeverity(id, to: severity(of: signal))
        linkRunbooks(id, labels: signal.labels)
        reopen(id, .refired)
        armRollback(signal.labels, id)
        return id
    }

    /// While an alert fires, a sender that names no episode, or the same one, repeats itself.
    private func isRepeat(_ signal: AlertSignal, of known: AlertRecord) -> Bool {
        signal.episode == nil || known.episode == nil || signal.episode == known.episode
    }

    /// The same episode again: news only when it got worse, or when a person had called it resolved.
    private mutating func refire(_ signal: AlertSignal, _ id: Incident.ID, _ known: AlertRecord) -> Incident.ID {
        guard known.isFiring else {
            count(id)  // its sender resolved it already: a late duplicate
            return id
        }
        let severity = self.severity(of: signal)
        if book.incidents[id]?.isOpen == true, severity > known.severity {
            join(signal, id, isNewEpisode: false)
            return id
        }
        count(id)
        guard let resolution = book.incidents[id]?.resolution else { return id }
        if resolution.holdEnds == nil {
            if let sibling = openSibling(of: id) {
                join(signal, sibling, isNewEpisode: false)
                return sibling
            }
            reopen(id, .stillFiring)
            armRollback(signal.labels, id)
        } else if !resolution.keptFiring {
            record(.alertKeptFiring(AlertKeptFiring(incident: id, alert: signal.alert)))
        }
        return id
    }

    /// The group has gone on in another incident; one group is never open twice (S6).
    func openSibling(of id: Incident.ID) -> Incident.ID? {
        guard let key = book.incidents[id]?.groupKey, let sibling = book.groups[key], sibling != id,
            book.incidents[sibling]?.isOpen == true
        else { return nil }
        return sibling
    }

    private mutating func open(
        _ signal: AlertSignal, _ route: Directory.Route, _ routing: RoutingReason, _ group: String,
        previous: Incident.ID?
    ) -> Incident.ID {
        let id = Incident.ID(book.lastNumber + 1)
        let severity = self.severity(of: signal)
        record(
            .incidentOpened(
                IncidentOpened(
                    incident: id, service: route.service, group: group, severity: severity, urgency: severity.urgency,
                    previous: previous, routing: routing.explanation, declaredBy: nil)),
            text: EventText(title: signal.title))
        recordFired(signal, id, isNewEpisode: false)
        linkRunbooks(id, labels: signal.labels)
        startEscalation(id)
        return id
    }

    private mutating func join(_ signal: AlertSignal, _ id: Incident.ID, isNewEpisode: Bool) {
        guard let (before, urgency) = book.incidents[id].map({ ($0.severity, $0.urgency) }) else { return }
        recordFired(signal, id, isNewEpisode: isNewEpisode)
        let severity = self.severity(of: signal)
        raiseSeverity(id, to: severity)
        linkRunbooks(id, labels: signal.labels)
        if severity > before { worsened(id, from: urgency) }
    }

    private mutating func raiseSeverity(_ id: Incident.ID, to severity: Severity) {
        guard let incident = book.incidents[id], severity > incident.severity else { return }
        record(
            .severityChanged(
                SeverityChanged(incident: id, from: incident.severity, to: severity, urgency: severity.urgency)))
    }

    private mutating func recordFired(_ signal: AlertSignal, _ id: Incident.ID, isNewEpisode: Bool) {
        record(
            .alertFired(
                AlertFired(
                    incident: id, alert: signal.alert, episode: signal.episode, severity: severity(of: signal),
                    isNewEpisode: isNewEpisode)),
            text: EventText(
                title: signal.title, body: signal.summary.isEmpty ? nil : signal.summary,
                labels: signal.labels.isEmpty ? nil : signal.labels, links: signal.links.isEmpty ? nil : signal.links))
        armRollback(signal.labels, id)
    }

    private mutating func resolve(_ signal: AlertSignal) -> Incident.ID? {
        resolveHeldBack(signal)
        guard let id = book.places[signal.alert], let incident = book.incidents[id],
            let known = incident.alerts[signal.alert], known.isFiring, isRepeat(signal, of: known)
        else { return book.places[signal.alert] }
        record(.alertResolved(AlertResolved(incident: id, alert: signal.alert, episode: signal.episode)))
        if incident.isOpen, !incident.isDeclared, book.incidents[id]?.firingCount == 0 {
            close(id, .alerts)
        }
        return id
    }

    private func severity(of signal: AlertSignal) -> Severity {
        directory.route(signal.labels, from: signal.alert.integration).0.severity ?? signal.severity ?? .unknown
    }

    private func groupKey(_ signal: AlertSignal, _ service: Directory.Service?) -> String {
        if let labels = service?.groupBy, !labels.isEmpty {
            return "by:" + labels.map { "\($0)=\(signal.labels[$0] ?? "")" }.joined(separator: "\u{1F}")
        }
        if let group = signal.group { return "sender:\(signal.alert.integration)\u{1F}\(group)" }
        return "alert:\(signal.alert.integration)\u{1F}\(signal.alert.key)"
    }

    // MARK: Senders that are expected to speak (S2)

    private func silence(of integration: IntegrationID) -> AlertKey {
        AlertKey(integration: .tocsin, key: "silent/\(integration)")
    }

    /// A sender spoke: it is not silent.
    public mutating func heard(_ integration: IntegrationID) {
        guard integration != .tocsin, directory.integrations[integration]?.expectEvery != nil else { return }
        lastHeard[integration] = steadyNow
        let alert = silence(of: integration)
        guard let id = book.places[alert], book.incidents[id]?.alerts[alert]?.isFiring == true else { return }
        _ = resolve(AlertSignal(alert: alert, status: .resolved, title: ""))
    }

    var nextSilence: SteadyInstant? {
        directory.integrations.values.compactMap { integration in
            guard let every = integration.expectEvery, let heard = lastHeard[integration.id], !isSilent(integration.id)
            else { return nil }
            return heard + every
        }.min()
    }

    private func isSilent(_ integration: IntegrationID) -> Bool {
        let alert = silence(of: integration)
        guard let id = book.places[alert] else { return false }
        return book.incidents[id]?.alerts[alert]?.isFiring == true
    }

    /// A sender that is expected from now on counts as heard just now.
    mutating func listen() {
        for id in directory.integrations.keys where lastHeard[id] == nil { lastHeard[id] = steadyNow }
    }

    mutating func noticeSilence() {
        for integration in directory.integrations.values.sorted(by: { $0.id < $1.id }) {
            guard let every = integration.expectEvery, let heard = lastHeard[integration.id],
                !isSilent(integration.id), heard + every <= steadyNow
            else { continue }
            _ = fire(
                AlertSignal(
                    alert: silence(of: integration.id), status: .firing, severity: .sev2,
                    title: "\(integration.id) has fallen silent",
                    summary:
                        "Nothing was heard from it for \(every.milliseconds / 1000) s. Alerts may be getting lost.",
                    labels: ["alertname": "SenderSilent", "integration": integration.id.rawValue]))
        }
    }
}
