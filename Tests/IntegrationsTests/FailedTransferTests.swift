import Foundation
import Integrations
import Testing

@Suite("What a failed transfer says about the request")
struct FailedTransferTests {
    private let client = CurlClient()

    @Test("a refused connection: it did not arrive")
    func refusedConnection() async throws {
        let (port, socket) = try TestServer.closedPort()
        defer { _ = close(socket) }
        let failed = try await failure(OutboundRequest(url: "http://127.0.0.1:\(port)/"))
        #expect(!failed.mayHaveArrived)
        #expect(!failed.isRefused)
    }

    @Test("a name that does not resolve: it did not arrive")
    func unresolved() async throws {
        // A label of 64 letters is no name, so no server is asked.
        let failed = try await failure(OutboundRequest(url: "http://\(String(repeating: "a", count: 64)).invalid/"))
        #expect(!failed.mayHaveArrived)
    }

    @Test("a connection that is never accepted: it timed out and did not arrive")
    func connectTimeout() async throws {
        let (port, sockets) = try TestServer.deafPort()
        defer { sockets.forEach { _ = close($0) } }
        let failed = try await failure(
            OutboundRequest(url: "http://127.0.0.1:\(port)/", body: [1], timeout: .milliseconds(300)))
        #expect(failed == FailedTransfer(reason: "it timed out", mayHaveArrived: false))
    }

    @Test("TLS with a server that speaks none: it did not arrive")
    func tlsHandshake() async throws {
        let server = try TestServer { _, _ in .close }
        defer { server.stop() }
        // The server waits for the end of a head that never comes.
        let failed = try await failure(
            OutboundRequest(url: "https://127.0.0.1:\(server.port)/", body: [1], timeout: .milliseconds(300)))
        #expect(!failed.mayHaveArrived)
        #expect(server.requests.isEmpty)
    }

    @Test("closed without an answer: it may have arrived")
    func closedWithoutAnswer() async throws {
        let server = try TestServer { _, _ in .close }
        defer { server.stop() }
        let failed = try await failure(OutboundRequest(url: server.url(), body: [1, 2, 3]))
        #expect(failed.mayHaveArrived)
        #expect(server.requests.count == 1)
    }

    @Test("no answer in time: it may have arrived")
    func timeout() async throws {
        let server = try TestServer { _, _ in .hang }
        defer { server.stop() }
        let failed = try await failure(OutboundRequest(url: server.url(), body: [1], timeout: .milliseconds(300)))
        #expect(failed == FailedTransfer(reason: "it timed out", mayHaveArrived: true))
    }

    @Test("an answer that is not HTTP: it may have arrived")
    func garbage() async throws {
        let server = try TestServer { _, _ in .bytes("220 mail.example.com ESMTP\r\n") }
        defer { server.stop() }
        let failed = try await failure(OutboundRequest(url: server.url(), body: [1]))
        #expect(failed.mayHaveArrived)
        #expect(!failed.isRefused)
    }

    @Test("a kept connection that dies with the request on it: in doubt, and not sent a second time")
    func keptConnectionDies() async throws {
        let server = try TestServer { _, number in number == 0 ? .answer(200) : .close }
        defer { server.stop() }
        guard case .response = await client.send(OutboundRequest(url: server.url(), body: [1])) else {
            Issue.record("the first request failed")
            return
        }
        let failed = try await failure(OutboundRequest(url: server.url(), body: [2]))
        #expect(failed.mayHaveArrived)
        #expect(server.requests.map(\.body) == [[1], [2]])
    }

    @Test("a kept connection that was closed meanwhile is replaced")
    func keptConnectionWasClosed() async throws {
        let server = try TestServer { _, number in number == 0 ? .answerAndClose(200) : .answer(204) }
        defer { server.stop() }
        _ = await client.send(OutboundRequest(url: server.url(), body: [1]))
        await server.waitUntilClosed()
        guard case .response(let response) = await client.send(OutboundRequest(url: server.url(), body: [2])) else {
            Issue.record("the second request failed")
            return
        }
        #expect(response.status == 204)
        #expect(server.connectionCount == 2)
    }

    @Test(
        "what could add a header or a request is refused and never leaves",
        arguments: [
            ("X-A", "1\r\nX-B: 2"), ("X-A", "1\nX-B: 2"), ("X-A", "1\u{0}2"), ("X-A\r\nX-B", "1"), ("X A", "1"),
            ("", "1"), ("X-A:", "1"), ("Content-Length", "0"), ("Transfer-Encoding", "chunked"), ("host", "elsewhere"),
        ])
    func headerInjection(_ name: String, _ value: String) async throws {
        let server = try TestServer { _, _ in .answer(200) }
        defer { server.stop() }
        let failed = try await failure(OutboundRequest(url: server.url(), headers: [(name, value)]))
        #expect(failed.isRefused)
        #expect(!failed.mayHaveArrived)
        #expect(server.connectionCount == 0)
    }

    @Test(
        "only plain http and https URLs are sent to",
        arguments: [
            "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "", "127.0.0.1",
            "http://127.0.0.1/\r\nX: 1", "http://127.0.0.1/a b", "http://user:secret@127.0.0.1/",
            "http://①②⑦.0.0.1/", "http://", "http://[::1",
        ])
    func badURL(_ url: String) async throws {
        let failed = try await failure(OutboundRequest(url: url))
        #expect(failed.isRefused)
        #expect(!failed.mayHaveArrived)
        #expect(!failed.reason.contains("secret"))
    }

    @Test("shutting down ends what is under way and refuses what comes later")
    func shutdown() async throws {
        let client = CurlClient()
        let server = try TestServer { _, _ in
            client.shutdown()
            return .hang
        }
        defer { server.stop() }
        guard case .failed(let failed) = await client.send(OutboundRequest(url: server.url(), body: [1])) else {
            Issue.record("it was answered")
            return
        }
        #expect(failed == FailedTransfer(reason: "Tocsin is stopping", mayHaveArrived: true))
        guard case .failed(let later) = await client.send(OutboundRequest(url: server.url(), body: [1])) else {
            Issue.record("it was answered")
            return
        }
        #expect(later == FailedTransfer(reason: "Tocsin is stopping", mayHaveArrived: false))
        #expect(server.requests.count == 1)
    }

    private func failure(_ request: OutboundRequest) async throws -> FailedTransfer {
        switch await client.send(request) {
        case .failed(let failed): return failed
        case .response(let response): throw Unexpected(status: response.status)
        }
    }

    private struct Unexpected: Error {
        let status: Int
    }
}
