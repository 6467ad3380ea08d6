import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Incidents
import OnCall
import Server
import Testing

/// What somebody can make us hold who has proved nothing.
@Suite struct UnprovedSenderTests {
    @Test("whoever proves nothing is refused before any of the body has arrived")
    func unread() async throws {
        let house = try await House()
        house.door.objects(HookReply(status: .unauthorized, headers: [:], body: "no"))
        let refusals: [(String, Int)] = [
            ("/a/x", 404), ("/me/x", 404), ("/me/\(house.personalLink("ana", life: .seconds(-10)).dropFirst(4))", 410),
            ("/hooks/x", 404), ("/chat/raven/commands", 404), ("/chat/pigeon/commands", 401),
            ("/api/v1/incidents", 401), ("/me", 303), ("/logout", 303), ("/say", 303),
        ]
        try await house.server.app.test(.live) { client in
            let port = try #require(client.port)
            for (path, status) in refusals {
                let connection = try RawConnection(port: port)
                connection.post(path, length: 60_000)
                #expect(await connection.status() == status, "\(path)")
            }
        }
        #expect(house.door.requests.isEmpty)
    }

    @Test("forms that come before any proof, or hold a button only, are small")
    func small() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.logIn()
            _ = try await visitor.hook(House.alert("A"))
            let url = try #require(house.pager.messages.first?.acknowledgeURL)
            let page = String(url.dropFirst("http://tocsin.test".count))
            for path in ["/login", "/logout", page, house.personalLink("ana")] {
                let fields = ["x": String(repeating: "x", count: 16 * 1024)]
                #expect(try await visitor.submit(path, fields, cookie: cookie).status == .contentTooLarge, "\(path)")
            }
            let fields = ["x": String(repeating: "x", count: 16_000), "token": "wrong"]
            #expect(try await visitor.submit("/login", fields).status == .unauthorized)
            #expect(try await visitor.hook(String(repeating: "x", count: 60_000)).status == .badRequest)
        }
    }

    @Test("a body that stops arriving is given up in time, and its connection is closed")
    func stopped() async throws {
        let house = try await House(bodyTimeout: .milliseconds(100))
        try await house.server.app.test(.live) { client in
            let port = try #require(client.port)
            for path in ["/login", "/hooks/\(House.hookKey)", "/chat/pigeon/commands"] {
                let connection = try RawConnection(port: port)
                connection.post(path, length: 1000, body: "token=")
                #expect(await connection.status() == 408, "\(path)")
                await connection.end()
            }
            let next = try RawConnection(port: port)
            next.post("/login", length: 11, body: "token=wrong")
            #expect(await next.status() == 401)
        }
        #expect(house.door.requests.isEmpty)
        #expect(house.engine.read { $0.book.openIncidents.isEmpty })
    }
}
