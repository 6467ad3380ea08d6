import OnCall
import Timekeeping

/// What moves, and what to write so that it does not, in plain sentences.
extension DutyChange {
    /// "schedule primary: now ana, would be ben".
    /// - Parameter isDone: it was taken up already, so it reads "schedule primary: it was ana, now it is ben".
    public func sentence(isDone: Bool = false) -> String {
        let (was, will) = (Self.words(before), Self.words(after))
        if isGone { return "schedule \(schedule): now \(was), \(isDone ? "it is gone" : "and it would be gone")" }
        return isDone
            ? "schedule \(schedule): it was \(was), now it is \(will)"
            : "schedule \(schedule): now \(was), would be \(will)"
    }

    /// Lines that say what to write instead; none when there is only one way, to accept it.
    public var remedy: [String] {
        guard advice.isEmpty else {
            return advice.flatMap { layer in
                let eras = layer.eras.map {
                    "{from: \($0.from.map(\.description) ?? Self.always), people: \(Self.list($0))}"
                }
                return [
                    "To keep today's shift, write in layer \(layer.layer), instead of its people:",
                    "eras: [\(eras.joined(separator: ", "))]",
                ]
            }
        }
        guard !isGone, before.count == 1, let until else { return [] }
        let now = Instant(seconds: at.milliseconds / 1000)
        return [
            "To keep today's shift, say before it is applied:",
            "tocsin override add \(schedule) --cover \(before[0]) --from \(now.rfc3339) --until \(until.rfc3339)",
        ]
    }

    /// The date that people without one have.
    private static let always = "1970-01-05"

    private static func words(_ users: [UserID]) -> String {
        users.isEmpty ? "nobody" : users.map(\.rawValue).joined(separator: " and ")
    }

    private static func list(_ era: Era) -> String {
        let turns = era.turns.map { turn in
            let people = turn.map { yaml($0.rawValue) }.joined(separator: ", ")
            return turn.count == 1 ? people : "[\(people)]"
        }
        return "[\(turns.joined(separator: ", "))]"
    }

    /// Names that YAML would take for something else are quoted.
    private static func yaml(_ name: String) -> String {
        let isPlain = name.first.map { $0.isLetter || $0 == "_" } ?? false
        let words: Set = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
        return isPlain && !words.contains(name.lowercased()) ? name : "\"\(name)\""
    }
}
