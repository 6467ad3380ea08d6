import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite struct HandlingConsoleTests {
    /// The fields of the form on a new incident's page, to be sent as chi.
    private func openForm(_ visitor: Visitor) async throws -> (cookie: String, fields: [String: String]) {
        _ = try await visitor.hook(House.alert("A"))
        let cookie = try await visitor.logIn()
        let page = try await visitor.look("/incidents/1", cookie: cookie)
        let csrf = try #require(page.field("csrf"))
        return (cookie, ["csrf": csrf, "request": try #require(page.field("request")), "as": "chi"])
    }

    private func incident(_ house: House) throws -> Incident {
        try #require(house.engine.read { $0.book.incidents[Incident.ID(1)] })
    }

    @Test("an incident is snoozed by a button or until a clock time, in the zone the form named")
    func snooze() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, fields) = try await openForm(visitor)
            let answer = try await visitor.submit(
                "/incidents/1/snooze", fields.merging(["for": "1h", "until": ""]) { $1 }, cookie: cookie)
            #expect(answer.headers[.location] == "/incidents/1?done=snoozed")
            let first = try #require(try incident(house).snoozedUntil)
            #expect((first - house.engine.now) <= .hours(1))

            let tokyo = LocalTime(zone: .fixed(id: "Asia/Tokyo", offsetSeconds: 9 * 3600))
            let wanted = Instant(seconds: (house.engine.now + .hours(2)).milliseconds / 60_000 * 60)
            let until = ["until": tokyo.clock(wanted), "zone": "Asia/Tokyo"]
            _ = try await visitor.submit("/incidents/1/snooze", fields.merging(until) { $1 }, cookie: cookie)
            #expect(try incident(house).snoozedUntil == wanted)
            let page = try await visitor.look("/incidents/1?done=snoozed", cookie: "\(cookie); tocsin-acting=636869")
            #expect(page.body.contains("Snoozed. Paging has stopped"))
            #expect(page.body.contains("Chi Tanaka has it</span> since"))
            #expect(page.body.contains(", snoozed until <time"))
            #expect(page.body.contains("Snooze until (Tokyo time)"))

            for bad in [["until": ""], ["until": "soon"], ["until": "14:00", "as": ""]] {
                let refused = try await visitor.submit(
                    "/incidents/1/snooze", fields.merging(bad) { $1 }, cookie: cookie)
                #expect(refused.status == .unprocessableContent, "\(bad)")
            }
        }
    }

    @Test("the next step, people besides, the severity and reopening are a button each")
    func buttons() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, fields) = try await openForm(visitor)
            func press(_ verb: String, _ more: [String: String] = [:]) async throws -> String? {
                let answer = try await visitor.submit(
                    "/incidents/1/\(verb)", fields.merging(more) { $1 }, cookie: cookie)
                return answer.headers[.location] ?? "\(answer.status.code)"
            }
            let open = try await visitor.look("/incidents/1", cookie: cookie)
            #expect(open.body.contains("<option value=\"schedule sun\">sun</option>"))
            #expect(open.body.contains("<option value=\"user ana\">Ana Lindt</option>"))
            #expect(open.body.contains("<option value=\"sev1\" selected>"))
            #expect(!open.body.contains(">Reopen<"))

            #expect(try await press("page", ["target": "user ana"]) == "/incidents/1?done=paged")
            #expect(house.pager.messages.contains { $0.user == "ana" && $0.reason == .asked })
            let asked = try await visitor.look("/incidents/1", cookie: cookie)
            #expect(asked.body.contains("<td>Chi Tanaka asked</td>"))
            #expect(try await press("page", ["target": ""]) == "422")
            #expect(try await press("severity", ["severity": "sev3"]) == "/incidents/1?done=severity")
            #expect(try incident(house).severity == .sev3)
            #expect(try await press("severity", ["severity": "bad"]) == "422")
            #expect(try await press("acknowledge") == "/incidents/1?done=acknowledged")
            #expect(try await press("assign", ["target": "user ana"]) == "/incidents/1?done=assigned")
            #expect(house.pager.messages.contains { $0.user == "ana" && $0.reason == .assigned })
            #expect(try incident(house).owner == "chi")
            #expect(try await press("assign", ["target": "schedule sun"]) == "422")
            #expect(try await press("escalate") == "/incidents/1?done=escalated")
            #expect(try await press("resolve") == "/incidents/1?done=resolved")
            let over = try await visitor.look("/incidents/1?done=resolved", cookie: cookie)
            #expect(over.body.contains(">Reopen<"))
            #expect(!over.body.contains("Snooze 1 h"))
            #expect(try await press("reopen") == "/incidents/1?done=reopened")
            #expect(try incident(house).state == .triggered)
        }
    }

    @Test("on a page one went back to, another choice with the same button is another request")
    func anotherChoice() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, fields) = try await openForm(visitor)
            for severity in ["sev3", "sev2", "sev2"] {
                _ = try await visitor.submit(
                    "/incidents/1/severity", fields.merging(["severity": severity]) { $1 }, cookie: cookie)
            }
            #expect(try incident(house).severity == .sev2)
            let events = try await house.engine.events(of: Incident.ID(1))
            #expect(events.count { $0.payload.kind == .severityChanged } == 2)
        }
    }

    @Test("the new buttons take no form from elsewhere")
    func csrf() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, fields) = try await openForm(visitor)
            for verb in ["reopen", "snooze", "escalate", "severity", "page", "assign"] {
                let forged = fields.merging(["csrf": "0", "for": "1h", "severity": "sev4", "target": "user ana"]) { $1 }
                #expect(
                    try await visitor.submit("/incidents/1/\(verb)", forged, cookie: cookie).status == .forbidden)
            }
            #expect(
                try await visitor.submit("/say", ["csrf": "0", "line": "ack 1"], cookie: cookie).status == .forbidden)
            #expect(house.desk.asked.isEmpty)
            #expect(try incident(house).state == .triggered)
        }
    }

    @Test("where an incident is told of in the chat is a fact of it, and the bookkeeping is not in its timeline")
    func chat() async throws {
        let house = try await House()
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let (id, room) = (Incident.ID(1), ChatRoom(platform: "pigeon", name: "#<ml>"))
            let records: [ChatRecord] = [
                .posted(ChatPosted(incident: id, room: room, channel: "C1", message: "1.2")),
                .told(ChatTold(incident: id, room: room, message: "1.3", through: 9)),
                .closed(ChatClosed(incident: id, room: room, reason: "archived")),
            ]
            let cookie = try await visitor.logIn()
            for (record, words) in zip(records, ["told there", "told there", "cannot be told there: archived"]) {
                _ = try await house.engine.submit(.command(.noteChat(record), request: nil))
                let page = try await visitor.look("/incidents/1", cookie: cookie)
                #expect(page.body.contains("<bdi>pigeon #&lt;ml&gt;</bdi>, \(words)"))
                #expect(!page.body.contains("told of everything"))
            }
            let rooms = try await visitor.get("/incidents/1").json["rooms"] as? [[String: Any]]
            #expect(rooms?.first?["closed"] as? String == "archived")
            let kinds = try await visitor.get("/incidents/1/timeline").items.compactMap { $0["kind"] as? String }
            #expect(kinds.contains("chatTold"))
        }
    }

    // MARK: The command box

    @Test("a line typed on an incident's page is said there, by who acts, once")
    func saying() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (cookie, fields) = try await openForm(visitor)
            let page = try await visitor.look("/incidents/1", cookie: cookie)
            #expect(page.body.contains("<form class=\"say\" method=\"post\" action=\"/say\">"))
            #expect(page.field("here") == "1")

            let said = fields.merging(["line": "ack", "here": "1"]) { $1 }
            let answer = try await visitor.submit("/say", said, cookie: cookie)
            #expect(answer.status == .ok)
            #expect(answer.body.contains("You said &lt;ack&gt;.\nWhich one?"))
            #expect(
                answer.body.contains("name=\"line\" value=\"ack &quot;1&quot;\"><bdi>the &lt;first&gt;</bdi></button>"))
            #expect(answer.body.contains("href=\"/incidents/2\">INC-2</a>"))
            #expect(answer.body.contains("<input type=\"hidden\" name=\"as\" value=\"chi\">"))
            #expect(answer.headers[.setCookie]?.hasPrefix("tocsin-acting=") == true)
            _ = try await visitor.submit("/say", said, cookie: cookie)
            _ = try await visitor.submit("/say", said.merging(["line": "ack 2"]) { $1 }, cookie: cookie)
            let asked = house.desk.asked
            #expect(asked.map(\.speaker) == Array(repeating: Speaker(user: "chi", via: .console), count: 3))
            #expect(asked.map(\.here) == Array(repeating: Incident.ID(1), count: 3))
            #expect(asked[0].request == asked[1].request)
            #expect(asked[0].request != asked[2].request)
        }
    }

    @Test("who has not said who they are is nobody to the desk, and is asked with the line kept")
    func nobody() async throws {
        let house = try await House()
        house.desk.answers(.refused)
        try await house.visit { visitor in
            let (cookie, fields) = try await openForm(visitor)
            let answer = try await visitor.submit(
                "/say", fields.merging(["line": "ack \"1\"", "as": ""]) { $1 }, cookie: cookie)
            #expect(house.desk.asked.map(\.speaker.user) == [nil])
            #expect(answer.body.contains("class=\"alarm\""))
            #expect(answer.body.contains("name=\"line\" value=\"ack &quot;1&quot;\""))
            #expect(answer.body.contains("(choose who you are)"))
            house.desk.answers(.unavailable)
            #expect(try await visitor.submit("/say", fields, cookie: cookie).status == .serviceUnavailable)
        }
    }

    @Test("every page of the console has the box, but one that loads itself anew only leads to it")
    func box() async throws {
        try await House().visit { visitor in
            let cookie = try await visitor.logIn()
            for path in ["/", "/inbox"] {
                let page = try await visitor.look(path, cookie: cookie)
                #expect(page.body.contains("href=\"/say\""))
                #expect(!page.body.contains("name=\"line\""))
            }
            for path in ["/incidents", "/say", "/me", "/me?user=ana"] {
                #expect(try await visitor.look(path, cookie: cookie).body.contains("name=\"line\""), "\(path)")
            }
        }
    }
}
