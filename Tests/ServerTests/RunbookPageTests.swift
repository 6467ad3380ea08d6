import Engine
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Server
import Testing
import Timekeeping

@Suite struct RunbookPageTests {
    private static func runbook(_ id: RunbookID, reviewed: CivilDate) -> Runbook {
        Runbook(
            id: id, title: "It is <slow>", owner: "ml & co", reviewed: reviewed,
            matches: [[LabelMatcher(label: "model", value: "ranker")]], advisesRollback: true,
            steps: [
                Runbook.Step(name: "Check: where", anchor: "check-where"), Runbook.Step(name: "Sleep", anchor: nil),
            ],
            markdown: "",
            html: SafeHTML(
                uncheckedText: """
                    <h2 id="check-where">Check: where</h2>
                    <pre class="chat"><code>ack INC-42</code></pre><p>INC-421</p>
                    <p><a href="./other#act">other</a> <a href="https://example.com/./x">web</a></p>
                    """), digest: "00")
    }

    private static func house(daysAgo: Int = 3) async throws -> House {
        let today = CivilDate(daysSinceEpoch: Int(now / 86_400_000))
        return try await House(
            runbooks: [
                runbook("other", reviewed: today.adding(days: -daysAgo)),
                runbook("slow", reviewed: today.adding(days: -daysAgo)),
            ])
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    private static func path(_ url: String) -> String { String(url.dropFirst("http://tocsin.test".count)) }

    @Test("the link in a page opens the runbook without a login, about that incident")
    func paged() async throws {
        let house = try await Self.house()
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("HighLatency"))
            let links = try #require(house.pager.messages.first).runbooks
            #expect(links.map(\.title) == ["It is <slow>", "It is <slow>"])
            let page = try await visitor.ask(.get, Self.path(links[1].url))
            #expect(page.status == .ok)
            #expect(page.body.contains("<h1>It is &lt;slow&gt;</h1>") && page.body.contains("Kept by ml &amp; co"))
            #expect(page.body.contains("<code>ack INC-1</code>") && page.body.contains("<p>INC-421</p>"))
            #expect(page.body.contains("<a href=\"#check-where\">Check: where</a>"))
            #expect(page.body.contains("Usual act: roll back."))
            #expect(!page.body.contains("<form") && !page.body.contains("months ago"))
            let token = try #require(links[1].url.split(separator: "?").last)
            #expect(
                page.body.contains("href=\"./other?\(token)#act\"")
                    && page.body.contains("href=\"https://example.com/./x\""))
            #expect(try await visitor.ask(.get, "/runbooks/other?\(token)").status == .ok)
            #expect(try await visitor.ask(.get, "/runbooks/gone?\(token)").status == .notFound)
        }
    }

    @Test("without a link or a login there is nothing to read, and a broken link says so")
    func guarded() async throws {
        let house = try await Self.house()
        try await house.visit { visitor in
            for path in ["/runbooks", "/runbooks/slow", "/runbooks/slow?incident=1"] {
                let answer = try await visitor.ask(.get, path)
                #expect(answer.status == .seeOther && answer.headers[.location]?.hasPrefix("/login") == true)
            }
            let broken = try await visitor.ask(.get, "/runbooks/slow?page=MQ.MQ")
            #expect(broken.status == .notFound && broken.body.contains("This link does not work"))
            let acknowledge = house.engine.links.acknowledge(
                PageID(incident: Incident.ID(1), ordinal: 1), user: "chi", expiresAt: house.engine.now + .hours(1))
            let token = try #require(acknowledge.split(separator: "/").last)
            #expect(try await visitor.ask(.get, "/runbooks/slow?page=\(token)").status == .notFound)
        }
    }

    @Test("the console lists runbooks, links them from the incident, and warns of old ones")
    func console() async throws {
        let house = try await Self.house(daysAgo: 200)
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("HighLatency"))
            let cookie = try await visitor.logIn()
            let list = try await visitor.look("/runbooks", cookie: cookie)
            #expect(list.body.contains("<a href=\"/runbooks/slow\">It is &lt;slow&gt;</a>"))
            #expect(list.body.contains("too long ago"))
            let incident = try await visitor.look("/incidents/1", cookie: cookie)
            #expect(incident.body.contains("<a href=\"/runbooks/slow?incident=1\"><bdi>It is &lt;slow&gt;</bdi></a>"))
            #expect(incident.body.contains("Runbook “It is &lt;slow&gt;” (slow) is for this"))
            let page = try await visitor.look("/runbooks/slow?incident=1", cookie: cookie)
            #expect(page.body.contains("Reviewed 6 months ago.") && page.body.contains("<code>ack INC-1</code>"))
            #expect(page.body.contains("href=\"./other?incident=1#act\""))
            let bare = try await visitor.look("/runbooks/slow", cookie: cookie)
            #expect(bare.body.contains("<code>ack INC-42</code>") && bare.body.contains("href=\"./other#act\""))
        }
    }

    @Test("the page that acknowledges links the runbooks below its button, and the API names them")
    func acknowledge() async throws {
        let house = try await Self.house()
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("HighLatency"))
            let url = try #require(house.pager.messages.first).acknowledgeURL
            let page = try await visitor.ask(.get, Self.path(url))
            let button = try #require(page.body.range(of: "Acknowledge as"))
            let link = try #require(
                page.body.range(of: "What to do: <a href=\"http://tocsin.test/runbooks/other?page="))
            #expect(button.lowerBound < link.lowerBound)
            let answer = try await visitor.get("/incidents/1")
            #expect(answer.body.contains("\"url\":\"http://tocsin.test/runbooks/slow?incident=1\""), "\(answer.body)")
        }
    }
}
