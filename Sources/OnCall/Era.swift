import Timekeeping

/// A roster of a rotation, in force from a date on.
///
/// Its first handoff at or after `from` gives the first person the first turn, and ends the turns of the era before
/// it. If all turns are the same there is nothing to hand over: the era is then a single turn.
public struct Era: Hashable, Sendable {
    /// A date in the layer's zone; nil stands for Monday 1970-01-05, before every incident.
    public let from: CivilDate?
    /// Who has each turn, in order; several people have it together. None, and the layer answers nothing until the next
    /// era.
    public let turns: [[UserID]]

    public init(from: CivilDate? = nil, turns: [[UserID]]) {
        self.from = from
        self.turns = turns
    }

    /// Each person has a turn of their own.
    public init(from: CivilDate? = nil, people: [UserID]) { self.init(from: from, turns: people.map { [$0] }) }

    /// Everybody, once each, in the order of their first turns.
    public var people: [UserID] {
        var seen: Set<UserID> = []
        return turns.joined().filter { seen.insert($0).inserted }
    }

    static let firstMonday = CivilDate(daysSinceEpoch: 4)

    var begins: CivilDate { from ?? Self.firstMonday }
}
