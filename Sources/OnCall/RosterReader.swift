import Timekeeping

/// Reads a roster: for any schedule and instant, who is on call and for exactly how long that answer stands.
///
/// The only implementation of "who is on call": questions about an instant, previews and proofs all walk its segments,
/// so they cannot disagree.
struct RosterReader {
    private let roster: Roster
    /// By schedule, the latest created first.
    private let overrides: [ScheduleID: [Override]]
    /// Of people, whatever the schedule.
    private let timeOff: [TimeOff]
    /// What schedules have worked out so far.
    private var readers: [ScheduleID: LayersReader] = [:]

    init(_ roster: Roster, _ amendments: Amendments) {
        self.roster = roster
        overrides = Dictionary(grouping: amendments.overrides, by: \.schedule)
            .mapValues { $0.sorted { $0.id > $1.id } }
        timeOff = amendments.timeOff
    }

    mutating func segment(_ id: ScheduleID, at instant: Instant) -> Segment { segment(id, at: instant, behind: []) }

    /// `behind` are the schedules whose answer waits for this one.
    private mutating func segment(_ id: ScheduleID, at instant: Instant, behind: [ScheduleID]) -> Segment {
        guard let schedule = roster.schedules[id], let zone = roster.zones[schedule.zone], !behind.contains(id) else {
            return .hole(.unknownSchedule)
        }
        let overrides = overrides[id] ?? []
        switch schedule.plan {
        case .layers(let layers):
            var exceptions = Exceptions(overrides, schedule.timeOff + timeOff, at: instant)
            var reader = readers.removeValue(forKey: id) ?? LayersReader(layers, zone: zone)
            defer { readers[id] = reader }
            return reader.segment(at: instant, exceptions: &exceptions)
        case .behind(let primary, let places):
            let front = segment(primary, at: instant, behind: behind + [id])
            let timeOff = schedule.timeOff + (front.rotation?.timeOff ?? timeOff)
            var exceptions = Exceptions(overrides, timeOff, at: instant)
            return follower(of: front, primary: primary, places: places, timeOff, &exceptions)
        }
    }

    private func follower(
        of front: Segment, primary: ScheduleID, places: Int, _ timeOff: [TimeOff], _ exceptions: inout Exceptions
    ) -> Segment {
        var settled: Shift.Assignment?
        var hole = front.hole ?? .nobodyElse
        var rotation: Segment.Rotation?

        if let ahead = front.rotation, let onCall = front.duties.first, places > 0 {
            let position = ahead.position
            let inOrder = position.others + [position.people[position.index]]
            let free = inOrder.filter { !ahead.taken.contains($0) && !exceptions.isAway($0) }
            for user in free.dropFirst(places - 1) where settled == nil {
                let candidate = Candidate(
                    user: user, reason: .behind(primary, primary: onCall.user), layer: ahead.layer,
                    position: position, substitutes: [])
                settled = exceptions.settle(candidate)
                if settled == nil { hole = .everyoneRemoved }
            }
        }
        settled = settled ?? exceptions.settleHole()
        if let ahead = front.rotation, let settled {
            rotation = .init(
                layer: ahead.layer, position: ahead.position, taken: ahead.taken + [settled.user], timeOff: timeOff)
        }
        var span = front.span
        span.narrow(to: exceptions.span)
        return Segment(
            span: span, duties: settled.map { [$0] } ?? [], hole: settled == nil ? hole : nil, rotation: rotation)
    }
}
