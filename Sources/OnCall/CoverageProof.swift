import Timekeeping

/// Whether every instant of one schedule is covered by somebody who can be reached, from `from` up to `until`.
///
/// Made by the walk that answers `onCall`, so the two cannot disagree.
public struct CoverageProof: Hashable, Sendable {
    public let schedule: ScheduleID
    public let from: Instant
    public let until: Instant
    /// Sorted and apart: each is as long as it can be. None means proved.
    public let holes: [CoverageHole]
    /// How many stretches there are in which the same people are on call; one for each time nobody is.
    public let shiftCount: Int
    /// Everybody who is on call at some time, sorted.
    public let people: [UserID]

    public init(
        schedule: ScheduleID, from: Instant, until: Instant, holes: [CoverageHole], shiftCount: Int, people: [UserID]
    ) {
        self.schedule = schedule
        self.from = from
        self.until = until
        self.holes = holes
        self.shiftCount = shiftCount
        self.people = people
    }

    public var isCovered: Bool { holes.isEmpty }
}

/// A stretch `[from, until)` in which nobody is on call who can be reached.
public struct CoverageHole: Hashable, Sendable {
    public let from: Instant
    public let until: Instant
    /// Each once, in the order in which they begin.
    public let causes: [HoleCause]
    /// Set when the hole is there only because clocks changed.
    public let clockChange: ClockChange?

    public init(from: Instant, until: Instant, causes: [HoleCause], clockChange: ClockChange? = nil) {
        self.from = from
        self.until = until
        self.causes = causes
        self.clockChange = clockChange
    }
}

/// Clocks of one zone that were set forward or back.
public struct ClockChange: Hashable, Sendable {
    public let zone: ZoneID
    public let at: Instant
    /// Positive when clocks were set forward.
    public let bySeconds: Int

    public init(zone: ZoneID, at: Instant, bySeconds: Int) {
        self.zone = zone
        self.at = at
        self.bySeconds = bySeconds
    }
}

extension Roster {
    /// Looks for every hole of `schedule`.
    ///
    /// `reachable` says whether pages reach a person at all; somebody it denies covers nothing. The cost grows with the
    /// number of stretches, so `until` must not be `distantFuture`.
    public func proveCoverage(
        of schedule: ScheduleID, from: Instant, until: Instant, amendments: Amendments,
        reachable: (UserID) -> Bool = { _ in true }
    ) -> CoverageProof {
        var walk = CoverageWalk(CauseFinder(self, schedule, amendments))
        forEachShift(schedule, from: from, until: until, amendments: amendments) { walk.pass($0, reachable) }
        return walk.finish(schedule, from: from, until: until)
    }
}

/// Gathers the holes of a walk over a schedule's shifts.
private struct CoverageWalk {
    private var causes: CauseFinder
    private var holes: [CoverageHole] = []
    private var open: (from: Instant, until: Instant, causes: [HoleCause])?
    private var shiftCount = 0
    private var last: [Shift.Assignment]?
    /// A list: there are few, and they are asked about at each shift.
    private var seen: [(user: UserID, isReachable: Bool)] = []

    init(_ causes: CauseFinder) { self.causes = causes }

    mutating func pass(_ shift: Shift, _ reachable: (UserID) -> Bool) {
        if !Self.hasSamePeople(shift.duties, last) { shiftCount += 1 }
        last = shift.duties
        var isCovered = false
        for duty in shift.duties where look(up: duty.user, reachable) { isCovered = true }
        guard !isCovered else { return close() }
        let cause = causes.cause(of: shift)
        if open == nil { open = (shift.from, shift.until, []) }
        open?.until = shift.until
        if open?.causes.contains(cause) == false { open?.causes.append(cause) }
    }

    mutating func finish(_ schedule: ScheduleID, from: Instant, until: Instant) -> CoverageProof {
        close()
        return CoverageProof(
            schedule: schedule, from: from, until: until, holes: holes, shiftCount: shiftCount,
            people: seen.map(\.user).sorted())
    }

    private mutating func close() {
        guard let hole = open else { return }
        open = nil
        holes.append(
            CoverageHole(
                from: hole.from, until: hole.until, causes: hole.causes,
                clockChange: causes.clockChange(behind: hole.causes, from: hole.from, until: hole.until)))
    }

    private mutating func look(up user: UserID, _ reachable: (UserID) -> Bool) -> Bool {
        for known in seen where known.user == user { return known.isReachable }
        let isReachable = reachable(user)
        seen.append((user, isReachable))
        return isReachable
    }

    private static func hasSamePeople(_ a: [Shift.Assignment], _ b: [Shift.Assignment]?) -> Bool {
        guard let b, a.count == b.count else { return false }
        return a.allSatisfy { duty in b.contains { $0.user == duty.user } }
    }
}
