import Engine
import Foundation
import Incidents
import Integrations
import OnCall
import Testing
import Timekeeping

@Suite("Pages by ntfy")
struct NtfyPagerTests {
    private let client = CurlClient()
    private static let answer = Array(#"{"id":"hwQ2YpKdmg","time":1772330584,"event":"message"}"#.utf8)

    @Test("the phone gets the facts, a button that acknowledges, and the server's id is the evidence")
    func sent() async throws {
        let server = try TestServer { _, _ in .answer(200, body: Self.answer) }
        defer { server.stop() }
        let message = PageMessage.example()
        #expect(await send(message, server) == AttemptOutcome(.sent, evidence: "ntfy id hwQ2YpKdmg"))
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.path == "/")
        #expect(request.headers["authorization"] == "Bearer tk_s3cret")
        #expect(!String(decoding: request.body, as: UTF8.self).contains("s3cret"))
        let body = try JSONValue(json: request.body)
        #expect(body["topic"] == "oncall-ana")
        #expect(body["title"] == "SEV1 INC-42 ranker")
        #expect(body["priority"] == .number("5"))
        #expect(body["tags"] == ["rotating_light", "sev1"])
        #expect(body["click"]?.scalar == message.incidentURL)
        #expect(
            body["actions"] == [
                [
                    "action": "http", "label": "Acknowledge", "method": "POST",
                    "url": .string("\(message.acknowledgeURL)?via=push"),
                    "clear": .bool(true),
                ],
                ["action": "view", "label": "Open", "url": .string(message.incidentURL)],
            ])
        let text = try #require(body["message"]?.scalar)
        #expect(text.hasPrefix("SEV1 INC-42 ranker: p99 1.9s > 800ms\nAcknowledge: the button below\n"))
        #expect(text.contains("Summary: Half the requests"))
    }

    @Test("priorities follow severity", arguments: zip(Severity.allCases, ["5", "4", "3", "2"]))
    func priorities(_ severity: Severity, _ priority: String) async throws {
        let server = try TestServer { _, _ in .answer(200, body: Self.answer) }
        defer { server.stop() }
        var message = PageMessage.example()
        message.severity = severity
        _ = await send(message, server)
        #expect(try JSONValue(json: #require(server.requests.first).body)["priority"] == .number(priority))
    }

    @Test("a repeat says so, in the title and in the text")
    func repeated() async throws {
        let server = try TestServer { _, _ in .answer(200, body: Self.answer) }
        defer { server.stop() }
        _ = await send(.example(isRepeat: true), server)
        let body = try JSONValue(json: #require(server.requests.first).body)
        #expect(body["title"]?.scalar?.hasPrefix("Again: SEV1 INC-42") == true)
        #expect(body["message"]?.scalar?.hasPrefix("Again: SEV1 INC-42") == true)
    }

    @Test(
        "never more than ntfy keeps on a lock screen, cut between characters",
        arguments: ["x", "👩‍💻", "é", "\u{0}\n"])
    func limits(_ letter: String) async throws {
        let server = try TestServer { _, _ in .answer(200, body: Self.answer) }
        defer { server.stop() }
        let long = String(repeating: letter, count: 6000)
        for render: PageRenderer in [{ _, _ in nil }, { _, _ in "INC-42 \(long)" }] {
            let message = PageMessage.example(title: long, summary: long, service: ServiceID(rawValue: long))
            #expect(await send(message, server, render: render).result == .sent)
        }
        for request in server.requests {
            let body = try JSONValue(json: request.body)
            let text = try #require(body["message"]?.scalar)
            #expect(text.utf8.count <= 4096)
            #expect(text.contains("INC-42"))
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
            #expect(try #require(body["title"]?.scalar).count <= 250)
            if letter == "👩‍💻", text.hasSuffix("…") { #expect("👩‍💻…".contains(text.dropLast().last!)) }
        }
    }

    @Test(
        "what a status means for the page",
        arguments: [
            (200, AttemptOutcome.Result.sent), (400, .failedForGood), (401, .failedForGood), (403, .failedForGood),
            (404, .failedForGood), (413, .failedForGood), (302, .failedForGood), (429, .failedForNow),
            (500, .failedForNow), (503, .failedForNow), (507, .failedForNow),
        ])
    func statuses(_ status: Int, _ result: AttemptOutcome.Result) async throws {
        let server = try TestServer { _, _ in
            .answer(status, headers: ["Retry-After": "7"], body: Array(#"{"error":"oncall-ana tk_s3cret"}"#.utf8))
        }
        defer { server.stop() }
        let outcome = await send(.example(), server)
        #expect(outcome.result == result)
        #expect(outcome.evidence.contains("HTTP \(status)"))
        #expect(!outcome.evidence.contains("s3cret"))
        #expect(!outcome.evidence.contains("oncall"))
        #expect(outcome.retryAfterMilliseconds == (result == .failedForNow ? 7000 : nil))
    }

    @Test("an answer cut short is a doubt, a closed door is none")
    func transfers() async throws {
        let server = try TestServer { _, _ in .close }
        defer { server.stop() }
        #expect(await send(.example(), server).result == .inDoubt)
        let (port, socket) = try TestServer.closedPort()
        defer { _ = close(socket) }
        let outcome = await send(.example(), url: "http://127.0.0.1:\(port)")
        #expect(outcome == AttemptOutcome(.failedForNow, evidence: "no connection could be made"))
    }

    @Test("notices have nothing to acknowledge; a code rings softly, an alarm like a page")
    func notices() async throws {
        let server = try TestServer { _, _ in .answer(200, body: Self.answer) }
        defer { server.stop() }
        for (kind, topic) in [(Notice.Kind.code, "new-topic"), (.test, nil), (.alarm, nil)] {
            let outcome = await withCheckedContinuation { continuation in
                pager(server.url()).send(.example(kind), to: topic) { continuation.resume(returning: $0) }
            }
            #expect(outcome.result == .sent)
        }
        let bodies = try server.requests.map { try JSONValue(json: $0.body) }
        #expect(bodies.map { $0["topic"]?.scalar } == ["new-topic", "oncall-ana", "oncall-ana"])
        #expect(bodies.map { $0["priority"]?.scalar } == ["3", "5", "5"])
        #expect(bodies.allSatisfy { $0["actions"] == nil && $0["click"] == "https://t.example/" })
        #expect(bodies.first?["message"] == "Alerts are answered 503.\nFree the disk.")
    }

    @Test("no server, no topic, no use: the next method at once")
    func unconfigured() async {
        func outcome(_ settings: NtfySettings?, _ topic: String?) async -> AttemptOutcome {
            let pager = NtfyPager(
                settings: { settings }, address: { _ in topic }, render: { _, _ in nil }, client: client)
            return await withCheckedContinuation { continuation in
                pager.send(.example()) { continuation.resume(returning: $0) }
            }
        }
        let settings = NtfySettings(url: "http://127.0.0.1:1")
        #expect(await outcome(nil, "a") == .init(.failedForGood, evidence: "no ntfy server is configured"))
        #expect(await outcome(settings, nil) == .init(.failedForGood, evidence: "no push topic is known"))
        #expect(await outcome(settings, "a/b") == .init(.failedForGood, evidence: "the push topic cannot be used"))
    }

    private func pager(_ url: String, render: @escaping PageRenderer = { _, _ in nil }) -> NtfyPager {
        NtfyPager(
            settings: { NtfySettings(url: url, token: "tk_s3cret") }, address: { $0 == "ana" ? "oncall-ana" : nil },
            render: render, client: client)
    }

    private func send(
        _ message: PageMessage, _ server: TestServer, render: @escaping PageRenderer = { _, _ in nil }
    ) async -> AttemptOutcome {
        await send(message, url: server.url(""), render: render)
    }

    private func send(
        _ message: PageMessage, url: String, render: @escaping PageRenderer = { _, _ in nil }
    ) async -> AttemptOutcome {
        await withCheckedContinuation { continuation in
            pager(url, render: render).send(message) { continuation.resume(returning: $0) }
        }
    }
}
