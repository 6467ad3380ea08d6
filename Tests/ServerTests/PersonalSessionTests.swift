import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

/// What somebody with a personal link, or with none, must not get.
@Suite struct PersonalSessionTests {
    @Test("who has no session is told how to get in, and nothing else")
    func noSession() async throws {
        try await House().visit { visitor in
            let door = try await visitor.ask(.get, "/me", [.accept: "text/html"])
            #expect(door.status == .unauthorized)
            #expect(door.body.contains("personal link"))
            #expect(!door.body.contains("Ana Lindt"))
            let crossed = try await visitor.ask(.get, "/me", [HTTPField.Name("Sec-Fetch-Site")!: "cross-site"])
            #expect(crossed.body.contains("http-equiv=\"refresh\" content=\"0\""))
            let pressed = try await visitor.submit("/me", ["method": "mail", "do": "add", "typed": "a@b.example"])
            #expect(pressed.status == .seeOther)
            #expect(pressed.headers[.location] == "/me")
        }
    }

    @Test("an expired link is gone, a changed one is none, and neither opens a session")
    func badLinks() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let expired = house.personalLink("ana", life: .seconds(-1))
            for answer in [try await visitor.ask(.get, expired), try await visitor.submit(expired, [:])] {
                #expect(answer.status == .gone)
                #expect(answer.headers[.setCookie] == nil)
            }
            let good = house.personalLink("ana")
            let parts = good.split(separator: ".").map(String.init)
            let other = house.personalLink("chi").split(separator: ".").map(String.init)
            let page = PageID(incident: Incident.ID(1), ordinal: 1)
            let acknowledging = house.engine.links.acknowledge(
                page, user: "ana", expiresAt: house.engine.now + .hours(1)
            ).replacing("http://tocsin.test/a/", with: "/me/")
            let forged = [
                "\(good)A", String(good.dropLast()), "/me/x", "\(other[0]).\(parts[1])", acknowledging,
                house.personalLink("nobody"),
            ]
            for link in forged {
                for answer in [try await visitor.ask(.get, link), try await visitor.submit(link, [:])] {
                    #expect(answer.status == .notFound, "\(link)")
                    #expect(answer.headers[.setCookie] == nil)
                }
            }
            let token = good.dropFirst("/me/".count)
            #expect(try await visitor.ask(.post, "/a/\(token)").status == .notFound)
        }
    }

    @Test("another site cannot put anybody into a session of its own")
    func enteringFromElsewhere() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let answer = try await visitor.ask(
                .post, house.personalLink("ana"), [HTTPField.Name("Sec-Fetch-Site")!: "cross-site"])
            #expect(answer.status == .forbidden)
            #expect(answer.headers[.setCookie] == nil)
        }
    }

    @Test("one person's session cannot look at another, or touch them")
    func anotherPerson() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.enter(house.personalLink("ana"))
            let csrf = try #require(try await visitor.look("/me", cookie: cookie).field("csrf"))
            #expect(try await visitor.look("/me?user=chi", cookie: cookie).status == .forbidden)
            for deed in ["add", "verify", "test", "remove"] {
                let fields = ["csrf": csrf, "user": "chi", "method": "mail", "do": deed, "typed": "ana@example.com"]
                #expect(try await visitor.submit("/me", fields, cookie: cookie).status == .forbidden)
            }
            #expect(house.pager.notices.isEmpty)
            #expect(house.contacts.list("chi").allSatisfy { $0.pending == nil })
        }
    }

    @Test("a personal session opens neither the console nor the API, and its cookie passes for no other")
    func onlyMe() async throws {
        let house = try await House()
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let cookie = try await visitor.enter(house.personalLink("ana"))
            let csrf = try #require(try await visitor.look("/me", cookie: cookie).field("csrf"))
            let value = String(cookie.dropFirst("tocsin-me=".count))
            let parts = value.split(separator: ".").map(String.init)
            let disguised = [
                "tocsin-session=\(value)", "tocsin-session=\(parts[0]).\(parts[1]).\(parts[3])",
                "tocsin-session=\(parts[0]).\(parts[1]).\(parts[2])",
            ]
            for cookie in [cookie] + disguised {
                for path in ["/", "/incidents", "/incidents/1", "/inbox", "/say"] {
                    #expect(try await visitor.look(path, cookie: cookie).status == .seeOther, "\(path)")
                }
                for path in ["/incidents/1/resolve", "/incidents/1/acknowledge", "/say"] {
                    let answer = try await visitor.submit(
                        path, ["csrf": csrf, "as": "ana", "line": "resolve 1"], cookie: cookie)
                    #expect(answer.headers[.location] == "/login")
                }
                #expect(try await visitor.ask(.get, "/api/v1/status", [.cookie: cookie]).status == .unauthorized)
            }
            #expect(house.engine.read { $0.book.openIncidents.count } == 1)
            #expect(house.desk.asked.isEmpty)
        }
    }

    @Test("a cookie that was changed, or is the console's, is nobody's own")
    func forgedCookies() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.enter(house.personalLink("ana"))
            let parts = cookie.dropFirst("tocsin-me=".count).split(separator: ".").map(String.init)
            let later = try #require(Int64(parts[0])) + 1_000_000
            let chi = "636869"
            let console = try await visitor.logIn().dropFirst("tocsin-session=".count)
            let forged = [
                "\(later).\(parts[1]).\(parts[2]).\(parts[3])", "\(parts[0]).\(parts[1]).\(chi).\(parts[3])",
                "\(parts[0]).\(parts[1])..\(parts[3])", String(console), "...", "",
            ]
            for value in forged {
                #expect(
                    try await visitor.look("/me", cookie: "tocsin-me=\(value)").status == .unauthorized, "\(value)")
            }
        }
    }

    @Test("a form without its own session's token does nothing")
    func csrf() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let mine = try await visitor.enter(house.personalLink("ana"))
            let other = try await visitor.enter(house.personalLink("ana"))
            let console = try await visitor.logIn()
            let stolen = try #require(try await visitor.look("/me", cookie: other).field("csrf"))
            let admins = try #require(try await visitor.look("/me?user=ana", cookie: console).field("csrf"))
            for token in ["", "0", stolen, admins] {
                let fields = ["csrf": token, "method": "mail", "do": "add", "typed": "evil@example.com"]
                #expect(try await visitor.submit("/me", fields, cookie: mine).status == .forbidden)
            }
            #expect(house.pager.notices.isEmpty)
        }
    }

    @Test("behind TLS the cookie is kept to this host")
    func secureCookie() async throws {
        let house = try await House(publicURL: "https://tocsin.test")
        try await house.visit { visitor in
            let answer = try await visitor.submit(house.personalLink("ana"), [:])
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasPrefix("__Host-tocsin-me="))
            #expect(cookie.hasSuffix("; HttpOnly; SameSite=Strict; Secure"))
        }
    }

    @Test("a name that is markup stays a name on every page that shows it")
    func names() async throws {
        var directory = House.directory
        directory.users["eve"] = .init(id: "eve", name: "<img src=x>\"'", zone: "UTC")
        let house = try await House(directory: directory)
        try await house.visit { visitor in
            let own = try await visitor.enter(house.personalLink("eve"))
            let console = try await visitor.logIn()
            _ = try await visitor.hook(House.alert("A"))
            let pages = [
                try await visitor.ask(.get, house.personalLink("eve")), try await visitor.look("/me", cookie: own),
                try await visitor.look("/me?user=chi", cookie: own),
                try await visitor.look("/me?user=eve", cookie: console), try await visitor.look("/me", cookie: console),
                try await visitor.look("/say", cookie: console),
                try await visitor.look("/incidents/1", cookie: console),
            ]
            for page in pages {
                #expect(page.body.contains("&lt;img src=x&gt;&quot;&#39;"))
                #expect(!page.body.contains("<img"))
            }
        }
    }
}
