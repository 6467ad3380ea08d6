import Incidents
import Timekeeping

/// One incident's message in one room: what is known of it, and what it wants next.
struct ChatPost: Sendable {
    /// Why the message should be looked at again; the later case outweighs the earlier.
    enum Staleness: Int, Comparable, Sendable {
        case fresh, perhaps, changed
        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    struct Flight: Sendable {
        let action: ChatAction
        let call: ChatThrottle.Call
        let begun: SteadyInstant
        /// What the call takes care of; wanted again if it fails.
        let staleness: Staleness
        let wasUrgent: Bool
    }

    let spot: ChatSpot
    var isOpen: Bool
    let isInherited: Bool

    var message: PostedMessage?
    /// The message that got lost; this one stands in for it.
    var replaces: String?
    /// A post may have arrived that we do not know of.
    var mustFind: Bool
    /// The thread may have been told more than we know.
    var mustFindTold: Bool

    var staleness = Staleness.fresh
    /// Since when the message, or the thread, is behind.
    var staleSince: SteadyInstant
    var newsSince: SteadyInstant
    var shownAt: SteadyInstant?

    var newest: Int64
    var toldThrough: Int64
    var toldAt: SteadyInstant?
    var isUrgent = false

    /// Nothing more is said here.
    var isClosed = false
    /// Also when the room opens again.
    var isClosedForGood = false
    /// The room closed on it before, and opened again.
    var wasReopened = false
    var isClosedInLog: Bool
    var isLong = false
    var flight: Flight?

    var failures = 0
    var successesBefore = 0
    var asideUntil: SteadyInstant?

    /// Facts the log does not know yet, and when it may be told.
    var unrecorded: [ChatRecord] = []
    var isRecording = false
    var recordFailures = 0
    var recordAt: SteadyInstant?

    init(_ situation: ChatSituation, _ room: ChatRoom, _ known: ChatSituation.Known, now: SteadyInstant) {
        spot = ChatSpot(incident: situation.incident, room: room)
        isOpen = situation.isOpen
        isInherited = situation.isInherited
        message = known.message
        mustFind = situation.isInherited && known.message == nil
        mustFindTold = situation.isInherited && situation.newest > known.toldThrough
        isClosedInLog = known.isClosed
        toldThrough = known.toldThrough
        newest = known.toldThrough
        staleSince = now
        newsSince = now
    }

    mutating func note(_ situation: ChatSituation, now: SteadyInstant) {
        isOpen = situation.isOpen
        let wanted = situation.occasion == .refresh ? Staleness.perhaps : .changed
        if wanted > staleness {
            if staleness == .fresh { staleSince = now }
            staleness = wanted
        }
        if situation.newest > newest {
            if newest <= toldThrough { newsSince = now }
            newest = situation.newest
        }
        if situation.occasion == .urgentNews { isUrgent = true }
    }

    var isTold: Bool { toldThrough >= newest }

    /// Whether nothing is left to do here, now or when its calls have ended.
    var isFinished: Bool {
        guard !isOpen, flight == nil, unrecorded.isEmpty, !isRecording else { return false }
        return isClosed || message != nil && staleness == .fresh && isTold
    }

    mutating func queue(_ record: ChatRecord) {
        // Only the latest telling counts; one that is being recorded stays until it is.
        if case .told = record, case .told? = unrecorded.last, unrecorded.count > (isRecording ? 1 : 0) {
            unrecorded.removeLast()
        }
        unrecorded.append(record)
    }

    // MARK: What it wants

    struct Wish: Sendable {
        let call: ChatThrottle.Call
        let rank: Rank
        /// Not before that, as far as this message goes.
        let notBefore: SteadyInstant?
        var isBackground: Bool { rank.isResolved || rank.turn == .refresh }
    }

    enum Turn: Int, Comparable, Sendable {
        case post, update, tell, refresh
        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// Who goes first: open incidents before resolved ones, their messages before anything else, in order of number;
    /// then whoever has waited longest.
    struct Rank: Comparable, Sendable {
        let isResolved: Bool
        let turn: Turn
        let since: SteadyInstant?
        let spot: ChatSpot

        static func < (a: Self, b: Self) -> Bool {
            let (first, second) = (a.isResolved ? 1 : 0, b.isResolved ? 1 : 0)
            let (since, other) = (a.since?.milliseconds ?? 0, b.since?.milliseconds ?? 0)
            return (first, a.turn, since, a.spot) < (second, b.turn, other, b.spot)
        }
    }

    func wishes(_ pace: ChatPace) -> [Wish] {
        guard !isClosed, flight == nil else { return [] }
        guard message != nil else { return [wish(mustFind ? .find : .post, .post)] }
        var wishes: [Wish] = []
        if staleness != .fresh {
            let turn = staleness == .changed ? Turn.update : .refresh
            wishes.append(wish(.update, turn, since: staleSince, after: shownAt.map { $0 + pace.updateInterval }))
        }
        if !isTold {
            let interval = isLong ? pace.longTellInterval : pace.tellInterval
            let after = isUrgent ? nil : toldAt.map { $0 + interval }
            wishes.append(wish(mustFindTold ? .findTold : .post, .tell, since: newsSince, after: after))
        }
        return wishes
    }

    private func wish(
        _ call: ChatThrottle.Call, _ turn: Turn, since: SteadyInstant? = nil, after: SteadyInstant? = nil
    ) -> Wish {
        let notBefore = [after, asideUntil].compactMap { $0 }.max()
        let rank = Rank(isResolved: !isOpen, turn: turn, since: since, spot: spot)
        return Wish(call: call, rank: rank, notBefore: notBefore)
    }

    /// The call a wish means, and what it takes care of.
    mutating func begin(_ wish: Wish, number: Int, keys: ChatKeys, now: SteadyInstant) -> ChatAction {
        let step: ChatAction.Step
        let card = keys.card(spot.incident, replacing: replaces)
        switch (wish.call, message) {
        case (.update, let message?): step = .update(message)
        case (.findTold, let message?): step = .findTold(message)
        case (.post, let message?): step = .tell(message, after: toldThrough)
        case (.find, _): step = .find(key: card)
        case (.post, nil): step = .post(key: card)
        case (.update, nil), (.findTold, nil): preconditionFailure("\(spot) has no message to change")
        }
        let action = ChatAction(number: number, spot: spot, step: step)
        flight = Flight(action: action, call: wish.call, begun: now, staleness: staleness, wasUrgent: isUrgent)
        switch step {
        case .post, .update: staleness = .fresh
        case .tell: isUrgent = false
        case .find, .findTold, .record: break
        }
        return action
    }

    /// The call came to nothing, so what it was for is wanted still.
    mutating func want(_ flight: Flight) {
        staleness = max(staleness, flight.staleness)
        isUrgent = isUrgent || flight.wasUrgent
    }
}
