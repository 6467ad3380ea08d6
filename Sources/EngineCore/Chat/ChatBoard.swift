import Incidents
import Timekeeping

/// Keeps the incidents' messages on one chat platform up to date: what to post, change and tell next, and when.
///
/// Level-triggered: it knows that a message may be behind, never what it should say, so a message has one pending
/// update however much has happened, and a thread is told in one go what it has missed. Pure: the shell performs the
/// actions and answers each with what became of it. At most one call is under way for each message.
public struct ChatBoard: Sendable {
    /// Whether the platform accepts us.
    public enum Standing: Hashable, Sendable {
        /// It has not answered yet.
        case unknown
        case accepted
        case refused(String)
    }

    struct Room: Sendable {
        var nextPost: SteadyInstant?
        var isClosed = false
        /// While it is closed: when it may be tried again.
        var closedUntil: SteadyInstant?
        var inFlight = 0
    }

    let pace: ChatPace
    let keys: ChatKeys
    var posts: [ChatSpot: ChatPost] = [:]
    var rooms: [ChatRoom: Room] = [:]
    var throttle: ChatThrottle
    /// Calls under way.
    var flights: [Int: ChatSpot] = [:]
    /// Messages with something the log does not know yet.
    var unrecorded: Set<ChatSpot> = []
    var lastNumber = 0
    /// The platform is not configured, so nothing is begun there. What is under way ends, and the log is told of it.
    public private(set) var isSuspended = false
    /// When something may be begun; nil while that waits for news or for a call to end.
    var lookAt: SteadyInstant?
    private let seed: UInt64

    /// - Parameter seed: lengthens pauses by a little, differently in each installation.
    public init(keys: ChatKeys, seed: UInt64, pace: ChatPace = ChatPace()) {
        self.keys = keys
        self.seed = seed
        self.pace = pace
        throttle = ChatThrottle(pace: pace, seed: seed)
    }

    public var standing: Standing { throttle.standing }
    /// Messages looked after.
    public var count: Int { posts.count }
    public func looksAfter(_ spot: ChatSpot) -> Bool { posts[spot] != nil }
    /// Whether somebody still waits for that call.
    public func isUnderWay(_ action: ChatAction) -> Bool { flights[action.number] == action.spot }

    // MARK: Inputs

    /// Takes note of an incident as it is now. The rooms are those of this board's platform.
    public mutating func changed(_ situation: ChatSituation, now: SteadyInstant) {
        for (room, known) in situation.rooms.sorted(by: { $0.key < $1.key }) {
            let spot = ChatSpot(incident: situation.incident, room: room)
            if posts[spot] == nil {
                guard !isSuspended, Self.isWorthBeginning(situation, known) else { continue }
                posts[spot] = ChatPost(situation, room, known, now: now)
            }
            posts[spot]!.note(situation, now: now)
            look(at: spot, now)
            dropIfFinished(spot)
        }
        makeRoom()
    }

    /// Suspends the board, or lets it go on. Incidents that it was not told of meanwhile are to be told of then.
    public mutating func suspend(_ isSuspended: Bool, now: SteadyInstant) {
        guard isSuspended != self.isSuspended else { return }
        self.isSuspended = isSuspended
        throttle.forget(lastNumber: lastNumber)
        lookAt = now
    }

    /// Takes note of how many events the thread of a telling under way has.
    public mutating func noteLength(of action: ChatAction, _ events: Int) {
        posts[action.spot]?.isLong = events >= pace.longThread
    }

    private static func isWorthBeginning(_ situation: ChatSituation, _ known: ChatSituation.Known) -> Bool {
        // An open incident that was never shown waits for its room.
        guard !known.isClosed || situation.isOpen && known.message == nil else { return false }
        if situation.isOpen || situation.isRecent { return true }
        return known.message != nil && (situation.occasion != .refresh || situation.newest > known.toldThrough)
    }

    /// Makes sure that the next look comes as soon as this message may need it.
    private mutating func look(at spot: ChatSpot, _ now: SteadyInstant) {
        for wish in posts[spot]!.wishes(pace) {
            guard let due = due(wish, now) else { continue }
            lookAt = min(lookAt ?? due, due)
        }
    }

    /// Every queue has a size.
    private mutating func makeRoom() {
        guard posts.count > pace.capacity else { return }
        let idle = posts.values.filter { !$0.isOpen && $0.flight == nil && !$0.isRecording }.map(\.spot).sorted()
        for spot in idle.prefix(posts.count - pace.capacity * 9 / 10) { drop(spot) }
    }

    mutating func dropIfFinished(_ spot: ChatSpot) {
        if posts[spot]?.isFinished == true { drop(spot) }
    }

    mutating func drop(_ spot: ChatSpot) {
        posts[spot] = nil
        unrecorded.remove(spot)
    }

    // MARK: Time

    /// What is to be done now.
    public mutating func tick(now: SteadyInstant) -> [ChatAction] {
        for (number, spot) in flights.sorted(by: { $0.key < $1.key }) {
            guard let flight = posts[spot]?.flight, now - flight.begun >= pace.callTime else { continue }
            precondition(flight.action.number == number, "\(spot) has two calls under way")
            ended(flight.action, .doubtful("no answer within \(pace.callTime)"), now: now)
        }
        var actions = records(now)
        guard !isSuspended, let lookAt, lookAt <= now else { return actions }
        while let wish = nextWish(now) { actions.append(begin(wish, now)) }
        self.lookAt = posts.values.flatMap { $0.wishes(pace) }.compactMap { due($0, now) }.min()
        return actions
    }

    /// When to call `tick` at the latest; nil when only an input can bring work.
    public var nextDeadline: SteadyInstant? {
        var candidates = flights.values.compactMap { posts[$0]?.flight.map { $0.begun + pace.callTime } }
        if let lookAt, !isSuspended { candidates.append(lookAt) }
        for spot in unrecorded {
            if let post = posts[spot], !post.isRecording, let at = post.recordAt { candidates.append(at) }
        }
        return candidates.min()
    }

    private mutating func records(_ now: SteadyInstant) -> [ChatAction] {
        var actions: [ChatAction] = []
        for spot in unrecorded.sorted() {
            guard let post = posts[spot], !post.isRecording, let at = post.recordAt, at <= now else { continue }
            lastNumber += 1
            posts[spot]!.isRecording = true
            actions.append(ChatAction(number: lastNumber, spot: spot, step: .record(post.unrecorded[0])))
        }
        return actions
    }

    private func due(_ wish: ChatPost.Wish, _ now: SteadyInstant) -> SteadyInstant? {
        let room = rooms[wish.rank.spot.room] ?? Room()
        // One at a time finds out whether a closed room is open again.
        guard !room.isClosed || room.inFlight == 0, !isOvertaking(wish),
            let at = throttle.earliest(wish.call, in: wish.rank.spot.room, isBackground: wish.isBackground, now: now)
        else { return nil }
        let slot = wish.call == .post ? room.nextPost : nil
        return [at, wish.notBefore, room.closedUntil, slot].compactMap { $0 }.max()
    }

    /// Whether a message would be posted before that of an earlier incident in the room, which is being looked for or
    /// posted at this moment. Calls are few, so this is quick.
    private func isOvertaking(_ wish: ChatPost.Wish) -> Bool {
        let spot = wish.rank.spot
        guard wish.call == .post, wish.rank.turn == .post, let post = posts[spot] else { return false }
        return flights.values.contains { other in
            guard other.room == spot.room, other < spot, let before = posts[other] else { return false }
            return before.message == nil && before.isOpen == post.isOpen
        }
    }

    /// The first in rank of those that may begin now.
    private mutating func nextWish(_ now: SteadyInstant) -> ChatPost.Wish? {
        let wishes = posts.values.flatMap { $0.wishes(pace) }.filter { wish in due(wish, now).map { $0 <= now } ?? false
        }
        guard let first = wishes.min(by: { $0.rank < $1.rank }) else { return nil }
        // Is the platform away, or is it this message that it cannot digest? Every other time another one finds out,
        // and asks rather than posts, to keep the order.
        guard posts[first.rank.spot]!.failures >= pace.patience, throttle.failures % 2 == 1,
            let other = wishes.filter({ $0.rank.spot != first.rank.spot }).min(by: { $0.rank < $1.rank })
        else { return first }
        guard other.rank.turn == .post, other.call == .post else { return other }
        posts[other.rank.spot]!.mustFind = true
        let asking = posts[other.rank.spot]!.wishes(pace)[0]
        return due(asking, now).map { $0 <= now } == true ? asking : first
    }

    private mutating func begin(_ wish: ChatPost.Wish, _ now: SteadyInstant) -> ChatAction {
        let spot = wish.rank.spot
        lastNumber += 1
        throttle.begin(wish.call, now: now)
        rooms[spot.room, default: Room()].inFlight += 1
        if wish.call == .post { rooms[spot.room]!.nextPost = now + pace.roomInterval }
        flights[lastNumber] = spot
        return posts[spot]!.begin(wish, number: lastNumber, keys: keys, now: now)
    }

    func pause(after failures: Int) -> Duration { ChatPace.pause(after: failures, seed: seed) }
}
