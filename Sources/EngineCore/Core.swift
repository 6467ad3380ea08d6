import DequeModule
import Incidents
import OnCall
import Timekeeping

/// The engine without its shell: takes inputs one at a time and answers with what is to be done.
///
/// One batch of decisions is appended at a time. While it is, inputs wait in the inbox, which makes the next batch: so
/// a slow disk groups more into one transaction, all by itself. What a batch owes (replies, attempts) is performed only
/// when it is committed. What is owed is read off the book; there is no second queue to drift from the log.
///
/// Pure and synchronous: the simulation drives exactly this, with a clock, a store and pagers of its own.
public struct Core: Sendable {
    enum Phase {
        case recovering(retryAt: SteadyInstant?)
        case ready
        case appending(Pending)
    }

    /// A batch on its way to the log, and what happens when it is there.
    struct Pending {
        let batch: Int
        let since: SteadyInstant
        let replies: [(Ticket, Reply)]
        let attempts: [AttemptID]
        let outcomes: [AttemptID]
        let changes: [(RollbackID, RecordedChange)]
        /// Answers of serving layers that are decided upon in it.
        let landed: Set<Int>
        let lastSequence: Int64
    }

    public private(set) var decider: Decider
    public private(set) var briefings = Briefings()
    private var phase = Phase.recovering(retryAt: nil)
    private var inbox: Deque<(Ticket, Submission)> = []
    private var inboxWeight = 0
    private var lastBatch = 0

    // Memory of this process, not of the log. It survives a recovery, since transfers go on, and dies with the process.
    private var transfers: [AttemptID: Transfer] = [:]
    private var outcomes: [AttemptID: AttemptOutcome] = [:]
    private var busy: [ContactMethod: Int] = [:]
    private var serving = ServingBoard()
    /// How far the wall clock has stepped, as this process knows. The log is told whenever it knows otherwise.
    private var clockOffset = Duration.zero
    private var storeFailedAt: SteadyInstant?
    /// Where the log would end if the append that failed was kept after all.
    private var doubtfulSequence: Int64?
    private var alarmedAt: SteadyInstant?
    /// Whether the store must prove, by an append, that it works again.
    private var isOnProbation = false

    let version: String
    private var hasStarted = false
    /// What this process called itself in its start; the log may not know of it.
    private var incarnation: Int?
    /// In force as far as the log knows, and those applied since in batches of unknown fate.
    private var recordedDirectory: Directory
    private var unrecordedDirectories: [(directory: Directory, event: DirectoryApplied)] = []
    private var isDraining = false
    public let limits: Limits

    private struct Transfer {
        let method: ContactMethod
        let since: SteadyInstant
    }

    /// - Parameter version: Tocsin's own, recorded with each start.
    public init(directory: Directory, version: String, limits: Limits = Limits(), now: Instant) {
        decider = Decider(book: IncidentBook(), directory: directory, now: now, lastSequence: 0)
        recordedDirectory = directory
        self.version = version
        self.limits = limits
    }

    package mutating func plant(_ bug: PlantedBug?) { decider.planted = bug }

    public var book: IncidentBook { decider.book }
    public var directory: Directory { decider.directory }

    /// Whether it decides: the log was read and its last append did not fail.
    public var isReady: Bool {
        switch phase {
        case .recovering: false
        case .ready, .appending: hasStarted && storeFailedAt == nil
        }
    }

    /// Since when appends fail, by the wall clock; nil while they do not.
    public var storeUnavailableSince: Instant? { storeFailedAt.map { wall($0) } }

    /// Whether nothing is under way whose outcome would be lost if the process ended now.
    public var isSettled: Bool {
        guard case .ready = phase else { return false }
        return transfers.isEmpty && outcomes.isEmpty && !serving.isChanging && serving.landed.isEmpty
    }

    public var inFlight: Set<AttemptID> { Set(transfers.keys) }
    public var waiting: Int { inboxWeight }

    /// Whom the last resort means at that moment.
    public func lastResort(at now: Instant) -> [Directory.User] {
        let ids = directory.lastResort.flatMap {
            directory.look(up: $0, at: now, amendments: book.amendments, occasion: .lastResort).people.map(\.user)
        }
        return Set(ids).sorted().compactMap { directory.users[$0] }
    }

    // MARK: Inputs

    public mutating func handle(_ input: Input, now: Instant) -> [Effect] {
        decider.now = now
        var effects: [Effect] = []
        switch input {
        case .submitted(let ticket, let submission): admit(ticket, submission, &effects)
        case .appended(let batch): committed(batch, &effects)
        case .appendFailed(let batch): failed(batch, &effects)
        case .logUnwritable: lose(&effects)
        case .recovered(let recovery): rebuild(recovery, &effects)
        case .recoveryFailed:
            if case .recovering = phase { phase = .recovering(retryAt: steadyNow + limits.recoveryInterval) }
        case .attemptEnded(let attempt, let outcome): ended(attempt, outcome)
        case .servingAnswered(let number, let answer):
            // After the time limit it is no news, also where nobody has looked at the time since.
            serving.giveUp(decider.book, at: steadyNow)
            serving.land(number, answer, decider.book, at: steadyNow)
        case .clockStepped(let step): clockOffset += step
        case .draining: isDraining = true
        case .tick: break
        }
        checkTime(&effects)
        pump(&effects)
        return effects
    }

    /// Not the book's, which knows of a step only when it is recorded.
    private var steadyNow: SteadyInstant {
        SteadyInstant(milliseconds: decider.now.milliseconds - clockOffset.milliseconds)
    }

    private func wall(_ steady: SteadyInstant) -> Instant {
        Instant(milliseconds: steady.milliseconds + clockOffset.milliseconds)
    }

    private mutating func admit(_ ticket: Ticket, _ submission: Submission, _ effects: inout [Effect]) {
        if case .recovering = phase {
            effects.append(.reply(ticket, .unavailable(retryAfter: limits.retryAfter)))
            return
        }
        guard inboxWeight + submission.weight <= limits.inbox || inbox.isEmpty else {
            effects.append(.reply(ticket, .unavailable(retryAfter: limits.retryAfter)))
            return
        }
        inbox.append((ticket, submission))
        inboxWeight += submission.weight
    }

    private mutating func ended(_ attempt: AttemptID, _ outcome: AttemptOutcome) {
        // An answer after the time limit is no news: the attempt counts as in doubt already.
        guard let transfer = transfers.removeValue(forKey: attempt) else { return }
        busy[transfer.method, default: 0] -= 1
        outcomes[attempt] = outcome
    }

    // MARK: The log answers

    private mutating func committed(_ batch: Int, _ effects: inout [Effect]) {
        guard case .appending(let pending) = phase, pending.batch == batch else { return }
        phase = .ready
        storeWorked(&effects)
        recordedDirectory = decider.directory
        unrecordedDirectories = []
        for attempt in pending.outcomes { outcomes[attempt] = nil }
        for attempt in pending.attempts { perform(attempt, &effects) }
        serving.settle(pending.landed)
        for (id, change) in pending.changes { effects.append(.serve(serving.begin(id, change, at: steadyNow))) }
        effects += pending.replies.map { .reply($0.0, $0.1) }
        briefings.prune(decider.book)
    }

    private mutating func storeWorked(_ effects: inout [Effect]) {
        storeFailedAt = nil
        doubtfulSequence = nil
        isOnProbation = false
        guard alarmedAt != nil else { return }
        alarmedAt = nil
        effects.append(.alarm(.storeAvailable))
    }

    private mutating func perform(_ attempt: AttemptID, _ effects: inout [Effect]) {
        guard let page = decider.book.page(attempt.page) else { return }
        let known = briefings[attempt.page.incident]
        guard let user = decider.directory.users[page.user], let briefing = known else {
            outcomes[attempt] = AttemptOutcome(.failedForGood, evidence: "no such person in the configuration any more")
            return
        }
        transfers[attempt] = Transfer(method: page.method, since: steadyNow)
        busy[page.method, default: 0] += 1
        effects.append(
            .begin(
                Transmission(
                    attempt: attempt, user: user, method: page.method, reason: page.reason, isRepeat: page.isDoubtful,
                    briefing: briefing, others: others(with: attempt, page))))
    }

    /// What is told in the same message (S17).
    private func others(with attempt: AttemptID, _ page: Page) -> [Transmission.Other] {
        if decider.planted == .namingOnlyTheLeader { return [] }
        return (page.carried[attempt.number] ?? []).compactMap { other in
            guard let page = decider.book.page(other.page), let briefing = briefings[other.page.incident] else {
                return nil
            }
            return Transmission.Other(
                attempt: other, reason: page.reason, isRepeat: page.isDoubtful, briefing: briefing)
        }
    }

    /// A doubtful append: drop the state and read it anew. Whoever waits gets "try again"; nothing they said is kept.
    private mutating func failed(_ batch: Int, _ effects: inout [Effect]) {
        guard case .appending(let pending) = phase, pending.batch == batch else { return }
        doubtfulSequence = pending.lastSequence
        stopDeciding(pending.replies, &effects)
    }

    /// An append would fail now: whoever asks meanwhile is told so at once, and somebody hears of it.
    private mutating func lose(_ effects: inout [Effect]) {
        guard case .ready = phase, hasStarted, storeFailedAt == nil else { return }
        stopDeciding([], &effects)
    }

    private mutating func stopDeciding(_ waiting: [(Ticket, Reply)], _ effects: inout [Effect]) {
        // The first time at once, since it may have been a hiccup; a store that reads but does not write is left alone
        // for a moment.
        let isFirst = storeFailedAt == nil
        phase = .recovering(retryAt: isFirst ? nil : steadyNow + limits.recoveryInterval)
        storeFailedAt = storeFailedAt ?? steadyNow
        isOnProbation = true
        let unavailable = Reply.unavailable(retryAfter: limits.retryAfter)
        effects += waiting.map { .reply($0.0, unavailable) }
        effects += inbox.map { .reply($0.0, unavailable) }
        inbox.removeAll()
        inboxWeight = 0
        if isFirst { effects.append(.recover) }
    }

    private mutating func rebuild(_ recovery: Recovery, _ effects: inout [Effect]) {
        guard case .recovering = phase else { return }
        let recorded = unrecordedDirectories.last {
            ($0.event.version, $0.event.digest) == (recovery.book.directoryVersion, recovery.book.directoryDigest)
        }
        recordedDirectory = recorded?.directory ?? recordedDirectory
        if !hasStarted { setClock(by: recovery) }
        decider.rebuild(
            recovery.book, directory: recordedDirectory, lastSequence: recovery.lastSequence,
            silenceTexts: recovery.silenceTexts, forgetsHearing: !hasStarted)
        briefings = recovery.briefings
        phase = .ready
        // What was in doubt is in the log: the store had done its work.
        // Nobody was told of it, so that it is said again that the log was read anew.
        if let doubtfulSequence, recovery.lastSequence >= doubtfulSequence {
            storeWorked(&effects)
            isOnProbation = true
        }
        if decider.planted == .doublePageOnRecover { transfers = [:] }
        hasStarted = true
        recordClock()
        if let incarnation, recovery.book.incarnation == incarnation { return returnUnbegun() }
        // The first start, or one whose record was lost: attempts of whoever ran before are in doubt.
        incarnation = recovery.book.incarnation + 1
        decider.start(EngineStarted(incarnation: recovery.book.incarnation + 1, version: version))
    }

    /// Elapsed time goes on from where the log left it. How long the process was away only the wall clock can tell; one
    /// that is behind the log (a dead battery, a step taken back meanwhile) is a step, or every wait would stand still
    /// until it has caught up.
    private mutating func setClock(by recovery: Recovery) {
        clockOffset += recovery.book.clockOffset
        guard let latest = recovery.latest, latest - steadyNow >= limits.smallestStep else { return }
        clockOffset -= latest - steadyNow
    }

    /// Attempts of this incarnation that the log knows and no transfer stands behind: the append had succeeded after
    /// all, and nothing ever left.
    private mutating func returnUnbegun() {
        for (service, id) in decider.book.rollbacksInFlight.sorted(by: { $0.key < $1.key }) {
            guard case .changing(let isRevert, _)? = decider.book.incidents[id.incident]?.activeRollback?.phase,
                !serving.knows(changeOf: id)
            else { continue }
            serving.returnUnbegun(id, service, isRevert: isRevert, at: steadyNow)
        }
        for incident in decider.book.incidents.values.sorted(by: { $0.id < $1.id }) {
            for page in incident.pages {
                guard case .attempting(let incarnation) = page.status, incarnation == decider.book.incarnation else {
                    continue
                }
                // What left in another's message ends with it.
                let attempt = page.leader ?? page.currentAttempt
                guard transfers[attempt] == nil, outcomes[attempt] == nil else { continue }
                outcomes[attempt] = AttemptOutcome(.notSent, evidence: "the log was in doubt; nothing had left yet")
            }
        }
    }

    // MARK: Time

    private mutating func checkTime(_ effects: inout [Effect]) {
        if case .appending(let pending) = phase, steadyNow - pending.since >= limits.appendTime {
            failed(pending.batch, &effects)
        }
        if case .recovering(let retryAt?) = phase, retryAt <= steadyNow {
            phase = .recovering(retryAt: nil)
            effects.append(.recover)
        }
        if let since = storeFailedAt, let due = alarmDue, due <= steadyNow {
            alarmedAt = steadyNow
            effects.append(.alarm(.storeUnavailable(since: wall(since))))
        }
        for (attempt, transfer) in transfers where steadyNow - transfer.since >= limits.attemptTime {
            ended(attempt, AttemptOutcome(.inDoubt, evidence: "no answer within \(limits.attemptTime)"))
        }
        serving.giveUp(decider.book, at: steadyNow)
    }

    /// When somebody is to be told, again, that the log cannot be written.
    private var alarmDue: SteadyInstant? {
        guard let storeFailedAt else { return nil }
        return alarmedAt.map { $0 + limits.alarmInterval } ?? storeFailedAt + limits.alarmAfter
    }

    /// When to call `handle(.tick)` at the latest; nil when only an input can bring news.
    public mutating func nextDeadline() -> Instant? {
        var candidates = transfers.values.map { wall($0.since + limits.attemptTime) }
        if let alarmDue { candidates.append(wall(alarmDue)) }
        switch phase {
        case .appending(let pending): candidates.append(wall(pending.since + limits.appendTime))
        case .recovering(let retryAt):
            if let retryAt { candidates.append(wall(retryAt)) }
        case .ready:
            if let next = decider.nextDeadline() { candidates.append(next) }
            if let next = serving.nextDeadline(decider.book, decider.directory, isDraining: isDraining) {
                candidates.append(wall(next))
            }
            for method in ContactMethod.allCases where hasSlot(method) && !isDraining {
                if let next = decider.nextOwedAt(method) { candidates.append(next) }
            }
        }
        return candidates.min()
    }

    private func hasSlot(_ method: ContactMethod) -> Bool { busy[method, default: 0] < limits.slots(for: method) }

    // MARK: One batch

    private mutating func pump(_ effects: inout [Effect]) {
        guard case .ready = phase else { return }
        // A batch without events leaves nothing to wait for, so whoever waits behind it is next.
        repeat { decideBatch(&effects) } while !inbox.isEmpty && !isAppending
        guard !isAppending, !isDraining else { return }
        effects += serving.looks(decider.book, decider.directory, at: steadyNow).map(Effect.serve)
    }

    private var isAppending: Bool {
        if case .appending = phase { return true }
        return false
    }

    /// Before anything reads the time: a step must not look like a wait that is over.
    private mutating func recordClock() {
        guard decider.book.clockOffset != clockOffset, decider.planted != .escalatingEarlyAcrossClockStep else {
            return
        }
        decider.clockStepped(by: clockOffset - decider.book.clockOffset)
    }

    private mutating func decideBatch(_ effects: inout [Effect]) {
        recordClock()
        if isOnProbation {
            isOnProbation = false
            decider.noteRecovery()
        }
        let ended = outcomes.keys.sorted()
        for attempt in ended { decider.finish(attempt, outcomes[attempt]!) }
        let landed = serving.landed.sorted { $0.flight.number < $1.flight.number }
        for one in landed { decide(one) }
        for verdict in serving.verdicts(decider.book, at: steadyNow) { decider.conclude(verdict) }
        decider.catchUp()
        var replies: [(Ticket, Reply)] = []
        while let (ticket, submission) = inbox.first, replies.count < limits.batch {
            inbox.removeFirst()
            inboxWeight -= submission.weight
            replies.append((ticket, decide(submission)))
        }
        let attempts = beginAttempts()
        let changes = beginChanges()
        let events = decider.takeEvents()
        for event in events { briefings.note(event) }
        guard !events.isEmpty else {
            // Nothing to record, so nothing to wait for: every fact these answers rest on is committed.
            for attempt in ended { outcomes[attempt] = nil }
            serving.settle(Set(landed.map(\.flight.number)))
            effects += replies.map { .reply($0.0, $0.1) }
            return
        }
        lastBatch += 1
        phase = .appending(
            Pending(
                batch: lastBatch, since: steadyNow, replies: replies, attempts: attempts, outcomes: ended,
                changes: changes, landed: Set(landed.map(\.flight.number)), lastSequence: decider.lastSequence))
        effects.append(.append(Batch(number: lastBatch, events: events, summaries: summaries(of: events))))
    }

    private mutating func decide(_ submission: Submission) -> Reply {
        switch submission {
        case .alerts(let alerts, let unreadable, let integration):
            var incidents: [Incident.ID] = []
            decider.heard(integration)
            for alert in alerts {
                if let id = decider.receive(alert), !incidents.contains(id) { incidents.append(id) }
            }
            for body in unreadable {
                if let id = decider.receive(body, from: integration), !incidents.contains(id) { incidents.append(id) }
            }
            return .done(incidents: incidents)
        case .command(let command, let request):
            return decider.carryOut(command, request: request)
        case .apply(let directory, let event):
            unrecordedDirectories.append((directory, event))
            decider.apply(directory, event)
            return .done(incidents: [])
        case .adopt(let directory):
            recordedDirectory = directory
            decider.adopt(directory)
            return .done(incidents: [])
        }
    }

    private func summaries(of events: [Event]) -> [IncidentSummary] {
        let touched = Set(events.compactMap(\.payload.incident)).sorted()
        return touched.compactMap { id in
            guard let incident = decider.book.incidents[id] else { return nil }
            return IncidentSummary(incident, title: briefings[id]?.title ?? "")
        }
    }

    /// Begins what is owed, as far as there are slots. Last in the batch, so it sees every acknowledgement in it.
    private mutating func beginAttempts() -> [AttemptID] {
        guard !isDraining else { return [] }
        var begun: [AttemptID] = []
        var taken = busy
        for method in ContactMethod.allCases {
            while taken[method, default: 0] < limits.slots(for: method), let page = decider.nextOwed(method),
                let attempt = decider.begin(page.id)
            {
                taken[method, default: 0] += 1
                begun.append(attempt)
            }
        }
        return begun
    }

    // MARK: Serving layers

    private mutating func decide(_ landed: ServingBoard.Landed) {
        switch (landed.flight.purpose, landed.answer) {
        case (.observe, .observed(let observation)): decider.observe(landed.service, observation, at: landed.at)
        case (.survey(let id), .checked(let checks)): decider.finishSurvey(id, checks)
        case (.change(let id, let isRevert), .changed(let outcome)):
            decider.finishChange(id, isRevert: isRevert, outcome)
        // Others never land here.
        case (.observe, _), (.survey, _), (.change, _), (.verify, _): break
        }
    }

    /// Records the changes that are owed where nothing else is under way. After every cancellation in the batch.
    private mutating func beginChanges() -> [(RollbackID, RecordedChange)] {
        guard !isDraining else { return [] }
        var begun: [(RollbackID, RecordedChange)] = []
        for (service, id) in decider.book.rollbacksInFlight.sorted(by: { $0.key < $1.key }) {
            decider.passSurveyOfNothing(id)
            guard serving.isFree(service), case .change(let isRevert, _)? = decider.rollback(id)?.need,
                let change = decider.beginChange(id)
            else { continue }
            begun.append((id, RecordedChange(service: service, change: change, isRevert: isRevert)))
        }
        return begun
    }
}
