import Engine
import HTTPTypes
import Hummingbird
import Timekeeping

/// `/healthz`, `/readyz` and `/metrics`, for machines: no authentication, nothing secret.
struct HealthRoutes: Sendable {
    private let engine: Engine
    private let metrics: PrometheusText
    private let version: String
    private let configuration: ConfigurationDesk
    private let startedAt: Instant

    /// The engine looks at the clock at least every second; after this many without, its loop hangs.
    private static let longestSilence = Duration.seconds(10)

    init(engine: Engine, configuration: ConfigurationDesk, metrics: PrometheusText, version: String) {
        self.engine = engine
        self.configuration = configuration
        self.metrics = metrics
        self.version = version
        startedAt = engine.now
    }

    func add(to routes: Routes) {
        routes.on(.get, "/healthz") { request, _ in alive(request) }
        routes.on(.get, "/readyz") { request, _ in ready(request) }
        routes.on(.get, "/metrics") { _, _ in
            let gauges = EngineGauges(engine: engine, version: version, startedAt: startedAt).read()
            return .text(metrics.text(with: gauges), contentType: PrometheusText.contentType)
        }
    }

    /// 200 for as long as anything answers. `?verbose` tells the rules of time zones in force, which trouble no probe.
    private func alive(_ request: Request) -> Response {
        guard Form(request.uri.query ?? "").fields["verbose"] != nil else { return .text("ok\n") }
        let zones = configuration.zoneState
        let trouble = zones.problem.map { "[-]tzdata: \($0)" }
        let calendars = configuration.calendarTroubles.sorted { $0.key < $1.key }
            .map { "[-]holidays \($0.key): \($0.value)" }
        let lines = [trouble ?? "[+]tzdata \(zones.version ?? "unknown") ok"] + calendars + ["ok", ""]
        return .text(lines.joined(separator: "\n"))
    }

    /// 200 when an alert sent now would be decided, else 503. `?verbose` lists the checks as Kubernetes does.
    private func ready(_ request: Request) -> Response {
        let checks = checks()
        let isReady = checks.allSatisfy { $0.problem == nil }
        let status: HTTPResponse.Status = isReady ? .ok : .serviceUnavailable
        guard Form(request.uri.query ?? "").fields["verbose"] != nil else {
            return .text(isReady ? "ok\n" : "not ready\n", status: status)
        }
        let lines = checks.map { check in
            check.problem.map { "[-]\(check.name) failed: \($0)" } ?? "[+]\(check.name) ok"
        }
        return .text((lines + [isReady ? "ready" : "not ready", ""]).joined(separator: "\n"), status: status)
    }

    private func checks() -> [(name: String, problem: String?)] {
        let health = engine.health
        let silence = engine.now - health.lastTick
        return [
            ("engine", health.isReady || health.storeUnavailableSince != nil ? nil : "the log is being read"),
            (
                "log",
                health.storeUnavailableSince.map { since in
                    "cannot be written since \(since.rfc3339): \((health.logTrouble ?? .other).sentence)"
                }
            ),
            ("clock", silence > Self.longestSilence ? "not looked at for \(silence.components.seconds) s" : nil),
        ]
    }
}
