import EngineCore
import HeapModule
import Incidents
import OnCall
import Timekeeping

/// A whole world in one thread: the engine's core with a clock, a store, pagers and people that can all go wrong.
///
/// Everything that happens is an action at a true moment, in a queue; the core is woken for its next deadline and for
/// inputs, and for nothing else. After every action the promises are checked. The same seed gives the same world.
package final class World {
    enum Action {
        case wake(process: Int, generation: Int)
        case noticeClock
        case appendLands(Int)
        case appendAnswers(Int, isStored: Bool)
        case recoveryReads(process: Int)
        case recoveryAnswers(process: Int, Recovery?)
        case arrives(Int)
        case reports(Int, AttemptOutcome)
        case forgetTransfer(Int)
        case providerReports(Int, ProviderReport)
        case servingLooks(Int, ServingCall)
        case servingActs(Int, ServingAct)
        case servingReports(Int, ServingOutcome)
        case restart
        case sendRequest(Int)
        case alertTurns(Int, AlertTurn)
        case command(Int)
        case apply(version: Int)
        case chaos(Chaos)
        case script(Int)
        case checkpoint(Checkpoint)
    }

    private struct Scheduled: Comparable {
        let at: Moment
        let order: Int
        let action: Action
        static func < (a: Self, b: Self) -> Bool { (a.at, a.order) < (b.at, b.order) }
        static func == (a: Self, b: Self) -> Bool { a.order == b.order }
    }

    /// One life of the program. All of it is lost in a crash.
    struct Process {
        let number: Int
        var core: Core
        var tickets: [Ticket: Client] = [:]
        /// Where the log ends, as far as this process was told.
        var knownSequence: Int64 = 0
        /// The append that has no answer yet.
        var append: Int?
        var isRecovering = true
        var generation = 0
        var inFlight: [ContactMethod: Set<Int>] = [:]
    }

    /// Who waits for a reply.
    enum Client {
        case sender(Int)
        case person(Int)
        case configuration(Int)
    }

    struct Append {
        let batch: Batch
        let process: Int
        let decided: Moment
        let boot: Directory
        var isSettled = false
    }

    var random: SeededRandom
    var temper = Temper.calm
    /// No more trouble is to begin.
    var isEnding = false
    let limits: Limits
    let plant: PlantedBug?

    private(set) var now = Moment.zero
    let began: Instant
    /// What the wall clock has stepped in all.
    private(set) var clockOffset = Duration.zero
    var unnoticedStep = Duration.zero
    private var queue = Heap<Scheduled>()
    private var order = 0

    var process: Process?
    var processes = 0
    var store = FakeStore()
    var appends: [Append] = []
    var ledger = Ledger()
    var serving: [ServiceID: FakeServing] = [:]
    var recorder = ServingRecorder()
    var chronicle: Chronicle
    var health = Health()
    var faults = FaultCounts()
    var tickets = 0
    /// The configuration each process started with.
    var boots: [Int: Directory] = [:]
    /// When the present process first knew the log; every expected sender counts as heard then.
    var bootedAt: Moment?
    /// When an answer was last given to each integration.
    var accepted: [IntegrationID: Moment] = [:]
    /// When each integration last got through to a core that could hear it.
    var heard: [IntegrationID: Moment] = [:]
    var lastGoodAppend = Moment.zero
    var freeSince: [ContactMethod: Moment] = [:]
    var checkedReplayAt: Int64 = 0
    private var checkedShiftsAt = Moment.zero
    private var checkedAt = (sequence: Int64(0), moment: Moment.zero)

    /// Forced fates, for scenarios; the random ones come after them.
    var nextAppends: [FakeStore.Fate] = []
    var pagerModes: [PagerMode] = []
    var servingFates: [ServiceID: [ServingFate]] = [:]

    /// Newest on disk: what a process starts with.
    var directory: Directory
    var requests: [Request] = []
    var commands: [PersonsCommand] = []
    var alerts: [AlertSource] = []
    var characters: [UserID: Character] = [:]
    /// A scenario's configuration and what is to happen in it.
    var setting: [Scenario.Line] = []
    var script: [Scenario.Line] = []
    var isScripted: Bool { !script.isEmpty }
    var trace = Trace()
    let isTraced: Bool

    init(
        seed: UInt64, began: Instant, directory: Directory, limits: Limits, plant: PlantedBug?, isTraced: Bool = true
    ) {
        self.isTraced = isTraced
        random = SeededRandom(seed: seed)
        self.began = began
        self.directory = directory
        self.limits = limits
        self.plant = plant
        chronicle = Chronicle(directory: directory)
        for method in ContactMethod.allCases { freeSince[method] = .zero }
    }

    var wallNow: Instant { began + (now - .zero) + clockOffset }

    func wall(at moment: Moment) -> Instant { began + (moment - .zero) + clockOffset }

    // MARK: Time

    func schedule(_ action: Action, after wait: Duration) {
        order += 1
        queue.insert(Scheduled(at: now + max(.zero, wait), order: order, action: action))
    }

    /// Does everything there is to do until then.
    func run(until end: Moment) throws {
        while let next = queue.min, next.at <= end {
            queue.removeMin()
            if isStale(next.action) { continue }
            now = next.at
            try perform(next.action)
            try check()
        }
        now = max(now, end)
        try check()
    }

    /// A later deadline has taken its place: nothing happens then.
    private func isStale(_ action: Action) -> Bool {
        guard case .wake(let number, let generation) = action else { return false }
        return process?.number != number || process?.generation != generation
    }

    func note(_ line: @autoclosure () -> String, isStory: Bool = false) {
        if isTraced { trace.add(line(), at: now, isStory: isStory) }
    }

    /// The wall clock jumps; the program sees it when it next looks, within a second.
    func stepClock(by step: Duration) {
        clockOffset += step
        unnoticedStep += step
        note("the wall clock is stepped by \(spoken(step))")
        schedule(.noticeClock, after: isScripted ? .zero : .milliseconds(random.number(0...1000)))
    }

    private func perform(_ action: Action) throws {
        switch action {
        case .wake: try tell(.tick)
        case .noticeClock: if process != nil, unnoticedStep != .zero { try tell(.tick) }
        case .appendLands(let index): try land(index)
        case .appendAnswers(let index, let isStored): try answer(index, isStored: isStored)
        case .recoveryReads(let number): try readLog(number)
        case .recoveryAnswers(let number, let recovery): try recovered(number, recovery)
        case .arrives(let index): try arrive(index)
        case .reports(let index, let outcome): try report(index, outcome)
        case .forgetTransfer(let index): forgetTransfer(index)
        case .providerReports(let index, let report): tell(report, of: index)
        case .servingLooks(let index, let call): try answerLook(index, call)
        case .servingActs(let index, let deed): try act(index, deed)
        case .servingReports(let index, let outcome): try reportChange(index, outcome)
        case .restart: try start()
        case .sendRequest(let index): try send(request: index)
        case .alertTurns(let index, let turn): try take(turn, of: index)
        case .command(let index): try give(command: index)
        case .apply(let version): try apply(version)
        case .chaos(let chaos): try wreak(chaos)
        case .script(let index): try act(script[index])
        case .checkpoint(let checkpoint): try reach(checkpoint)
        }
    }

    // MARK: After every action

    private func check() throws {
        health.set(isHealthy, at: now)
        noticeSlots()
        // A look that saw nothing new changes nothing that could be due.
        guard store.lastSequence != checkedAt.sequence || now - checkedAt.moment >= .seconds(1) else { return }
        checkedAt = (store.lastSequence, now)
        try chronicle.checkNothingOverdue(now: now, health: health)
        try chronicle.checkPages(now: now, health: health, freeSince: freeSince)
        try chronicle.checkHolds(now: now, health: health)
        try chronicle.checkRollbacks(now: now, health: health)
        if now - checkedShiftsAt >= .seconds(1) {
            checkedShiftsAt = now
            try chronicle.checkSilenceEnds(wall: wallNow, now: now, health: health)
            try chronicle.checkShifts(wall: wallNow, now: now, health: health)
        }
        try checkSilence()
        if store.lastSequence >= checkedReplayAt + Self.eventsBetweenReplays { try checkReplay() }
    }

    private static let eventsBetweenReplays: Int64 = 64

    private var isHealthy: Bool {
        guard let process, process.core.isReady, now >= store.isAwayUntil else { return false }
        // An append that landed unnoticed is found by the next one, which does not fit.
        return process.append == nil && process.knownSequence == store.lastSequence
    }

    private func noticeSlots() {
        for method in ContactMethod.allCases {
            let taken = process?.inFlight[method]?.count ?? 0
            if process == nil || taken >= limits.slotsPerMethod {
                freeSince[method] = nil
            } else if freeSince[method] == nil {
                freeSince[method] = now
            }
        }
    }
}
