import OnCall
import Timekeeping

/// Silences and maintenance windows (S16).
///
/// A silence keeps an incident from being opened or reopened by the alerts it fits. It never touches one that is open:
/// an alert that belongs there is recorded in it and decided as ever, higher severity included, so that whoever is at
/// work hears of what gets worse; and no running escalation is stopped.
extension Decider {
    /// Open at a time; some hundred planned changes are a calendar and not an answer to an alert.
    public static let mostSilences = 200
    /// Held back at a time. Further alerts page, for an alert that cannot be kept must not be lost.
    public static let mostSuppressed = 2_000
    /// In UTF-8 bytes, of all labels of one alert; an alert with longer ones pages.
    public static let longestLabels = 16_384
    /// Longer than this it is asked whether that is meant.
    public static let longestUnasked = Duration.hours(24)
    public static let longestSilence = Duration.days(366)
    public static let longestWhy = 500
    public static let mostMatchers = 20

    mutating func addSilence(_ wanted: WantedSilence, isConfirmed: Bool, _ actor: Actor) -> Reply {
        if let refusal = stranger(actor) ?? objection(to: wanted) { return .refused(refusal) }
        guard book.silences.count < Self.mostSilences else {
            return .refused(.tooManySilences(limit: Self.mostSilences))
        }
        let silence = Silence(
            id: book.lastSilence + 1, matchers: wanted.matchers, services: wanted.services, from: wanted.from,
            until: wanted.until, by: actor, createdAt: now)
        let length = silence.until - max(silence.from, now)
        if !isConfirmed, silence.holdsEverything || length > Self.longestUnasked {
            let services = silence.services.isEmpty ? directory.services.count : silence.services.count
            return .refused(
                .silenceIsWide(services: services, length: length, holdsEverything: silence.holdsEverything))
        }
        record(
            .silenceAdded(SilenceAdded(silence: silence)),
            text: wanted.reason.isEmpty ? nil : EventText(body: wanted.reason))
        return .silenceAdded(id: silence.id)
    }

    private func objection(to wanted: WantedSilence) -> Refusal? {
        guard wanted.from < wanted.until, wanted.until > now else { return .emptyTime }
        guard wanted.from <= now + .days(Int64(366 * Self.furthestYears)) else {
            return .tooFarAhead(years: Self.furthestYears)
        }
        guard wanted.until - max(wanted.from, now) <= Self.longestSilence else {
            return .silenceTooLong(days: Self.longestSilence.components.seconds / 86_400)
        }
        guard wanted.reason.count <= Self.longestWhy else { return .textTooLong(limit: Self.longestWhy) }
        let length = wanted.matchers.reduce(0) { $0 + $1.label.utf8.count + $1.value.utf8.count }
        guard wanted.matchers.count <= Self.mostMatchers, length <= Self.longestLabels else {
            return .tooManyMatchers(limit: Self.mostMatchers)
        }
        guard !wanted.matchers.contains(where: \.label.isEmpty) else { return .emptyText }
        return wanted.services.first { directory.services[$0] == nil }.map { .noSuchService($0) }
    }

    mutating func removeSilence(_ id: Int, _ actor: Actor) -> Reply {
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard book.silences[id] != nil else { return .refused(.noSuchSilence(id)) }
        end(id, by: actor)
        return .done(incidents: [])
    }

    var nextSilenceEnd: Instant? { book.nextSilenceEnd }

    /// Those whose time is over.
    mutating func endSilences() {
        while let over = book.openSilences.first(where: { $0.until <= now }) { end(over.id, by: nil) }
    }

    private mutating func end(_ id: Int, by actor: Actor?) {
        record(.silenceEnded(SilenceEnded(id: id, by: actor)))
        request = nil  // what follows is no answer to it
        guard planted != .losingWhatWasSilenced else { return }
        for held in book.heldBack where held.silence == id { decideAnew(held) }
    }

    /// As if it arrived now, unless another silence holds it.
    private mutating func decideAnew(_ held: SuppressedAlert) {
        let text = silenceTexts.alerts[held.alert]
        let signal = AlertSignal(
            alert: held.alert, status: .firing, episode: held.episode, group: held.group, severity: held.severity,
            title: text?.title ?? "(erased)", summary: text?.body ?? "", labels: held.labels,
            links: text?.links ?? [:])
        _ = fire(signal)
    }

    /// Whether a silence keeps the alert from paging; then it is recorded as held back, unless that is known.
    /// Tocsin's own alerts are never held back: that a sender cannot be heard is not what was silenced.
    mutating func holdBack(_ signal: AlertSignal) -> Bool {
        guard !book.silences.isEmpty, signal.alert.integration != .tocsin else { return false }
        let service = directory.route(signal.labels, from: signal.alert.integration).0.service
        let known = book.suppressed[signal.alert].flatMap { $0.isFiring ? $0 : nil }
        let present = known.flatMap { book.silences[$0.silence] }.flatMap { silence in
            silence.isRunning(at: now) && silence.matches(signal.labels, of: service) ? silence : nil
        }
        guard let silence = present ?? book.silence(holding: signal.labels, of: service, at: now) else { return false }
        if let known, known.silence == silence.id, !isNews(signal, to: known) { return true }
        let length = signal.labels.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard length <= Self.longestLabels, known != nil || book.suppressedCount < Self.mostSuppressed else {
            return false
        }
        if let known, known.silence != silence.id { letGo(signal.alert) }
        record(
            .alertSuppressed(
                AlertSuppressed(
                    silence: silence.id, alert: signal.alert, episode: signal.episode, group: signal.group,
                    severity: signal.severity, service: service, labels: signal.labels,
                    since: known?.since ?? now)),
            text: EventText(
                title: signal.title, body: signal.summary.isEmpty ? nil : signal.summary,
                links: signal.links.isEmpty ? nil : signal.links))
        return true
    }

    private func isNews(_ signal: AlertSignal, to known: SuppressedAlert) -> Bool {
        signal.episode != nil && signal.episode != known.episode
            || (signal.severity ?? .unknown) > (known.severity ?? .unknown)
    }

    /// It is decided now, whatever held it.
    mutating func letGo(_ alert: AlertKey) {
        guard let held = book.suppressed[alert], held.isFiring else { return }
        record(.suppressionEnded(SuppressionEnded(silence: held.silence, alert: alert, reason: .released)))
    }

    /// Its sender says that what is held back is over.
    mutating func resolveHeldBack(_ signal: AlertSignal) {
        guard let held = book.suppressed[signal.alert], held.isFiring,
            signal.episode == nil || held.episode == nil || signal.episode == held.episode
        else { return }
        record(.suppressionEnded(SuppressionEnded(silence: held.silence, alert: signal.alert, reason: .resolved)))
    }

    /// An episode that ended while it was held back fires again: a late duplicate (S15).
    func isLate(_ signal: AlertSignal) -> Bool {
        guard let known = book.suppressed[signal.alert], let resolved = known.resolvedAt else { return false }
        return signal.episode != nil && signal.episode == known.episode && steadyNow - resolved <= IncidentBook.memory
    }
}

/// What somebody wants silenced.
public struct WantedSilence: Hashable, Sendable {
    /// All of them must fit.
    public var matchers: [LabelMatcher]
    /// Empty means every service.
    public var services: [ServiceID]
    public var from: Instant
    public var until: Instant
    /// For whoever wonders why nobody was paged; may be empty.
    public var reason: String

    public init(
        matchers: [LabelMatcher] = [], services: [ServiceID] = [], from: Instant, until: Instant, reason: String = ""
    ) {
        self.matchers = matchers
        self.services = services
        self.from = from
        self.until = until
        self.reason = reason
    }
}
