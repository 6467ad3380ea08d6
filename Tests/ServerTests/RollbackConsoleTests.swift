import Engine
import EngineCore
import HTTPTypes
import Incidents
import LogDoubles
import OnCall
import Testing

/// Rollbacks pressed together: in the console, and behind the link in a page.
@Suite struct RollbackConsoleTests {
    private func openForm(_ visitor: Visitor) async throws -> (cookie: String, fields: [String: String]) {
        _ = try await visitor.hook(House.alert("A"))
        let cookie = try await visitor.logIn()
        let page = try await visitor.look("/incidents/1", cookie: cookie)
        return (cookie, ["csrf": try #require(page.field("csrf")), "request": "r1", "as": "chi"])
    }

    @Test("the panel shows the difference, takes the yes and shows what was seen before and after")
    func life() async throws {
        let serving = ScriptedServing(bad: ["2"])
        let house = try await House(serving: serving)
        try await house.visit { visitor in
            let (cookie, fields) = try await openForm(visitor)
            func press(_ step: String, _ more: [String: String] = [:]) async throws -> String? {
                let answer = try await visitor.submit(
                    "/incidents/1/rollback\(step)", fields.merging(more) { $1 }, cookie: cookie)
                return answer.headers[.location] ?? "\(answer.status.code)"
            }
            let open = try await visitor.look("/incidents/1", cookie: cookie).body
            #expect(open.contains("ranker: version 2 is served, since"))
            #expect(open.contains("<option value=\"\">version 1, the last good one</option>"))
            #expect(open.contains("<option value=\"3\">version 3</option>"))
            #expect(!open.contains(">Approve</button>"))

            #expect(try await press("", ["to": ""]) == "/incidents/1?done=planned")
            let planned = try await visitor.look("/incidents/1?done=planned", cookie: cookie).body
            #expect(planned.contains("version 2 is served → version 1, the last good one"))
            #expect(planned.contains("<input type=\"hidden\" name=\"plan\" value=\"1-1\">"))
            #expect(planned.contains(">Approve</button>") && planned.contains("One yes is enough"))
            #expect(!planned.contains(">Plan a rollback</button>"))
            #expect(serving.changes.isEmpty)

            #expect(try await press("/approve", ["plan": "1-1", "as": ""]) == "422")
            #expect(try await press("/approve", ["plan": ""]) == "422")
            #expect(try await press("/approve", ["plan": "1-2"]) == "409")
            #expect(try await press("/approve", ["plan": "1-1", "as": "ana"]) == "409")
            #expect(serving.changes.isEmpty)
            #expect(try await press("/approve", ["plan": "1-1"]) == "/incidents/1?done=approved")
            await house.engine.rollbackEnds(1)
            let over = try await visitor.look("/incidents/1", cookie: cookie).body
            #expect(over.contains("It succeeded at"))
            #expect(over.contains("<th scope=\"col\">Before</th><th scope=\"col\">After</th>"))
            #expect(over.contains("<b class=\"state triggered\">failed</b><br><bdi>y is 0.9, not &lt;0.5&gt;</bdi>"))
            #expect(over.contains("<b class=\"good\">passed</b><br><bdi>y is 0.5</bdi>"))
            #expect(try await press("/undo") == "/incidents/1?done=planned")
            #expect(try await press("/cancel") == "422")
            #expect(try await press("/cancel", ["plan": "1-1"]) == "409", "An old page calls no newer plan off.")
            #expect(try await visitor.look("/incidents/1", cookie: cookie).body.contains("It waits for a yes"))
            #expect(try await press("/cancel", ["plan": "1-2"]) == "/incidents/1?done=called-off")
        }
    }

    @Test("one alone says why; a second yes is asked for where nothing shows that a version is good")
    func alone() async throws {
        let house = try await House(serving: ScriptedServing())
        try await house.visit { visitor in
            let (cookie, fields) = try await openForm(visitor)
            func press(_ step: String, _ more: [String: String]) async throws -> HTTPResponse.Status {
                try await visitor.submit("/incidents/1/rollback\(step)", fields.merging(more) { $1 }, cookie: cookie)
                    .status
            }
            #expect(try await press("", ["to": "3"]) == .seeOther)
            #expect(try await press("/approve", ["plan": "1-1"]) == .seeOther)
            let asked = try await visitor.look("/incidents/1", cookie: cookie).body
            #expect(asked.contains("It waits for a second yes") && asked.contains("Asked for a second yes: Ana Lindt."))
            #expect(asked.contains("name=\"reason\" maxlength=\"1000\" required"))
            #expect(try await press("/alone", ["plan": "1-1", "reason": " "]) == .conflict)
            #expect(try await press("/alone", ["plan": "1-1", "reason": "nobody <else>"]) == .seeOther)
            let gone = try await visitor.look("/incidents/1", cookie: cookie).body
            #expect(gone.contains("went on alone at") && gone.contains("nobody &lt;else&gt;"))
        }
    }

    @Test("the buttons take no form from elsewhere, and a service without a rollback has no panel")
    func csrf() async throws {
        let serving = ScriptedServing()
        let house = try await House(serving: serving)
        try await house.visit { visitor in
            let (cookie, fields) = try await openForm(visitor)
            _ = try await visitor.submit("/incidents/1/rollback", fields, cookie: cookie)
            for step in ["", "/approve", "/alone", "/cancel", "/undo"] {
                let forged = fields.merging(["csrf": "0", "plan": "1-1", "reason": "x"]) { $1 }
                let answer = try await visitor.submit("/incidents/1/rollback\(step)", forged, cookie: cookie)
                #expect(answer.status == .forbidden)
            }
            #expect(serving.changes.isEmpty)
        }
        try await House().visit { visitor in
            let (cookie, _) = try await openForm(visitor)
            #expect(!(try await visitor.look("/incidents/1", cookie: cookie).body.contains("id=\"rollback\"")))
        }
    }

    // MARK: Behind the link in a page

    @Test("who was paged acknowledges, plans and says yes on one page, in the name the link was made for")
    func link() async throws {
        let serving = ScriptedServing()
        let house = try await House(serving: serving)
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let url = try #require(house.pager.messages.first?.acknowledgeURL)
            let path = String(url.dropFirst("http://tocsin.test".count))
            #expect(!(try await visitor.ask(.get, path).body.contains("rollback")), "first things first")
            _ = try await visitor.submit(path, [:])
            let open = try await visitor.ask(.get, path).body
            #expect(open.contains("Plan a return to version 1</button>"))
            #expect(open.contains("action=\"\(path)/rollback\""))

            func press(_ step: String, _ more: [String: String] = [:]) async throws -> Visitor.Answer {
                try await visitor.submit("\(path)/rollback", ["do": step].merging(more) { $1 })
            }
            #expect(try await press("plan").headers[.location] == "\(path)#rollback")
            #expect(try await visitor.ask(.get, path).body.contains("name=\"plan\" value=\"1-1\""))
            for step in ["approve", "cancel"] {
                #expect(try await press(step).status == .unprocessableContent)
                #expect(try await press(step, ["plan": "1-2"]).status == .conflict)
            }
            #expect(try await press("nonsense").status == .unprocessableContent)
            let early = try await press("undo")
            #expect(early.status == .conflict && early.body.contains("class=\"alarm\""))
            #expect(try await press("approve", ["plan": "1-1"]).status == .seeOther)
            await house.engine.rollbackEnds(1)
            let approvals = try await house.engine.rollbacks(of: Incident.ID(1)).first?.approvals
            #expect(approvals?.map(\.by) == [Actor(user: "chi", via: .link)])
            #expect(try await visitor.ask(.get, path).body.contains("It succeeded at"))
            #expect(serving.changes.map(\.to) == ["1"])

            let bad = try await visitor.submit("/a/nonsense/rollback", ["do": "approve", "plan": "1-1"])
            #expect(bad.status == .notFound)
            let looked = try await visitor.ask(.get, "\(path)/rollback")
            #expect(looked.status == .seeOther && looked.headers[.location] == "\(path)#rollback")
            #expect(try await visitor.ask(.get, "/a/nonsense/rollback").status == .notFound)
        }
    }
}
