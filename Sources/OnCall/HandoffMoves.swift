import Timekeeping

/// People who come and go at one instant, and become others or move when a roster changes.
public struct HandoffMove: Hashable, Sendable {
    public let schedule: ScheduleID
    /// Nil when the handoff is new.
    public let before: Handover?
    /// Nil when it is gone.
    public let after: Handover?

    public struct Handover: Hashable, Sendable {
        public let at: Instant
        /// On call until then, and on call from then on; both sorted.
        public let outgoing: [UserID]
        public let incoming: [UserID]

        public init(at: Instant, outgoing: [UserID], incoming: [UserID]) {
            self.at = at
            self.outgoing = outgoing
            self.incoming = incoming
        }
    }

    public init(schedule: ScheduleID, before: Handover?, after: Handover?) {
        self.schedule = schedule
        self.before = before
        self.after = after
    }

    /// The same people hand over to each other, at another instant.
    public var isMoved: Bool {
        guard let before, let after else { return false }
        return before.outgoing == after.outgoing && before.incoming == after.incoming
    }
}

extension Roster {
    /// The handoffs from `from` up to `until` that are others in `changed`, such as the same plans under new zone
    /// rules; sorted by schedule and time. Of schedules that both have.
    public func handoffMoves(
        to changed: Roster, from: Instant, until: Instant, amendments: Amendments
    ) -> [HandoffMove] {
        schedules.keys.filter { changed.schedules[$0] != nil }.sorted().flatMap { id in
            let before = handovers(of: id, from: from, until: until, amendments)
            let after = changed.handovers(of: id, from: from, until: until, amendments)
            return HandoffMove.pair(before, after, id)
        }
    }

    private func handovers(
        of id: ScheduleID, from: Instant, until: Instant, _ amendments: Amendments
    ) -> [HandoffMove.Handover] {
        var found: [HandoffMove.Handover] = []
        var present: [UserID]?
        forEachShift(id, from: from, until: until, amendments: amendments) { shift in
            let users = shift.duties.map(\.user).sorted()
            if let present, present != users {
                found.append(.init(at: shift.from, outgoing: present, incoming: users))
            }
            present = users
        }
        return found
    }
}

extension HandoffMove {
    /// A handoff has moved when the nearest unmatched one of the same people is less than two days away.
    fileprivate static func pair(
        _ before: [Handover], _ after: [Handover], _ id: ScheduleID
    ) -> [HandoffMove] {
        let (old, new) = (Set(before), Set(after))
        let gone = before.filter { !new.contains($0) }
        var come = after.filter { !old.contains($0) }
        var moves: [HandoffMove] = []
        var left: [Handover] = []
        for handover in gone {
            let samePeople = come.indices.filter {
                come[$0].outgoing == handover.outgoing && come[$0].incoming == handover.incoming
                    && distance(come[$0], handover) < nearMilliseconds
            }
            if let index = samePeople.min(by: { distance(come[$0], handover) < distance(come[$1], handover) }) {
                moves.append(HandoffMove(schedule: id, before: handover, after: come.remove(at: index)))
            } else {
                left.append(handover)
            }
        }
        for handover in left {
            let index = come.firstIndex { $0.at == handover.at }
            moves.append(HandoffMove(schedule: id, before: handover, after: index.map { come.remove(at: $0) }))
        }
        moves += come.map { HandoffMove(schedule: id, before: nil, after: $0) }
        return moves.sorted { $0.earliest < $1.earliest }
    }

    private static func distance(_ a: Handover, _ b: Handover) -> Int64 {
        abs(a.at.milliseconds - b.at.milliseconds)
    }

    private var earliest: Instant { min(before?.at ?? .distantFuture, after?.at ?? .distantFuture) }

    private static let nearMilliseconds: Int64 = 2 * 86_400_000
}
