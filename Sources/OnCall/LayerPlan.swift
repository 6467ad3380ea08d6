import Timekeeping

/// A layer worked out once: what does not depend on the instant asked about.
final class LayerPlan: Sendable {
    let name: String
    let also: Bool
    let zone: ZoneRules
    let hours: OpenHours
    /// In order of their beginnings; of two that begin at once the later counts.
    private let eras: [EraPlan]

    private struct EraPlan {
        /// Nobody twice in one turn.
        let people: [[UserID]]
        let turns: Turns
        /// There is nothing to hand over.
        let isSolo: Bool
    }

    /// Nil when the turn length makes no sense: the layer never answers.
    init?(_ layer: Layer, zone: ZoneRules) {
        var clock = LocalClock(zone)
        var eras: [EraPlan] = []
        // Of two with one date the later listed is later.
        let sorted = layer.eras.enumerated().sorted { ($0.element.begins, $0.offset) < ($1.element.begins, $1.offset) }
        for (_, era) in sorted {
            guard let turns = Turns(of: layer, era: era, clock: &clock) else { return nil }
            let people = era.turns.map { turn in Era(people: turn).people }
            eras.append(EraPlan(people: people, turns: turns, isSolo: people.allSatisfy { $0 == people.first }))
        }
        name = layer.name
        also = layer.also
        self.zone = zone
        hours = OpenHours(layer.restrictions)
        self.eras = eras
    }

    /// Nil when it is nobody's turn at `instant`, whatever the hours.
    func position(at instant: Instant, clock: inout LocalClock, narrowing span: inout Span) -> RotationPosition? {
        var (low, high) = (0, eras.count)
        while low < high {
            let middle = (low + high) / 2
            if eras[middle].turns.begins <= instant { low = middle + 1 } else { high = middle }
        }
        if low < eras.count { span.cut(at: eras[low].turns.begins, around: instant) }
        guard low > 0 else { return nil }
        let era = eras[low - 1]
        span.cut(at: era.turns.begins, around: instant)
        guard !era.people.isEmpty else { return nil }
        let turn = era.isSolo ? 0 : era.turns.turn(at: instant, clock: &clock, narrowing: &span)
        let position = RotationPosition(layer: name, turns: era.people, turn: turn)
        return position.people.isEmpty ? nil : position
    }
}
