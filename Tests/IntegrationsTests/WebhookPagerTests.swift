import Engine
import EngineCore
import Foundation
import Incidents
import Integrations
import OnCall
import Testing
import Timekeeping

@Suite("Pages by webhook")
struct WebhookPagerTests {
    private let client = CurlClient()
    private let key = [UInt8](repeating: 7, count: 32)

    @Test("the receiver gets a signed page with all it needs, and its 204 is the evidence")
    func delivered() async throws {
        let server = try TestServer { _, _ in .answer(204) }
        defer { server.stop() }
        let message = PageMessage.example(
            runbooks: [RunbookLink(title: "It is slow", url: "https://t.example/runbooks/slow?page=x")])
        let outcome = await send(message, to: server.url("/hook?token=s3cret"))
        #expect(outcome.result == .delivered)
        #expect(outcome.evidence.firstMatch(of: /^HTTP 204 in \d+ ms$/) != nil)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["webhook-id"] == message.id)
        #expect(request.headers["webhook-timestamp"] == "1790000000")
        #expect(
            WebhookSignature.verify(
                try #require(request.headers["webhook-signature"]), id: message.id, timestamp: "1790000000",
                body: request.body, key: key, now: message.sentAt))
        let body = try JSONValue(json: request.body)
        #expect(body.text == String(decoding: request.body, as: UTF8.self), "sorted")
        #expect(body["type"] == "page.requested")
        #expect(body["timestamp"] == "2026-09-21T14:13:20.999Z")
        let data = try #require(body["data"])
        #expect(data["delivery_id"]?.scalar == message.id)
        #expect(data["attempt"] == .number("2"))
        #expect(data["repeat"] == .bool(false))
        #expect(data["reason"] == "step")
        #expect(data["user"] == ["id": "ana", "name": "Ana Lindt"])
        #expect(data["ack_url"]?.scalar == message.acknowledgeURL)
        #expect(data["expires_at"] == "2026-09-22T14:13:20.999Z")
        #expect(data["text"]?.scalar == PageText.full(message))
        #expect(
            data["incident"] == [
                "id": "INC-42", "title": "p99 1.9s > 800ms", "severity": "sev1", "service": "ranker",
                "summary": "Half the requests\nare too slow.", "url": "https://t.example/incidents/42",
                "labels": ["model": "ranker"], "links": ["runbook": "https://rb.example/p99"],
                "runbooks": [["title": "It is slow", "url": "https://t.example/runbooks/slow?page=x"]],
                "opened_at": "2026-09-21T14:12:20Z",
            ])
    }

    @Test("every attempt of a page has the same id, and a repeat says so")
    func repeated() async throws {
        let server = try TestServer { _, number in number == 0 ? .close : .answer(200) }
        defer { server.stop() }
        #expect(await send(.example(), to: server.url()).result == .inDoubt)
        #expect(await send(.example(isRepeat: true), to: server.url()).result == .delivered)
        #expect(Set(server.requests.map { $0.headers["webhook-id"] }) == [PageMessage.example().id])
        #expect(
            try server.requests.map { try JSONValue(json: $0.body)["data"]?["repeat"] } == [.bool(false), .bool(true)])
    }

    @Test(
        "what a status means for the page",
        arguments: [
            (200, AttemptOutcome.Result.delivered), (299, .delivered), (301, .failedForGood), (307, .failedForGood),
            (400, .failedForGood), (401, .failedForGood), (404, .failedForGood), (408, .failedForNow),
            (410, .failedForGood), (425, .failedForNow), (429, .failedForNow), (500, .failedForNow),
            (503, .failedForNow),
            (599, .failedForNow),
        ])
    func statuses(_ status: Int, _ result: AttemptOutcome.Result) async throws {
        let server = try TestServer { _, _ in
            .answer(status, headers: ["Location": "/x"], body: Array("leaked secret".utf8))
        }
        defer { server.stop() }
        let outcome = await send(.example(), to: server.url("/hook?token=s3cret"))
        #expect(outcome.result == result)
        #expect(outcome.evidence.contains("HTTP \(status)"))
        #expect(!outcome.evidence.contains("secret"))
        #expect(!outcome.evidence.contains("s3cret"))
        #expect(server.requests.count == 1)
    }

    @Test(
        "the receiver's wish for a later try is passed on",
        arguments: [
            ("7", Int64(7000)), ("0", 0), ("99999999999999999999", 3_600_000), ("soon", nil), ("-1", nil), ("", nil),
            ("Mon, 21 Sep 2026 14:13:50 GMT", 20_000), ("Mon, 21 Sep 2026 14:13:00 GMT", 0),
        ])
    func retryAfter(_ value: String, _ milliseconds: Int64?) async throws {
        let server = try TestServer { _, _ in
            .answer(503, headers: ["Retry-After": value, "Date": "Mon, 21 Sep 2026 14:13:30 GMT"])
        }
        defer { server.stop() }
        let outcome = await send(.example(), to: server.url())
        #expect(outcome.result == .failedForNow)
        #expect(outcome.retryAfterMilliseconds == milliseconds)
    }

    @Test("without the receiver's date its wish is measured from ours")
    func retryAfterWithoutDate() {
        let now = Instant(rfc3339: "2026-09-21T14:13:20Z")!
        #expect(RetryAfter.wait("Mon, 21 Sep 2026 14:13:50 GMT", date: nil, now: now) == .seconds(30))
        #expect(RetryAfter.wait("Mon, 21 Sep 2026 14:13:50 GMT", date: "?", now: now) == .seconds(30))
        #expect(RetryAfter.wait("Mon, 31 Feb 2026 14:13:50 GMT", date: nil, now: now) == nil)
    }

    @Test("nobody listens: worth another try")
    func refused() async throws {
        let (port, socket) = try TestServer.closedPort()
        defer { _ = close(socket) }
        let outcome = await send(.example(), to: "http://127.0.0.1:\(port)/s3cret")
        #expect(outcome == AttemptOutcome(.failedForNow, evidence: "no connection could be made"))
    }

    @Test("an address that cannot be used: the next method, at once")
    func badAddress() async {
        let outcome = await send(.example(), to: "ftp://s3cret.example/")
        #expect(outcome == AttemptOutcome(.failedForGood, evidence: "the URL is neither http nor https"))
    }

    @Test("a notice is signed too, says what it is, and names no incident")
    func notice() async throws {
        let server = try TestServer { _, _ in .answer(204) }
        defer { server.stop() }
        let settings = WebhookSettings(url: server.url(), secret: key)
        let pager = WebhookPager(settings: { _ in settings }, client: client)
        let outcome = await withCheckedContinuation { continuation in
            pager.send(.example(.alarm), to: nil) { continuation.resume(returning: $0) }
        }
        #expect(outcome.result == .delivered)
        let request = try #require(server.requests.first)
        let body = try JSONValue(json: request.body)
        #expect(body["type"] == "notice.alarm")
        #expect(body["data"]?["delivery_id"]?.scalar == request.headers["webhook-id"])
        #expect(body["data"]?["url"] == "https://t.example/")
        #expect(body["data"]?["incident"] == nil)
        #expect(
            WebhookSignature.verify(
                try #require(request.headers["webhook-signature"]), id: "tocsin_lab_log_1790000000999",
                timestamp: "1790000000", body: request.body, key: key, now: Notice.example(.alarm).sentAt))
    }

    @Test("nobody's address: the next method, at once")
    func unconfigured() async {
        let pager = WebhookPager(settings: { _ in nil }, client: client)
        let outcome = await withCheckedContinuation { continuation in
            pager.send(.example()) { continuation.resume(returning: $0) }
        }
        #expect(outcome == AttemptOutcome(.failedForGood, evidence: "no webhook is configured"))
    }

    private func send(_ message: PageMessage, to url: String) async -> AttemptOutcome {
        let settings = WebhookSettings(url: url, secret: key)
        let pager = WebhookPager(settings: { $0 == "ana" ? settings : nil }, client: client)
        return await withCheckedContinuation { continuation in
            pager.send(message) { continuation.resume(returning: $0) }
        }
    }
}
