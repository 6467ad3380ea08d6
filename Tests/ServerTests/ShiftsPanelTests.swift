import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

/// `/me`: one's next shifts, cover asked for and given, and time off.
@Suite struct ShiftsPanelTests {
    /// Somebody at their own page.
    private struct Somebody {
        let user: UserID
        let cookie: String
        let visitor: Visitor

        init(_ user: UserID, _ house: House, _ visitor: Visitor) async throws {
            self.user = user
            self.visitor = visitor
            cookie = try await visitor.enter(house.personalLink(user))
        }

        func page() async throws -> String { try await visitor.look("/me", cookie: cookie).body }

        func press(_ deed: String, _ fields: [String: String] = [:]) async throws -> Visitor.Answer {
            let page = try await visitor.look("/me", cookie: cookie)
            let own = [
                "csrf": page.field("csrf") ?? "", "request": page.field("request") ?? "", "user": user.rawValue,
                "do": deed,
            ]
            return try await visitor.submit("/schedules/mine", own.merging(fields) { $1 }, cookie: cookie)
        }
    }

    private func hours(_ house: House, after: Duration) -> String {
        let from = (house.engine.now + after).milliseconds / 1000
        return "\(from)-\(from + 3600)"
    }

    @Test("one's shifts of the next weeks are listed, in one's own zone, with a way to be covered")
    func shifts() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let chi = try await Somebody("chi", house, visitor)
            let page = try await chi.page()
            #expect(page.contains("The next four weeks, Tokyo time."))
            #expect(page.contains("<b>Now</b>") && page.contains("href=\"/schedules/sun\""))
            #expect(page.contains("Ask to be covered"))
            #expect(!page.contains("Asked of you"))
            let ana = try await Somebody("ana", house, visitor)
            #expect(try await ana.page().contains("None: not on call in these weeks."))
        }
    }

    @Test("one makes and revokes the address of one's own calendar, and of no other")
    func calendar() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (chi, ana) = (try await Somebody("chi", house, visitor), try await Somebody("ana", house, visitor))
            #expect(try await !chi.page().contains("/ical/"))
            #expect(try await chi.press("subscribe").headers[.location] == "/me?done=subscribed#shifts")
            let page = try await chi.page()
            let path = try #require(
                page.firstRange(of: "/ical/").map { page[$0.lowerBound...].prefix { $0 != "<" && $0 != "\"" } })
            #expect(page.contains("href=\"webcal://"))
            #expect(try await visitor.ask(.get, String(path)).body.hasPrefix("BEGIN:VCALENDAR"))
            #expect(try await !ana.page().contains(path))
            #expect(try await ana.press("unsubscribe", ["id": "1"]).status == .forbidden)
            #expect(
                try await chi.press("unsubscribe", ["id": "1"]).headers[.location] == "/me?done=unsubscribed#shifts")
            #expect(try await visitor.ask(.get, String(path)).status == .notFound)
        }
    }

    @Test("who asks for cover waits, and who accepts has the shift at once")
    func cover() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (chi, ana) = (try await Somebody("chi", house, visitor), try await Somebody("ana", house, visitor))
            let wanted = hours(house, after: .hours(48))
            let asked = try await chi.press("ask", ["schedule": "sun", "hours": wanted, "asked": "", "return": ""])
            #expect(asked.headers[.location] == "/me?done=asked#shifts")
            #expect(try await chi.page().contains("Cover wanted in <bdi>sun</bdi>."))
            let page = try await ana.page()
            #expect(page.contains("Asked to cover for</a> <bdi>Chi Tanaka</bdi>"))
            #expect(page.contains("<b><bdi>Chi Tanaka</bdi></b> asks to be covered in <bdi>sun</bdi>."))

            let accepted = try await ana.press("accept", ["id": "1"])
            #expect(accepted.headers[.location] == "/me?done=accepted#shifts")
            let made = house.engine.read { $0.book.overrides }
            #expect(made.map(\.kind) == [.replace("chi", with: "ana")])
            #expect(made.first.map { "\($0.from.milliseconds / 1000)-\($0.until.milliseconds / 1000)" } == wanted)
            #expect(try await ana.page().contains("href=\"/schedules/sun\""))
            #expect(try await ana.press("accept", ["id": "1"]).status == .notFound)
            #expect(try await chi.press("accept", ["id": "9"]).status == .notFound)
        }
    }

    @Test("a running shift can be asked for too, and does not lapse at once")
    func running() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let chi = try await Somebody("chi", house, visitor)
            let page = try await chi.page()
            let field = page.components(separatedBy: "name=\"hours\" value=\"").dropFirst().first
            let offered = try #require(field?.components(separatedBy: "\"").first)
            #expect(try await chi.press("ask", ["schedule": "sun", "hours": offered]).status == .seeOther)
            let request = try #require(house.engine.read { $0.book.coverRequests[1] })
            #expect(request.lapsesAt - house.engine.now > .hours(24))
        }
    }

    @Test("a request can be refused by who was asked and taken back by who asked, and by nobody else")
    func answers() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (chi, ana) = (try await Somebody("chi", house, visitor), try await Somebody("ana", house, visitor))
            let wish = ["schedule": "sun", "hours": hours(house, after: .hours(48)), "asked": "user ana"]
            _ = try await chi.press("ask", wish)
            #expect(try await ana.press("withdraw", ["id": "1"]).status == .forbidden)
            #expect(try await ana.press("decline", ["id": "1"]).headers[.location] == "/me?done=declined#shifts")
            #expect(house.engine.read { $0.book.overrides }.isEmpty)
            #expect(!(try await ana.page().contains("id=\"asked\"")))

            let second = wish.merging(["hours": hours(house, after: .hours(72))]) { $1 }
            _ = try await chi.press("ask", second)
            let id = try #require(house.engine.read { $0.book.coverRequests.keys.max() })
            #expect(try await chi.press("withdraw", ["id": "\(id)"]).headers[.location] == "/me?done=withdrawn#shifts")
            #expect(house.engine.read { $0.book.coverRequests[id] } == nil)
        }
    }

    @Test("time off that would leave nobody is refused unless that is meant, and can be taken back")
    func timeOff() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let chi = try await Somebody("chi", house, visitor)
            let from = house.engine.now + .hours(48)
            let days = [
                "zone": "UTC", "from": String(from.rfc3339.prefix(16)),
                "until": String((from + .hours(24)).rfc3339.prefix(16)),
            ]
            let refused = try await chi.press("away", days)
            #expect(refused.status == .conflict && refused.body.contains("Nobody would be on call in sun"))
            let meant = try await chi.press("away", days.merging(["leave_hole": "yes"]) { $1 })
            #expect(meant.headers[.location] == "/me?done=away#shifts")
            #expect(house.engine.read { $0.book.timeOff }.map(\.user) == ["chi"])
            let ana = try await Somebody("ana", house, visitor)
            #expect(try await ana.press("comeBack", ["id": "1"]).status == .forbidden)
            #expect(try await chi.press("comeBack", ["id": "1"]).headers[.location] == "/me?done=back#shifts")
            #expect(house.engine.read { $0.book.timeOff }.isEmpty)
        }
    }

    @Test("nobody speaks for others from their own page, and forms of no session do nothing")
    func forgery() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let ana = try await Somebody("ana", house, visitor)
            let wish = ["schedule": "sun", "hours": hours(house, after: .hours(48)), "asked": ""]
            #expect(try await ana.press("ask", wish.merging(["user": "chi"]) { $1 }).status == .forbidden)
            #expect(try await ana.press("ask", wish.merging(["csrf": "x"]) { $1 }).status == .forbidden)
            #expect(try await ana.press("ask", wish).status == .conflict)
            for bad in [["hours": "x"], ["schedule": ""], ["return": "1-2"]] {
                #expect(try await ana.press("ask", wish.merging(bad) { $1 }).status == .unprocessableContent, "\(bad)")
            }
            #expect(try await ana.press("fly").status == .unprocessableContent)
            #expect(house.engine.read { $0.book.coverRequests }.isEmpty)
            let cookie = try await visitor.logIn()
            let console = try await visitor.look("/me?user=chi", cookie: cookie)
            let fields = [
                "csrf": try #require(console.field("csrf")), "request": "r", "user": "chi", "do": "ask",
            ]
            let answer = try await visitor.submit(
                "/schedules/mine", fields.merging(wish) { $1 }, cookie: cookie)
            #expect(answer.headers[.location] == "/me?done=asked&user=chi#shifts")
        }
    }
}
