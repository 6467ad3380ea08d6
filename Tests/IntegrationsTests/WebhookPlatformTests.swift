import Engine
import EngineCore
import Foundation
import Incidents
import Integrations
import OnCall
import Testing
import Timekeeping

@Suite("Incidents told to a webhook")
struct WebhookPlatformTests {
    private let client = CurlClient()
    private let key = [UInt8](repeating: 7, count: 32)
    private let now = Instant(rfc3339: "2026-09-21T14:13:20Z")!
    private let first = "tocsin/INC-42/card/first"

    private func platform(_ url: String) -> WebhookPlatform {
        let ops = WebhookSettings(url: url, secret: key)
        return WebhookPlatform(settings: { ["ops": ops] }, client: client, now: { [now] in now })
    }

    private func post(_ platform: WebhookPlatform, in room: String = "ops") async -> ChatOutcome {
        await withCheckedContinuation { continuation in
            platform.post(SlackCardTests.card, in: room, key: first) { continuation.resume(returning: $0) }
        }
    }

    @Test("it is told the whole incident, signed")
    func opened() async throws {
        let server = try TestServer { _, _ in .answer(204) }
        defer { server.stop() }
        #expect(await post(platform(server.url())) == .done(PostedMessage(channel: "ops", id: "INC-42")))
        let request = try #require(server.requests.first)
        #expect(request.headers["webhook-id"] == first)
        #expect(
            WebhookSignature.verify(
                try #require(request.headers["webhook-signature"]), id: first,
                timestamp: try #require(request.headers["webhook-timestamp"]), body: request.body, key: key, now: now))
        let body = try JSONValue(json: request.body)
        #expect(body["type"] == "incident.opened")
        #expect(body["timestamp"] == "2026-09-21T14:13:20Z")
        #expect(
            body["data"]?["incident"] == [
                "id": "INC-42", "title": "p99 1.9s > 800ms", "summary": "Half the requests\nare too slow.",
                "severity": "sev1", "state": "triggered", "service": "ranker", "opened_at": "2026-03-01T02:03:04Z",
                "acknowledged_at": .null, "resolved_at": .null, "snoozed_until": .null, "owner": .null,
                "paging": [["id": "ana", "name": "Ana Lindt"]], "alerts": .number("3"), "firing": .number("2"),
                "rollback": .null, "runbooks": [], "url": "https://t.example/incidents/42",
                "links": ["runbook": "https://rb.example/p99?a=1&b=2", "bad": "javascript:alert(1)"],
            ])
    }

    @Test("changes have ids of their own, and what is told on the timeline keeps its own")
    func changed() async throws {
        let server = try TestServer { _, _ in .answer(200) }
        defer { server.stop() }
        let (platform, message) = (platform(server.url()), PostedMessage(channel: "ops", id: "INC-42"))
        var card = SlackCardTests.card
        card.state = .acknowledged
        card.owner = IncidentCard.Person(user: "ana", name: "Ana Lindt")
        for _ in 0..<2 {
            let outcome = await withCheckedContinuation { continuation in
                platform.update(card, message) { continuation.resume(returning: $0) }
            }
            #expect(outcome == .done(message))
        }
        let line = ChatLine(at: now, sentence: "Ana Lindt noted", body: "Half of it is back.")
        let told = await withCheckedContinuation { continuation in
            platform.tell([line], below: message, key: "tocsin/INC-42/told/9") { continuation.resume(returning: $0) }
        }
        #expect(told == .done(message))
        let bodies = try server.requests.map { try JSONValue(json: $0.body) }
        #expect(bodies.map { $0["type"]?.scalar } == ["incident.changed", "incident.changed", "incident.told"])
        #expect(Set(server.requests.map { $0.headers["webhook-id"] }).count == 3)
        #expect(server.requests.last?.headers["webhook-id"] == "tocsin/INC-42/told/9")
        #expect(bodies[0]["data"]?["incident"]?["owner"] == ["id": "ana", "name": "Ana Lindt"])
        #expect(
            bodies[2]["data"] == [
                "incident": ["id": "INC-42"],
                "timeline": [
                    ["at": "2026-09-21T14:13:20Z", "text": "Ana Lindt noted", "body": "Half of it is back."]
                ],
            ])
    }

    @Test(
        "what an answer means: tried again, or left alone for a while",
        arguments: [
            (429, ChatOutcome.later(.seconds(7), "")), (503, .later(.seconds(7), "")), (404, .closed("")),
            (410, .closed("")), (301, .closed("")),
        ])
    func answers(_ status: Int, _ expected: ChatOutcome) async throws {
        let server = try TestServer { _, _ in
            .answer(status, headers: ["Retry-After": "7"], body: Array("leaked secret".utf8))
        }
        defer { server.stop() }
        switch (await post(platform(server.url("/s3cret"))), expected) {
        case (.later(let wait, let reason), .later(let other, _)):
            #expect(wait == other)
            #expect(reason.contains("\(status)") && !reason.contains("secret") && !reason.contains("s3cret"))
        case (.closed(let reason), .closed):
            #expect(reason.contains("\(status)") && !reason.contains("secret") && !reason.contains("s3cret"))
        case (let outcome, _): Issue.record("\(outcome)")
        }
    }

    @Test("an answer that was lost is in doubt, and a name that is gone is closed")
    func doubtful() async throws {
        let server = try TestServer { _, _ in .close }
        defer { server.stop() }
        let outcome = await post(platform(server.url()))
        if case .doubtful = outcome {} else { Issue.record("\(outcome)") }
        #expect(
            await post(platform(server.url()), in: "old") == .closed("no webhook of that name is configured"))
    }
}
