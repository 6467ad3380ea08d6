import Timekeeping

/// What is laid over one schedule's plan: overrides first, then time off. Stands at one instant, and is moved.
struct Exceptions {
    /// Ends where any override of the schedule does or begins.
    private(set) var span: Span
    /// The latest created first.
    private let overrides: [Override]
    private var inForce: [Override] = []
    /// Whom overrides in force take out by name, whether or not they would be on call.
    private(set) var displaced: [UserID] = []
    /// What the schedule itself says.
    private let absences: Absences
    /// What was entered, or read, since.
    private let timeOff: Absences
    private var instant = Instant.distantPast

    /// For walks from `from` to `until`. Of the amendments, those overrides count that name the schedule; time off is of
    /// people, whatever the schedule.
    init(_ schedule: ScheduleID, _ absences: Absences, _ amendments: Amendments, from: Instant, until: Instant) {
        var overrides: [Override] = []
        for override in amendments.overrides
        where override.from < override.until && override.from <= until && override.until >= from
            && override.schedule == schedule
        {
            overrides.append(override)
        }
        if overrides.count > 1 { overrides.sort { $0.id > $1.id } }
        self.overrides = overrides
        self.absences = absences
        timeOff = amendments.absences
        span = overrides.isEmpty ? Span() : .none
    }

    mutating func move(to instant: Instant) {
        self.instant = instant
        if span.contains(instant) { return }
        inForce.removeAll(keepingCapacity: true)
        span = Span()
        for override in overrides {
            span.cut(at: override.from, around: instant)
            span.cut(at: override.until, around: instant)
            if override.from <= instant, instant < override.until { inForce.append(override) }
        }
        displaced = inForce.compactMap(\.displaced).filter { user in
            let decides = inForce.first { $0.displaced == user }
            return decides.flatMap { follow($0, displacing: user) }?.user != user
        }
    }

    /// Who is on call where the plan says `position`; nobody, and the plan's next answer counts.
    ///
    /// Each of its people is settled alone. Those who are off are covered last, so that nobody covers who is on call
    /// anyway. The span is cut where that ends.
    func settle(_ position: RotationPosition, narrowing span: inout Span) -> [Shift.Assignment] {
        span.narrow(to: self.span)
        if inForce.isEmpty, absences.isEmpty, timeOff.isEmpty { return position.duties }
        var settled: [Shift.Assignment?] = []
        var absent: [Int] = []
        for planned in position.duties {
            switch verdict(on: planned.user) {
            case .instead(let assignment): settled.append(assignment)
            case .removed: settled.append(nil)
            case .asPlanned:
                if isOff(planned.user, narrowing: &span) { absent.append(settled.count) }
                settled.append(absent.last == settled.count ? nil : planned)
            }
        }
        if !absent.isEmpty { cover(absent, of: position, &settled, narrowing: &span) }
        var duties: [Shift.Assignment] = []
        duties.add(settled.compactMap { $0 })
        return duties
    }

    /// Puts in for each of the `absent` people of `position` the next of the others who is not off, not yet taken and
    /// not removed. Where overrides put somebody in that one's place, they cover.
    private func cover(
        _ absent: [Int], of position: RotationPosition, _ settled: inout [Shift.Assignment?], narrowing span: inout Span
    ) {
        var free = position.others[...]
        for place in absent {
            while settled[place] == nil, let next = free.popFirst() {
                if settled.contains(where: { $0?.user == next }) || isOff(next, narrowing: &span) { continue }
                if let override = inForce.first(where: { $0.concerns(next) && !$0.isCover }) {
                    settled[place] = follow(override, displacing: next)
                } else {
                    let reason = OnCallReason.timeOffCover(of: position.people[place], layer: position.layer)
                    settled[place] = .init(user: next, reason: reason)
                }
            }
        }
    }

    /// What overrides put on call besides what the plan gave: a cover where nobody is, and whoever is added.
    func complete(_ duties: inout [Shift.Assignment]) {
        if inForce.isEmpty { return }
        if duties.isEmpty {
            for override in inForce where override.isCover {
                if let found = follow(override, displacing: nil) {
                    duties.append(found)
                    break
                }
            }
        }
        for override in inForce.reversed() {
            guard case .add(let user) = override.kind else { continue }
            switch verdict(on: user, createdAfter: override.id) {
            case .instead(let assignment): duties.add([assignment])
            case .asPlanned:
                duties.add([
                    .init(user: user, reason: .override(id: override.id, inPlaceOf: nil, origin: override.origin))
                ])
            case .removed: break
            }
        }
    }

    /// Whether `user` is away, and no override speaks of them by name.
    func isAway(_ user: UserID, narrowing span: inout Span) -> Bool {
        if inForce.contains(where: { $0.concerns(user) && !$0.isCover }) { return false }
        return isOff(user, narrowing: &span)
    }

    /// What overrides make of a person who would be on call.
    enum Verdict {
        case asPlanned
        case instead(Shift.Assignment)
        case removed
    }

    /// The latest override that concerns the person decides. If it puts in somebody else, only overrides created after
    /// it can concern that person: so swaps of swaps follow each other, and never go in circles. A cover whose person
    /// is removed again is as if it were not there.
    func verdict(on user: UserID, createdAfter id: Int = .min) -> Verdict {
        for override in inForce where override.id > id && override.concerns(user) {
            if let found = follow(override, displacing: user) { return .instead(found) }
            if !override.isCover { return .removed }
        }
        return .asPlanned
    }

    private func isOff(_ user: UserID, narrowing span: inout Span) -> Bool {
        let isOff = absences.isOff(user, at: instant, narrowing: &span)
        return timeOff.isOff(user, at: instant, narrowing: &span) || isOff
    }

    /// Covers are left out on the way: the latest is always tried first, so one that is newer than `first` has been
    /// found to lead nowhere.
    private func follow(_ first: Override, displacing displaced: UserID?) -> Shift.Assignment? {
        var (override, displaced) = (first, displaced)
        while true {
            let user: UserID
            switch override.kind {
            case .cover(let cover): user = cover
            case .replace(_, let replacement): user = replacement
            case .remove, .add: return nil
            }
            let reason = OnCallReason.override(
                id: override.id, inPlaceOf: user == displaced ? nil : displaced, origin: override.origin)
            let newer = inForce.first { $0.id > override.id && $0.concerns(user) && !$0.isCover }
            guard let newer else { return .init(user: user, reason: reason) }
            (override, displaced) = (newer, user)
        }
    }
}

extension Override {
    fileprivate var isCover: Bool {
        if case .cover = kind { true } else { false }
    }

    /// Whom it takes out by name.
    var displaced: UserID? {
        switch kind {
        case .remove(let user), .replace(let user, _): user
        case .cover, .add: nil
        }
    }
}
