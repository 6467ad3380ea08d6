import Foundation
import Integrations
import Testing

@Suite("The outbound client")
struct CurlClientTests {
    private let client = CurlClient()

    @Test("sends method, headers and body as they are, and returns status, headers and body")
    func sends() async throws {
        let server = try TestServer { _, _ in .answer(201, headers: ["X-Answer": " forty two "], body: Array("ok".utf8))
        }
        defer { server.stop() }
        let body = (0..<3000).map { UInt8($0 % 256) }
        let response = try await answer(
            OutboundRequest(
                url: server.url("/a?b=c"), headers: [("Content-Type", "application/octet-stream"), ("X-Empty", "")],
                body: body))
        #expect(response.status == 201)
        #expect(response.header("x-answer") == "forty two")
        #expect(response.body == Array("ok".utf8))
        #expect(response.elapsed > .zero)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.path == "/a?b=c")
        #expect(request.body == body)
        #expect(request.headers["content-type"] == "application/octet-stream")
        #expect(request.headers["x-empty"] == "")
        #expect(request.headers["user-agent"] == "Tocsin")
        #expect(request.headers["expect"] == nil)
    }

    @Test("calls itself what the caller says")
    func userAgent() async throws {
        let server = try TestServer { _, _ in .answer(200) }
        defer { server.stop() }
        _ = try await answer(OutboundRequest(url: server.url(), headers: [("User-Agent", "tocsin-cli/1.2")]))
        #expect(server.requests.first?.headers["user-agent"] == "tocsin-cli/1.2")
    }

    @Test("adds no content type of its own", arguments: OutboundRequest.Method.allCases)
    func methods(_ method: OutboundRequest.Method) async throws {
        let server = try TestServer { _, _ in .answer(200) }
        defer { server.stop() }
        #expect(try await answer(OutboundRequest(method: method, url: server.url())).status == 200)
        #expect(server.requests.map(\.method) == [method.rawValue])
        #expect(server.requests.first?.headers["content-type"] == nil)
    }

    @Test("sends two megabytes whole, without asking first")
    func largeBody() async throws {
        let server = try TestServer { _, _ in .answer(200) }
        defer { server.stop() }
        let body = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        _ = try await answer(OutboundRequest(url: server.url(), body: body))
        #expect(server.requests.first?.body == body)
    }

    @Test("keeps one connection for a hundred requests in a row")
    func reuse() async throws {
        let server = try TestServer { _, _ in .answer(204) }
        defer { server.stop() }
        for _ in 0..<100 { #expect(try await answer(OutboundRequest(url: server.url())).status == 204) }
        #expect(server.requests.count == 100)
        // Now and then libcurl opens another, on a machine that is busy enough.
        #expect(server.connectionCount <= 3)
    }

    @Test("sends fifty at once, none waiting for another")
    func concurrent() async throws {
        let server = try TestServer { request, _ in .answer(200, body: Array(request.path.utf8)) }
        defer { server.stop() }
        let bodies = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<50 {
                group.addTask {
                    String(
                        decoding: try await answer(OutboundRequest(url: server.url("/\(number)"))).body, as: UTF8.self)
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(bodies == Set((0..<50).map { "/\($0)" }))
    }

    @Test("follows no redirect")
    func redirect() async throws {
        let server = try TestServer { _, _ in .answer(302, headers: ["Location": "/elsewhere"]) }
        defer { server.stop() }
        #expect(try await answer(OutboundRequest(url: server.url())).status == 302)
        #expect(server.requests.map(\.path) == ["/"])
    }

    @Test("passes over interim answers and their headers")
    func interim() async throws {
        let server = try TestServer { _, _ in
            .bytes("HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Late: 2\r\nContent-Length: 0\r\n\r\n")
        }
        defer { server.stop() }
        let response = try await answer(OutboundRequest(url: server.url()))
        #expect(response.status == 200)
        #expect(response.header("X-Early") == nil)
        #expect(response.header("X-Late") == "2")
    }

    @Test("takes a final status for the answer although the rest of it is missing")
    func cutShort() async throws {
        let server = try TestServer { _, _ in .bytes("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf") }
        defer { server.stop() }
        let response = try await answer(OutboundRequest(url: server.url()))
        #expect(response.status == 202)
        #expect(response.body == Array("half".utf8))
    }

    @Test("keeps no more of an answer than it was told")
    func responseLimit() async throws {
        let server = try TestServer { _, _ in .answer(200, body: [UInt8](repeating: 65, count: 5_000_000)) }
        defer { server.stop() }
        let response = try await answer(OutboundRequest(url: server.url(), responseLimit: 1000))
        #expect(response.status == 200)
        #expect(response.body.count == 1000)
    }

    private func answer(_ request: OutboundRequest) async throws -> OutboundResponse {
        switch await client.send(request) {
        case .response(let response): return response
        case .failed(let failed): throw failed
        }
    }
}
