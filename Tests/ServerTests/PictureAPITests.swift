import Engine
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

/// Schedules drawn for programs.
@Suite struct PictureAPITests {
    @Test("a picture comes with its own style and may do nothing; who has it already is told so")
    func picture() async throws {
        try await House().visit { visitor in
            let path = "/schedules/sun/picture.svg?view=month&from=2026-10-05&theme=dark"
            let answer = try await visitor.get(path)
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "image/svg+xml; charset=utf-8")
            #expect(answer.body.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
            #expect(answer.body.contains("<style>") && !answer.body.contains("prefers-color-scheme"))
            #expect(answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; style-src") == true)
            let tag = try #require(answer.headers[.eTag])
            for known in [tag, "W/\(tag)", "\"other\", \(tag)"] {
                let again = try await visitor.ask(
                    .get, "/api/v1\(path)", [.authorization: "Bearer \(visitor.token)", .ifNoneMatch: known])
                #expect(again.status == .notModified && again.body.isEmpty, "\(known)")
                #expect(again.headers[.eTag] == tag)
            }
            let changed = try await visitor.ask(
                .get, "/api/v1\(path)", [.authorization: "Bearer \(visitor.token)", .ifNoneMatch: "\"other\""])
            #expect(changed.status == .ok)
            let auto = try await visitor.get("/schedules/sun/picture.svg")
            #expect(auto.body.contains("prefers-color-scheme: dark"))
            #expect(try await visitor.ask(.get, "/api/v1\(path)").status == .unauthorized)
        }
    }

    @Test("a chart is data, or letters as wide as asked")
    func chart() async throws {
        try await House().visit { visitor in
            let data = try await visitor.get("/schedules/night/chart?days=2&from=2026-11-23")
            #expect(data.text("schedule") == "night" && data.text("zone") == "UTC")
            #expect(data.text("from") == "2026-11-23T00:00:00Z" && data.text("until") == "2026-11-25T00:00:00Z")
            let holes = try #require(data.json["holes"] as? [[String: Any]])
            #expect(holes.count == 1)
            #expect(holes.first?["until_local"] as? String == "2026-11-25T00:00:00+00:00")
            let tokyo = try await visitor.get("/schedules/sun/chart?days=1&from=2026-11-23&in=Asia/Tokyo")
            #expect(tokyo.text("from") == "2026-11-22T15:00:00Z")
            let bars = try #require(tokyo.json["bars"] as? [[String: Any]])
            #expect(bars.first?["user"] as? String == "chi")
            let text = try await visitor.get("/schedules/sun/chart?format=text&width=60&from=2026-11-23")
            #expect(text.headers[.contentType]?.hasPrefix("text/plain") == true)
            #expect(text.body.contains("CT Chi Tan"))
            #expect(!text.body.contains("\u{1B}"))
            let coloured = try await visitor.get("/schedules/sun/chart?format=text&colour=yes")
            #expect(coloured.body.contains("\u{1B}[48;5;"))
        }
    }

    @Test("what cannot be drawn is refused with a reason")
    func refusals() async throws {
        try await House().visit { visitor in
            for bad in ["days=0", "days=141", "days=x", "width=1", "view=day", "in=Mars/Olympus", "from=1969-01-01"] {
                for place in ["picture.svg", "chart"] {
                    let answer = try await visitor.get("/schedules/sun/\(place)?\(bad)")
                    #expect(answer.status == .badRequest, "\(place) \(bad)")
                }
            }
            #expect(try await visitor.get("/schedules/sun/picture.svg?theme=pink").status == .badRequest)
            #expect(try await visitor.get("/schedules/sun/chart?format=pdf").status == .badRequest)
            #expect(try await visitor.get("/schedules/none/chart").text("code") == "no_such_schedule")
        }
    }

    @Test("a day that never was is refused, with one that was")
    func neverWas() async throws {
        try await House().visit { visitor in
            let cookie = try await visitor.logIn()
            for (query, said) in [
                ("from=2026-02-30", "'from' must be a date such as 2026-11-23, from 1970 to 2999."),
                (
                    "in=Pacific/Apia&from=2011-12-30",
                    "Clocks in Pacific/Apia never showed 2011-12-30. Write 'from' as 2011-12-31, the day after."
                ),
            ] {
                for place in ["picture.svg", "chart", "chart?days=1", "chart?format=text", "chart?view=month"] {
                    let mark = place.contains("?") ? "&" : "?"
                    let answer = try await visitor.get("/schedules/sun/\(place)\(mark)\(query)")
                    #expect(answer.status == .badRequest && answer.text("detail") == said, "\(place) \(query)")
                }
                let page = try await visitor.look("/schedules/sun?\(query)", cookie: cookie)
                #expect(page.status == .badRequest, "\(query)")
            }
            let after = "/schedules/sun?in=Pacific/Apia&from=2012-01-06"
            let page = try await visitor.look(after, cookie: cookie)
            #expect(page.status == .ok && page.body.contains("?view=week&amp;from=2011-12-31"))
            for list in ["shifts", "shifts.ics"] {
                let answer = try await visitor.get("/schedules/sun/\(list)?from=2026-02-30T00:00:00Z")
                #expect(answer.status == .badRequest, "\(list)")
            }
        }
    }
}
