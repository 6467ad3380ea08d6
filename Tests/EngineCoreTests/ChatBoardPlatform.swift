import EngineCore
import Incidents
import Timekeeping

/// A chat platform as a small model in virtual time. It objects to whatever a well-behaved client never does.
struct ModelPlatform {
    struct Message {
        let id: String
        let key: String
        let incident: Incident.ID
        var version: Int
        var isDeleted = false
        var tellings: [(key: String, lines: [Int64])] = []
        var told: [Int64] { tellings.flatMap(\.lines) }
    }

    enum Weather: Equatable { case fine, away, revoked }

    var weather = Weather.fine
    var rooms: [ChatRoom: [Message]] = [:]
    var archived: Set<ChatRoom> = []
    /// Spots whose posts it cannot digest.
    var indigestible: Set<Incident.ID> = []
    /// Calls to answer with "too many requests", by that wait.
    var rationsToGive: [Duration] = []
    /// The next calls are done, or not, and their answers get lost.
    var answersToLose: [Bool] = []
    private(set) var objections: [String] = []
    private(set) var calls: [(at: SteadyInstant, step: ChatAction.Step, spot: ChatSpot)] = []
    private(set) var inFlight: [Int: ChatSpot] = [:]
    private var lastID = 0
    /// Messages of which the caller knows what they say.
    private var confirmed: Set<String> = []
    private var rationedUntil: [String: SteadyInstant] = [:]
    private var lastInRoom: [ChatRoom: SteadyInstant] = [:]
    private var updates: [SteadyInstant] = []
    private var closedAnswers: [ChatRoom: SteadyInstant] = [:]

    func posts(in room: ChatRoom) -> [Message] { (rooms[room] ?? []).filter { !$0.isDeleted } }
    func message(of incident: Incident.ID, in room: ChatRoom) -> Message? {
        posts(in: room).last { $0.incident == incident }
    }
    func calls(_ isMeant: (ChatAction.Step) -> Bool) -> Int { calls.count { isMeant($0.step) } }

    private mutating func object(_ text: String, _ now: SteadyInstant) {
        objections.append("at \(now.milliseconds): \(text)")
    }

    /// A new process knows nothing of the old one's calls, nor of what it was told.
    mutating func callerDied() {
        inFlight = [:]
        confirmed = []
        rationedUntil = [:]
        lastInRoom = [:]
        updates = []
        closedAnswers = [:]
    }

    mutating func answered(_ action: ChatAction, _ result: ChatResult, _ now: SteadyInstant) {
        inFlight[action.number] = nil
        switch (action.step, result) {
        case (.post, .shown(let message)), (.update, .shown(let message)): confirmed.insert(message.id)
        case (.update(let message), _): confirmed.remove(message.id)
        default: break
        }
        if case .later(let wait?, _) = result { rationedUntil[Self.ration(action)] = now + wait }
        if case .closed = result, closedAnswers[action.spot.room].map({ now - $0 >= .minutes(10) }) ?? true {
            closedAnswers[action.spot.room] = now
        }
    }

    private static func ration(_ action: ChatAction) -> String { "\(method(action.step)) in \(action.spot.room)" }

    private static func method(_ step: ChatAction.Step) -> String {
        switch step {
        case .post, .tell: "post"
        case .update: "update"
        case .find: "history"
        case .findTold: "replies"
        case .record: "log"
        }
    }

    /// - Parameters:
    ///   - version: what the incident's message should say.
    ///   - lines: what a telling would say.
    mutating func call(
        _ action: ChatAction, version: Int, lines: [Int64], key: String, now: SteadyInstant
    ) -> ChatResult {
        watch(action, now)
        calls.append((now, action.step, action.spot))
        if weather == .away { return .later(nil, "away") }
        if weather == .revoked { return .refused("token_revoked") }
        if !rationsToGive.isEmpty { return .later(rationsToGive.removeFirst(), "ratelimited") }
        if indigestible.contains(action.spot.incident) {
            switch action.step {
            case .post, .update, .tell: return .later(nil, "fatal_error")
            case .find, .findTold, .record: break
            }
        }
        if archived.contains(action.spot.room) { return .closed("is_archived") }
        if !answersToLose.isEmpty {
            if answersToLose.removeFirst() { _ = perform(action, version, lines, key, now) }
            return .doubtful("the connection broke")
        }
        return perform(action, version, lines, key, now)
    }

    private mutating func watch(_ action: ChatAction, _ now: SteadyInstant) {
        let spot = action.spot
        if inFlight.values.contains(spot) { object("two calls at once for \(spot)", now) }
        inFlight[action.number] = spot
        if inFlight.count > 4 { object("\(inFlight.count) calls at once", now) }
        if let until = rationedUntil[Self.ration(action)], now < until {
            object("\(Self.ration(action)) called \((until - now).milliseconds) ms early", now)
        }
        switch action.step {
        case .post, .tell:
            if let last = lastInRoom[spot.room], now - last < .milliseconds(1100) {
                object("two messages in \(spot.room) within \(now - last)", now)
            }
            lastInRoom[spot.room] = now
        case .update:
            updates = updates.filter { now - $0 < .seconds(60) } + [now]
            if updates.count > 40 { object("\(updates.count) updates in a minute", now) }
        case .find, .findTold: break
        case .record: object("the platform was asked to record", now)
        }
        if archived.contains(spot.room), let since = closedAnswers[spot.room], now - since < .minutes(10) {
            object("\(spot.room) was tried again \(now - since) after it was closed", now)
        }
    }

    private mutating func perform(
        _ action: ChatAction, _ version: Int, _ lines: [Int64], _ key: String, _ now: SteadyInstant
    ) -> ChatResult {
        let room = action.spot.room
        switch action.step {
        case .post(let key):
            if rooms[room, default: []].contains(where: { $0.key == key }) { object("\(key) was posted twice", now) }
            if posts(in: room).contains(where: { $0.incident == action.spot.incident }) {
                object("\(action.spot) has two messages", now)
            }
            lastID += 1
            rooms[room, default: []].append(
                Message(id: "m\(lastID)", key: key, incident: action.spot.incident, version: version))
            return .shown(PostedMessage(channel: "C\(room.name)", id: "m\(lastID)"))
        case .find(let key):
            guard let found = posts(in: room).last(where: { $0.key.hasPrefix(key) }) else { return .notFound }
            return .shown(PostedMessage(channel: "C\(room.name)", id: found.id))
        case .update(let message):
            guard let index = index(of: message, room, now) else { return .lost("message_not_found") }
            if confirmed.contains(message.id), rooms[room]![index].version == version {
                object("\(action.spot) was changed to what it says", now)
            }
            rooms[room]![index].version = version
            return .shown(message)
        case .tell(let message, _):
            guard let index = index(of: message, room, now) else { return .lost("thread_not_found") }
            if let last = rooms[room]![index].told.last, let first = lines.first, first <= last {
                object("\(action.spot) was told \(first) after \(last)", now)
            }
            rooms[room]![index].tellings.append((key, lines))
            lastID += 1
            return .told(message: "m\(lastID)", through: lines.last!)
        case .findTold(let message):
            guard let index = index(of: message, room, now) else { return .lost("thread_not_found") }
            guard let last = rooms[room]![index].tellings.last else { return .notFound }
            return .told(
                message: "t", through: ChatKeys(installation: "x").through(last.key, of: action.spot.incident)!)
        case .record: return .recorded
        }
    }

    private mutating func index(of message: PostedMessage, _ room: ChatRoom, _ now: SteadyInstant) -> Int? {
        guard let index = rooms[room, default: []].firstIndex(where: { $0.id == message.id }) else {
            object("\(message) never was", now)
            return nil
        }
        return rooms[room]![index].isDeleted ? nil : index
    }

    mutating func delete(_ incident: Incident.ID, in room: ChatRoom) {
        guard let index = rooms[room]?.lastIndex(where: { $0.incident == incident && !$0.isDeleted }) else { return }
        rooms[room]![index].isDeleted = true
    }
}
