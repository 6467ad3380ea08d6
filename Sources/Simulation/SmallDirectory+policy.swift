import Incidents
import OnCall
import Timekeeping

/// What a scenario's policies and services say.
extension SmallDirectory {
    func policy(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> EscalationPolicy {
        var steps: [EscalationPolicy.Step] = []
        var (repeats, acknowledgements) = (0, 1)
        var timeouts = EscalationPolicy.AckTimeouts()
        for part in tail.split(separator: ",") {
            let words = part.split(separator: " ").map(String.init)
            switch words[0] {
            case "repeat": repeats = Int(words[1]) ?? 0
            case "acknowledgements": acknowledgements = Int(words[1]) ?? 1
            case "timeouts":
                timeouts = .init(sev1: try Self.duration(words[1], line), sev2: try Self.duration(words[2], line))
            default: steps.append(try step(words, line))
            }
        }
        return EscalationPolicy(
            id: PolicyID(rawValue: name), steps: steps, repeats: repeats, ackTimeouts: timeouts,
            acknowledgements: acknowledgements)
    }

    /// Whom, how long, and then what else there is to say.
    private func step(_ words: [String], _ line: Scenario.Line) throws -> EscalationPolicy.Step {
        guard let index = words.firstIndex(where: { $0.first?.isNumber == true }) else {
            throw ScenarioProblem(line, "a step without a wait such as 5m")
        }
        let targets = try words[..<index].joined(separator: " ").split(separator: "+").map { try target($0, line) }
        var (condition, during): (EscalationPolicy.Condition?, EscalationPolicy.During?)
        var recipients: WeeklyHours?
        var rooms: [ChatRoom] = []
        var isInTurn = false
        var rest = words[(index + 1)...]
        while let word = rest.popFirst() {
            let next = rest.first ?? ""
            switch (word, next) {
            case ("in", "turn"): isInTurn = true
            case ("in", "service"):
                during = .serviceHours
                rest.removeFirst()
            case ("outside", "service"):
                during = .outsideServiceHours
                rest.removeFirst()
            case ("to", _): recipients = WeeklyHours([try hours(next, line)])
            case ("tells", _): rooms.append(ChatRoom(platform: "slack", name: next))
            case ("if", _) where rest.count > 1:
                rest.removeFirst()
                condition = try self.condition(next, rest.first ?? "", line)
            default: throw ScenarioProblem(line, "'\(word)' says nothing about a step")
            }
            rest = rest.dropFirst()
        }
        return EscalationPolicy.Step(
            page: targets, wait: try Self.duration(words[index], line), when: condition, during: during,
            recipientHours: recipients, rooms: rooms, isRoundRobin: isInTurn)
    }

    func condition(
        _ comparison: String, _ word: String, _ line: Scenario.Line
    ) throws -> EscalationPolicy.Condition {
        guard let severity = Severity(word: word) else { throw ScenarioProblem(line, "no severity '\(word)'") }
        switch comparison {
        case ">=": return .init(.atLeast, severity)
        case "<=": return .init(.atMost, severity)
        case "=": return .init(.equal, severity)
        default: throw ScenarioProblem(line, "not a comparison: '\(comparison)'")
        }
    }

    func service(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> Directory.Service {
        let parts = tail.split(separator: ",").map(trimmed)
        var service = Directory.Service(id: ServiceID(rawValue: name), policy: PolicyID(rawValue: parts.first ?? ""))
        for part in parts.dropFirst() {
            let words = part.split(separator: " ").map(String.init)
            switch words[0] {
            case "runbooks": service.runbooks = words.dropFirst().map(RunbookID.init(rawValue:))
            case "refire": service.refireWindow = try Self.duration(words[1], line)
            case "hours":
                service.hours = ZonedHours(
                    zone: "UTC", hours: WeeklyHours(try words.dropFirst().map { try hours($0, line) }))
            case "by": service.groupBy = Array(words.dropFirst())
            default: throw ScenarioProblem(line, "'\(part)' says nothing about a service")
            }
        }
        return service
    }
}
