import DequeModule
import EngineCore
import Incidents
import Logging
import ServiceLifecycle
import Synchronization
import Timekeeping

/// The shell around `Core`: gives it inputs in the order they arrive, and does what it says.
///
/// All state is behind one mutex. Whoever brings an input runs the core's step, and one thread at a time performs the
/// effects, in order; effects only hand things over (to the log's thread, a pager, a continuation), so nobody waits
/// long. No decision is made here.
public final class Engine: Service {
    private struct State {
        var core: Core
        var clock: HostClock
        var configuration: Configuration
        var waiting: [Ticket: CheckedContinuation<Reply, Never>] = [:]
        var lastTicket = 0
        var effects: Deque<Effect> = []
        var isPerforming = false
        var lastTick: Instant
        var watchers: [@Sendable ([Event]) -> Void] = []
        /// Of the last append that failed; nil once one has succeeded.
        var logTrouble: LogTrouble?
        var lastWritten: Instant?
    }

    private let state: Mutex<State>
    private let eventLog: EventLog
    private let pagers: [ContactMethod: any Pager]
    /// The driver of a service's serving layer, as it is configured now.
    let serving: @Sendable (ServiceID) -> (any ServingDriver)?
    private let pageWriter: PageWriter
    private let outage: OutageTeller
    private let alarmClock = AlarmClock()
    private let metrics = EngineMetrics()
    /// The providers' accounts that pages leave by.
    public let channels: Channels
    let log: Logger

    public let links: Links
    /// The API's bearer token and the console's password; made at first start, kept beside the log.
    public let adminToken: String
    public let publicURL: String
    /// Tells this installation's messages from another's at a shared receiver. The same after a restart.
    public let installation: String

    /// - Throws: what the store throws when it cannot keep secrets.
    public init(
        store: any RecordStore, configuration: Configuration, pagers: [ContactMethod: any Pager], publicURL: String,
        version: String, log: Logger, limits: Limits = Limits(), channels: Channels = Channels(),
        serving: @escaping @Sendable (ServiceID) -> (any ServingDriver)? = { _ in nil }
    ) throws {
        var clock = HostClock()
        let now = clock.look().now
        let core = Core(directory: configuration.directory, version: version, limits: limits, now: now)
        state = Mutex(State(core: core, clock: clock, configuration: configuration, lastTick: now))
        eventLog = EventLog(store: store)
        self.pagers = pagers
        self.channels = channels
        outage = OutageTeller(pagers: pagers, log: log)
        self.serving = serving
        self.log = log
        self.publicURL = publicURL
        links = Links(publicURL: publicURL, key: try store.secret("links"))
        adminToken = "tocsin_" + Hex.encode(try store.secret("admin-token").prefix(20))
        installation = Hex.encode(try store.secret("installation").prefix(4))
        pageWriter = PageWriter(links: links, installation: installation)
    }

    // MARK: Life

    static let longestDrain = Duration.seconds(12)

    /// Reads the log and takes the configuration up if it is a new one. Must return before anything is submitted.
    /// - Throws: `RecordStoreError` when the log cannot be read.
    public func start() async throws {
        let recovery = try await eventLog.recover(at: now)
        give(.recovered(recovery))
        alarmClock.start { [weak self] in self?.tick() ?? nil }
        guard case .unavailable = await apply(configuration) else { return }
        throw RecordStoreError.notDurable("the first append failed")
    }

    public func run() async throws {
        try? await gracefulShutdown()
        give(.draining)
        let clock = ContinuousClock()
        let limit = clock.now + Self.longestDrain
        // A second attempt for want of an outcome would wake somebody twice, so outcomes are waited for.
        while !read({ $0.isSettled }), clock.now < limit { try? await clock.sleep(for: .milliseconds(20)) }
        alarmClock.stop()
    }

    /// Puts a configuration in force, and records it if it differs from the last one recorded.
    public func apply(_ new: Configuration) async -> Reply {
        let (known, version) = read { ($0.book.directoryDigest, $0.book.directoryVersion) }
        var new = new
        let digest = new.digest
        new.directory.version = digest == known ? version : version + 1
        let event = DirectoryApplied(
            version: new.directory.version, digest: digest, sources: new.sources, zones: new.zoneFiles)
        let reply = await submit(digest == known ? .adopt(new.directory) : .apply(new.directory, event))
        if case .done = reply { state.withLock { [new] in $0.configuration = new } }
        return reply
    }

    // MARK: Asking

    /// Has something decided and recorded. Answers when it is durable.
    public func submit(_ submission: Submission) async -> Reply {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                state.lastTicket += 1
                let ticket = Ticket(state.lastTicket)
                state.waiting[ticket] = continuation
                handle(.submitted(ticket, submission), &state)
            }
            perform()
        }
    }

    /// Looks at the decision state, under the lock: for quick look-ups only.
    public func read<T: Sendable>(_ body: (borrowing Core) -> T) -> T {
        state.withLock { body($0.core) }
    }

    /// Has `watcher` told of everything that is recorded from now on: each batch once, in the order of the log, when it
    /// is durable. It must not block.
    public func watch(_ watcher: @escaping @Sendable ([Event]) -> Void) {
        state.withLock { $0.watchers.append(watcher) }
    }

    public var now: Instant { HostClock.wall }
    public var configuration: Configuration { state.withLock { $0.configuration } }

    public func incidents(_ query: IncidentQuery) async throws -> [IncidentSummary] {
        try await eventLog.read { try $0.summaries(query) }
    }

    public func events(of incident: Incident.ID) async throws -> [Event] {
        try await events(stream: .incident(incident))
    }

    /// Everything that was ever recorded in it, in the order of the log.
    public func events(stream: Event.Stream) async throws -> [Event] {
        try await eventLog.events(stream: stream)
    }

    /// As they are kept, with their hashes.
    public func records(of incident: Incident.ID) async throws -> [Record] {
        try await eventLog.read { try $0.records(stream: Event.Stream.incident(incident).description) }
    }

    /// Reads the log, on a thread where that may take its time.
    /// - Throws: what `body` and the store throw.
    public func reading<T: Sendable>(_ body: @escaping @Sendable (any RecordStore) throws -> T) async throws -> T {
        try await eventLog.read(body)
    }

    public func timeline(of incident: Incident.ID) async throws -> [TimelineEntry] {
        let directory = read { $0.directory }
        return TimelineEntry.timeline(try await events(of: incident), directory: directory)
    }

    public var health: EngineHealth {
        state.withLock { state in
            EngineHealth(
                isReady: state.core.isReady, storeUnavailableSince: state.core.storeUnavailableSince,
                lastTick: state.lastTick,
                incarnation: state.core.book.incarnation, waiting: state.core.waiting,
                inFlight: state.core.inFlight.count, owed: state.core.book.openPageCount,
                logTrouble: state.logTrouble, lastWritten: state.lastWritten)
        }
    }

    // MARK: Inputs and effects

    func give(_ input: Input) {
        state.withLock { handle(input, &$0) }
        perform()
    }

    /// The clock is read inside the lock, with the step it may have made: so no input is ever decided by a clock that
    /// has jumped before the core knows that it has.
    private func handle(_ input: Input, _ state: inout State) {
        let (now, step) = state.clock.look()
        if let step {
            log.warning("the wall clock stepped", metadata: ["seconds": "\(step.milliseconds / 1000)"])
            state.effects.append(contentsOf: state.core.handle(.clockStepped(by: step), now: now))
        }
        state.effects.append(contentsOf: state.core.handle(input, now: now))
        state.lastTick = now
        alarmClock.wake(at: state.core.nextDeadline().map { $0 - now })
    }

    private func tick() -> Duration? {
        give(.tick)
        return state.withLock { state in state.core.nextDeadline().map { $0 - state.lastTick } }
    }

    /// Performs effects in order, one thread at a time; an input given meanwhile leaves its effects to that thread.
    private func perform() {
        while true {
            let next = state.withLock { state -> (Effect, CheckedContinuation<Reply, Never>?)? in
                guard !state.isPerforming, let effect = state.effects.popFirst() else { return nil }
                state.isPerforming = true
                if case .reply(let ticket, _) = effect { return (effect, state.waiting.removeValue(forKey: ticket)) }
                return (effect, nil)
            }
            guard let (effect, waiter) = next else { return }
            perform(effect, waiter)
            state.withLock { $0.isPerforming = false }
        }
    }

    private func perform(_ effect: Effect, _ waiter: CheckedContinuation<Reply, Never>?) {
        switch effect {
        case .append(let batch):
            eventLog.append(batch) { [self] problem in
                if let problem {
                    noteLog(problem)
                    log.error("an append is in doubt; reading the log anew", metadata: ["problem": "\(problem)"])
                    give(.appendFailed(batch: batch.number))
                } else {
                    noteLog(nil)
                    metrics.observe(batch)
                    for watcher in state.withLock({ $0.watchers }) { watcher(batch.events) }
                    give(.appended(batch: batch.number))
                }
            }
        case .reply(_, let reply): waiter?.resume(returning: reply)
        case .begin(let transmission): begin(transmission)
        case .serve(let call): serve(call)
        case .recover:
            eventLog.recover(at: now) { [self] result in
                switch result {
                case .success(let recovery): give(.recovered(recovery))
                case .failure(let problem):
                    log.error("the log cannot be read", metadata: ["problem": "\(problem)"])
                    give(.recoveryFailed)
                }
            }
        case .alarm(let alarm): raise(alarm)
        }
    }

    private func begin(_ transmission: Transmission) {
        let attempt = transmission.attempt
        guard let pager = pagers[transmission.method] else {
            let outcome = AttemptOutcome(
                .failedForGood, evidence: "no \(transmission.method.rawValue) channel is configured")
            return give(.attemptEnded(attempt, outcome))
        }
        let user = transmission.user.id
        let account = pager.account(of: user) ?? Channels.Account(transmission.method)
        if case .paused(let wait) = channels.admit(account, for: user) {
            // At once, so that the next method is not kept waiting. The page stays owed.
            let outcome = AttemptOutcome(
                .failedForNow, evidence: "\(account.name): \(Channels.clause(wait))",
                retryAfter: wait > .zero ? wait : nil)
            metrics.observe(outcome, transmission.method)
            return give(.attemptEnded(attempt, outcome))
        }
        let zone = read { $0.directory.zone(of: user) }
        var message = pageWriter.message(for: transmission, at: now, zone: zone)
        message.isAmongOthers = transmission.method == .call && read { transmission.isAmongOthers(in: $0.book) }
        pager.send(message) { [self] outcome in
            let wish = outcome.retryAfterMilliseconds.map { Duration.milliseconds($0) }
            channels.ended(
                account, outcome.result, isAboutAccount: pager.isAboutAccount(outcome), retryAfter: wish, for: user)
            metrics.observe(outcome, transmission.method)
            give(.attemptEnded(attempt, outcome))
        }
    }

    // MARK: When the log itself is the trouble

    /// Needs no store: the last resort is paged directly, by everything there is. The core says when again.
    private func raise(_ alarm: Alarm) {
        switch alarm {
        case .storeAvailable:
            log.notice("the log can be written again")
            outage.over(at: now) { [pageWriter, now] user, since in
                pageWriter.storeBack(to: user, since: since, at: now)
            }
        case .storeUnavailable(let since):
            let (at, trouble) = (now, health.logTrouble)
            log.critical(
                "the log cannot be written: nothing new is decided",
                metadata: ["since": "\(since.rfc3339)", "trouble": "\((trouble ?? .other).rawValue)"])
            let users = read { $0.lastResort(at: at) }
            outage.tell(users, since: since, at: at) { [pageWriter] user in
                pageWriter.storeAlarm(to: user, since: since, trouble, at: at)
            }
        }
    }

    private func noteLog(_ problem: (any Error)?) {
        let trouble = problem.map { eventLog.trouble(of: $0) }
        if let trouble { metrics.observe(trouble) }
        let at = now
        state.withLock { state in
            state.logTrouble = trouble
            if trouble == nil { state.lastWritten = at }
        }
    }

    /// Tries whether the log can be written, when nothing was for a while. What fails is told like a failed append.
    func proveLog() async {
        let problem = await withCheckedContinuation { continuation in
            eventLog.prove { continuation.resume(returning: $0) }
        }
        noteLog(problem)
        guard let problem else { return }
        log.error("a try shows that the log cannot be written", metadata: ["problem": "\(problem)"])
        give(.logUnwritable)
    }
}

/// How the engine is, for readiness, metrics and the console.
public struct EngineHealth: Sendable, Hashable {
    /// It decides, and its last append succeeded.
    public let isReady: Bool
    public let storeUnavailableSince: Instant?
    public let lastTick: Instant
    public let incarnation: Int
    /// Alerts and commands waiting to be decided.
    public let waiting: Int
    public let inFlight: Int
    /// Pages that have not ended, attempts under way included.
    public let owed: Int
    /// Why the last append failed; nil when it did not.
    public let logTrouble: LogTrouble?
    /// When something was last written, durably.
    public let lastWritten: Instant?
}
