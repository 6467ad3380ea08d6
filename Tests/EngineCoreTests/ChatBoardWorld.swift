import EngineCore
import Incidents
import Timekeeping

/// A board, a platform and a log in one thread of virtual time.
struct ChatWorld {
    struct Story {
        var isOpen = true
        /// What its message should say.
        var version = 1
        var news: [Int64] = []
        var known: [ChatRoom: ChatSituation.Known] = [:]
        var openedBeforeStart = false
        var rooms: [ChatRoom]
    }

    static let ml = ChatRoom(platform: "slack", name: "#ml")
    static let web = ChatRoom(platform: "slack", name: "#web")
    static let keys = ChatKeys(installation: "x")
    static let linesPerTelling = 40

    var now = SteadyInstant(milliseconds: 1_000_000)
    var board: ChatBoard
    var platform = ModelPlatform()
    var incidents: [Incident.ID: Story] = [:]
    var logIsUp = true
    /// So many events each incident's thread has.
    var events = 1
    /// How long a call takes.
    var latency: () -> Duration = { .milliseconds(80) }
    private(set) var standings: [ChatBoard.Standing] = []
    private var lastSequence: Int64 = 100
    private var answers: [(at: SteadyInstant, action: ChatAction, result: ChatResult)] = []
    /// What the shell last had shown.
    private var shown: [ChatSpot: Int] = [:]
    private let seed: UInt64

    init(seed: UInt64 = 1) {
        self.seed = seed
        board = ChatBoard(keys: Self.keys, seed: seed)
    }

    // MARK: What happens

    @discardableResult
    mutating func open(rooms: [ChatRoom] = [ChatWorld.ml]) -> Incident.ID {
        let id = Incident.ID(incidents.count + 1)
        incidents[id] = Story(rooms: rooms)
        happen(id, .urgentNews)
        return id
    }

    mutating func acknowledge(_ id: Incident.ID) { happen(id, .urgentNews) }
    mutating func note(_ id: Incident.ID) { happen(id, .news) }

    mutating func resolve(_ id: Incident.ID) {
        incidents[id]!.isOpen = false
        happen(id, .urgentNews)
    }

    mutating func reopen(_ id: Incident.ID) {
        incidents[id]!.isOpen = true
        happen(id, .urgentNews)
    }

    /// Something that its message shows and the thread does not tell.
    mutating func count(_ id: Incident.ID) {
        incidents[id]!.version += 1
        look(at: id, newest: 0, .news)
        act()
    }

    private mutating func happen(_ id: Incident.ID, _ occasion: ChatSituation.Occasion) {
        lastSequence += 1
        incidents[id]!.news.append(lastSequence)
        incidents[id]!.version += 1
        look(at: id, newest: lastSequence, occasion)
        act()
    }

    private mutating func look(at id: Incident.ID, newest: Int64, _ occasion: ChatSituation.Occasion) {
        let story = incidents[id]!
        let rooms = Dictionary(uniqueKeysWithValues: story.rooms.map { ($0, story.known[$0] ?? .init()) })
        board.changed(
            ChatSituation(
                incident: id, isOpen: story.isOpen, isInherited: story.openedBeforeStart, newest: newest,
                occasion: occasion, rooms: rooms), now: now)
    }

    /// The process dies and another begins.
    mutating func restart() {
        answers = []
        shown = [:]
        platform.callerDied()
        board = ChatBoard(keys: Self.keys, seed: seed)
        for id in incidents.keys.sorted() {
            incidents[id]!.openedBeforeStart = true
            look(at: id, newest: incidents[id]!.news.last ?? 0, .refresh)
        }
        act()
    }

    // MARK: Time

    mutating func wait(_ duration: Duration) {
        let end = now + duration
        while let next = nextMoment, next <= end {
            now = max(now, next)
            while let index = answers.firstIndex(where: { $0.at <= now }) {
                let (_, action, result) = answers.remove(at: index)
                take(action, result)
            }
            act()
        }
        now = end
    }

    private var nextMoment: SteadyInstant? { (answers.map(\.at) + [board.nextDeadline].compactMap { $0 }).min() }

    /// Whether nothing is under way or due any more.
    var isQuiet: Bool { nextMoment == nil }

    private mutating func take(_ action: ChatAction, _ result: ChatResult) {
        if case .record(let fact) = action.step {
            if result == .recorded { record(fact) }
        } else {
            platform.answered(action, result, now)
            switch (action.step, result) {
            case (.post, .shown), (.update, .shown), (.update, .unneeded), (.tell, .told), (.findTold, _): break
            default: shown[action.spot] = nil
            }
        }
        board.ended(action, result, now: now)
    }

    private mutating func record(_ fact: ChatRecord) {
        switch fact {
        case .posted(let e):
            incidents[e.incident]!.known[e.room, default: .init()].message =
                PostedMessage(channel: e.channel, id: e.message)
            incidents[e.incident]!.known[e.room]!.isClosed = false
        case .told(let e):
            incidents[e.incident]!.known[e.room, default: .init()].toldThrough = e.through
        case .closed(let e): incidents[e.incident]!.known[e.room, default: .init()].isClosed = true
        }
    }

    private mutating func act() {
        for action in board.tick(now: now) {
            let result = perform(action)
            answers.append((now + (result == .unneeded ? .zero : latency()), action, result))
        }
        if standings.last != board.standing { standings.append(board.standing) }
    }

    private mutating func perform(_ action: ChatAction) -> ChatResult {
        let story = incidents[action.spot.incident]!
        var lines: [Int64] = []
        switch action.step {
        case .record: return logIsUp ? .recorded : .unrecorded
        case .update:
            if shown[action.spot] == story.version { return .unneeded }
            shown[action.spot] = story.version
        case .post: shown[action.spot] = story.version
        case .tell(_, let after):
            board.noteLength(of: action, events)
            lines = Array(story.news.filter { $0 > after }.prefix(Self.linesPerTelling))
            if lines.isEmpty { return .told(message: nil, through: story.news.last ?? after) }
        case .find, .findTold: break
        }
        return platform.call(
            action, version: story.version, lines: lines,
            key: Self.keys.told(action.spot.incident, through: lines.last ?? 0), now: now)
    }
}
