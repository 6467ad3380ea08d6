import OnCall
import Timekeeping

/// Decides: takes an input and the moment, and says what happened as events, and what to answer.
///
/// The book changes only through `record`, which appends an event and folds it in; so what is decided next already
/// sees it, and what is replayed later ends in the same place. Nothing here has an effect on the world.
public struct Decider: Sendable {
    public private(set) var book: IncidentBook
    /// What may be looked up. What was found goes into the event, with its reason.
    public var directory: Directory
    /// The moment of this step. Set by the caller, once a step.
    public var now: Instant
    /// Recorded, and not yet taken by the caller.
    public private(set) var events: [Event] = []
    public private(set) var lastSequence: Int64

    /// Repeats not yet flushed to the log, per incident; at most a minute's worth is lost in a crash (DESIGN §3).
    private(set) var uncounted: [Incident.ID: Int] = [:]
    var countsDue: SteadyInstant?
    /// When each expected sender was last heard. Not recorded: after a start every sender counts as heard just now.
    var lastHeard: [IntegrationID: SteadyInstant] = [:]
    /// What was seen last of each serving layer. Not recorded: after a start everything is looked at anew.
    var sights: [ServiceID: ServingSight] = [:]
    /// Since when each was seen without a long gap, and when last.
    var watches: [ServiceID: (since: SteadyInstant, last: SteadyInstant)] = [:]
    /// Free text of silences and of what they hold back. No decision reads it; what is decided later is told with it.
    public private(set) var silenceTexts = SilenceTexts()
    var request: RequestID?

    /// A seam for tests that plant a bug and expect the simulation to find it.
    package var planted: PlantedBug?

    public init(book: IncidentBook, directory: Directory, now: Instant, lastSequence: Int64) {
        self.book = book
        self.directory = directory
        self.now = now
        self.lastSequence = lastSequence
        for id in directory.integrations.keys { lastHeard[id] = book.steady(now) }
    }

    /// The state was read anew from the log. What was heard from senders is no part of it and stays.
    public mutating func rebuild(
        _ book: IncidentBook, directory: Directory, lastSequence: Int64, silenceTexts: SilenceTexts,
        forgetsHearing: Bool
    ) {
        self.book = book
        self.silenceTexts = silenceTexts
        self.directory = directory
        self.lastSequence = lastSequence
        events = []
        if forgetsHearing { lastHeard = [:] }
    }

    /// The recorded events since the last call, for one transaction.
    public mutating func takeEvents() -> [Event] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    mutating func record(_ payload: EventPayload, text: EventText? = nil) {
        lastSequence += 1
        let event = Event(sequence: lastSequence, at: now, request: request, payload: payload, text: text)
        book.evolve(event)
        silenceTexts.note(event)
        events.append(event)
    }

    var steadyNow: SteadyInstant { book.steady(now) }

    // Heaps are cleaned while they are read, so reading what is due needs the book to be mutable.

    public mutating func nextDeadline() -> Instant? {
        let automatic = book.armedRollbacks.compactMap { automaticRollbackDue($0) }.min()
        return [
            book.nextDeadline(), countsDue.map { book.wall($0) }, nextSilence.map { book.wall($0) },
            nextSilenceEnd, automatic.map { book.wall($0) },
        ]
        .compactMap { $0 }.min()
    }

    public mutating func nextOwed(_ method: ContactMethod) -> Page? {
        if planted == .pagingAfterAcknowledgement, let page = book.stoppedPage(method, now: now) { return page }
        return book.nextOwed(method, now: now)
    }

    public mutating func nextOwedAt(_ method: ContactMethod) -> Instant? { book.nextOwedAt(method) }

    mutating func takeDue() -> Incident.ID? { book.takeDue(now: now) }
    mutating func forget(_ id: Incident.ID) { book.forget(id) }
    mutating func refile(_ id: Incident.ID) { if let incident = book.incidents[id] { book.file(incident) } }

    mutating func count(_ incident: Incident.ID) {
        uncounted[incident, default: 0] += 1
        if countsDue == nil { countsDue = steadyNow + .minutes(1) }
    }

    mutating func flushCounts() {
        for (id, repeats) in uncounted.sorted(by: { $0.key < $1.key }) where book.incidents[id] != nil {
            record(.alertsCounted(AlertsCounted(incident: id, repeats: repeats)))
        }
        uncounted = [:]
        countsDue = nil
    }

    /// A new configuration is in force. Running escalations keep their policy; who is on call is looked up anew.
    public mutating func apply(_ new: Directory, _ event: DirectoryApplied) {
        record(.directoryApplied(event))
        adopt(new)
    }

    public mutating func adopt(_ new: Directory) {
        directory = new
        noticeRosterChange()
    }

    /// The process came up, or its state was rebuilt: attempts that no transfer stands behind are in doubt.
    public mutating func start(_ event: EngineStarted) {
        record(.engineStarted(event))
        for incident in book.incidents.values.sorted(by: { $0.id < $1.id }) {
            for page in incident.pages {
                guard case .attempting(let incarnation) = page.status, incarnation != event.incarnation else {
                    continue
                }
                if planted == .losingOwedPageOnRecover {
                    record(.pageEnded(PageEnded(page: page.id, state: .unconfirmed)))
                    continue
                }
                finish(
                    page.currentAttempt,
                    AttemptOutcome(.inDoubt, evidence: "Tocsin stopped while this attempt was under way"))
            }
        }
        doubtChanges(before: event.incarnation)
    }

    /// The log was read anew after an append that failed. Recorded so that the store proves itself, and for operators.
    public mutating func noteRecovery() {
        record(.logRecovered(LogRecovered(incarnation: book.incarnation)))
    }

    /// The wall clock has moved: waits do not, but it may be somebody else's shift now.
    public mutating func clockStepped(by step: Duration) {
        record(.clockStepped(ClockStepped(byMilliseconds: step.milliseconds)))
        noticeRosterChange()
    }
}

/// Bugs the simulation must be able to find. Only tests set one.
package enum PlantedBug: String, CaseIterable, Sendable {
    case pagingAfterAcknowledgement, losingOwedPageOnRecover, doublePageOnRecover, escalatingEarlyAcrossClockStep,
        stoppingAfterDelivery, sleepingOnThoughWorse, repeatingDoubtfulChange, trustingSilence, executingStalePlan,
        pagingInQuietHours, askingTheSameAgain, oneOfTwoIsEnough, missingChangesOfShift, weakeningReports,
        pagingOutsideHours, losingWhatWasSilenced, ringingForEach, namingOnlyTheLeader
}
