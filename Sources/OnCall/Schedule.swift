import Timekeeping

/// Who is on call when, below the overrides: a plan read in one time zone, and the people who are away.
public struct Schedule: Hashable, Sendable {
    public let id: ScheduleID
    /// Every clock time of the plan is read in this zone, except in layers that have their own.
    public let zone: ZoneID
    public let plan: Plan
    public let timeOff: [TimeOff]

    public init(id: ScheduleID, zone: ZoneID, plan: Plan, timeOff: [TimeOff] = []) {
        self.id = id
        self.zone = zone
        self.plan = plan
        self.timeOff = timeOff
    }
}

/// Where a schedule's people come from.
public enum Plan: Hashable, Sendable {
    /// Later layers cover earlier ones; one layer answers at any instant, and layers marked `also` add to it.
    case layers([Layer])
    /// The `by`-th next distinct person of the rotation that answers in another schedule at that instant. Whoever is
    /// on call or off there is not counted; whom an override takes out there is counted last.
    case behind(ScheduleID, by: Int)
}
