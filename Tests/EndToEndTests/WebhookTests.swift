import Foundation
import HTTPTypes
import Integrations
import Testing
import Timekeeping

/// A webhook as a target of a step: told of the incident, beside whoever is paged.
@Suite(.serialized)
struct WebhookTests {
    private static func configuration(pages: String, ops: String) -> String {
        Installation.configuration(
            webhook: pages, steps: "[{page: [schedule sun, webhook ops], wait: 5m}, {page: [user dia], wait: 5m}]"
        ).replacingOccurrences(
            of: "channels: {",
            with: "channels: {webhooks: {ops: {url: \"\(ops)\", secret: {env: WEBHOOK_SECRET}}}, ")
    }

    @Test("it is told what opens, what changes and the timeline, also when it was away, and never the same twice")
    func told() async throws {
        let (pages, port) = (try await Receiver(), try Installation.freePort())
        let tocsin = try Installation(
            configuration: Self.configuration(pages: pages.url, ops: "http://127.0.0.1:\(port)/pages"))
        defer { tocsin.remove() }
        try await tocsin.start()
        try await tocsin.fire("Slow")
        _ = try await eventually("somebody is paged though the webhook is away") { pages.entries.first }

        let ops = try await Receiver(port: port)
        let opened = try await eventually("the webhook is told when it is back", within: .seconds(60)) {
            ops.entries.first
        }
        #expect(opened.json["type"] as? String == "incident.opened")
        #expect(opened.incident == "INC-1")
        let key = try #require(WebhookSignature.key(fromSecret: Installation.secret))
        func header(_ name: String) -> String { opened.headers.first { $0.name.canonicalName == name }?.value ?? "" }
        #expect(
            WebhookSignature.verify(
                header("webhook-signature"), id: opened.id, timestamp: header("webhook-timestamp"), body: opened.body,
                key: key, now: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))))

        _ = try tocsin.command("incident", "ack", "1", "--by", "ana")
        let changed = try await eventually("it is told who has it", within: .seconds(30)) { () -> Receiver.Entry? in
            ops.entries.last { entry in
                let incident = entry.data["incident"] as? [String: any Sendable]
                return entry.json["type"] as? String == "incident.changed"
                    && incident?["state"] as? String == "acknowledged"
            }
        }
        let owner = (changed.data["incident"] as? [String: any Sendable])?["owner"] as? [String: any Sendable]
        #expect(owner?["id"] as? String == "ana")
        _ = try await eventually("it is told the timeline", within: .seconds(30)) { () -> Bool? in
            ops.entries.contains { entry in
                entry.json["type"] as? String == "incident.told"
                    && String(decoding: entry.body, as: UTF8.self).contains("Acknowledged by Ana Lindt")
            } ? true : nil
        }

        tocsin.kill()
        try await tocsin.start()
        _ = try tocsin.command("incident", "resolve", "1", "--by", "ana")
        _ = try await eventually("it is told of the end, after a restart", within: .seconds(30)) { () -> Bool? in
            ops.entries.contains { entry in
                (entry.data["incident"] as? [String: any Sendable])?["state"] as? String == "resolved"
            } ? true : nil
        }
        let openings = ops.entries.filter { $0.json["type"] as? String == "incident.opened" }
        #expect(openings.map(\.incident) == ["INC-1"])
        tocsin.stop()
        #expect(try tocsin.exportedLog().contains(#""room":"webhook ops""#))
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await pages.stop()
        await ops.stop()
    }
}
