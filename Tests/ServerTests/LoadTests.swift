import Engine
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Server
import Testing
import Timekeeping

@Suite("The report on load, over HTTP")
struct LoadTests {
    @Test("everybody's hours are answered in seconds, with what was found and since when the log is")
    func report() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let span = "from=2026-10-19T00:00&until=2026-10-26&in=Asia/Tokyo"
            let answer = try await visitor.get("/reports/load?\(span)")
            #expect(answer.text("from") == "2026-10-18T15:00:00Z")
            #expect(answer.text("from_local") == "2026-10-19T00:00:00+09:00")
            let people = try #require(answer.json["people"] as? [[String: Any]])
            #expect(people.compactMap { $0["user"] as? String } == ["chi"])
            #expect(people[0]["on_call_seconds"] as? Int == 7 * 86400)
            #expect(people[0]["night_seconds"] as? Int == 7 * 9 * 3600)
            #expect(people[0]["weekend_seconds"] as? Int == 2 * 86400)
            #expect(people[0]["shifts"] as? Int == 1 && people[0]["pages"] as? Int == 0)
            #expect(answer.text("note")?.hasPrefix("The log begins at ") == true)
        }
    }

    @Test("pages since the log began are counted")
    func pages() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let soon = (HostNow.instant + .hours(1)).rfc3339
            let answer = try await visitor.get("/reports/load?until=\(soon)")
            let chi = try #require(
                (answer.json["people"] as? [[String: Any]])?.first { $0["user"] as? String == "chi" })
            #expect(chi["incidents"] as? Int == 1)
            #expect(chi["pages"] as? Int == 2, "by webhook and to the inbox")
        }
    }

    @Test("a span that ends before it begins, or is too long to read, is refused with the way out")
    func spans() async throws {
        try await House().visit { visitor throws in
            for span in ["from=2026-11-02&until=2026-11-01", "from=2020-01-01&until=2026-01-01", "from=soon"] {
                #expect(try await visitor.get("/reports/load?\(span)").status == .badRequest, "\(span)")
            }
        }
    }

    @Test("the console shows a bar and a row a person, links there, and escapes names")
    func page() async throws {
        var directory = House.directory
        directory.users["chi"]?.name = "Chi <b>Tanaka"
        try await House(directory: directory).visit { visitor in
            let cookie = try await visitor.logIn()
            let home = try await visitor.look("/", cookie: cookie)
            #expect(home.body.contains("href=\"/reports/load\""))
            let page = try await visitor.look("/reports/load", cookie: cookie)
            #expect(page.status == .ok)
            #expect(page.body.contains("<rect class=\"night\"") && page.body.contains("Chi &lt;b&gt;Tanaka"))
            #expect(page.body.contains("Nobody was asked for too much."))
            #expect(try await visitor.look("/reports/load?days=7", cookie: cookie).body.contains("168 h"))
            #expect(try await visitor.look("/reports/load?days=8", cookie: cookie).status == .notFound)
        }
    }
}

private enum HostNow {
    static var instant: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
