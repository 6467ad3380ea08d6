import DequeModule
import Incidents
import Timekeeping

/// When one platform may be called: pauses, the budget of updates, and whether it accepts us at all.
struct ChatThrottle: Sendable {
    enum Call: Hashable, Sendable { case post, update, find, findTold }

    /// What platforms grant so many a minute of.
    private struct Ration: Hashable {
        let call: Call
        let room: ChatRoom
    }

    private let pace: ChatPace
    private let seed: UInt64
    private var inFlight = 0
    private var pausedUntil: SteadyInstant?
    private var rations: [Ration: SteadyInstant] = [:]
    private var latestUpdates: Deque<SteadyInstant> = []
    private(set) var standing = ChatBoard.Standing.unknown
    /// In a row.
    private(set) var failures = 0
    private(set) var successes = 0
    /// The last call begun before the latest trouble; what it and earlier ones say of the platform is out of date.
    private var troubleAfter = 0

    private static let minute = Duration.seconds(60)

    init(pace: ChatPace, seed: UInt64) {
        self.pace = pace
        self.seed = seed
    }

    /// One call at a time until the platform has proved that it works again.
    private var isProbing: Bool {
        if case .refused = standing { return true }
        return failures > 0
    }

    /// When such a call may begin; nil while others must end first.
    func earliest(_ call: Call, in room: ChatRoom, isBackground: Bool, now: SteadyInstant) -> SteadyInstant? {
        guard inFlight < (isProbing ? 1 : pace.calls) else { return nil }
        var at = max(now, pausedUntil ?? now, rations[Ration(call: call, room: room)] ?? now)
        if call == .update {
            let limit = isBackground ? pace.backgroundUpdatesPerMinute : pace.updatesPerMinute
            if latestUpdates.count >= limit { at = max(at, latestUpdates[latestUpdates.count - limit] + Self.minute) }
        }
        return at
    }

    mutating func begin(_ call: Call, now: SteadyInstant) {
        inFlight += 1
        guard call == .update else { return }
        latestUpdates.append(now)
        if latestUpdates.count > pace.updatesPerMinute { latestUpdates.removeFirst() }
    }

    mutating func end() { inFlight -= 1 }

    /// The call begun then was not made after all.
    mutating func takeBack(_ call: Call, begun: SteadyInstant) {
        guard call == .update, let index = latestUpdates.lastIndex(of: begun) else { return }
        latestUpdates.remove(at: index)
    }

    /// The platform answered, and what it answered is about the message or the room, not about us.
    mutating func answered(number: Int) {
        guard number > troubleAfter else { return }
        failures = 0
        successes += 1
        pausedUntil = nil
        standing = .accepted
    }

    /// It is away, or its answer got lost.
    mutating func failed(number: Int, lastNumber: Int, now: SteadyInstant) {
        guard number > troubleAfter else { return }
        troubleAfter = lastNumber
        failures += 1
        pausedUntil = now + ChatPace.pause(after: failures, seed: seed)
    }

    /// What was answered so far, and what still will be, is about a platform that is not meant any more.
    mutating func forget(lastNumber: Int) {
        troubleAfter = lastNumber
        failures = 0
        pausedUntil = nil
        standing = .unknown
    }

    mutating func rationed(_ call: Call, in room: ChatRoom, wait: Duration, now: SteadyInstant) {
        let ration = Ration(call: call, room: room)
        let until = now + min(max(wait, .seconds(1)), pace.longestWait)
        rations[ration] = max(until, rations[ration] ?? until)
    }

    mutating func refused(_ reason: String, number: Int, lastNumber: Int, now: SteadyInstant) {
        guard number > troubleAfter else { return }
        troubleAfter = lastNumber
        standing = .refused(reason)
        pausedUntil = now + pace.refusalInterval
    }
}
