import Timekeeping

/// A roster of a rotation, in force from a date on.
///
/// Its first handoff at or after `from` gives the first person the first turn, and ends the turns of the era before
/// it. If all people are the same there is nothing to hand over: the era is then a single turn.
public struct Era: Hashable, Sendable {
    /// A date in the schedule's zone; nil stands for Monday 1970-01-05, before every incident.
    public let from: CivilDate?
    /// In order of their turns. Nobody, and the layer answers nothing until the next era.
    public let people: [UserID]

    public init(from: CivilDate? = nil, people: [UserID]) {
        self.from = from
        self.people = people
    }

    static let firstMonday = CivilDate(daysSinceEpoch: 4)

    var begins: CivilDate { from ?? Self.firstMonday }
}
