import Timekeeping

/// Whose turn it is in one layer, as the plan alone says.
struct LayerReader {
    let layer: Layer
    private var openHours: OpenHours
    /// In order of their dates; of two with one date the later listed is later.
    private let eras: [Era]
    /// By era, as far as they have been looked at.
    private var turns: [Turns?]
    private let isSolo: [Bool]

    init(_ layer: Layer) {
        self.layer = layer
        openHours = OpenHours(layer.restrictions)
        eras = layer.eras.enumerated()
            .sorted { ($0.element.begins, $0.offset) < ($1.element.begins, $1.offset) }
            .map(\.element)
        turns = Array(repeating: nil, count: eras.count)
        isSolo = eras.map { era in era.people.allSatisfy { $0 == era.people.first } }
    }

    /// Nil when the layer does not answer at `instant`.
    mutating func candidate(at instant: Instant, clock: inout LocalClock, narrowing span: inout Span) -> Candidate? {
        guard layer.turn.step != nil else { return nil }
        guard let current = era(at: instant, clock: &clock, narrowing: &span) else { return nil }
        let people = eras[current].people
        guard !people.isEmpty, openHours.isOpen(at: instant, clock: &clock, narrowing: &span),
            let turns = turns(of: current, clock: &clock)
        else { return nil }
        let turn = isSolo[current] ? 0 : turns.turn(at: instant, clock: &clock, narrowing: &span)
        let position = RotationPosition(people: people, index: turn % people.count)
        return Candidate(
            user: people[position.index],
            reason: .rotation(layer: layer.name, turn: turn),
            layer: layer.name,
            position: position,
            substitutes: position.others)
    }

    /// The last era that has begun.
    private mutating func era(at instant: Instant, clock: inout LocalClock, narrowing span: inout Span) -> Int? {
        var (low, high) = (0, eras.count)
        while low < high {
            let middle = (low + high) / 2
            guard let turns = turns(of: middle, clock: &clock) else { return nil }
            if turns.begins <= instant { low = middle + 1 } else { high = middle }
        }
        if low > 0, let turns = turns(of: low - 1, clock: &clock) { span.cut(at: turns.begins, around: instant) }
        if low < eras.count, let turns = turns(of: low, clock: &clock) { span.cut(at: turns.begins, around: instant) }
        return low == 0 ? nil : low - 1
    }

    private mutating func turns(of era: Int, clock: inout LocalClock) -> Turns? {
        if let known = turns[era] { return known }
        turns[era] = Turns(of: layer, era: eras[era], clock: &clock)
        return turns[era]
    }
}

/// Where a rotation stands.
struct RotationPosition: Hashable {
    let people: [UserID]
    let index: Int

    /// Everybody else, once each, in the order in which their turns follow.
    var others: [UserID] {
        var found: [UserID] = []
        for step in 1..<max(people.count, 1) {
            let user = people[(index + step) % people.count]
            if user != people[index], !found.contains(user) { found.append(user) }
        }
        return found
    }
}

/// Somebody whom a plan would put on call, before overrides and time off.
struct Candidate {
    let user: UserID
    let reason: OnCallReason
    /// The name of the rotation's layer.
    let layer: String
    let position: RotationPosition
    /// Who covers when `user` is off, in order.
    let substitutes: [UserID]
}
