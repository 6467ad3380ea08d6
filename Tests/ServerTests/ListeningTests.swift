import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Server
import ServiceLifecycle
import Testing

@Suite struct ListeningTests {
    @Test("a server on port 0 says which port it took, serves there, and ends when asked to")
    func listens() async throws {
        let house = try await House()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = TocsinServer(
            engine: house.engine, hooks: house.hooks, chat: [:], contacts: house.contacts,
            configuration: house.configuration, desk: house.desk, postmortems: House.postmortems, past: house.past,
            zones: House.zones, settings: ServerSettings(port: 0, version: "1.2.3"),
            metrics: PrometheusText(),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { port.yield($0) }
        let group = ServiceGroup(
            configuration: .init(services: [server], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let bound = try #require(await ports.first { _ in true })
            #expect(bound > 0)
            try await TestClient.withClient(host: "127.0.0.1", port: bound) { client in
                #expect(try await client.get("/healthz").status == .ok)
                let head = try await client.head("/healthz")
                #expect(head.headers[.contentLength] == "3")
                let answer = try await client.post(
                    "/hooks/\(House.hookKey)", body: ByteBuffer(string: House.alert("A")))
                #expect(answer.status.kind == .successful)
                // What was not read of a body must not spill into the next request of the connection.
                let large = ByteBuffer(repeating: UInt8(ascii: "x"), count: 3 << 20)
                #expect(try await client.post("/hooks/\(House.hookKey)", body: large).status == .contentTooLarge)
                #expect(try await client.get("/readyz").status == .ok)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("header fields without end are refused")
    func headers() async throws {
        let house = try await House()
        try await house.server.app.test(.live) { client in
            let long = String(repeating: "x", count: 40_000)
            let status = try? await client.execute(uri: "/healthz", method: .get, headers: [.userAgent: long]) {
                $0.status
            }
            #expect(status == nil || status == .badRequest || status?.code == 431)
        }
    }
}
