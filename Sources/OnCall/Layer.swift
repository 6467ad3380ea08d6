import Timekeeping

/// One rotation of a schedule, and the hours in which it answers.
public struct Layer: Hashable, Sendable {
    public let name: String
    /// The dated rosters. Each begins with its first person at the first handoff at or after its date and lasts until
    /// the next one begins; so an edit that adds one never moves the past.
    public let eras: [Era]
    public let turn: TurnLength
    public let handoff: Handoff
    /// The layer answers while at least one of them is open; with none it always does.
    public let restrictions: [Restriction]
    /// Whether the layer adds its people to whoever answers, instead of covering the layers before it.
    public let also: Bool
    public let outsideHours: OutsideHours
    /// Every clock time of the layer is read in this zone: handoffs, hours and the dates of eras. Nil means the
    /// schedule's.
    public let zone: ZoneID?

    public init(
        name: String, eras: [Era], turn: TurnLength, handoff: Handoff, restrictions: [Restriction] = [],
        also: Bool = false, outsideHours: OutsideHours = .skip, zone: ZoneID? = nil
    ) {
        self.name = name
        self.eras = eras
        self.turn = turn
        self.handoff = handoff
        self.restrictions = restrictions
        self.also = also
        self.outsideHours = outsideHours
        self.zone = zone
    }
}

/// What becomes of a turn whose whole time lies outside the layer's restrictions.
public enum OutsideHours: Hashable, Sendable {
    /// It uses up nobody's turn: the next person's begins with the next period that has open hours. Judged on the
    /// nominal calendar, as if clocks never changed.
    case skip
    /// It is somebody's turn all the same, as in some of the products that schedules are imported from.
    case consume
}
