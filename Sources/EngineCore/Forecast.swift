import Incidents
import OnCall
import Timekeeping

/// What would be done about an alert that arrives at one moment, from the code that does it: a core of its own, with a
/// clock that jumps from one deadline to the next, a log that is forgotten and pagers that hand over at once.
///
/// Nobody answers unless the plan says so. Senders count as alive, and what a serving layer would say is not known, so
/// rollbacks are left out.
public struct Forecast: Sendable {
    /// What is to be foretold.
    public struct Plan: Sendable {
        public var alerts: [AlertSignal]
        public var unreadable: [UnreadableAlert] = []
        public var integration: IntegrationID
        public var at: Instant
        /// How much of what follows is foretold, at most `Forecast.longest`.
        public var length = Duration.hours(2)
        /// Elapsed time from the alert to somebody's acknowledgement.
        public var acknowledgedAfter: Duration?
        /// Who acknowledges; nil for whoever was paged first.
        public var acknowledgedBy: UserID?
        /// Elapsed time from the alert to its sender's word that it is over.
        public var resolvedAfter: Duration?
        /// Methods whose provider refuses every message.
        public var failing: Set<ContactMethod> = []

        public init(alerts: [AlertSignal], integration: IntegrationID, at: Instant) {
            self.alerts = alerts
            self.integration = integration
            self.at = at
        }
    }

    /// A page, and whether it went out.
    public struct Page: Hashable, Sendable {
        public let request: PageRequested
        public let at: Instant
        /// When a provider took it; nil when none did.
        public internal(set) var handedOverAt: Instant?
    }

    public static let longest = Duration.days(7)

    public let plan: Plan
    /// Everything that would be recorded about the alert, in order.
    public private(set) var events: [Event] = []
    /// What each planned answer was told: that it was refused, for one.
    public private(set) var answers: [Reply] = []
    public private(set) var incidents: [Incident.ID] = []
    /// In the order in which they were asked for.
    public private(set) var pages: [Page] = []
    /// When Tocsin looks again after the end, which need not page anybody; nil when nothing more follows.
    public private(set) var goesOnAt: Instant?

    private var core: Core
    private var now: Instant
    private var tickets = 0
    private var replies: [Ticket: Reply] = [:]

    /// - Parameter recorded: what people arranged: overrides, time off, silences. What was recorded after the moment of
    ///   the alert was not known then, and is left out.
    public init(_ plan: Plan, directory: Directory, recorded: [Event] = []) {
        self.plan = plan
        now = plan.at
        core = Core(directory: Self.foretold(directory), version: "forecast", now: plan.at)
        var recovery = Recovery()
        for event in recorded where event.at <= plan.at && Self.isArrangement(event) { recovery.fold(event) }
        give(.recovered(recovery))
        events = []
        live()
    }

    /// The first page that reaches a person and not only an inbox that nobody looks at.
    public var firstReached: Page? {
        pages.first { $0.handedOverAt != nil && ($0.request.method != .inbox || core.directory.inboxCounts) }
    }

    private static func foretold(_ directory: Directory) -> Directory {
        var directory = directory
        for id in directory.integrations.keys { directory.integrations[id]?.expectEvery = nil }
        for id in directory.services.keys { directory.services[id]?.rollback = nil }
        return directory
    }

    private static func isArrangement(_ event: Event) -> Bool {
        switch event.stream {
        case .overrides, .silence: true
        case .engine, .directory, .contacts, .serving, .incident: false
        }
    }

    // MARK: Living

    private enum Answer { case acknowledge, resolve }

    private mutating func live() {
        let opened = say(.alerts(plan.alerts, unreadable: plan.unreadable, from: plan.integration))
        if case .done(let incidents)? = opened { self.incidents = incidents }
        let end = plan.at + min(plan.length, Self.longest)
        var planned: [(at: Instant, answer: Answer)] = []
        if let wait = plan.acknowledgedAfter { planned.append((plan.at + wait, .acknowledge)) }
        if let wait = plan.resolvedAfter { planned.append((plan.at + wait, .resolve)) }
        planned.sort { $0.at < $1.at }
        while true {
            let answer = planned.first.flatMap { $0.at <= end ? $0 : nil }
            if isOver, answer == nil { return }
            let deadline = core.nextDeadline()
            if let answer, answer.at <= deadline ?? answer.at {
                planned.removeFirst()
                now = max(now, answer.at)
                carryOut(answer.answer)
            } else if let deadline, deadline <= end {
                now = max(now, deadline)
                give(.tick)
            } else {
                goesOnAt = deadline
                return
            }
        }
    }

    /// Nothing is open, owed or held back: what is still due is forgetting.
    private var isOver: Bool {
        core.book.openIncidents.isEmpty && core.book.openPageCount == 0 && core.book.suppressedCount == 0
    }

    private mutating func carryOut(_ answer: Answer) {
        switch answer {
        case .acknowledge:
            guard let user = plan.acknowledgedBy ?? firstReached?.request.user else { return }
            for incident in incidents {
                if let reply = say(.command(.acknowledge(incident, by: user, via: .cli), request: nil)) {
                    answers.append(reply)
                }
            }
        case .resolve:
            let over = plan.alerts.filter { $0.status == .firing }.map { alert in
                var alert = alert
                alert.status = .resolved
                return alert
            }
            if let reply = say(.alerts(over, unreadable: [], from: plan.integration)) { answers.append(reply) }
        }
    }

    private mutating func say(_ submission: Submission) -> Reply? {
        tickets += 1
        give(.submitted(Ticket(tickets), submission))
        return replies.removeValue(forKey: Ticket(tickets))
    }

    /// One step of the core, with all that follows from it at once.
    private mutating func give(_ input: Input) {
        var effects = core.handle(input, now: now)[...]
        while let effect = effects.popFirst() {
            switch effect {
            case .append(let batch):
                for event in batch.events { note(event) }
                effects += core.handle(.appended(batch: batch.number), now: now)
            case .reply(let ticket, let reply): replies[ticket] = reply
            case .begin(let transmission):
                let outcome =
                    plan.failing.contains(transmission.method)
                    ? AttemptOutcome(.failedForGood, evidence: "its provider refuses it, as this forecast assumes")
                    : AttemptOutcome(.sent, evidence: "")
                effects += core.handle(.attemptEnded(transmission.attempt, outcome), now: now)
            // The log never fails here, and nothing is served.
            case .serve, .recover, .alarm: break
            }
        }
    }

    private mutating func note(_ event: Event) {
        switch event.payload {
        case .pageRequested(let e): pages.append(Page(request: e, at: event.at))
        case .attemptEnded(let e) where e.outcome.result == .sent:
            if let index = pages.firstIndex(where: { $0.request.page == e.attempt.page }) {
                pages[index].handedOverAt = pages[index].handedOverAt ?? event.at
            }
        default: break
        }
        switch event.stream {
        case .incident(let id):
            events.append(event)
            // What a silence held back opens an incident later.
            if !incidents.contains(id) { incidents.append(id) }
        case .silence: events.append(event)
        case .engine, .directory, .overrides, .contacts, .serving: break
        }
    }
}
