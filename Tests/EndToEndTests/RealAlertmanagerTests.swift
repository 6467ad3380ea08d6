import Foundation
import FoundationNetworking
import Integrations
import Testing

/// Debian's Prometheus and Alertmanager, unmodified, in front of the built program.
@Suite(.serialized)
struct RealAlertmanagerTests {
    @Test("a rule fires, who is on call is paged and acknowledges by the link, the rule stops, it resolves")
    func acknowledged() async throws {
        let receiver = try await Receiver()
        let tocsin = try Installation(
            configuration: Installation.configuration(
                webhook: receiver.url, steps: "[{page: [schedule sun], wait: 5m}]"))
        defer { tocsin.remove() }
        try await tocsin.start()
        let monitoring = try Monitoring(hook: tocsin.hook, folder: tocsin.folder)
        defer { monitoring.stop() }
        try await monitoring.start()

        try await monitoring.fire()
        let page = try await eventually("a page arrives", within: .seconds(60)) { receiver.entries.first }
        #expect(page.user == Installation.onCall(at: Date()))
        #expect(page.reason == "step")
        #expect(page.incident == "INC-1")

        // A link scanner looks and does not touch.
        let (looked, html) = try await tocsin.request(.get, page.acknowledgeURL)
        #expect(looked == 200)
        #expect(String(decoding: html, as: UTF8.self).contains("Acknowledge"))
        #expect(try await tocsin.get("/incidents/1")["state"] as? String == "triggered")
        let (tapped, _) = try await tocsin.request(.post, page.acknowledgeURL)
        #expect((200..<400).contains(tapped))
        let incident = try await tocsin.get("/incidents/1")
        #expect(incident["state"] as? String == "acknowledged")
        #expect(incident["owner"] as? String == page.user)

        try await monitoring.clear()
        try await eventually("the incident resolves", within: .seconds(60)) {
            try await tocsin.get("/incidents/1")["state"] as? String == "resolved" ? true : nil
        }
        #expect(receiver.entries.count == 1)
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }

    @Test("nobody acknowledges: each step, then the last resort")
    func nobodyAcknowledges() async throws {
        let receiver = try await Receiver()
        let tocsin = try Installation(
            configuration: Installation.configuration(
                webhook: receiver.url,
                steps: "[{page: [schedule sun], wait: 10s}, {page: [user ana, user ben, user chi], wait: 10s}]"))
        defer { tocsin.remove() }
        try await tocsin.start()
        let monitoring = try Monitoring(hook: tocsin.hook, folder: tocsin.folder)
        defer { monitoring.stop() }
        try await monitoring.start()

        try await monitoring.fire()
        try await eventually("the last resort is paged", within: .seconds(90)) {
            receiver.entries.contains { $0.reason == "lastResort" } ? true : nil
        }
        let entries = receiver.entries
        let first = Installation.onCall(at: Date())
        #expect(entries[0].user == first && entries[0].reason == "step")
        #expect(Set(entries[1..<4].map(\.user)) == ["ana", "ben", "chi"])
        #expect(entries[1..<4].allSatisfy { $0.reason == "step" })
        #expect(entries[4].user == "dia" && entries[4].reason == "lastResort")
        #expect(entries.count == 5)
        let timeline = try await tocsin.get("/incidents/1/timeline")
        let kinds = try #require(timeline["items"] as? [[String: any Sendable]]).compactMap { $0["kind"] as? String }
        #expect(kinds.filter { $0 == "stepTaken" }.count == 2)
        #expect(kinds.contains("lastResortRaised"))
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }
}

/// Prometheus with one rule that can be switched on and off, and the Alertmanager it tells.
final class Monitoring {
    private let folder: URL
    private let prometheus: Int
    private let alertmanager: Int
    private let hook: String
    private var processes: [Process] = []
    private let client = URLSession(configuration: .ephemeral)

    init(hook: String, folder: URL) throws {
        self.hook = hook
        self.folder = folder
        prometheus = try Installation.freePort()
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

    func fire() async throws { try await rule(threshold: 0) }
    func clear() async throws { try await rule(threshold: 2) }

    private func rule(threshold: Int) async throws {
        try writeRule(threshold: threshold)
        let status = await status("POST", prometheus, "/-/reload")
        guard status == 200 else { throw Trouble("Prometheus would not reload: \(status)") }
    }

    private func writeRule(threshold: Int) throws {
        try """
        groups:
        - name: ml
          rules:
          - alert: ModelLatencyHigh
            expr: vector(1) > \(threshold)
            labels: {severity: critical, model: ranker}
            annotations: {summary: p99 is high}
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
