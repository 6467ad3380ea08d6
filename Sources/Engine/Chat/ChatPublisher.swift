import EngineCore
import Incidents
import Logging
import OnCall
import Synchronization
import Timekeeping

/// Shows every incident in the chat rooms of its teams, and keeps its message and thread up to date.
///
/// The shell around one `ChatBoard` a platform: it tells the boards what has happened and does what they say.
public final class ChatPublisher: Sendable {
    struct State {
        var boards: [String: ChatBoard] = [:]
        /// What each message says, as far as this process knows.
        var shown: [ChatSpot: IncidentCard] = [:]
        /// The last incident opened before this start.
        var lastInherited = 0
        var announced: [String: ChatBoard.Standing] = [:]
        var announcing: Set<String> = []
        var isCatchingUp = false
        var mustCatchUpAgain = false
        var isStopped = false
    }

    let state: Mutex<State>
    let engine: Engine
    let platforms: [String: any ChatPlatform]
    let keys: ChatKeys
    let log: Logger
    private let alarmClock = AlarmClock()

    /// A resolved incident that no room has heard of is told of for this long.
    static let recent = Duration.hours(1)

    /// - Parameters:
    ///   - platforms: by the word for them in a `ChatRoom`; also those that are not configured yet.
    ///   - installation: tells this installation's messages from another's in the same room. The same after a restart.
    public init(
        engine: Engine, platforms: [String: any ChatPlatform], installation: String, log: Logger,
        pace: ChatPace = ChatPace()
    ) {
        self.engine = engine
        self.platforms = platforms
        self.log = log
        keys = ChatKeys(installation: installation)
        let seed = installation.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        state = Mutex(State(boards: platforms.mapValues { [keys] _ in ChatBoard(keys: keys, seed: seed, pace: pace) }))
    }

    /// Begins, once the engine has started. What rooms missed while nobody ran is caught up with.
    public func start() {
        let last = engine.read { $0.book.lastNumber }
        state.withLock { $0.lastInherited = last }
        engine.watch { [weak self] in self?.note($0) }
        alarmClock.start { [weak self] in self?.tick() ?? nil }
        catchUp()
    }

    /// Begins nothing more. What is under way ends by itself, and the next start finds out what became of it.
    public func stop() {
        state.withLock { $0.isStopped = true }
        alarmClock.stop()
    }

    private func wake() { alarmClock.wake(at: .zero) }

    /// Messages looked after now.
    public var count: Int { state.withLock { $0.boards.values.reduce(0) { $0 + $1.count } } }

    /// Why a platform does not accept us; nil while it does, or has not been asked.
    public func refusal(of platform: String) -> String? {
        if case .refused(let reason)? = state.withLock({ $0.boards[platform]?.standing }) { reason } else { nil }
    }

    // MARK: What happened

    private func note(_ events: [Event]) {
        // Whoever uses no chat pays nothing for it. A configuration that takes one away calls `catchUp`.
        guard platforms.values.contains(where: \.isConfigured) else { return }
        var changes: [Incident.ID: (newest: Int64, occasion: ChatSituation.Occasion)] = [:]
        for event in events {
            // Something may have been recorded that nobody was told of.
            if case .logRecovered = event.payload { catchUp() }
            guard let id = event.payload.incident, ChatThread.mayChangeCard(event.payload) else { continue }
            var change = changes[id] ?? (0, .news)
            if ChatThread.belongs(event.payload) { change.newest = event.sequence }
            if ChatThread.isUrgent(event.payload) { change.occasion = .urgentNews }
            changes[id] = change
        }
        for (id, change) in changes.sorted(by: { $0.key < $1.key }) {
            look(at: id, newest: change.newest, change.occasion)
        }
        if !changes.isEmpty { wake() }
    }

    /// Has every message looked at that may be behind. Call it when the configuration has changed, so that a platform
    /// added to it shows the open incidents at once; else it does so at the next news of any.
    public func catchUp() {
        suspendUnconfigured()
        let isNeeded = state.withLock { state in
            // Whoever looks already, looks once more.
            if state.isCatchingUp { state.mustCatchUpAgain = true }
            guard !state.isCatchingUp, state.boards.values.contains(where: { !$0.isSuspended }) else { return false }
            state.isCatchingUp = true
            return true
        }
        guard isNeeded else { return wake() }
        let now = engine.now
        let incidents = engine.read { core in
            core.book.incidents.values.filter { Self.mayBeBehind($0, now: now) }.map(\.id).sorted()
        }
        // Unstructured: nobody waits for it, and it ends when the incidents do.
        Task {
            for id in incidents {
                // A thread that cannot be read now is caught up with at the incident's next news.
                let events = (try? await engine.events(of: id)) ?? []
                look(at: id, newest: ChatThread(events).newest, .refresh)
            }
            let isWantedAgain = state.withLock { state in
                state.isCatchingUp = false
                defer { state.mustCatchUpAgain = false }
                return state.mustCatchUpAgain
            }
            if isWantedAgain { catchUp() } else { wake() }
        }
    }

    /// Answers whether a platform is configured that was not.
    @discardableResult
    private func suspendUnconfigured() -> Bool {
        let (configured, now) = (platforms.mapValues(\.isConfigured), HostClock.steady)
        return state.withLock { state in
            var isNew = false
            for platform in state.boards.keys.sorted() {
                isNew = isNew || state.boards[platform]!.isSuspended && configured[platform]!
                state.boards[platform]!.suspend(!configured[platform]!, now: now)
            }
            return isNew
        }
    }

    private static func mayBeBehind(_ incident: Incident, now: Instant) -> Bool {
        guard let resolution = incident.resolution else { return true }
        return now - resolution.at < recent
            || incident.chats.values.contains { $0.message != nil && $0.toldThrough < incident.stoppedAt }
    }

    private func look(at id: Incident.ID, newest: Int64, _ occasion: ChatSituation.Occasion) {
        let at = engine.now
        let known = engine.read { core in
            core.book.incidents[id].map { ($0, IncidentRooms.rooms(of: $0, in: core.directory)) }
        }
        guard let (incident, wanted) = known else { return }
        let rooms = Dictionary(grouping: Set(wanted).union(incident.chats.keys), by: \.platform)
        let isRecent = incident.resolution.map { at - $0.at < Self.recent } ?? true
        let now = HostClock.steady
        state.withLock { state in
            let isInherited = id.number <= state.lastInherited
            for (platform, rooms) in rooms.sorted(by: { $0.key < $1.key }) {
                let known = rooms.map { ($0, ChatSituation.Known(incident.chats[$0])) }
                let situation = ChatSituation(
                    incident: id, isOpen: incident.isOpen, isRecent: isRecent, isInherited: isInherited,
                    newest: newest, occasion: occasion, rooms: Dictionary(uniqueKeysWithValues: known))
                state.boards[platform]?.changed(situation, now: now)
            }
        }
    }

    // MARK: What is to be done

    private func tick() -> Duration? {
        if suspendUnconfigured() { catchUp() }
        let now = HostClock.steady
        let actions = state.withLock { state -> [ChatAction] in
            guard !state.isStopped else { return [] }
            state.forgetCards()
            return state.boards.keys.sorted().flatMap { state.boards[$0]!.tick(now: now) }
        }
        for action in actions { perform(action) }
        announceStandings()
        let next = state.withLock { $0.boards.values.compactMap(\.nextDeadline).min() }
        return next.map { $0 - HostClock.steady }
    }

    /// Tells the board what became of an action.
    func end(_ action: ChatAction, _ result: ChatResult) {
        report(action, result)
        let now = HostClock.steady
        state.withLock { state in
            switch (action.step, result) {
            case (.post, .shown), (.update, .shown), (.update, .unneeded), (.tell, .told), (.findTold, _),
                (.record, _):
                break
            default: state.shown[action.spot] = nil
            }
            state.boards[action.spot.room.platform]!.ended(action, result, now: now)
        }
        wake()
    }
}

extension ChatPublisher.State {
    mutating func forgetCards() {
        guard shown.count > 2 * boards.values.reduce(0, { $0 + $1.count }) + 64 else { return }
        shown = shown.filter { boards[$0.key.room.platform]?.looksAfter($0.key) == true }
    }
}
