import Engine
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite struct MeTests {
    /// A session of that person's own page, and what its forms carry.
    private func enter(_ house: House, _ visitor: Visitor, _ user: UserID = "ana") async throws -> (String, String) {
        let cookie = try await visitor.enter(house.personalLink(user))
        let page = try await visitor.look("/me", cookie: cookie)
        return (cookie, try #require(page.field("csrf")))
    }

    @Test("a personal link shows a button with the person's name, and only the button opens their page")
    func entering() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let link = house.personalLink("ana")
            for _ in 0..<2 {
                let scanned = try await visitor.ask(.get, link)
                #expect(scanned.status == .ok)
                #expect(scanned.body.contains("Continue as Ana Lindt"))
                #expect(scanned.headers[.setCookie] == nil)
            }
            let pressed = try await visitor.submit(link, [:])
            #expect(pressed.status == .seeOther)
            #expect(pressed.headers[.location] == "/me")
            let cookie = try #require(pressed.headers[.setCookie])
            #expect(cookie.hasPrefix("tocsin-me="))
            #expect(cookie.contains("Max-Age=43200; HttpOnly; SameSite=Strict"))
            let page = try await visitor.look("/me", cookie: try #require(pressed.cookie))
            #expect(page.body.contains("How <bdi>Ana Lindt</bdi> can be reached"))
            #expect(!page.body.contains("href=\"/incidents\""))
        }
    }

    @Test("an address is entered, proved and tried without a script, and every step says what became of it")
    func entered() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, csrf) = try await enter(house, visitor)
            func press(_ deed: String, _ typed: String = "") async throws -> Visitor.Answer {
                try await visitor.submit(
                    "/me", ["csrf": csrf, "method": "mail", "do": deed, "typed": typed], cookie: cookie)
            }
            let sent = try await press("add", " ana@example.com ")
            #expect(sent.headers[.location] == "/me?done=sent&method=mail#mail")
            #expect(house.pager.addresses == ["ana@example.com"])
            let waiting = try await visitor.look("/me?done=sent&method=mail", cookie: cookie)
            #expect(waiting.body.contains("A code is on its way"))
            #expect(waiting.body.contains("The code that was sent to a…@example.com"))

            let code = try #require(house.pager.code)
            let wrong = try await press("verify", code == "000000" ? "111111" : "000000")
            #expect(wrong.status == .unprocessableContent)
            #expect(wrong.body.contains("role=\"alert\">That is not the code"))
            #expect(wrong.body.contains("value=\"\(code == "000000" ? "111111" : "000000")\""))
            #expect(try await press("verify", code).headers[.location] == "/me?done=proved&method=mail#mail")
            let proved = try await visitor.look("/me", cookie: cookie)
            #expect(proved.body.contains("<b>a…@example.com</b> · <span class=\"state resolved\">works</span>"))
            #expect(!proved.body.contains("ana@example.com"))

            let tested = try await press("test")
            #expect(tested.status == .ok)
            #expect(tested.body.contains("The practice page was delivered."))
            house.pager.becomes(AttemptOutcome(.failedForNow, evidence: "<421> busy"))
            #expect(try await press("test").body.contains("&lt;421&gt; busy"))

            #expect(try await press("remove").headers[.location] == "/me?done=removed&method=mail#mail")
            #expect(try await press("remove").status == .notFound)
        }
    }

    @Test("what was typed is kept beside what is wrong with it, and can never become markup or a header")
    func badAddress() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, csrf) = try await enter(house, visitor)
            for typed in ["\"><script>", "a@b.example\r\nBcc: all@b.example", "a@b.example,c@d.example"] {
                let page = try await visitor.submit(
                    "/me", ["csrf": csrf, "method": "mail", "do": "add", "typed": typed], cookie: cookie)
                #expect(page.status == .unprocessableContent)
                #expect(page.body.contains("role=\"alert\">That is not a mail address"))
                #expect(page.headers[.location] == nil)
                #expect(!page.body.contains("<script"))
            }
            #expect(house.pager.notices.isEmpty)
            let kept = try await visitor.submit(
                "/me", ["csrf": csrf, "method": "mail", "do": "add", "typed": "ana@"], cookie: cookie)
            #expect(kept.body.contains("name=\"typed\" value=\"ana@\""))
        }
    }

    @Test("where no mail server is configured no form asks for an address, and what is sent all the same is refused")
    func noChannel() async throws {
        let house = try await House(hasMail: false)
        try await house.visit { visitor in
            let (cookie, csrf) = try await enter(house, visitor)
            let page = try await visitor.look("/me", cookie: cookie)
            let mail = try #require(page.body.components(separatedBy: "id=\"mail\"").last)
                .components(separatedBy: "class=\"card method\"")[0]
            #expect(mail.contains("there is no channels.smtp"))
            #expect(!mail.contains("<form"))
            #expect(page.body.contains("value=\"tocsin-"), "a topic can be entered")
            let sent = try await visitor.submit(
                "/me", ["csrf": csrf, "method": "mail", "do": "add", "typed": "ana@example.com"], cookie: cookie)
            #expect(sent.status == .serviceUnavailable)
            #expect(sent.body.contains("role=\"alert\">There is no channel for mail"))
            #expect(house.pager.notices.isEmpty)
        }
    }

    @Test("the suggested topic is as good as a password, and another one each time")
    func topic() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, _) = try await enter(house, visitor)
            let topics = try await (0..<2).asyncMap { _ in
                let page = try await visitor.look("/me", cookie: cookie)
                #expect(page.body.contains("A topic is a password"))
                let topic = page.body.components(separatedBy: "value=\"tocsin-").dropFirst().first
                return try #require(topic?.components(separatedBy: "\"").first)
            }
            #expect(topics.allSatisfy { $0.count == 16 && $0.allSatisfy { ("a"..."z").contains($0) } })
            #expect(topics[0] != topics[1])
        }
    }

    @Test("from the console anybody's contacts are seen to, and one chooses whose")
    func fromTheConsole() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.logIn()
            let choice = try await visitor.look("/me", cookie: cookie)
            #expect(choice.body.contains("<option value=\"chi\">Chi Tanaka</option>"))
            #expect(!choice.body.contains("Page me now"))
            let page = try await visitor.look("/me?user=chi", cookie: cookie)
            #expect(page.body.contains("How <bdi>Chi Tanaka</bdi> can be reached"))
            #expect(page.body.contains("<option value=\"chi\" selected>"))
            let csrf = try #require(page.field("csrf"))
            let fields = ["csrf": csrf, "user": "chi", "method": "push", "do": "add", "typed": "tocsin-abcdefgh"]
            let sent = try await visitor.submit("/me", fields, cookie: cookie)
            #expect(sent.headers[.location] == "/me?done=sent&method=push&user=chi#push")
            #expect(house.contacts.list("chi").first { $0.method == .push }?.pending != nil)
            #expect(house.contacts.list("ana").allSatisfy { $0.pending == nil })
            #expect(try await visitor.look("/me?user=nobody", cookie: cookie).status == .unprocessableContent)
        }
    }

    @Test("logging out of one's own page takes its cookie back")
    func leaving() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, csrf) = try await enter(house, visitor)
            let answer = try await visitor.submit("/me", ["csrf": csrf, "do": "leave"], cookie: cookie)
            #expect(answer.headers[.setCookie]?.hasPrefix("tocsin-me=; Path=/; Max-Age=0") == true)
        }
    }
}

extension Range where Bound: Strideable, Bound.Stride: SignedInteger {
    fileprivate func asyncMap<T>(_ body: (Bound) async throws -> T) async rethrows -> [T] {
        var values: [T] = []
        for value in self { values.append(try await body(value)) }
        return values
    }
}
