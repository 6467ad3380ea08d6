import Engine
import HTTPTypes
import Testing

@Suite struct ChatDoorTests {
    @Test("a platform's request reaches its door byte for byte, and the door's answer is the answer")
    func requests() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let signature = try #require(HTTPField.Name("X-Pigeon-Signature"))
            let answer = try await visitor.ask(
                .post, "/chat/pigeon/commands", [signature: "v0=ab"], body: "text=ack+1&\u{E9}=%20")
            #expect(answer.status == .ok)
            #expect(answer.body == "coo")
            let request = try #require(house.door.requests.first)
            #expect(request.method == .post)
            #expect(request.headers[signature] == "v0=ab")
            #expect(String(decoding: request.body, as: UTF8.self) == "text=ack+1&\u{E9}=%20")
            #expect(house.door.paths == ["commands"])
        }
    }

    @Test("a platform that looks whether we are there is answered by its door, which finds the query where forms are")
    func looks() async throws {
        let house = try await House()
        let answer = try await house.visit { try await $0.ask(.get, "/chat/pigeon/commands?ssl_check=1&token=x") }
        #expect(answer.status == .ok)
        #expect(house.door.requests.map(\.method) == [.get])
        #expect(house.door.requests.map { String(decoding: $0.body, as: UTF8.self) } == ["ssl_check=1&token=x"])
    }

    @Test("a platform that is not configured is a 404, a body that is too large a 413, and neither reaches a door")
    func refused() async throws {
        let house = try await House(maxBody: 100)
        try await house.visit { visitor throws in
            #expect(try await visitor.ask(.post, "/chat/raven/commands", body: "x").status == .notFound)
            let large = String(repeating: "x", count: 101)
            #expect(try await visitor.ask(.post, "/chat/pigeon/commands", body: large).status == .contentTooLarge)
            #expect(try await visitor.ask(.put, "/chat/pigeon/commands", body: "x").status == .methodNotAllowed)
            #expect(house.door.requests.isEmpty)
        }
    }
}
