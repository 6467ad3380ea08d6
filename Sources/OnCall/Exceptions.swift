import Timekeeping

/// What is laid over a schedule's plan at one instant: overrides first, then time off.
struct Exceptions {
    /// The overrides in force, the latest created first.
    private let overrides: [Override]
    let timeOff: [TimeOff]
    private let instant: Instant
    /// Ends where anything consulted here does.
    private(set) var span = Span()

    /// `overrides` are one schedule's, the latest created first.
    init(_ overrides: [Override], _ timeOff: [TimeOff], at instant: Instant) {
        self.overrides = overrides.filter { $0.from <= instant && instant < $0.until }
        self.timeOff = timeOff
        self.instant = instant
        for override in overrides where override.from < override.until {
            span.cut(at: override.from, around: instant)
            span.cut(at: override.until, around: instant)
        }
    }

    /// Who is on call where the plan says `candidate`; nil if nobody, and the plan's next answer counts.
    ///
    /// The latest override that concerns the person decides. If it puts in somebody else, only overrides created after
    /// it can concern that person: so swaps of swaps follow each other, and never go in circles. A cover whose person
    /// is removed again is as if it were not there.
    mutating func settle(_ candidate: Candidate) -> Shift.Assignment? {
        for override in overrides where override.concerns(candidate.user) {
            if let found = follow(override, displacing: candidate.user) { return found }
            guard case .cover = override.kind else { return nil }
        }
        guard isOff(candidate.user) else { return .init(user: candidate.user, reason: candidate.reason) }
        guard let substitute = candidate.substitutes.first(where: { !isOff($0) }) else { return nil }
        let reason = OnCallReason.timeOffCover(of: candidate.user, layer: candidate.layer)
        guard let override = overrides.first(where: { $0.concerns(substitute) && !$0.isCover }) else {
            return .init(user: substitute, reason: reason)
        }
        return follow(override, displacing: substitute)
    }

    /// Who is on call where the plan has nobody left: only a cover puts somebody there.
    func settleHole() -> Shift.Assignment? {
        for override in overrides where override.isCover {
            if let found = follow(override, displacing: nil) { return found }
        }
        return nil
    }

    /// Whether `user` is away, and no override speaks of them by name.
    mutating func isAway(_ user: UserID) -> Bool {
        if overrides.contains(where: { $0.concerns(user) && !$0.isCover }) { return false }
        return isOff(user)
    }

    private mutating func isOff(_ user: UserID) -> Bool {
        var isOff = false
        for absence in timeOff where absence.user == user && absence.from < absence.until {
            span.cut(at: absence.from, around: instant)
            span.cut(at: absence.until, around: instant)
            if absence.from <= instant, instant < absence.until { isOff = true }
        }
        return isOff
    }

    /// Covers are left out on the way: `settle` and `settleHole` try the latest cover first, so one that is newer than
    /// `first` has been found to lead nowhere.
    private func follow(_ first: Override, displacing displaced: UserID?) -> Shift.Assignment? {
        var (override, displaced) = (first, displaced)
        while true {
            let user: UserID
            switch override.kind {
            case .cover(let cover): user = cover
            case .replace(_, let replacement): user = replacement
            case .remove, .add: return nil
            }
            let reason = OnCallReason.override(id: override.id, inPlaceOf: user == displaced ? nil : displaced)
            let newer = overrides.first { $0.id > override.id && $0.concerns(user) && !$0.isCover }
            guard let newer else { return .init(user: user, reason: reason) }
            (override, displaced) = (newer, user)
        }
    }
}

extension Override {
    fileprivate var isCover: Bool {
        if case .cover = kind { true } else { false }
    }
}
