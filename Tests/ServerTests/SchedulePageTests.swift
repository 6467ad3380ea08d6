import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

/// `/schedules`: seeing who is on call, and taking hours or putting somebody in.
@Suite struct SchedulePageTests {
    /// The fields of the form on a schedule's page, for these hours from now, as ana.
    private func openForm(
        _ visitor: Visitor, _ house: House, cookie: String, after: Duration = .hours(48), length: Duration = .hours(4),
        path: String = "/schedules/sun"
    ) async throws -> [String: String] {
        let page = try await visitor.look(path, cookie: cookie)
        let from = house.engine.now + after
        return [
            "csrf": try #require(page.field("csrf")), "request": try #require(page.field("request")), "as": "ana",
            "zone": "UTC", "from": Self.local(from), "until": Self.local(from + length), "comes": "me",
        ]
    }

    /// As a browser's field has it, on UTC clocks.
    private static func local(_ at: Instant) -> String { String(at.rfc3339.prefix(16)) }

    private func overrides(_ house: House) -> [Override] { house.engine.read { $0.book.overrides } }

    @Test("all schedules are listed with who is on call, and a hole is said loudly")
    func list() async throws {
        try await House().visit { visitor in
            let cookie = try await visitor.logIn()
            let page = try await visitor.look("/schedules", cookie: cookie)
            #expect(page.status == .ok)
            #expect(page.body.contains("<a class=\"title\" href=\"/schedules/sun\">"))
            #expect(page.body.contains("Chi Tanaka"))
            #expect(page.body.contains("Nobody is on call: no layer covers this time"))
            #expect(page.body.contains("<div class=\"alarm\"><b>Nobody is on call for some of the time.</b>"))
            #expect(page.body.components(separatedBy: "<svg xmlns").count == 3)
            #expect(!page.body.contains("<style") && !page.body.contains(" style=") && !page.body.contains("<script"))
            let home = try await visitor.look("/", cookie: cookie)
            #expect(home.body.contains("href=\"/schedules/sun\"") && home.body.contains("href=\"/schedules\""))
        }
    }

    @Test("a schedule is drawn for a week or a month, with ways to the next and the one before")
    func views() async throws {
        try await House().visit { visitor in
            let cookie = try await visitor.logIn()
            let week = try await visitor.look("/schedules/sun?from=2026-11-23", cookie: cookie)
            #expect(week.body.contains("?view=week&amp;from=2026-11-16"))
            #expect(week.body.contains("?view=week&amp;from=2026-11-30"))
            #expect(week.body.contains("?view=month&amp;from=2026-11-23"))
            #expect(week.body.contains("23 to 29 Nov 2026, UTC time"))
            #expect(week.body.components(separatedBy: "<svg xmlns").count == 3)
            let month = try await visitor.look("/schedules/sun?view=month&from=2026-11-23", cookie: cookie)
            #expect(month.body.contains("?view=month&amp;from=2026-10-01"))
            #expect(month.body.contains("?view=month&amp;from=2026-12-01"))
            for bad in ["view=year", "from=soon", "from=9999-12-31", "in=Mars/Olympus", "form=2026-11-23"] {
                let answer = try await visitor.look("/schedules/sun?\(bad)", cookie: cookie)
                #expect(answer.status == .badRequest, "\(bad)")
            }
            #expect(try await visitor.look("/schedules/none", cookie: cookie).status == .notFound)
            #expect(try await visitor.ask(.get, "/schedules/sun").status == .seeOther)
        }
    }

    @Test("hours to come are taken at once; sending the form twice takes them once")
    func takeLater() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.logIn()
            let fields = try await openForm(visitor, house, cookie: cookie)
            for _ in 0..<2 {
                let answer = try await visitor.submit("/schedules/sun/overrides", fields, cookie: cookie)
                #expect(answer.status == .seeOther)
                #expect(answer.headers[.location]?.hasPrefix("/schedules/sun?done=added") == true)
                #expect(answer.cookie == "tocsin-acting=616e61")
            }
            let made = overrides(house)
            #expect(made.map(\.kind) == [.cover("ana")])
            #expect(made.map(\.by) == ["ana"])
            #expect(made.first.map { Self.local($0.from) } == fields["from"])
            let page = try await visitor.look("/schedules/sun?done=added", cookie: cookie)
            #expect(page.body.contains("Done. It is in the picture below."))
            #expect(page.body.contains("<bdi>Ana Lindt covers</bdi>"))
            #expect(page.body.contains("action=\"/schedules/sun/overrides/1/remove\""))
        }
    }

    @Test("what would page somebody else now is asked first, on everybody's clocks; so is taking it back")
    func takeNow() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.logIn()
            let fields = try await openForm(visitor, house, cookie: cookie, after: .hours(-1))
            let question = try await visitor.submit("/schedules/sun/overrides", fields, cookie: cookie)
            #expect(question.status == .ok)
            #expect(question.body.contains("This changes who is on call now"))
            #expect(question.body.contains("<dt>Now</dt><dd><bdi>Chi Tanaka</bdi></dd>"))
            #expect(question.body.contains("<dt>Then at once</dt><dd><bdi>Ana Lindt</bdi></dd>"))
            for place in ["UTC", "Tokyo", "Berlin"] { #expect(question.body.contains("<dt>\(place)</dt>")) }
            #expect(overrides(house).isEmpty)

            var confirmed = ["csrf": try #require(question.field("csrf"))]
            for name in ["request", "as", "zone", "from", "until", "comes", "confirm"] {
                let values = question.body.components(separatedBy: "name=\"\(name)\" value=\"").dropFirst()
                confirmed[name] = values.last?.components(separatedBy: "\"").first
            }
            #expect(confirmed["confirm"] == "yes")
            let done = try await visitor.submit("/schedules/sun/overrides", confirmed, cookie: cookie)
            #expect(done.status == .seeOther)
            #expect(overrides(house).map(\.kind) == [.cover("ana")])
            #expect(overrides(house).first.map { Self.local($0.from) } == fields["from"])

            let back = ["csrf": fields["csrf"] ?? "", "request": "r9"]
            let asked = try await visitor.submit("/schedules/sun/overrides/1/remove", back, cookie: cookie)
            #expect(asked.status == .ok && asked.body.contains("Yes, take it back"))
            #expect(overrides(house).count == 1)
            let yes = back.merging(["confirm": "yes"]) { $1 }
            let gone = try await visitor.submit("/schedules/sun/overrides/1/remove", yes, cookie: cookie)
            #expect(gone.headers[.location]?.hasPrefix("/schedules/sun?done=removed") == true)
            #expect(overrides(house).isEmpty)
            let again = try await visitor.submit("/schedules/sun/overrides/1/remove", yes, cookie: cookie)
            #expect(again.status == .notFound)
        }
    }

    @Test("somebody else is put in, besides or instead; a hole is refused with the way out")
    func others() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.logIn()
            let fields = try await openForm(visitor, house, cookie: cookie)
            func send(_ more: [String: String]) async throws -> Visitor.Answer {
                try await visitor.submit(
                    "/schedules/sun/overrides", fields.merging(more) { $1 }, cookie: cookie)
            }
            let wishes: [([String: String], Override.Kind)] = [
                (["comes": "other", "who": "user ana", "for": ""], .cover("ana")),
                (["comes": "other", "who": "user ana", "for": "user chi"], .replace("chi", with: "ana")),
                (["comes": "other", "who": "user ana", "for": "+"], .add("ana")),
                (["comes": "me-too"], .add("ana")),
            ]
            for (wish, kind) in wishes {
                #expect(try await send(wish).status == .seeOther, "\(wish)")
                #expect(overrides(house).last?.kind == kind)
            }
            for made in overrides(house) { _ = try await visitor.delete("/overrides/\(made.id)") }
            let hole = ["comes": "other", "who": "-", "for": "user chi"]
            let refused = try await send(hole)
            #expect(refused.status == .conflict)
            #expect(refused.body.contains("Nobody would be on call from"))
            #expect(refused.body.contains("name=\"leave_hole\" value=\"yes\""))
            #expect(refused.body.contains("<details class=\"card\" id=\"change\" open>"))
            #expect(refused.body.contains("value=\"\(fields["from"] ?? "?")\""))
            #expect(overrides(house).isEmpty)
            #expect(try await send(hole.merging(["leave_hole": "yes"]) { $1 }).status == .seeOther)
            #expect(overrides(house).map(\.kind) == [.remove("chi")])

            for bad in [
                ["comes": "other", "who": "", "for": ""], ["comes": "other", "who": "-", "for": ""],
                ["comes": "other", "who": "user nobody", "for": ""], ["as": ""], ["from": "soon"], ["until": ""],
                ["until": fields["from"] ?? ""], ["comes": "all"], ["zone": "Mars/Olympus"],
            ] {
                let answer = try await send(bad)
                #expect(answer.status == .unprocessableContent, "\(bad)")
                #expect(answer.body.contains("role=\"alert\""), "\(bad)")
            }
            #expect(overrides(house).count == 1)
        }
    }

    @Test("a time that clocks skip is refused, and one that they show twice is asked about")
    func clockChanges() async throws {
        var directory = House.directory
        let berlin = try ZoneRules(
            id: "Europe/Berlin", tzif: [UInt8](Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))))
        directory.roster = Roster(
            schedules: directory.roster.schedules,
            zones: directory.roster.zones.merging(["Europe/Berlin": berlin]) { $1 })
        let house = try await House(directory: directory)
        try await house.visit { visitor in
            let cookie = try await visitor.logIn()
            let fields = try await openForm(visitor, house, cookie: cookie)
                .merging(["zone": "Europe/Berlin"]) { $1 }
            // The next change of either kind, whatever year the tests run in.
            var change = try #require(berlin.nextTransition(after: house.engine.now))
            for _ in 0..<2 {
                let isForward = berlin.offsetSeconds(at: change) == 7200
                let day = LocalTime(zone: berlin).rfc3339(change).prefix(10)
                let times = ["from": "\(day)T02:30", "until": "\(day)T09:00"]
                let answer = try await visitor.submit(
                    "/schedules/sun/overrides", fields.merging(times) { $1 }, cookie: cookie)
                if isForward {
                    #expect(answer.status == .unprocessableContent)
                    #expect(answer.body.contains("clocks in Berlin jump over 02:30"))
                } else {
                    #expect(answer.status == .ok)
                    #expect(answer.body.contains("Clocks in Berlin show 02:30 twice"))
                    #expect(answer.body.contains("From means the first, which is 00:30 UTC."))
                }
                change = try #require(berlin.nextTransition(after: change))
            }
            #expect(overrides(house).isEmpty)
        }
    }

    @Test("a form of another session is refused, and without a session nothing is done")
    func forgery() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.logIn()
            let fields = try await openForm(visitor, house, cookie: cookie)
            let other = try await visitor.enter(house.personalLink("chi"))
            for path in ["/schedules/sun/overrides", "/schedules/sun/overrides/1/remove"] {
                let unsigned = fields.merging(["csrf": "x"]) { $1 }
                #expect(try await visitor.submit(path, unsigned, cookie: cookie).status == .forbidden)
                #expect(try await visitor.submit(path, fields, cookie: other).status == .forbidden)
                #expect(try await visitor.submit(path, fields).status == .seeOther)
            }
            #expect(overrides(house).isEmpty)
        }
    }

    @Test("who came by a personal link sees schedules, and takes hours for themselves alone")
    func personal() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.enter(house.personalLink("ana"))
            let list = try await visitor.look("/schedules", cookie: cookie)
            #expect(list.status == .ok && list.body.contains("href=\"/schedules/sun\""))
            #expect(!list.body.contains("href=\"/incidents\""))
            let page = try await visitor.look("/schedules/sun", cookie: cookie)
            #expect(page.body.contains("Take these hours"))
            #expect(!page.body.contains("name=\"as\"") && !page.body.contains("name=\"who\""))
            #expect(page.body.contains("From (Berlin time)"))

            let fields = try await openForm(visitor, house, cookie: cookie)
            let other = ["comes": "other", "who": "user chi", "for": ""]
            let refused = try await visitor.submit(
                "/schedules/sun/overrides", fields.merging(other) { $1 }, cookie: cookie)
            #expect(refused.status == .unprocessableContent)
            let mine = fields.merging(["as": "chi"]) { $1 }
            #expect(try await visitor.submit("/schedules/sun/overrides", mine, cookie: cookie).status == .seeOther)
            #expect(overrides(house).map(\.kind) == [.cover("ana")])
            #expect(overrides(house).map(\.by) == ["ana"])

            let from = house.engine.now + .hours(90)
            _ = await house.engine.submit(
                .command(
                    .addOverride(
                        "sun", from: from, until: from + .hours(1), kind: .cover("ana"), leaveHole: false,
                        by: Actor(user: "chi", via: .console)), request: nil))
            let after = try await visitor.look("/schedules/sun", cookie: cookie)
            #expect(after.body.contains("overrides/1/remove") && !after.body.contains("overrides/2/remove"))
            let back = ["csrf": fields["csrf"] ?? "", "request": "r"]
            #expect(
                try await visitor.submit("/schedules/sun/overrides/2/remove", back, cookie: cookie).status
                    == .forbidden)
            #expect(
                try await visitor.submit("/schedules/sun/overrides/1/remove", back, cookie: cookie).status
                    == .seeOther)
            #expect(overrides(house).map(\.id) == [2])
            for path in ["/", "/incidents", "/inbox", "/runbooks"] {
                #expect(try await visitor.look(path, cookie: cookie).status == .seeOther, "\(path)")
            }
        }
    }

    @Test("a person's and a schedule's name cannot become markup")
    func hostileNames() async throws {
        let evil = "<script>alert(1)</script>\"'\u{1B}"
        var directory = House.directory
        directory.users["chi"]?.name = evil
        let plan = try #require(directory.roster.schedules["sun"])
        directory.roster = Roster(
            schedules: ["a b<b>\"": Schedule(id: "a b<b>\"", zone: plan.zone, plan: plan.plan)],
            zones: directory.roster.zones)
        try await House(directory: directory).visit { visitor in
            let cookie = try await visitor.logIn()
            for path in ["/schedules", "/schedules/a%20b%3Cb%3E%22", "/"] {
                let page = try await visitor.look(path, cookie: cookie)
                #expect(page.status == .ok, "\(path)")
                #expect(!page.body.contains("<script") && !page.body.contains("<b>\"") && !page.body.contains("\u{1B}"))
                #expect(page.body.contains("/schedules/a%20b%3Cb%3E%22"))
            }
        }
    }
}
