import Engine
import EngineCore
import Incidents
import OnCall
import Server
import Timekeeping

/// What `serve` prints when it listens: who is on call, where things are, and what to paste first.
struct Banner {
    let engine: Engine
    let settings: Configuration
    let showsSecrets: Bool

    func text() -> String {
        let url = engine.publicURL
        var lines = ["", "Tocsin \(Tocsin.version) is serving.", "", "On call now"]
        lines += DutyLines(engine: engine).lines.map { "  \($0)" }
        lines += [
            "",
            "Page     \(url)/", "API      \(url)/api/v1",
        ]
        guard showsSecrets else {
            lines += ["Token    not shown, this is no terminal: see --ready and --show-secrets", ""]
            return lines.joined(separator: "\n")
        }
        lines.append("Token    \(engine.adminToken)")
        for integration in settings.integrations {
            lines.append("Alerts   \(url)/hooks/\(integration.key)   (\(integration.type): \(integration.id))")
        }
        lines += ["", "Fire a first alert:", "", "  \(firstAlert)", ""]
        return lines.joined(separator: "\n")
    }

    private var firstAlert: String {
        "curl -sS -X POST -H 'Authorization: Bearer \(engine.adminToken)' -H 'Content-Type: application/json' "
            + "-d '{\"title\":\"p99 latency is high\",\"severity\":\"critical\"}' \(engine.publicURL)/api/v1/fire"
    }
}

/// Who is on call in every schedule, as a person says it: "Chi Tanaka, Tokyo 11:42, until 17:00".
struct DutyLines {
    let lines: [String]

    init(engine: Engine) {
        let now = engine.now
        let (directory, overrides) = engine.read { ($0.directory, $0.book.overrides) }
        let width = directory.roster.schedules.keys.map(\.rawValue.count).max() ?? 0
        lines = directory.roster.schedules.keys.sorted().map { schedule in
            let answer = directory.roster.onCall(schedule, at: now, overrides: overrides)
            let people = answer.duties.map { DutyLine.text($0, at: now, directory) }
            let who = people.isEmpty ? "nobody: \(answer.hole?.explanation ?? "")" : people.joined(separator: " and ")
            return "\(schedule.rawValue.padding(to: width))  \(who)"
        }
    }
}

enum DutyLine {
    static func text(_ duty: Duty, at now: Instant, _ directory: Directory) -> String {
        let clock = LocalTime(zone: directory.zone(of: duty.user))
        let name = directory.users[duty.user]?.name ?? duty.user.rawValue
        let until = duty.until.map { ", until \(clock.moment($0, now: now))" } ?? ""
        return "\(name), \(clock.place) \(clock.clock(now))\(until)"
    }
}

extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
