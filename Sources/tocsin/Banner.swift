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

extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
