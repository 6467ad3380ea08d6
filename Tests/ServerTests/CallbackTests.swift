import Engine
import HTTPTypes
import Synchronization
import Testing

@testable import Server

/// A provider's door that remembers what it was told.
private final class RememberingCallbacks: CallbackDoor {
    struct Told: Sendable {
        let request: HookRequest
        let target: String
        let place: String
    }

    private let told = Mutex<[Told]>([])
    var all: [Told] { told.withLock { $0 } }

    func objection(to headers: HTTPFields, account: String, path: String) -> HookReply? {
        account == "AC1" ? nil : HookReply(status: .forbidden, headers: [:], body: "no")
    }

    func receive(_ request: HookRequest, target: String, account: String, path: String) async -> HookReply {
        told.withLock { $0.append(Told(request: request, target: target, place: "\(account) \(path)")) }
        return HookReply(status: .ok, headers: [.contentType: "text/xml"], body: "<Response/>")
    }
}

@Suite struct CallbackTests {
    @Test("what a provider tells reaches its door byte for byte, with the address it was sent to")
    func told() async throws {
        let door = RememberingCallbacks()
        let house = try await House(callbacks: ["pigeonpost": door])
        try await house.visit { visitor in
            let answer = try await visitor.ask(.post, "/callbacks/pigeonpost/AC1/sms?t=a%2Bb", body: "Body=ack+1&x=%C3")
            #expect(answer.status == .ok && answer.body == "<Response/>")
            let asked = try await visitor.ask(.get, "/callbacks/pigeonpost/AC1/voice?x=1")
            #expect(asked.status == .ok)
        }
        #expect(
            door.all.map(\.target) == ["/callbacks/pigeonpost/AC1/sms?t=a%2Bb", "/callbacks/pigeonpost/AC1/voice?x=1"])
        #expect(door.all.map(\.place) == ["AC1 sms", "AC1 voice"])
        #expect(String(decoding: door.all[0].request.body, as: UTF8.self) == "Body=ack+1&x=%C3")
    }

    @Test("an objection is the answer, a body is bounded, and a stranger's name is nobody's")
    func refused() async throws {
        let door = RememberingCallbacks()
        let house = try await House(callbacks: ["pigeonpost": door])
        try await house.visit { visitor in
            for (place, body, status) in [
                ("pigeonpost/AC2", "x", HTTPResponse.Status.forbidden), ("other/AC1", "x", .notFound),
                ("pigeonpost/AC1", String(repeating: "x", count: 20_000), .contentTooLarge),
            ] {
                let answer = try await visitor.ask(.post, "/callbacks/\(place)/sms", body: body)
                #expect(answer.status == status, "\(place)")
            }
        }
        #expect(door.all.isEmpty)
    }
}
