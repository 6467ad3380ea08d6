import OnCall
import Timekeeping

/// Silences, and what they hold back (S16).
extension IncidentBook {
    mutating func evolveSilences(_ event: Event, _ now: SteadyInstant) {
        var reply = Reply.done(incidents: [])
        switch event.payload {
        case .silenceAdded(let e):
            silences[e.silence.id] = e.silence
            lastSilence = max(lastSilence, e.silence.id)
            reply = .silenceAdded(id: e.silence.id)
        case .silenceEnded(let e):
            silences[e.id] = nil
            forgetResolved(olderThan: Self.memory, now)
        case .alertSuppressed(let e):
            if suppressed.count >= 2 * Decider.mostSuppressed { forgetResolved(olderThan: .zero, now) }
            if suppressed[e.alert]?.isFiring != true { suppressedCount += 1 }
            suppressed[e.alert] = SuppressedAlert(
                alert: e.alert, silence: e.silence, episode: e.episode, group: e.group, severity: e.severity,
                service: e.service, labels: e.labels, since: e.since)
        case .suppressionEnded(let e):
            guard suppressed[e.alert]?.isFiring == true else { break }
            suppressedCount -= 1
            switch e.reason {
            case .resolved: suppressed[e.alert]!.resolvedAt = now
            case .released: suppressed[e.alert] = nil
            }
        default: break
        }
        if let request = event.request { answered.remember(request, reply, at: now) }
    }

    private mutating func forgetResolved(olderThan age: Duration, _ now: SteadyInstant) {
        suppressed = suppressed.filter { $0.value.resolvedAt.map { now - $0 < age } ?? true }
    }

    /// Silences that have not ended, in order of their numbers; some begin later.
    public var openSilences: [Silence] { silences.values.sorted { $0.id < $1.id } }

    /// What is held back now, in order of arrival.
    public var heldBack: [SuppressedAlert] {
        suppressed.values.filter(\.isFiring).sorted { ($0.since, $0.alert) < ($1.since, $1.alert) }
    }

    /// The running silence that keeps such an alert from paging: of several, the one that ends last.
    func silence(holding labels: [String: String], of service: ServiceID, at now: Instant) -> Silence? {
        silences.values.filter { $0.isRunning(at: now) && $0.matches(labels, of: service) }
            .max { ($0.until, -$0.id) < ($1.until, -$1.id) }
    }

    /// The next moment at which a silence ends by itself.
    var nextSilenceEnd: Instant? { silences.isEmpty ? nil : silences.values.map(\.until).min() }

    /// Never gives out these numbers again.
    public mutating func reserveSilences(through number: Int) { lastSilence = max(lastSilence, number) }

    package func agreesOnSilences(with other: IncidentBook) -> Bool {
        silences == other.silences && lastSilence == other.lastSilence && heldBack == other.heldBack
            && suppressedCount == heldBack.count
    }
}
