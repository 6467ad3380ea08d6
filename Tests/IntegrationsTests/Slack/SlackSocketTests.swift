import Engine
import Foundation
import NIOCore
import NIOWebSocket
import Testing
import Timekeeping

@testable import Integrations

@Suite("Slack's requests by socket", .timeLimit(.minutes(2)))
struct SlackSocketTests {
    private static let command = """
        {"envelope_id":"e-1","type":"slash_commands","accepts_response_payload":true,"payload":{"user_id":"U1",\
        "team_id":"T1","channel_id":"C1","text":"ack INC-42","trigger_id":"1.2.abc"}}
        """

    /// A server, and a socket that runs until `body` returns.
    private func withSocket(
        answers: @escaping @Sendable (Int) -> TestServer.Reaction? = { _ in nil },
        silenceLimit: Duration = .seconds(60),
        _ body: (SocketServer, SlackScene, Heard<Duration>) async throws -> Void
    ) async throws {
        let sockets = try await SocketServer()
        let url = sockets.url
        let scene = try SlackScene(desk: ScriptedDesk { _ in DeskAnswer(.information, "Yes.") }) { method, number in
            method == "apps.connections.open" ? answers(number) ?? .json("{\"ok\":true,\"url\":\"\(url)\"}") : nil
        }
        let pauses = Heard<Duration>()
        let pausing: @Sendable (Duration) async throws -> Void = { wait in
            pauses.add(wait)
            await Task.yield()
            try Task.checkCancellation()
        }
        let socket = SlackSocket(
            api: scene.api, settings: { scene.settings }, reception: scene.reception, silenceLimit: silenceLimit,
            pause: pausing, log: SlackScene.log)
        let running = Task { await socket.run() }
        try await body(sockets, scene, pauses)
        running.cancel()
        await running.value
        try await until { sockets.endedCount == sockets.connectionCount }
        #expect(sockets.endedCount == sockets.connectionCount, "a connection was left open")
        sockets.stop()
    }

    @Test("an envelope is acknowledged once, with the answer if one is accepted, in masked frames")
    func envelopes() async throws {
        try await withSocket { server, scene, _ in
            try await until { server.connectionCount == 1 }
            #expect(server.paths == ["/link/?ticket=x&app_id=A1"])
            server.send(.text, Self.command)
            try await until { !server.frames.isEmpty }
            let frame = try #require(server.frames.first)
            let ack = try JSONValue(json: Array(frame.text.utf8))
            #expect(ack["envelope_id"] == "e-1" && ack["payload"]?["text"] == "Yes." && frame.isMasked)
            let mention = "{\"envelope_id\":\"e-2\",\"type\":\"events_api\",\"payload\":\(SlackRequestTests.mention)}"
            server.send(.text, mention)
            try await until { server.frames.count == 2 }
            #expect(server.frames.last?.text == #"{"envelope_id":"e-2"}"#)
            try await until { !scene.calls("chat.postMessage").isEmpty }
            #expect(scene.desk.asked.map(\.line) == ["ack INC-42", "@tocsin ack INC-42"])
            #expect(
                scene.server.requests.first { $0.path.hasSuffix("connections.open") }?.headers["authorization"]
                    == "Bearer xapp-1")
        }
    }

    @Test("a duplicate envelope is acknowledged again and done once")
    func duplicates() async throws {
        try await withSocket { server, scene, _ in
            try await until { server.connectionCount == 1 }
            server.send(.text, Self.command)
            server.send(.text, Self.command)
            try await until { server.frames.count == 2 }
            #expect(scene.desk.asked.count == 1 && server.frames[0].text == server.frames[1].text)
        }
    }

    @Test("pings are answered, fragments joined, nonsense passed over")
    func frames() async throws {
        try await withSocket { server, scene, _ in
            try await until { server.connectionCount == 1 }
            server.send(.ping, "Ping from applink-7")
            try await until { !server.frames.isEmpty }
            #expect(server.frames.first?.opcode == .pong && server.frames.first?.text == "Ping from applink-7")
            server.send(.text, "not json")
            server.send(.text, #"{"type":"surprise"}"#)
            server.send(.text, #"{"envelope_id":"e-9","type":"interactive","payload":{"type":"block_actions"}}"#)
            let middle = Self.command.index(Self.command.startIndex, offsetBy: 60)
            server.send(.text, String(Self.command[..<middle]), fin: false)
            server.send(.continuation, String(Self.command[middle...]))
            try await until { server.frames.count == 3 }
            #expect(server.frames[1].text == #"{"envelope_id":"e-9"}"#)
            #expect(server.frames[2].text.contains("e-1") && scene.desk.asked.count == 1)
        }
    }

    @Test("when Slack announces the end, a new connection stands before the old one goes")
    func announced() async throws {
        try await withSocket { server, _, _ in
            try await until { server.connectionCount == 1 }
            server.send(.text, #"{"type":"disconnect","reason":"warning","debug_info":{}}"#)
            try await until { server.connectionCount == 2 }
            #expect(server.endedCount == 0)
            // Until then the old one still works.
            server.send(.text, Self.command, connection: 0)
            try await until { !server.frames.isEmpty }
            #expect(server.frames.first?.connection == 0)
        }
    }

    @Test("a connection that breaks or says nothing is replaced")
    func broken() async throws {
        try await withSocket { server, _, _ in
            try await until { server.connectionCount == 1 }
            server.close(connection: 0)
            try await until { server.connectionCount == 2 }
            server.send(.connectionClose, "\u{3}\u{e8}", connection: 1)
            try await until { server.connectionCount == 3 }
        }
        try await withSocket(silenceLimit: .milliseconds(50)) { server, _, _ in
            try await until { server.connectionCount >= 2 }
            #expect(server.endedCount >= 1)
        }
    }

    @Test("while Slack is away it is tried again, ever less often, and when it is back all is as before")
    func away() async throws {
        try await withSocket(answers: { $0 < 12 ? .json("", status: 503) : nil }) { server, scene, pauses in
            try await until { server.connectionCount == 1 }
            #expect(scene.calls("apps.connections.open").count == 13)
            let waits = pauses.all
            #expect(waits.count == 12 && waits.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(30) })
            #expect(waits[0] <= .seconds(1) && waits[11] >= .seconds(15))
            server.send(.text, Self.command)
            try await until { !server.frames.isEmpty }
            #expect(scene.desk.asked.count == 1)
        }
    }

    @Test("when Socket Mode is switched off nothing more is tried")
    func disabled() async throws {
        try await withSocket { server, scene, pauses in
            try await until { server.connectionCount == 1 }
            server.send(.text, #"{"type":"disconnect","reason":"link_disabled"}"#)
            try await until { server.endedCount == 1 }
            for _ in 0..<1000 { await Task.yield() }
            #expect(scene.calls("apps.connections.open").count == 1 && pauses.all.isEmpty)
        }
    }

    @Test("a socket without TLS is not accepted from a Web API with TLS")
    func plain() {
        #expect(WebAddress("wss://wss-primary.slack.com/link/?ticket=1")?.port == 443)
        #expect(WebAddress("wss://x.slack.com:8443?a=b")?.target == "/?a=b")
        #expect(WebAddress("ws://[::1]:80/x")?.host == "::1")
        for url in ["ftp://x/", "wss://", "wss://a@b/", "wss://x:0/", "wss://x:99999/", "wss://ä/", "wss:///x"] {
            #expect(WebAddress(url) == nil, "\(url)")
        }
    }

    @Test("waits double from one second to thirty and start again after success")
    func waits() {
        var wait = SlackSocketWait()
        #expect((0..<8).map { _ in wait.next(chance: 1) } == [1, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) })
        #expect(wait.next(chance: 0) == .seconds(15))
        wait.reset()
        #expect(wait.next(chance: 0) == .seconds(1))
    }
}
