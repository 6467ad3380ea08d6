import Engine
import Foundation
import HTTPTypes
import Incidents
import Server
import Testing
import Timekeeping

@Suite struct PostmortemTests {
    @Test("the API gives the draft as Markdown, HTML and JSON, and says what it does not know")
    func api() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let markdown = try await visitor.get("/incidents/INC-1/postmortem")
            #expect(
                markdown.status == .ok && markdown.body.hasPrefix("markdown: INC-1 ") && markdown.body.hasSuffix(" UTC")
            )
            #expect(markdown.headers[.contentType] == "text/markdown; charset=utf-8")
            let html = try await visitor.get("/incidents/1/postmortem?format=html&zone=Asia%2FTokyo")
            #expect(
                html.body.hasPrefix("html: INC-1 ") && html.body.hasSuffix(" Tokyo")
                    && html.headers[.contentType] == "text/html; charset=utf-8")
            let json = try await visitor.get("/incidents/1/postmortem?format=json").json
            #expect(json["incident"] as? String == "INC-1" && json["days"] is [Any] && json["questions"] is [Any])
            #expect(try await visitor.get("/incidents/1/postmortem?format=pdf").text("code") == "bad_format")
            #expect(try await visitor.get("/incidents/1/postmortem?zone=Mars").text("code") == "bad_zone")
            #expect(try await visitor.get("/incidents/1/postmortem?x=1").text("code") == "unknown_parameter")
            #expect(try await visitor.get("/incidents/7/postmortem").status == .notFound)
            #expect(try await visitor.ask(.get, "/api/v1/incidents/1/postmortem").status == .unauthorized)
        }
    }

    @Test("a document that brings its style may use it, and can do nothing else in the console's place")
    func policy() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let cookie = try await visitor.logIn()
            for (path, type) in [("postmortem", "text/html"), ("postmortem.md", "text/markdown")] {
                let answer = try await visitor.ask(.get, "/incidents/1/\(path)", [.cookie: cookie])
                #expect(answer.status == .ok && answer.headers[.contentType]?.hasPrefix(type) == true)
                let policy = try #require(answer.headers[.contentSecurityPolicy])
                for word in ["default-src 'none'", "style-src 'unsafe-inline'", "form-action 'none'", "sandbox"] {
                    #expect(policy.contains(word))
                }
                #expect(!policy.contains("script"))
            }
            let page = try await visitor.ask(.get, "/incidents/1", [.cookie: cookie])
            #expect(page.headers[.contentSecurityPolicy]?.contains("unsafe-inline") == false)
            #expect(try await visitor.ask(.get, "/incidents/9/postmortem", [.cookie: cookie]).status == .notFound)
            #expect(try await visitor.ask(.get, "/incidents/1/postmortem").status == .seeOther)
        }
    }

    @Test("a resolved incident's page leads to its draft, an open one's does not")
    func link() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let cookie = try await visitor.logIn()
            let link = "<a href=\"/incidents/1/postmortem\">Post-mortem draft</a>"
            #expect(try await !visitor.ask(.get, "/incidents/1", [.cookie: cookie]).body.contains(link))
            _ = try await visitor.post("/incidents/1/resolve", ["by": "chi"])
            #expect(try await visitor.ask(.get, "/incidents/1", [.cookie: cookie]).body.contains(link))
        }
    }
}
