import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Reads the configuration of a scenario: one line a thing.
///
///     begins 2026-11-23T09:00:00Z
///     user ana: inbox, sms +1m          her rules; she can be reached by these methods and no others
///     user ben: inbox; low: mail        other rules for low urgency
///     user cai: standard push sms call  no rules of their own, reachable by these
///     user dee: nothing
///     schedule sun: ana 08:00-20:00, ben 20:00-08:00
///     policy base: schedule sun 5m, user ben + user cai 10m if >= sev1, repeat 1, timeouts 30m 60m
///     service db: base, refire 5m, by cluster, runbooks disk
///     runbook disk: alertname=disk if = sev1
///     rollback db: readiness golden, verify 1m, samples 3, second person, no break glass, automatic 5m cluster=eu, at there
///     serving db: 1 2 3, serves 3, bad 3, flaky 2
///     manager cai
///     channels are configured           so the inbox reaches nobody; without this line it does
///     sender prom: every 10m
///     last resort: user cai
///     slots 1
///
/// Alerts go to the service they name; those that name none go to the first.
struct SmallDirectory {
    let lines: [Scenario.Line]

    init(_ lines: [Scenario.Line]) { self.lines = lines }

    func began() throws -> Instant {
        guard let line = lines.first(where: { $0.words[0] == "begins" }) else {
            return Instant(rfc3339: "2026-11-23T09:00:00Z")!
        }
        guard let began = Instant(rfc3339: line.words.last!) else { throw ScenarioProblem(line, "not a time") }
        return began
    }

    func limits() throws -> Limits {
        var limits = Limits()
        if let line = lines.first(where: { $0.words[0] == "slots" }) { limits.slotsPerMethod = Int(line.words[1]) ?? 1 }
        return limits
    }

    func directory(version: Int) throws -> Directory {
        var directory = Directory(
            version: version, users: [:], roster: Roster(schedules: [:], zones: ["UTC": .utc]), policies: [:],
            services: [:], unrouted: "", lastResort: [])
        var schedules: [ScheduleID: Schedule] = [:]
        for line in lines {
            let (head, tail) = split(line.text)
            let name = head.split(separator: " ").last.map(String.init) ?? ""
            switch line.words[0] {
            case "user": directory.users[UserID(rawValue: name)] = try user(name, tail, line)
            case "schedule": schedules[ScheduleID(rawValue: name)] = try schedule(name, tail, line)
            case "policy": directory.policies[PolicyID(rawValue: name)] = try policy(name, tail, line)
            case "service":
                let service = try service(name, tail, line)
                directory.services[service.id] = service
                if directory.unrouted == "" { directory.unrouted = service.id }
                directory.routes.append(
                    Directory.Route(matchers: [LabelMatcher(label: "service", value: name)], service: service.id))
            case "sender":
                let every = try tail.isEmpty ? nil : Self.duration(String(tail.split(separator: " ").last!), line)
                let id = IntegrationID(rawValue: name)
                directory.integrations[id] = Directory.Integration(id: id, expectEvery: every)
            case "last": directory.lastResort = try tail.split(separator: "+").map { try target($0, line) }
            case "runbook": directory.runbooks.append(try runbook(name, tail, line))
            case "rollback":
                directory.services[ServiceID(rawValue: name)]?.rollback =
                    try tail == "none" ? nil : rollback(name, tail, line)
            case "channels": directory.inboxCounts = false
            case "manager": directory.users[UserID(rawValue: name)]?.role = "manager"
            case "begins", "slots", "serving": break
            default: throw ScenarioProblem(line, "neither configuration nor `at`, `until` or `expect:`")
            }
        }
        directory.roster = Roster(schedules: schedules, zones: ["UTC": .utc])
        return directory
    }

    private func split(_ text: String) -> (head: String, tail: String) {
        guard let colon = text.firstIndex(of: ":") else { return (text, "") }
        return (String(text[..<colon]), trimmed(text[text.index(after: colon)...]))
    }

    private func trimmed(_ text: some StringProtocol) -> String { text.split(separator: " ").joined(separator: " ") }

    private func user(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> Directory.User {
        var user = Directory.User(id: UserID(rawValue: name), name: name, zone: "UTC", reachableBy: [])
        if tail == "nothing" { return user }
        if tail.hasPrefix("standard") {
            user.reachableBy = try Set(tail.split(separator: " ").dropFirst().map { try method($0, line) })
            return user
        }
        for part in tail.split(separator: ";") {
            let text = trimmed(part)
            let isLow = text.hasPrefix("low:")
            let rules = try (isLow ? text.dropFirst(4) : text[...]).split(separator: ",").map { try rule($0, line) }
            user.rules[.low] = rules
            if !isLow { user.rules[.high] = rules }
            user.reachableBy.formUnion(rules.map(\.method))
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

    private func schedule(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> Schedule {
        let layers = try tail.split(separator: ",").enumerated().map { index, part in
            let words = part.split(separator: " ")
            let times = words.last?.split(separator: "-") ?? []
            guard words.count == 2, times.count == 2, let start = CivilTime(String(times[0])),
                let end = CivilTime(String(times[1]))
            else { throw ScenarioProblem(line, "not a shift such as `ana 08:00-20:00`") }
            return Layer(
                name: "shift \(index + 1)", eras: [Era(people: [UserID(rawValue: String(words[0]))])], turn: .days(1),
                handoff: Handoff(time: start), restrictions: [Restriction(start: start, end: end)])
        }
        return Schedule(id: ScheduleID(rawValue: name), zone: "UTC", plan: .layers(layers))
    }

    private func target(_ text: some StringProtocol, _ line: Scenario.Line) throws -> Target {
        guard let target = Target(trimmed(text)) else { throw ScenarioProblem(line, "not a target: '\(text)'") }
        return target
    }

    private func policy(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> EscalationPolicy {
        var steps: [EscalationPolicy.Step] = []
        var repeats = 0
        var timeouts = EscalationPolicy.AckTimeouts()
        for part in tail.split(separator: ",") {
            var words = part.split(separator: " ").map(String.init)
            switch words[0] {
            case "repeat": repeats = Int(words[1]) ?? 0
            case "timeouts":
                timeouts = .init(sev1: try Self.duration(words[1], line), sev2: try Self.duration(words[2], line))
            default:
                var condition: EscalationPolicy.Condition?
                if let index = words.firstIndex(of: "if"), words.count == index + 3 {
                    condition = try self.condition(words[index + 1], words[index + 2], line)
                    words.removeSubrange(index...)
                }
                let wait = try Self.duration(words.removeLast(), line)
                let targets = try words.joined(separator: " ").split(separator: "+").map { try target($0, line) }
                steps.append(EscalationPolicy.Step(page: targets, wait: wait, when: condition))
            }
        }
        return EscalationPolicy(id: PolicyID(rawValue: name), steps: steps, repeats: repeats, ackTimeouts: timeouts)
    }

    private func condition(
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

    private func service(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> Directory.Service {
        let parts = tail.split(separator: ",").map(trimmed)
        var service = Directory.Service(id: ServiceID(rawValue: name), policy: PolicyID(rawValue: parts.first ?? ""))
        for part in parts.dropFirst() {
            let words = part.split(separator: " ").map(String.init)
            switch words[0] {
            case "runbooks": service.runbooks = words.dropFirst().map(RunbookID.init(rawValue:))
            case "refire": service.refireWindow = try Self.duration(words[1], line)
            case "by": service.groupBy = Array(words.dropFirst())
            default: throw ScenarioProblem(line, "'\(part)' says nothing about a service")
            }
        }
        return service
    }

    private func runbook(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> RunbookRule {
        var words = tail.split(separator: " ").map(String.init)
        var severities: Set<Severity> = []
        if let index = words.firstIndex(of: "if"), words.count == index + 3 {
            let condition = try condition(words[index + 1], words[index + 2], line)
            severities = Set(Severity.allCases.filter(condition.holds))
            words.removeSubrange(index...)
        }
        let matchers = try words.map { word in
            let parts = word.split(separator: "=")
            guard parts.count == 2 else { throw ScenarioProblem(line, "not a matcher such as `alertname=disk`") }
            return LabelMatcher(label: String(parts[0]), value: String(parts[1]))
        }
        return RunbookRule(
            id: RunbookID(rawValue: name), title: name, matches: matchers.isEmpty ? [] : [matchers],
            severities: severities)
    }

    /// `30s`, `5m`, `2h`, `250ms`, with a sign if it is to have one.
    static func duration(_ text: String, _ line: Scenario.Line) throws -> Duration {
        let digits = text.prefix { $0.isNumber || $0 == "-" || $0 == "+" }
        let units: [String: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
        guard let number = Int64(digits), let unit = units[String(text.dropFirst(digits.count))] else {
            throw ScenarioProblem(line, "'\(text)' is not a time such as 5m")
        }
        return .milliseconds(number * unit)
    }
}
