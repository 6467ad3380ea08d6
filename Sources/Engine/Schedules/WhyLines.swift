import Incidents
import OnCall
import Timekeeping

/// How an answer to "who is on call" comes about, in plain sentences: the same for every face.
///
/// First the people and what puts them there, then what lies over the plan, what would be beneath, and what comes next.
public struct WhyLines: Sendable {
    public let lines: [String]

    public init(_ explanation: OnCallExplanation, directory: Directory) {
        lines = WhyWords(explanation, directory).lines
    }
}

private struct WhyWords {
    private let explanation: OnCallExplanation
    private let directory: Directory
    private let clock: WrittenClock

    init(_ explanation: OnCallExplanation, _ directory: Directory) {
        self.explanation = explanation
        self.directory = directory
        clock = WrittenClock(directory.roster.zones[explanation.schedule.zone] ?? .utc)
    }

    var lines: [String] {
        var lines = explanation.people.flatMap { describe($0) }
        if explanation.people.isEmpty { lines.append(nobody(explanation.answer.hole)) }
        let deciding = explanation.people.compactMap(\.override?.id)
        for override in explanation.overrides where !deciding.contains(override.id) {
            lines.append("Also in force: \(sentence(override)).")
        }
        let told = explanation.people.flatMap(\.timeOff)
        for absence in explanation.timeOff where !told.contains(absence) { lines.append("\(sentence(absence)).") }
        lines += beneath
        for shift in explanation.next { lines.append("From \(clock.stamp(shift.from)): \(who(shift)).") }
        return lines
    }

    // MARK: Who, and what puts them there

    private func describe(_ person: OnCallExplanation.Person) -> [String] {
        let name = name(person.user)
        var lines: [String]
        switch person.reason {
        case .rotation(let layer, let turn):
            lines = ["\(name) has turn \(turn + 1) of layer \(layer) of schedule \(explanation.schedule.id)."]
        case .override(let id, _, _):
            lines = ["\(name) is on call by override: \(person.override.map(sentence) ?? "number \(id)")."]
        case .timeOffCover(let absent, let layer):
            let whose = "\(name) covers for \(self.name(absent)), whose turn of layer \(layer) it is"
            lines = ["\(whose): next in the rotation and not off."] + person.timeOff.map { "\(sentence($0))." }
        case .behind(let schedule, let primary):
            lines = [
                "\(name) stands behind \(self.name(primary)), who is on call in schedule \(schedule): "
                    + "the \(ordinal(person.place?.by ?? 1)) next person of that rotation, not counting who is on call "
                    + "or off there."
            ]
        }
        if let turn = person.turn ?? person.place?.rotation {
            let isSaid = if case .rotation = person.reason { true } else { false }
            lines += describe(turn, of: person.user, isSaid: isSaid)
        }
        return lines
    }

    /// - Parameter isSaid: whether the sentence before tells whose turn it is.
    private func describe(_ turn: TurnExplanation, of user: UserID, isSaid: Bool) -> [String] {
        let clock = WrittenClock(directory.roster.zones[turn.zone] ?? .utc)
        let holders = turn.users.map(name).joined(separator: " and ")
        var lines: [String] = []
        if let begins = turn.begins, let ends = turn.ends {
            let their = theirs(user, begins, ends, besides: clock)
            let whose = isSaid ? "It lasts" : "Turn \(turn.turn + 1) of layer \(turn.layer) is \(holders)'s,"
            lines.append("\(whose) \(clock.span(begins, ends)) on the clocks of \(turn.zone)\(their).")
        } else {
            let verb = turn.users.count > 1 ? "have every turn of" : "is alone in"
            lines.append("\(holders) \(verb) layer \(turn.layer), so there is nobody to hand over to.")
        }
        let people = turn.era.turns.map { $0.map(name).joined(separator: " with ") }.joined(separator: ", ")
        let end = turn.eraEnds.map { " until \(clock.stamp($0))" } ?? ""
        if let from = turn.era.from {
            lines.append("Its era is dated \(from) and runs from \(clock.stamp(turn.eraBegins))\(end): \(people).")
        } else {
            lines.append("Its era has always been\(end): \(people).")
        }
        if let opens = turn.opens, let closes = turn.closes {
            let hours = turn.restrictions.map { WrittenClock.hours($0) }.joined(separator: " and ")
            let window = closes == .distantFuture ? "" : ": now \(clock.span(opens, closes))"
            lines.append("The layer answers \(hours)\(window).")
        }
        return lines
    }

    /// The same span on a person's own clock, if that shows another time.
    private func theirs(_ user: UserID, _ begins: Instant, _ ends: Instant, besides clock: WrittenClock) -> String {
        let own = WrittenClock(directory.zone(of: user))
        guard own.span(begins, ends) != clock.span(begins, ends) else { return "" }
        return ", which is \(own.span(begins, ends)) for \(name(user)) in \(own.zone.id)"
    }

    // MARK: What lies over the plan

    private func sentence(_ override: Override) -> String {
        let what =
            switch override.kind {
            case .cover(let user): "\(name(user)) instead of whoever it would be"
            case .replace(let user, let other): "\(name(other)) wherever \(name(user)) would be"
            case .remove(let user): "without \(name(user))"
            case .add(let user): "\(name(user)) besides whoever it is"
            }
        let by = override.by.map { " by \(name($0))" } ?? ""
        let made = override.createdAt > .distantPast ? ", made\(by) at \(clock.stamp(override.createdAt))" : ""
        let origin = override.origin.map { origin in
            ", as agreed on in cover request \(origin.coverRequest)\(origin.isSwap ? ", a swap" : "")"
        }
        return "number \(override.id), \(what), \(clock.span(override.from, override.until))\(made)\(origin ?? "")"
    }

    private func sentence(_ absence: TimeOff) -> String {
        let source =
            switch absence.source {
            case .configuration: "the configuration says so"
            case .entered(let id): "entered as time off \(id)"
            case .holiday(let calendar, let name):
                "\(PlainText.printable(name)), a holiday of calendar \(PlainText.printable(calendar))"
            }
        return "\(name(absence.user)) is off \(clock.span(absence.from, absence.until)) (\(source))"
    }

    private var beneath: [String] {
        guard let beneath = explanation.beneath else { return [] }
        guard !beneath.people.isEmpty else { return ["Without overrides: \(nobody(beneath.hole).lowercasedFirst)"] }
        let people = beneath.people.map { "\(name($0.user)), who \($0.reason.explanation(naming: name))" }
        let turns = beneath.people.flatMap { person in
            (person.turn ?? person.place?.rotation).map { describe($0, of: person.user, isSaid: true) } ?? []
        }
        return ["Without overrides: \(people.joined(separator: " and "))."] + turns
    }

    // MARK: Words

    private func who(_ shift: Shift) -> String {
        shift.duties.isEmpty
            ? "nobody, because \(shift.hole?.explanation ?? "nobody is planned")"
            : shift.duties.map { "\(name($0.user)), who \($0.reason.explanation(naming: name))" }.joined(
                separator: " and ")
    }

    private func nobody(_ hole: HoleReason?) -> String {
        "Nobody is on call, because \(hole?.explanation ?? "nobody is planned")."
    }

    private func name(_ user: UserID) -> String { PlainText.printable(directory.users[user]?.name ?? user.rawValue) }

    private func ordinal(_ number: Int) -> String {
        switch number {
        case 1: "first"
        case 2: "second"
        case 3: "third"
        default: "\(number)th"
        }
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
