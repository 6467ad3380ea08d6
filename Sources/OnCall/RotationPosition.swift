/// Where a rotation stands, as the plan alone says.
struct RotationPosition: Hashable {
    /// The name of its layer.
    let layer: String
    /// Counts from 0 at the era's beginning, by turns used up.
    let turn: Int
    private let turns: [[UserID]]
    private let index: Int

    /// `turns` of an era, at least one, of which the `turn`-th is now.
    init(layer: String, turns: [[UserID]], turn: Int) {
        self.layer = layer
        self.turn = turn
        self.turns = turns
        index = turn % turns.count
    }

    /// Whose turn it is.
    var people: [UserID] { turns[index] }

    /// Everybody else, once each, in the order in which their turns follow.
    var others: [UserID] {
        var found: [UserID] = []
        for step in 1..<max(turns.count, 1) {
            for user in turns[(index + step) % turns.count] where !people.contains(user) && !found.contains(user) {
                found.append(user)
            }
        }
        return found
    }

    /// Those whose turn it is, because it is.
    var duties: [Shift.Assignment] {
        people.map { Shift.Assignment(user: $0, reason: .rotation(layer: layer, turn: turn)) }
    }
}
