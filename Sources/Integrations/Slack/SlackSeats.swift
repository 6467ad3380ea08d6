/// Who in Slack asks for something, as far as it decides whether there is room for it.
struct SlackAsker: Hashable, Sendable {
    /// Slack's id.
    var user: String
    /// Known to us: somebody who may act. Strangers only look, so they wait when it is crowded.
    var isKnown: Bool
    /// By a button: what somebody does who was just paged.
    var isPressing = false
}

/// A bounded number of places, so shared out that nobody takes them all: a few for each person, few for all strangers
/// together, and some kept for buttons.
struct SlackSeats: Hashable, Sendable {
    let count: Int
    let forStrangers: Int
    let forEach: Int
    let keptForButtons: Int
    private var taken = 0
    private var takenByStrangers = 0
    private var takenBy: [String: Int] = [:]

    init(count: Int, forStrangers: Int, forEach: Int, keptForButtons: Int) {
        precondition(forStrangers + keptForButtons < count, "strangers would leave no room for anybody else")
        self.count = count
        self.forStrangers = forStrangers
        self.forEach = forEach
        self.keptForButtons = keptForButtons
    }

    /// Takes a place; false when there is none for them. Give it back with the same asker.
    mutating func take(_ asker: SlackAsker) -> Bool {
        guard takenBy[asker.user, default: 0] < forEach else { return false }
        if asker.isKnown {
            guard taken < (asker.isPressing ? count : count - keptForButtons) else { return false }
        } else {
            guard takenByStrangers < forStrangers, taken < count - keptForButtons else { return false }
            takenByStrangers += 1
        }
        taken += 1
        takenBy[asker.user, default: 0] += 1
        return true
    }

    mutating func giveBack(_ asker: SlackAsker) {
        guard let own = takenBy[asker.user] else { preconditionFailure("a place was given back that nobody had") }
        takenBy[asker.user] = own == 1 ? nil : own - 1
        taken -= 1
        if !asker.isKnown { takenByStrangers -= 1 }
    }
}
