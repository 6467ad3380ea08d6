import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Server
import Testing
import Timekeeping

@Suite struct ConsoleTests {
    @Test("who is not logged in is sent to the login, and comes back to where they wanted")
    func doors() async throws {
        try await House().visit { visitor in
            for path in ["/", "/incidents", "/inbox", "/incidents/1?x=1"] {
                let answer = try await visitor.ask(.get, path)
                #expect(answer.status == .seeOther)
                #expect(answer.headers[.location]?.hasPrefix("/login?next=%2F") == true)
            }
            #expect(try await visitor.submit("/incidents/1/resolve", ["csrf": ""]).headers[.location] == "/login")
        }
    }

    @Test("a link followed from another site is asked for again from here, since the strict cookie was held back")
    func crossSite() async throws {
        try await House().visit { visitor in
            let answer = try await visitor.ask(.get, "/incidents/1", [HTTPField.Name("Sec-Fetch-Site")!: "cross-site"])
            #expect(answer.status == .ok)
            #expect(answer.body.contains("http-equiv=\"refresh\" content=\"0\""))
        }
    }

    @Test("the session's cookie is out of reach of scripts and other sites, and does not hold the token")
    func cookie() async throws {
        let house = try await House(publicURL: "https://tocsin.test")
        try await house.visit { visitor in
            let answer = try await visitor.submit("/login", ["token": visitor.token, "next": "/inbox"])
            #expect(answer.headers[.location] == "/inbox")
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasPrefix("__Host-tocsin-session="))
            #expect(cookie.hasSuffix("; HttpOnly; SameSite=Strict; Secure"))
            #expect(!cookie.contains(visitor.token))
            #expect(answer.headers[.strictTransportSecurity] != nil)
        }
    }

    @Test("a cookie that was changed opens nothing")
    func forgedCookie() async throws {
        try await House().visit { visitor in
            let cookie = try await visitor.logIn()
            #expect(try await visitor.look("/", cookie: cookie).status == .ok)
            let parts = cookie.split(separator: ".")
            let later = try #require(Int64(parts[0].split(separator: "=")[1])) + 1_000_000
            let longer = "tocsin-session=\(later).\(parts[1]).\(parts[2])"
            for forged in [longer, cookie + "0", String(cookie.dropLast()), "tocsin-session=..", "tocsin-session="] {
                #expect(try await visitor.look("/", cookie: forged).status == .seeOther, "\(forged)")
            }
        }
    }

    @Test(
        "after the login one stays here", arguments: ["//evil.test", "/\\evil.test", "https://evil.test", "", "/a b"])
    func openRedirects(next: String) async throws {
        let house = try await House()
        let answer = try await house.visit { try await $0.submit("/login", ["token": $0.token, "next": next]) }
        #expect(answer.headers[.location] == "/")
    }

    @Test("a wrong token is a 401, and too many are a 429 that says when")
    func wrongTokens() async throws {
        try await House().visit { visitor in
            #expect(try await visitor.submit("/login", ["token": "guess"]).status == .unauthorized)
            var last: Visitor.Answer?
            // Twice the limit and more: also when the minute turns over meanwhile.
            for _ in 0..<25 where last?.status != .tooManyRequests {
                last = try await visitor.submit("/login", ["token": "guess"])
            }
            #expect(last?.status == .tooManyRequests)
            #expect(last?.headers[.retryAfter] != nil)
            // Behind a proxy everybody shares the address: the right token must get in all the same.
            #expect(try await visitor.submit("/login", ["token": visitor.token]).status == .seeOther)
        }
    }

    @Test("another site cannot log anybody in")
    func loginFromElsewhere() async throws {
        try await House().visit { visitor in
            let answer = try await visitor.ask(
                .post, "/login",
                [HTTPField.Name("Sec-Fetch-Site")!: "cross-site", .contentType: "application/x-www-form-urlencoded"],
                body: "token=\(visitor.token)")
            #expect(answer.status == .forbidden)
        }
    }

    @Test("home shows who is on call with their own time, where nobody is, and what is open")
    func home() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("HighLatency", labels: ["evil": "<img src=x>"]))
            let page = try await visitor.look("/", cookie: try await visitor.logIn())
            #expect(page.body.contains("<b>Chi Tanaka</b> · Tokyo "))
            #expect(page.body.contains("class=\"state triggered\">Nobody: "))
            #expect(page.body.contains("href=\"/incidents/1\">INC-1 <bdi>HighLatency"))
            #expect(page.body.contains("SEV1 critical"))
            #expect(page.body.contains("http-equiv=\"refresh\" content=\"15\""))
            #expect(!page.body.contains("<script"))
        }
    }

    @Test("an incident's page shows everything and no markup of a stranger's")
    func incident() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(
                House.alert("<b>x</b>", labels: ["l": "\"><img src=x>"], summary: "</pre><script>"))
            let page = try await visitor.look("/incidents/INC-1", cookie: try await visitor.logIn())
            #expect(page.status == .ok)
            for part in ["Facts", "Alerts", "Who was asked, and why", "Pages", "Timeline", "delivered: remembered"] {
                #expect(page.body.contains(part), "\(part)")
            }
            for evil in ["<b>x</b>", "<img", "<script"] { #expect(!page.body.contains(evil)) }
            #expect(try await visitor.look("/incidents/9", cookie: try await visitor.logIn()).status == .notFound)
        }
    }

    /// The fields of the form on a new incident's page, to be sent as chi.
    private static func openForm(_ visitor: Visitor) async throws -> (cookie: String, fields: [String: String]) {
        _ = try await visitor.hook(House.alert("A"))
        let cookie = try await visitor.logIn()
        let page = try await visitor.look("/incidents/1", cookie: cookie)
        let csrf = try #require(page.field("csrf"))
        return (cookie, ["csrf": csrf, "request": try #require(page.field("request")), "as": "chi"])
    }

    @Test("on a page one went back to, another button is another request")
    func anotherButton() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, fields) = try await Self.openForm(visitor)
            _ = try await visitor.submit("/incidents/1/acknowledge", fields, cookie: cookie)
            _ = try await visitor.submit("/incidents/1/take", fields.merging(["as": "ana"]) { $1 }, cookie: cookie)
            #expect(house.engine.read { $0.book.incidents[Incident.ID(1)]?.owner } == "ana")
            _ = try await visitor.submit("/incidents/1/resolve", fields, cookie: cookie)
            #expect(house.engine.read { $0.book.incidents[Incident.ID(1)]?.state } == .resolved)
        }
    }

    @Test("a form from this session acts once and remembers who acted")
    func acting() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, fields) = try await Self.openForm(visitor)
            let answer = try await visitor.submit("/incidents/1/acknowledge", fields, cookie: cookie)
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/incidents/1?done=acknowledged")
            let incident = try #require(house.engine.read { $0.book.incidents[Incident.ID(1)] })
            #expect(incident.owner == "chi")

            let both = "\(cookie); \(try #require(answer.cookie))"
            let after = try await visitor.look("/incidents/1?done=acknowledged", cookie: both)
            #expect(after.body.contains("Paging has stopped"))
            #expect(after.body.contains("<option value=\"chi\" selected>"))
            #expect(after.body.contains("Times are Tokyo time"))

            let note = fields.merging(["text": "mine", "request": "r1"]) { $1 }
            _ = try await visitor.submit("/incidents/1/notes", note, cookie: both)
            _ = try await visitor.submit("/incidents/1/notes", note, cookie: both)
            let notes = try await house.engine.events(of: Incident.ID(1)).count { $0.text?.body == "mine" }
            #expect(notes == 1)
        }
    }

    @Test("a form without this session's token does nothing")
    func csrf() async throws {
        let house = try await House()
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let (mine, other) = (try await visitor.logIn(), try await visitor.logIn())
            let stolen = try #require(try await visitor.look("/incidents/1", cookie: other).field("csrf"))
            for token in ["", "0", stolen] {
                let answer = try await visitor.submit(
                    "/incidents/1/resolve", ["csrf": token, "as": "chi"], cookie: mine)
                #expect(answer.status == .forbidden)
            }
            #expect(house.engine.read { $0.book.openIncidents.count } == 1)
        }
    }

    @Test("acknowledging needs a person, resolving does not")
    func somebody() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let cookie = try await visitor.logIn()
            let csrf = try #require(try await visitor.look("/incidents/1", cookie: cookie).field("csrf"))
            let nobody = try await visitor.submit("/incidents/1/acknowledge", ["csrf": csrf, "as": ""], cookie: cookie)
            #expect(nobody.status == .unprocessableContent)
            #expect(nobody.body.contains("choose who you are"))
            let resolved = try await visitor.submit("/incidents/1/resolve", ["csrf": csrf, "as": ""], cookie: cookie)
            #expect(resolved.headers[.location] == "/incidents/1?done=resolved")
        }
    }

    @Test("logging out takes the cookie back")
    func logOut() async throws {
        try await House().visit { visitor in
            let cookie = try await visitor.logIn()
            let csrf = try #require(try await visitor.look("/", cookie: cookie).field("csrf"))
            let answer = try await visitor.submit("/logout", ["csrf": csrf], cookie: cookie)
            #expect(answer.headers[.setCookie]?.contains("Max-Age=0") == true)
        }
    }

    @Test("the list goes on on the next page")
    func list() async throws {
        try await House().visit { visitor in
            for number in 1...51 { _ = try await visitor.hook(House.alert("A\(number)")) }
            let cookie = try await visitor.logIn()
            let page = try await visitor.look("/incidents?state=open", cookie: cookie)
            #expect(page.body.contains("before=2\">Older"))
            let older = try await visitor.look("/incidents?state=open&before=2", cookie: cookie)
            #expect(older.body.contains("INC-1 "))
            #expect(!older.body.contains("Older"))
        }
    }

    @Test("the style is served by us, and pages ask nothing of any other host")
    func selfContained() async throws {
        try await House().visit { visitor in
            #expect(try await visitor.ask(.get, "/console.css").headers[.contentType] == "text/css; charset=utf-8")
            let cookie = try await visitor.logIn()
            for path in ["/", "/incidents", "/inbox"] {
                let body = try await visitor.look(path, cookie: cookie).body
                for attribute in ["src=\"http", "href=\"http", "src=\"//", "href=\"//", "style=\""] {
                    #expect(!body.contains(attribute), "\(path): \(attribute)")
                }
            }
        }
    }

    @Test("without its log the console says so on every page")
    func alarm() async throws {
        let house = try await House()
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let cookie = try await visitor.logIn()
            house.store.breakDown()
            _ = try await visitor.hook(House.alert("B"))
            let page = try await visitor.look("/", cookie: cookie)
            #expect(page.status == .ok)
            #expect(page.body.contains("Tocsin cannot write its log"))
            #expect(page.body.contains("INC-1 <bdi>A"))
        }
    }
}

@Suite struct LoginThrottleTests {
    private let start = Instant(rfc3339: "2026-11-23T09:34:10Z")!

    @Test("ten failures a minute are the limit, for each address by itself, until the minute is over")
    func limit() {
        let throttle = LoginThrottle()
        for _ in 0..<LoginThrottle.failuresPerMinute {
            #expect(throttle.wait(for: "192.0.2.1", at: start) == nil)
            throttle.failed("192.0.2.1", at: start)
        }
        #expect(throttle.wait(for: "192.0.2.1", at: start) == 50)
        #expect(throttle.wait(for: "192.0.2.2", at: start) == nil)
        #expect(throttle.wait(for: "192.0.2.1", at: start + .seconds(50)) == nil)
    }

    @Test("however many addresses there are, memory and tries stay bounded")
    func manyAddresses() {
        let throttle = LoginThrottle()
        for number in 0..<6000 { throttle.failed("192.0.2.\(number)", at: start) }
        #expect(throttle.wait(for: "198.51.100.1", at: start) != nil)
    }
}
