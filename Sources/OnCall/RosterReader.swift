import Timekeeping

/// Reads one schedule of a roster: for any instant, who is on call and for exactly how long that answer stands.
///
/// The only implementation of "who is on call": questions about an instant, previews and proofs all walk its segments,
/// so they cannot disagree.
struct RosterReader {
    /// Nil when the schedule cannot be read.
    private var layers: LayersReader?
    private var followers: [FollowerReader] = []

    /// For questions about instants from `from` to `until`; amendments outside that time need not count.
    init(_ plan: SchedulePlan?, _ amendments: Amendments, from: Instant, until: Instant) {
        guard let plan else { return }
        func exceptions(_ id: ScheduleID, _ absences: Absences) -> Exceptions {
            Exceptions(id, absences, amendments, from: from, until: until)
        }
        layers = LayersReader(plan.layers, exceptions(plan.front, plan.absences))
        if plan.followers.isEmpty { return }
        followers = plan.followers.map { FollowerReader($0, exceptions($0.id, $0.absences)) }
    }

    var clockReads: Int { layers?.clockReads ?? 0 }

    mutating func segment(at instant: Instant) -> Segment {
        guard var segment = layers?.segment(at: instant) else { return .hole(.unknownSchedule) }
        if followers.isEmpty { return segment }
        var taken: [UserID] = []
        for index in followers.indices {
            taken += segment.duties.map(\.user)
            segment = followers[index].segment(behind: segment, taken: taken, at: instant)
        }
        return segment
    }
}

/// Reads one schedule that stands behind another.
private struct FollowerReader {
    private let plan: SchedulePlan.Follower
    private var exceptions: Exceptions

    init(_ plan: SchedulePlan.Follower, _ exceptions: Exceptions) {
        self.plan = plan
        self.exceptions = exceptions
    }

    /// `taken` are on call in front of it.
    mutating func segment(behind front: Segment, taken: [UserID], at instant: Instant) -> Segment {
        exceptions.move(to: instant)
        var span = front.span
        span.narrow(to: exceptions.span)
        var duties: [Shift.Assignment] = []
        var hole = front.hole ?? .nobodyElse

        if let position = front.rotation, let primary = front.duties.first, plan.places > 0 {
            var free = (position.others + position.people).filter { user in
                !taken.contains(user) && !exceptions.isAway(user, narrowing: &span)
            }
            if !front.displaced.isEmpty {
                free = free.filter { !front.displaced.contains($0) } + free.filter(front.displaced.contains)
            }
            for user in free.dropFirst(plan.places - 1) where duties.isEmpty {
                switch exceptions.verdict(on: user) {
                case .instead(let assignment): duties = [assignment]
                case .asPlanned: duties = [.init(user: user, reason: .behind(plan.primary, primary: primary.user))]
                case .removed: hole = .everyoneRemoved
                }
            }
        }
        exceptions.complete(&duties)
        return Segment(
            span: span, duties: duties, hole: duties.isEmpty ? hole : nil,
            rotation: duties.isEmpty ? nil : front.rotation,
            displaced: front.displaced + exceptions.displaced)
    }
}
