import Incidents
import OnCall
import Timekeeping

/// Silences as the log tells them, and what they hold back.
struct SilenceStory {
    struct Held {
        let silence: Int
        let episode: String?
        let severity: Severity?
        let since: Instant
    }

    /// Not ended, by number.
    var open: [Int: Silence] = [:]
    var lastNumber = 0
    var held: [AlertKey: Held] = [:]
    /// Ever held back; a late duplicate of such an alert may belong to no incident.
    var everHeld: Set<AlertKey> = []
    /// Episodes that ended while they were held back.
    var endedInside: [AlertKey: String] = [:]
    /// Let go in the present batch.
    var released: [AlertKey] = []
    /// Since when the wall clock says that a silence is over.
    var overSince: [Int: Moment] = [:]
}

/// S16, event by event.
extension Chronicle {
    mutating func readSilence(_ event: Event) throws {
        switch event.payload {
        case .silenceAdded(let e):
            try demand(.silences, e.silence.id > silencing.lastNumber, "silence \(e.silence.id) has an old number")
            try demand(.silences, e.silence.until > wall, "silence \(e.silence.id) is over when it is made")
            silencing.lastNumber = e.silence.id
            silencing.open[e.silence.id] = e.silence
        case .silenceEnded(let e):
            let silence = try silence(e.id)
            try demand(.silences, e.by != nil || silence.until <= wall, "silence \(e.id) ends before its time")
            silencing.open[e.id] = nil
            silencing.overSince[e.id] = nil
        case .alertSuppressed(let e): try suppressed(e)
        case .suppressionEnded(let e):
            guard let held = silencing.held[e.alert], held.silence == e.silence else {
                throw Broken(.silences, "\(e.alert.key) is let go by silence \(e.silence), which does not hold it")
            }
            silencing.held[e.alert] = nil
            switch e.reason {
            case .resolved: silencing.endedInside[e.alert] = held.episode
            case .released: silencing.released.append(e.alert)
            }
        default: break
        }
    }

    private func silence(_ id: Int) throws -> Silence {
        guard let silence = silencing.open[id] else { throw Broken(.silences, "silence \(id) is not open") }
        return silence
    }

    private mutating func suppressed(_ e: AlertSuppressed) throws {
        let silence = try silence(e.silence)
        let service = directory.route(e.labels, from: e.alert.integration).0.service
        try demand(.silences, service == e.service, "\(e.alert.key) is held back for \(e.service)")
        try demand(
            .silences, silence.from <= wall && wall < silence.until && silence.matches(e.labels, of: service),
            "silence \(e.silence) holds \(e.alert.key) back, which it does not fit at that time")
        try demand(.silences, e.alert.integration != .tocsin, "Tocsin's own \(e.alert.key) is held back")
        let place = places[e.alert].flatMap { stories[$0] }
        try demand(
            .silences, !(place?.isOpen == true && place?.alerts[e.alert]?.isFiring == true),
            "\(e.alert.key) is held back and fires in an open incident")
        if let held = silencing.held[e.alert] {
            try demand(.silences, held.silence == e.silence, "\(e.alert.key) is held by two silences")
            try demand(
                .silences,
                e.episode != nil && e.episode != held.episode
                    || (e.severity ?? .unknown) > (held.severity ?? .unknown),
                "\(e.alert.key) is held back again without news")
        }
        if let episode = e.episode {
            try demand(
                .silences,
                silencing.endedInside[e.alert] != episode && resolvedEpisodes[e.alert]?.contains(episode) != true,
                "\(e.alert.key): episode \(episode) was resolved, and is held back")
        }
        silencing.held[e.alert] = SilenceStory.Held(
            silence: e.silence, episode: e.episode, severity: e.severity, since: e.since)
        silencing.everHeld.insert(e.alert)
    }

    /// An incident that a silence should have kept from being opened, by the labels in the alert's text.
    func checkSilenced(_ e: AlertFired, _ story: Story, _ event: Event) throws {
        guard story.isNewborn, story.alerts.isEmpty, e.alert.integration != .tocsin else { return }
        let labels = event.text?.labels ?? [:]
        let holding = silencing.open.values.first { silence in
            silence.from <= wall && wall < silence.until && silence.matches(labels, of: story.service)
        }
        try demand(
            .silences, holding == nil || silencing.held.count >= Decider.mostSuppressed,
            "\(story.id) is opened by \(e.alert.key), which silence \(holding?.id ?? 0) holds back")
    }

    /// Whatever was let go is in an open incident, held by another silence, or waits for the end of a person's hold.
    mutating func checkReleased() throws {
        for alert in silencing.released where silencing.held[alert] == nil {
            let place = places[alert].flatMap { stories[$0] }
            try demand(
                .silences,
                place?.isOpen == true || place?.resolution?.keptFiring == true
                    || place?.resolution?.isByPerson == true,
                "\(alert.key) still fires after its silences have ended, and there is no incident")
        }
        silencing.released = []
        guard
            let (alert, held) = silencing.held.filter({ silencing.open[$0.value.silence] == nil })
                .min(by: { $0.key < $1.key })
        else { return }
        throw Broken(.silences, "\(alert.key) is held back by silence \(held.silence), which is over")
    }

    /// A silence ends when its time is over.
    mutating func checkSilenceEnds(wall: Instant, now: Moment, health: Health) throws {
        for silence in silencing.open.values.sorted(by: { $0.id < $1.id }) {
            guard silence.until <= wall else {
                silencing.overSince[silence.id] = nil
                continue
            }
            let since = silencing.overSince[silence.id] ?? now
            silencing.overSince[silence.id] = since
            let late = health.time(from: since, to: now)
            try demand(.silences, late <= Self.slack, "the end of silence \(silence.id) is \(spoken(late)) overdue")
        }
    }
}
