import Incidents

/// The briefings of the live incidents, kept beside the decision state because they hold free text.
public struct Briefings: Sendable {
    private var byIncident: [Incident.ID: Briefing] = [:]

    public init() {}

    public subscript(_ id: Incident.ID) -> Briefing? { byIncident[id] }

    public mutating func note(_ event: Event) {
        switch event.payload {
        case .incidentOpened(let e):
            byIncident[e.incident] = Briefing(e, event)
        case .alertFired(let e):
            guard let text = event.text, var briefing = byIncident[e.incident] else { return }
            briefing.summary = text.body ?? briefing.summary
            // A sender may leave them out of a later message; what was known stays.
            briefing.labels.merge(text.labels ?? [:]) { _, new in new }
            briefing.links.merge(text.links ?? [:]) { _, new in new }
            byIncident[e.incident] = briefing
        case .severityChanged(let e):
            byIncident[e.incident]?.severity = e.to
        case .runbookLinked(let e):
            byIncident[e.incident]?.runbooks.append(LinkedRunbook(id: e.runbook, title: e.title))
        default: break
        }
    }

    /// Drops those of incidents no longer live. Cheap enough to call after each batch: it works only when it pays.
    mutating func prune(_ book: IncidentBook) {
        guard byIncident.count > 2 * book.incidents.count + 64 else { return }
        byIncident = byIncident.filter { book.incidents[$0.key] != nil }
    }
}

/// The state folded from the log: what the shell builds when the core asks it to recover.
public struct Recovery: Sendable {
    public private(set) var book = IncidentBook()
    public private(set) var briefings = Briefings()
    public private(set) var silenceTexts = SilenceTexts()
    public private(set) var lastSequence: Int64 = 0
    /// The latest moment any event tells of. Elapsed time cannot have run back behind it.
    public private(set) var latest: SteadyInstant?

    /// - Parameters:
    ///   - lastNumber: the highest incident number ever given out; retired streams are not folded, and their numbers
    ///     must not be given out again.
    ///   - lastSilence: the same of silences.
    public init(lastNumber: Int = 0, lastSilence: Int = 0, lastSequence: Int64 = 0) {
        book.reserveNumbers(through: lastNumber)
        book.reserveSilences(through: lastSilence)
        self.lastSequence = lastSequence
    }

    /// Folds one event; in the order of the log.
    public mutating func fold(_ event: Event) {
        precondition(event.sequence > 0, "an event without a place in the log")
        book.evolve(event)
        // After the fold: a step's own event is told by the clock it has set.
        latest = max(latest ?? book.steady(event.at), book.steady(event.at))
        briefings.note(event)
        silenceTexts.note(event)
        lastSequence = max(lastSequence, event.sequence)
    }
}
