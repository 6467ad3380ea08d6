import Engine
import EngineCore
import HTTPTypes
import Incidents
import OnCall
import Server
import Testing
import Timekeeping

@Suite struct AcknowledgeLinkTests {
    private func state(_ house: House) -> Incident.State? {
        house.engine.read { $0.book.incidents[Incident.ID(1)]?.state }
    }

    /// The link's path in the first page that was sent.
    private func open(_ house: House, _ visitor: Visitor, _ alert: String = "HighLatency") async throws -> String {
        _ = try await visitor.hook(House.alert(alert))
        let url = try #require(house.pager.messages.first?.acknowledgeURL)
        return String(url.dropFirst("http://tocsin.test".count))
    }

    @Test("following the link shows what is wrong and one button, and acknowledges nothing")
    func looking() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            let page = try await visitor.ask(.get, path)
            #expect(page.status == .ok)
            #expect(page.body.contains("Acknowledge as Chi Tanaka"))
            #expect(page.body.contains("SEV1 critical"))
            #expect(page.body.contains("p99 is 3 s"))
            #expect(page.body.contains("Nobody has it yet."))
            #expect(try await visitor.ask(.head, path).status == .ok)
            #expect(state(house) == .triggered)
        }
    }

    @Test("only the button acknowledges, in the name the link was made for")
    func pressing() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            let answer = try await visitor.submit(path, [:])
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == path)
            #expect(state(house) == .acknowledged)
            let events = try await house.engine.events(of: Incident.ID(1))
            let via = events.compactMap { event -> Via? in
                guard case .acknowledged(let e) = event.payload else { return nil }
                return e.by == "chi" ? e.via : nil
            }
            #expect(via == [.link])
            let page = try await visitor.ask(.get, path)
            #expect(page.body.contains("Chi Tanaka has it"))
            #expect(!page.body.contains("<button"))
        }
    }

    private func acknowledgements(_ house: House) async throws -> [Via] {
        try await house.engine.events(of: Incident.ID(1)).compactMap { event -> Via? in
            guard case .acknowledged(let e) = event.payload else { return nil }
            return e.via
        }
    }

    @Test(
        "the button in a push message, pressed by no browser, is answered by a line of text and recorded as what it is")
    func pushButton() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            #expect(try await visitor.ask(.get, "\(path)?via=push").status == .ok)
            #expect(state(house) == .triggered)
            for _ in 0..<2 {
                let answer = try await visitor.ask(.post, "\(path)?via=push", [.accept: "*/*"])
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentType] == "text/plain; charset=utf-8")
                #expect(answer.body == "INC-1 is acknowledged by Chi Tanaka.\n")
            }
            #expect(try await acknowledgements(house) == [.push])
            _ = try await visitor.post("/incidents/1/resolve", [:])
            let late = try await visitor.ask(.post, "\(path)?via=push")
            #expect(late.status == .ok)
            #expect(late.body == "INC-1 is resolved already.\n")
        }
    }

    @Test("the phone is not told that it worked when nothing could be recorded")
    func pushButtonWithoutDisk() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            house.store.breakDown()
            #expect(try await visitor.ask(.post, path).status == .serviceUnavailable)
        }
    }

    @Test("who comes second is told who has it, and may join")
    func second() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            _ = try await visitor.post("/incidents/1/acknowledge", ["by": "ana"])
            let page = try await visitor.ask(.get, path)
            #expect(page.body.contains("Ana Lindt has it"))
            #expect(page.body.contains("Join as Chi Tanaka"))
        }
    }

    @Test("for a resolved incident there is nothing to press, and pressing all the same does nothing")
    func resolved() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            _ = try await visitor.post("/incidents/1/resolve", [:])
            #expect(try await visitor.submit(path, [:]).status == .seeOther)
            let page = try await visitor.ask(.get, path)
            #expect(page.body.contains("It is resolved"))
            #expect(!page.body.contains("<button"))
            #expect(state(house) == .resolved)
        }
    }

    @Test("an expired link is gone, for looking and for pressing, and says what to do")
    func expired() async throws {
        let house = try await House()
        try await house.visit { visitor in
            _ = try await open(house, visitor)
            let url = house.engine.links.acknowledge(
                PageID(incident: Incident.ID(1), ordinal: 1), user: "chi", expiresAt: house.engine.now - .seconds(1))
            let path = String(url.dropFirst("http://tocsin.test".count))
            let page = try await visitor.ask(.get, path)
            #expect(page.status == .gone)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.body.contains("has expired"))
            #expect(try await visitor.ask(.post, path).status == .gone)
            #expect(state(house) == .triggered)
        }
    }

    @Test("a link that was changed does not work")
    func forged() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            for forged in [path + "A", String(path.dropLast()), "/a/x", path.replacing(".", with: "")] {
                #expect(try await visitor.ask(.post, forged).status == .notFound)
            }
            #expect(state(house) == .triggered)
        }
    }

    @Test("a link to an incident that is unknown says so")
    func unknown() async throws {
        let house = try await House()
        let url = house.engine.links.acknowledge(
            PageID(incident: Incident.ID(9), ordinal: 1), user: "chi", expiresAt: house.engine.now + .hours(1))
        let path = String(url.dropFirst("http://tocsin.test".count))
        let page = try await house.visit { try await $0.ask(.get, path) }
        #expect(page.status == .notFound)
        #expect(page.body.contains("not known"))
    }

    @Test("when the acknowledgement cannot be recorded the page says so, and that it was not")
    func withoutDisk() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            house.store.breakDown()
            let page = try await visitor.submit(path, [:])
            #expect(page.status == .serviceUnavailable)
            #expect(page.headers[.retryAfter] != nil)
            #expect(page.body.contains("was not recorded"))
            #expect(page.body.contains("Acknowledge as Chi Tanaka"))
            #expect(!page.body.contains("has it</b>"))
        }
    }

    @Test("the page tells no other site where it is, is kept by nobody and runs no script")
    func headers() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let page = try await visitor.ask(.get, try await open(house, visitor, "<script>alert(1)</script>"))
            #expect(page.headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(page.headers[HTTPField.Name("X-Robots-Tag")!] == "noindex, nofollow")
            #expect(page.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; style-src 'self';") == true)
            #expect(!page.body.contains("<script"))
            #expect(page.body.contains("&lt;script&gt;alert(1)"))
        }
    }
}
