import Foundation
import Integrations
import Testing

/// Pages to the ntfy app on a phone, against a model of ntfy's server.
struct PushTests {
    @Test("a topic is proved from the command line, a page rings by its severity, and its button acknowledges")
    func pushed() async throws {
        let ntfy = try await PythonDouble("fake_ntfy.py", ["--token", "tk_right"])
        defer { ntfy.stop() }
        let tocsin = try Installation(
            configuration: """
                defaults: {unrouted: ranker, last_resort: {page: [user ana]}}
                users: {ana: {name: Ana Lindt, zone: Europe/Berlin, high: [push now]}}
                policies: {ml: {steps: [{page: [user ana], wait: 30m}]}}
                services: {ranker: {policy: ml}}
                integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
                channels: {ntfy: {url: "http://127.0.0.1:\(ntfy.port)", token: {env: NTFY_TOKEN}}}
                """, environment: ["NTFY_TOKEN": "tk_right"])
        defer { tocsin.remove() }
        try await tocsin.start()

        #expect(try tocsin.command("contact", "add", "push", "tocsin-ana-7f3k", "--user", "ana").contains("on its way"))
        let code = try await eventually("the code arrives") { try await Self.received(ntfy, tocsin).first }
        let digits = try #require(code.title.split(separator: " ").first { $0.count == 6 && Int($0) != nil })
        #expect(try tocsin.command("contact", "verify", "push", String(digits), "--user", "ana").contains("Proved"))
        #expect(try tocsin.command("contact", "list", "--user", "ana").contains("works"))
        #expect(try tocsin.command("contact", "test", "push", "--user", "ana").hasPrefix("sent"))

        try await tocsin.fire("RankerSlow")
        let page = try await eventually("the page arrives") {
            try await Self.received(ntfy, tocsin).first { $0.title.contains("INC-1") || $0.message.contains("INC-1") }
        }
        #expect(page.topic == "tocsin-ana-7f3k")
        #expect(page.priority == 5)
        #expect(page.click.hasSuffix("/incidents/1"))
        let start = String((page.title + " " + page.message).prefix(160))
        for needed in ["SEV1", "INC-1", "ranker", "RankerSlow"] {
            #expect(start.contains(needed), "the first 160 characters do not say \(needed): \(start)")
        }
        // Opening it is not acknowledging it.
        _ = try await Self.press(ntfy, tocsin, page.id, "Open")
        #expect(try await tocsin.get("/incidents/1")["state"] as? String == "triggered")
        let status = try await Self.press(ntfy, tocsin, page.id, "Acknowledge")
        #expect(status == 200)
        #expect(try await tocsin.get("/incidents/1")["state"] as? String == "acknowledged")
        #expect(try await tocsin.get("/incidents/1")["owner"] as? String == "ana")

        // ntfy is away and comes back: the page is kept and arrives.
        _ = try await Self.ask(ntfy, tocsin, .post, "/_fault", ["status": 500, "times": 2])
        try await tocsin.fire("RankerWrong", severity: "warning", labels: ["severity": "error"])
        try await eventually("the second page arrives", within: .seconds(60)) {
            try await Self.received(ntfy, tocsin).contains { ($0.title + $0.message).contains("INC-2") } ? true : nil
        }
        let state = try await Self.ask(ntfy, tocsin, .get, "/_state", nil)
        #expect((state["objections"] as? [Any])?.isEmpty == true, "\(state["objections"] ?? "")")
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        #expect(try !tocsin.exportedLog().contains("tocsin-ana-7f3k"))
    }

    struct Push: Sendable {
        let id: String
        let topic: String
        let title: String
        let message: String
        let priority: Int
        let click: String
    }

    private static func received(_ ntfy: PythonDouble, _ tocsin: Installation) async throws -> [Push] {
        let answer = try await ask(ntfy, tocsin, .get, "/_state", nil)
        let items = answer["received"] as? [[String: any Sendable]] ?? []
        return items.map { item in
            Push(
                id: item["id"] as? String ?? "", topic: item["topic"] as? String ?? "",
                title: item["title"] as? String ?? "", message: item["message"] as? String ?? "",
                priority: item["priority"] as? Int ?? 3, click: item["click"] as? String ?? "")
        }
    }

    private static func press(
        _ ntfy: PythonDouble, _ tocsin: Installation, _ id: String, _ action: String
    ) async throws -> Int {
        try await ask(ntfy, tocsin, .post, "/_press", ["id": id, "action": action])["status"] as? Int ?? 0
    }

    private static func ask(
        _ ntfy: PythonDouble, _ tocsin: Installation, _ method: OutboundRequest.Method, _ path: String,
        _ body: [String: any Sendable]?
    ) async throws -> [String: any Sendable] {
        let result = await tocsin.client.send(
            OutboundRequest(
                method: method, url: "\(ntfy.control)\(path)", headers: [("Content-Type", "application/json")],
                body: try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? [],
                responseLimit: 1 << 20))
        guard case .response(let response) = result, response.status == 200 else { throw Trouble("\(path): \(result)") }
        return try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: any Sendable] ?? [:]
    }
}
