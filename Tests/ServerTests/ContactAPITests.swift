import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite struct ContactAPITests {
    private func line(_ answer: Visitor.Answer, _ method: String) -> [String: Any]? {
        answer.items.first { $0["method"] as? String == method }
    }

    @Test("an address is entered, proved by its code, tried and removed, and never shown whole")
    func lifeOfAContact() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let before = line(try await visitor.get("/users/ana/contacts"), "mail")
            #expect(before?["obstacle"] is String)
            #expect(before?["can_be_entered"] as? Bool == true)

            let added = try await visitor.post("/users/ana/contacts/mail", ["address": "ana@example.com"])
            #expect(added.status == .accepted)
            #expect(added.text("address") == "a…@example.com")
            #expect(house.pager.addresses == ["ana@example.com"])
            let pending = try await visitor.get("/users/ana/contacts")
            #expect(line(pending, "mail")?["pending"] as? String == "a…@example.com")
            #expect(house.engine.read { $0.directory.users["ana"]?.reachableBy.contains(.mail) } == false)

            let code = try #require(house.pager.code)
            let proved = try await visitor.post("/users/ana/contacts/mail/verify", ["code": code])
            #expect(proved.status == .ok)
            #expect(line(proved, "mail")?["obstacle"] == nil || line(proved, "mail")?["obstacle"] is NSNull)
            #expect(house.engine.read { $0.directory.users["ana"]?.reachableBy.contains(.mail) } == true)
            for answer in [added, pending, proved] { #expect(!answer.body.contains("ana@")) }

            let tested = try await visitor.post("/users/ana/contacts/mail/test", [:])
            #expect(tested.text("result") == "delivered")
            #expect(house.pager.notices.last?.kind == .test)

            #expect(try await visitor.delete("/users/ana/contacts/mail").status == .noContent)
            let again = try await visitor.delete("/users/ana/contacts/mail")
            #expect(again.status == .notFound)
            #expect(again.text("code") == "no_such_contact")
        }
    }

    @Test("what is wrong with a contact is told by its own code")
    func problems() async throws {
        let house = try await House()
        try await house.visit { visitor in
            func post(_ path: String, _ body: [String: Any]) async throws -> (Int, String?) {
                let answer = try await visitor.post("/users/\(path)", body)
                #expect(answer.headers[.contentType] == "application/problem+json")
                return (answer.status.code, answer.text("code"))
            }
            #expect(try await post("nobody/contacts/mail", ["address": "a@b.example"]) == (404, "no_such_user"))
            #expect(try await post("nobody/link", [:]) == (404, "no_such_user"))
            #expect(try await visitor.get("/users/nobody/contacts").text("code") == "no_such_user")
            #expect(try await post("ana/contacts/pigeon", ["address": "x"]) == (404, "no_such_contact"))
            #expect(try await post("ana/contacts/inbox", ["address": "x"]) == (422, "not_enterable"))
            #expect(try await post("ana/contacts/mail/verify", ["code": "1"]) == (409, "no_code_pending"))
            #expect(try await post("ana/contacts/mail/test", [:]) == (503, "no_channel"))
            for address in [
                "", "ana", "a@b.example\r\nBcc: all@b.example", "a@b.example, c@d.example", "<a@b.example>",
            ] {
                #expect(try await post("ana/contacts/mail", ["address": address]) == (422, "bad_address"), "\(address)")
            }
            #expect(try await post("ana/contacts/push", ["address": "a/b"]) == (422, "bad_address"))
            #expect(house.pager.notices.isEmpty)

            house.pager.becomes(AttemptOutcome(.failedForGood, evidence: "550 5.1.1"))
            #expect(try await post("ana/contacts/mail", ["address": "a@b.example"]) == (502, "not_sent"))
            house.pager.becomes(AttemptOutcome(.delivered, evidence: ""))
            _ = try await visitor.post("/users/ana/contacts/mail", ["address": "a@b.example"])
            #expect(try await post("ana/contacts/mail/verify", ["code": "none"]) == (422, "wrong_code"))
            for _ in 0..<3 { _ = try await visitor.post("/users/ana/contacts/mail", ["address": "a@b.example"]) }
            #expect(try await post("ana/contacts/mail", ["address": "a@b.example"]) == (429, "too_many_codes"))
        }
    }

    @Test("a code that cannot be recorded proves nothing, and may be typed again")
    func withoutDisk() async throws {
        let house = try await House()
        try await house.visit { visitor in
            _ = try await visitor.post("/users/ana/contacts/push", ["address": "tocsin-k3v9x2p7"])
            house.store.breakDown()
            let code = try #require(house.pager.code)
            let answer = try await visitor.post("/users/ana/contacts/push/verify", ["code": code])
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.text("code") == "unavailable")
            #expect(answer.headers[.retryAfter] != nil)
        }
    }

    @Test("a personal link is made for an hour and opens that person's page")
    func link() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let answer = try await visitor.post("/users/ana/link", [:])
            #expect(answer.status == .created)
            let expires = try #require(answer.text("expires_at").flatMap { Instant(rfc3339: $0) })
            #expect((expires - house.engine.now) <= .hours(1))
            #expect((expires - house.engine.now) > .minutes(59))
            let path = try #require(answer.text("url")?.dropFirst("http://tocsin.test".count))
            #expect(try await visitor.ask(.get, String(path)).body.contains("Continue as Ana Lindt"))
        }
    }
}
