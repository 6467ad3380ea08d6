import Engine
import Incidents
import OnCall
import Timekeeping

/// What `serve` prints when it listens: who is on call, where things are, and what to paste first.
struct Banner {
    let engine: Engine
    let settings: Configuration

    func text() -> String {
        let url = engine.publicURL
        var lines = ["", "Tocsin \(Tocsin.version) is serving.", "", "On call now"]
        lines += DutyLines(engine: engine).lines.map { "  \($0)" }
        lines += [
            "",
            "Page     \(url)/", "API      \(url)/api/v1", "Token    \(engine.adminToken)",
        ]
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
        lines = engine.read { core in
            let directory = core.directory
            let width = directory.roster.schedules.keys.map(\.rawValue.count).max() ?? 0
            return directory.roster.schedules.keys.sorted().map { schedule in
                let answer = directory.roster.onCall(schedule, at: now, overrides: core.book.overrides)
                let name = schedule.rawValue.padding(to: width)
                guard !answer.duties.isEmpty else { return "\(name)  nobody: \(answer.hole?.explanation ?? "")" }
                let people = answer.duties.map { Self.line($0, at: now, directory) }
                return "\(name)  " + people.joined(separator: " and ")
            }
        }
    }

    static func line(_ duty: Duty, at now: Instant, _ directory: Directory) -> String {
        let zone = directory.zone(of: duty.user)
        let name = directory.users[duty.user]?.name ?? duty.user.rawValue
        let city = zone.id.rawValue.split(separator: "/").last.map { $0.replacing("_", with: " ") } ?? zone.id.rawValue
        let local = zone.civil(at: now)
        var text = "\(name), \(city) \(local.time.hoursAndMinutes)"
        if let until = duty.until {
            let end = zone.civil(at: until)
            text += ", until \(end.date == local.date ? "" : "\(end.date.weekday.abbreviation) ")\(end.time.hoursAndMinutes)"
        }
        return text
    }
}

extension CivilTime {
    var hoursAndMinutes: String {
        "\(String(hour).leftPadded)" + ":" + String(minute).leftPadded
    }
}

extension String {
    fileprivate var leftPadded: String { count < 2 ? "0" + self : self }
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
