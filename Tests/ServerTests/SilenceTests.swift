import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Server
import Testing
import Timekeeping

/// Silences, as programs and people on the console make, see and end them.
@Suite struct SilenceTests {
    private func hours(_ hours: Int64, _ house: House) -> String {
        Instant(seconds: (house.engine.now + .hours(hours)).milliseconds / 1000).rfc3339
    }

    @Test("a silence is made, shows what it holds back, and lets go of it when it is ended")
    func life() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let made = try await visitor.post(
                "/silences",
                ["services": ["ranker"], "for": "2h", "reason": "deploying", "by": "ana"])
            #expect(made.status == .created && made.headers[.location] == "/api/v1/silences/1", "\(made.body)")
            #expect(made.json["running"] as? Bool == true)
            _ = try await visitor.hook(House.alert("A"))
            #expect(try await visitor.get("/incidents").items.isEmpty)
            let item = try #require(try await visitor.get("/silences").items.first)
            #expect(item["reason"] as? String == "deploying" && item["by"] as? String == "ana")
            let held = try #require((item["held"] as? [[String: Any]])?.first)
            #expect(held["service"] as? String == "ranker")
            let metrics = try await visitor.ask(.get, "/metrics")
            #expect(metrics.body.contains("tocsin_silences_running 1"))
            #expect(metrics.body.contains("tocsin_alerts_held_back 1"))
            #expect(try await visitor.delete("/silences/1").status == .noContent)
            #expect(try await visitor.get("/incidents").items.count == 1)
            let again = try await visitor.delete("/silences/1")
            #expect(again.status == .notFound && again.text("code") == "no_such_silence")
            #expect(try await visitor.get("/silences/1").status == .notFound)
        }
    }

    @Test("a wide silence is refused until it is confirmed; what cannot be read is said")
    func refused() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let wide = try await visitor.post("/silences", ["for": "1h"])
            #expect(wide.status == .conflict && wide.text("code") == "confirm", "\(wide.body)")
            #expect(wide.text("detail")?.contains("every alert") == true)
            #expect(try await visitor.post("/silences", ["for": "1h", "confirm": true]).status == .created)
            let bad: [[String: Any]] = [
                [:], ["services": ["ranker"], "for": "soon"], ["services": ["ranker"], "matchers": ["a"], "for": "1h"],
                ["services": ["nothing"], "for": "1h"], ["services": "ranker", "for": "1h"],
                ["services": ["ranker"], "for": "1h", "until": hours(1, house)],
                ["services": ["ranker"], "until": hours(-1, house)], ["service": "ranker", "for": "1h"],
            ]
            for body in bad {
                #expect(try await visitor.post("/silences", body).status == .unprocessableContent, "\(body)")
            }
            let planned = try await visitor.post(
                "/silences",
                [
                    "services": ["ranker"], "matchers": ["env=\"prod\", host!=b"], "from": hours(1, house),
                    "until": hours(3, house),
                ])
            #expect(planned.status == .created && planned.json["running"] as? Bool == false, "\(planned.body)")
            #expect(planned.json["matchers"] as? [String] == ["env=\"prod\"", "host!=\"b\""])
        }
    }

    @Test("the console shows what is held back, asks about a wide silence, and ends one by a button")
    func console() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let cookie = try await visitor.logIn()
            let page = try await visitor.look("/silences", cookie: cookie)
            #expect(page.body.contains("Nothing is silenced"))
            func fields() async throws -> [String: String] {
                let page = try await visitor.look("/silences", cookie: cookie)
                return ["csrf": try #require(page.field("csrf")), "request": try #require(page.field("request"))]
            }
            let form = ["service": "service ranker", "for": "2h", "reason": "<b>new</b>", "as": "ana"]
            let made = try await visitor.submit(
                "/silences", try await fields().merging(form) { $1 }, cookie: cookie)
            #expect(made.headers[.location] == "/silences", "\(made.body)")
            _ = try await visitor.hook(House.alert("A"))
            let seen = try await visitor.look("/silences", cookie: cookie).body
            #expect(seen.contains("Holds back 1 alert."))
            #expect(seen.contains("&lt;b&gt;new&lt;/b&gt;") && !seen.contains("<b>new</b>"))
            #expect(try await visitor.look("/", cookie: cookie).body.contains("1 silence runs. Held back: 1 alert."))

            var wide = try await fields().merging(["service": "every", "for": "1h"]) { $1 }
            let question = try await visitor.submit("/silences", wide, cookie: cookie)
            #expect(question.status == .ok && question.body.contains("every alert of"))
            #expect(house.engine.read { $0.book.openSilences.count } == 1)
            wide["confirm"] = "yes"
            #expect(try await visitor.submit("/silences", wide, cookie: cookie).status == .seeOther)
            for bad in [["service": ""], ["for": "x"], ["matchers": "a"], ["from": "x"]] {
                let refused = try await visitor.submit(
                    "/silences", try await fields().merging(form) { $1 }.merging(bad) { $1 }, cookie: cookie)
                #expect(refused.status == .unprocessableContent, "\(bad)")
                #expect(refused.body.contains("&lt;b&gt;new"), "what was typed is kept")
            }
            for id in [1, 2] {
                _ = try await visitor.submit("/silences/\(id)/remove", try await fields(), cookie: cookie)
            }
            #expect(house.engine.read { $0.book.openSilences.isEmpty && $0.book.incidents.count == 1 })
        }
    }
}
