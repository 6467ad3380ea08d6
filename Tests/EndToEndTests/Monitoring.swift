import Foundation
import FoundationNetworking
import Testing

/// Prometheus with one rule, and the Alertmanager it tells. A rule of no meaning can be switched on and off, or the rule
/// is about what a server's own metrics say.
final class Monitoring {
    /// A server's metrics, and what is wrong with them.
    struct Watch {
        let port: Int
        /// One entry of a group's `rules`, as YAML.
        let rule: String
    }

    private let folder: URL
    private let prometheus: Int
    private let alertmanager: Int
    private let hook: String
    private let watch: Watch?
    private var processes: [Process] = []
    private let client = URLSession(configuration: .ephemeral)

    /// - Parameter prometheus: the port where others ask it.
    init(hook: String, folder: URL, prometheus: Int? = nil, watch: Watch? = nil) throws {
        self.hook = hook
        self.folder = folder
        self.watch = watch
        self.prometheus = try prometheus ?? Installation.freePort()
        alertmanager = try Installation.freePort()
    }

    func start() async throws {
        try """
        route: {receiver: tocsin, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
        receivers: [{name: tocsin, webhook_configs: [{url: "\(hook)", send_resolved: true}]}]
        """.write(to: file("am.yml"), atomically: true, encoding: .utf8)
        try """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [rules.yml]
        alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:\(alertmanager)"]}]}]}
        scrape_configs: [\(scrape)]
        """.write(to: file("prom.yml"), atomically: true, encoding: .utf8)
        try writeRule(threshold: 2)
        try launch(
            "prometheus-alertmanager",
            [
                "--config.file=\(file("am.yml").path)", "--storage.path=\(file("am").path)",
                "--web.listen-address=127.0.0.1:\(alertmanager)", "--cluster.listen-address=",
            ])
        try launch(
            "prometheus",
            [
                "--config.file=\(file("prom.yml").path)", "--storage.tsdb.path=\(file("prom").path)",
                "--web.listen-address=127.0.0.1:\(prometheus)", "--web.enable-lifecycle",
                "--rules.alert.resend-delay=1s",
            ])
        for port in [alertmanager, prometheus] {
            try await eventually("port \(port) is ready") {
                await self.status("GET", port, "/-/ready") == 200 ? true : nil
            }
        }
    }

    /// The names of the alerts that fire now, as Prometheus itself says.
    func firing() async throws -> [String] {
        let url = try #require(URL(string: "http://127.0.0.1:\(prometheus)/api/v1/alerts"))
        let (body, _) = try await client.data(from: url)
        let answer = try #require(JSONSerialization.jsonObject(with: body) as? [String: Any])
        let alerts = (answer["data"] as? [String: Any])?["alerts"] as? [[String: Any]] ?? []
        return alerts.filter { $0["state"] as? String == "firing" }
            .compactMap { ($0["labels"] as? [String: Any])?["alertname"] as? String }
    }

    private var scrape: String {
        guard let watch else { return "" }
        return "{job_name: model, static_configs: [{targets: [\"127.0.0.1:\(watch.port)\"]}]}"
    }

    func fire() async throws { try await rule(threshold: 0) }
    func clear() async throws { try await rule(threshold: 2) }

    private func rule(threshold: Int) async throws {
        try writeRule(threshold: threshold)
        let status = await status("POST", prometheus, "/-/reload")
        guard status == 200 else { throw Trouble("Prometheus would not reload: \(status)") }
    }

    private func writeRule(threshold: Int) throws {
        let rule =
            watch?.rule ?? """
                {alert: ModelLatencyHigh, expr: vector(1) > \(threshold), labels: {severity: critical, model: ranker},
                 annotations: {summary: p99 is high}}
                """
        try """
        groups:
        - name: ml
          rules: [\(rule)]
        """.write(to: file("rules.yml"), atomically: true, encoding: .utf8)
    }

    func stop() {
        for process in processes {
            process.terminate()
            process.waitUntilExit()
        }
        processes = []
    }

    private func file(_ name: String) -> URL { folder.appending(path: name) }

    private func launch(_ program: String, _ arguments: [String]) throws {
        let path = "/usr/bin/\(program)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Trouble("\(path) is missing; `make test` installs it (deploy/packages.sh test)")
        }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let log = file("\(program).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        processes.append(process)
    }

    private func status(_ method: String, _ port: Int, _ path: String) async -> Int {
        var request = URLRequest(url: URL(string: "http://127.0.0.1:\(port)\(path)")!)
        request.httpMethod = method
        let answer = try? await client.data(for: request)
        return (answer?.1 as? HTTPURLResponse)?.statusCode ?? 0
    }
}
