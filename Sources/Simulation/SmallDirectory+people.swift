import Incidents
import OnCall
import Timekeeping

/// Who there is in a scenario, and who is on call.
extension SmallDirectory {
    func user(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> Directory.User {
        var user = Directory.User(id: UserID(rawValue: name), name: name, zone: "UTC", reachableBy: [])
        for part in tail.split(separator: ";") {
            let text = trimmed(part)
            let words = text.split(separator: " ")
            switch words.first {
            case "nothing": break
            case "standard": user.reachableBy = try Set(words.dropFirst().map { try method($0, line) })
            case "zone": user.zone = ZoneID(rawValue: words.dropFirst().joined())
            case "quiet": user.quiet = WeeklyHours(try words.dropFirst().map { try hours($0, line) })
            default:
                let isLow = text.hasPrefix("low:")
                let rules = try (isLow ? text.dropFirst(4) : text[...]).split(separator: ",").map { try rule($0, line) }
                user.rules[.low] = rules
                if !isLow { user.rules[.high] = rules }
                user.reachableBy.formUnion(rules.map(\.method))
            }
        }
        return user
    }

    private func rule(_ text: Substring, _ line: Scenario.Line) throws -> NotificationRule {
        let words = text.split(separator: " ")
        guard let first = words.first else { throw ScenarioProblem(line, "an empty rule") }
        let after = try words.count > 1 ? Self.duration(String(words[1].dropFirst()), line) : .zero
        return NotificationRule(try method(first, line), after: after)
    }

    private func method(_ text: Substring, _ line: Scenario.Line) throws -> ContactMethod {
        guard let method = ContactMethod(rawValue: String(text)) else {
            throw ScenarioProblem(line, "no method '\(text)'")
        }
        return method
    }

    /// `22:00-07:00`.
    func hours(_ text: some StringProtocol, _ line: Scenario.Line) throws -> Restriction {
        let times = text.split(separator: "-")
        guard times.count == 2, let start = CivilTime(String(times[0])), let end = CivilTime(String(times[1])) else {
            throw ScenarioProblem(line, "not hours such as 08:00-20:00")
        }
        return Restriction(start: start, end: end)
    }

    /// `+1h, +2h from 2027-03-28T01:00:00Z`.
    func zone(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> ZoneRules {
        let words = tail.split { $0 == " " || $0 == "," }.map(String.init)
        let offset = try Self.duration(words.first ?? "", line)
        guard words.count == 4, let change = Instant(rfc3339: words[3]) else {
            return .fixed(id: ZoneID(rawValue: name), offsetSeconds: Int(offset.milliseconds / 1000))
        }
        return .changing(
            ZoneID(rawValue: name), from: offset, to: try Self.duration(words[1], line), at: change)
    }

    func schedule(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> Schedule {
        let id = ScheduleID(rawValue: name)
        let words = tail.split(separator: " ").map(String.init)
        if words.first == "behind", words.count > 1 {
            return Schedule(id: id, zone: "UTC", plan: .behind(ScheduleID(rawValue: words[1]), by: 1))
        }
        if words.first == "rotation" { return try rotation(id, tail, line) }
        let layers = try tail.split(separator: ",").enumerated().map { index, part in
            let words = part.split(separator: " ")
            guard words.count == 2 else { throw ScenarioProblem(line, "not a shift such as `ana 08:00-20:00`") }
            let hours = try hours(words[1], line)
            return Layer(
                name: "shift \(index + 1)", eras: [Era(people: [UserID(rawValue: String(words[0]))])], turn: .days(1),
                handoff: Handoff(time: hours.start), restrictions: [hours])
        }
        return Schedule(id: id, zone: "UTC", plan: .layers(layers))
    }

    private func rotation(_ id: ScheduleID, _ tail: String, _ line: Scenario.Line) throws -> Schedule {
        var eras: [Era] = []
        var (turn, handoff) = (TurnLength.days(1), Handoff(time: .midnight))
        var restrictions: [Restriction] = []
        var (outside, zone) = (OutsideHours.skip, ZoneID(rawValue: "UTC"))
        for part in tail.split(separator: ",") {
            let words = part.split(separator: " ").map(String.init)
            let names = words.dropFirst().map(UserID.init(rawValue:))
            switch words[0] {
            case "rotation": eras.append(Era(people: names))
            case "since": eras.append(Era(from: CivilDate(words[1]), people: Array(names.dropFirst())))
            case "hours": restrictions += try words.dropFirst().map { try hours($0, line) }
            case "consume": outside = .consume
            case "zone": zone = ZoneID(rawValue: words[1])
            default:
                guard words.count == 3, let time = CivilTime(words[2]), let count = Int(words[0].dropLast()) else {
                    throw ScenarioProblem(line, "not turns such as `1d at 09:00`")
                }
                turn = words[0].hasSuffix("h") ? .hours(count) : words[0].hasSuffix("w") ? .weeks(count) : .days(count)
                handoff = Handoff(time: time)
            }
        }
        let layer = Layer(
            name: "rotation", eras: eras, turn: turn, handoff: handoff, restrictions: restrictions,
            outsideHours: outside)
        return Schedule(id: id, zone: zone, plan: .layers([layer]))
    }
}
