import OnCall
import Timekeeping

/// Somebody wants out of their time on call in one schedule, and asks others to take it.
public struct CoverRequest: Hashable, Sendable, Codable {
    /// Grows in order of creation.
    public let id: Int
    public let schedule: ScheduleID
    /// Who wants out.
    public let user: UserID
    public let from: Instant
    public let until: Instant
    /// Time of the accepter's, in the same schedule, that `user` takes over for it; nil when nothing is offered.
    public let inReturn: Stretch?
    /// Who was asked; nobody stands for everybody who could take it (`Directory.people(askedBy:)`).
    public let asked: [UserID]
    public let by: Actor
    public let createdAt: Instant
    /// Who has said no, in that order. Folded from the answers, and no part of what was asked.
    public internal(set) var declined: [UserID] = []

    /// A half-open stretch of time, `[from, until)`.
    public struct Stretch: Hashable, Sendable, Codable {
        public let from: Instant
        public let until: Instant

        public init(from: Instant, until: Instant) {
            self.from = from
            self.until = until
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id, schedule, user, from, until, inReturn, asked, by, createdAt
    }

    public init(
        id: Int, schedule: ScheduleID, user: UserID, from: Instant, until: Instant, inReturn: Stretch? = nil,
        asked: [UserID] = [], by: Actor, createdAt: Instant
    ) {
        self.id = id
        self.schedule = schedule
        self.user = user
        self.from = from
        self.until = until
        self.inReturn = inReturn
        self.asked = asked
        self.by = by
        self.createdAt = createdAt
    }

    public var isSwap: Bool { inReturn != nil }

    /// When nobody can accept any more: at its beginning, or at its end if that was past when it was made; and when
    /// what was offered in return is over.
    public var lapsesAt: Instant {
        let own = createdAt < from ? from : until
        return min(own, inReturn?.until ?? own)
    }

    public func isOver(at now: Instant) -> Bool { lapsesAt <= now }

    /// What an acceptance makes of it, from `now` on: `user` is replaced, and in a swap the accepter too.
    /// - Parameter firstID: the first override's number; the second has the next.
    func overrides(acceptedBy other: UserID, at now: Instant, firstID: Int) -> [Override] {
        let origin = Override.Origin(coverRequest: id, isSwap: isSwap)
        let own = Override(
            id: firstID, schedule: schedule, from: max(from, now), until: until, kind: .replace(user, with: other),
            createdAt: now, by: other, origin: origin)
        guard let inReturn else { return [own] }
        let returned = Override(
            id: firstID + 1, schedule: schedule, from: max(inReturn.from, now), until: inReturn.until,
            kind: .replace(other, with: user), createdAt: now, by: other, origin: origin)
        return [own, returned]
    }
}

extension Directory {
    /// Who may answer a request: whoever was asked by name, else the others of the schedule's rotation, else everybody
    /// else. In order of their turns, or of their ids.
    public func people(askedBy request: CoverRequest) -> [UserID] {
        if !request.asked.isEmpty { return request.asked }
        let others = roster.members(of: request.schedule).filter { $0 != request.user && users[$0] != nil }
        return others.isEmpty ? users.keys.filter { $0 != request.user }.sorted() : others
    }
}
