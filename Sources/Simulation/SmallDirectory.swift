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
///     user eli: sms; quiet 22:00-07:00; zone Berlin
///     zone Berlin: +1h, +2h from 2027-03-28T01:00:00Z
///     team ops: ana, ben
///     schedule sun: ana 08:00-20:00, ben 20:00-08:00
///     schedule week: rotation ana ben, 1d at 09:00, hours 20:00-08:00, consume, since 2026-11-25 cai ana, zone Berlin
///     schedule next: behind week
///     policy base: schedule sun 5m, user ben + user cai 10m if >= sev1, repeat 1, timeouts 30m 60m
///     policy wide: team ops 5m in turn, user cai 5m in service hours to 08:00-20:00 tells #ops, acknowledgements 2
///     service db: base, refire 5m, by cluster, runbooks disk, hours 08:00-18:00
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
        var zones: [ZoneID: ZoneRules] = ["UTC": .utc]
        for line in lines {
            let (head, tail) = split(line.text)
            let name = head.split(separator: " ").last.map(String.init) ?? ""
            switch line.words[0] {
            case "user": directory.users[UserID(rawValue: name)] = try user(name, tail, line)
            case "zone": zones[ZoneID(rawValue: name)] = try zone(name, tail, line)
            case "team":
                let members = tail.split(separator: ",").map { UserID(rawValue: trimmed($0)) }
                directory.teams[TeamID(rawValue: name)] = Directory.Team(id: TeamID(rawValue: name), members: members)
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
        directory.roster = Roster(schedules: schedules, zones: zones)
        return directory
    }

    private func split(_ text: String) -> (head: String, tail: String) {
        guard let colon = text.firstIndex(of: ":") else { return (text, "") }
        return (String(text[..<colon]), trimmed(text[text.index(after: colon)...]))
    }

    func trimmed(_ text: some StringProtocol) -> String { text.split(separator: " ").joined(separator: " ") }

    func target(_ text: some StringProtocol, _ line: Scenario.Line) throws -> Target {
        guard let target = Target(trimmed(text)) else { throw ScenarioProblem(line, "not a target: '\(text)'") }
        return target
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
