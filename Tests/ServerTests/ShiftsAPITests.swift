import Engine
import Foundation
import HTTPTypes
import Incidents
import Server
import Testing
import Timekeeping

@Suite struct ShiftsAPITests {
    @Test("a schedule's shifts are listed whole, as JSON and as a calendar file")
    func shifts() async throws {
        try await House().visit { visitor in
            let query = "from=2026-11-02T00:00:00Z&until=2026-11-09T00:00:00Z"
            let item = try #require(try await visitor.get("/schedules/sun/shifts?\(query)").items.first)
            #expect(Set(item.keys) == ["schedule", "user", "name", "from", "until", "why"])
            #expect(item["user"] as? String == "chi" && item["from"] is NSNull)
            #expect(try await visitor.get("/schedules/sun/shifts?\(query)&user=ana").items.isEmpty)
            let file = try await visitor.get("/schedules/sun/shifts.ics?\(query)")
            #expect(file.headers[.contentType] == "text/calendar; charset=utf-8")
            #expect(file.body.contains("UID:sun-always-0@tocsin.test\r\n"))
            #expect(file.body.contains("DTSTART:20261102T000000Z\r\n"))
        }
    }

    @Test("an override cuts a shift in three, and its removal joins them again under a higher sequence")
    func overrides() async throws {
        let house = try await House()
        let start = Instant(seconds: (house.engine.now + .days(2)).milliseconds / 1000)
        let (from, until) = (start.rfc3339, (start + .hours(8)).rfc3339)
        try await house.visit { visitor in
            let query = "from=\((start - .days(1)).rfc3339)&until=\((start + .days(2)).rfc3339)"
            func sequences() async throws -> [Int] {
                try await visitor.get("/schedules/sun/shifts.ics?\(query)").body.components(separatedBy: "\r\n")
                    .filter { $0.hasPrefix("SEQUENCE:") }.compactMap { Int($0.dropFirst(9)) }
            }
            let before = try await sequences()
            #expect(before.count == 1)
            #expect(try await sequences() == before)
            let body = ["schedule": "sun", "kind": "cover", "user": "ana", "from": from, "until": until]
            #expect(try await visitor.post("/overrides", body).status == .created)
            let users = try await visitor.get("/schedules/sun/shifts?\(query)").items.compactMap {
                $0["user"] as? String
            }
            #expect(users == ["chi", "ana", "chi"])
            let during = try await sequences()
            #expect(during.count == 3 && during[1] > before[0])
            #expect(try await visitor.delete("/overrides/1").status == .noContent)
            let after = try await sequences()
            #expect(after.count == 1 && after[0] > during[1])
        }
    }

    @Test("a schedule is proved with what people laid over it, for a year or as long as is asked")
    func proof() async throws {
        let house = try await House()
        let from = Instant(seconds: (house.engine.now + .days(400)).milliseconds / 1000)
        try await house.visit { visitor in
            func proved(_ query: String = "") async throws -> (Bool?, [[String: Any]]) {
                let report = try await visitor.get("/schedules/sun/proof\(query)").json
                let schedule = try #require((report["schedules"] as? [[String: Any]])?.first)
                #expect((report["schedules"] as? [Any])?.count == 1)
                return (report["proved"] as? Bool, schedule["holes"] as? [[String: Any]] ?? [])
            }
            #expect(try await proved("?years=10").0 == true)
            let body: [String: Any] = [
                "user": "chi", "from": from.rfc3339, "until": (from + .hours(8)).rfc3339, "leave_hole": true,
            ]
            #expect(try await visitor.post("/timeoff", body).status == .created)
            #expect(try await proved().0 == true)
            let (isProved, holes) = try await proved("?years=2")
            #expect(isProved == false && holes.count == 1)
            #expect(holes.first?["from"] as? String == from.rfc3339)
            #expect((holes.first?["why"] as? String)?.contains("chi (layer week) is off") == true)
            for bad in ["0", "11", "x", "-1"] {
                #expect(try await visitor.get("/schedules/sun/proof?years=\(bad)").status == .badRequest, "\(bad)")
            }
            #expect(try await visitor.get("/schedules/x/proof").text("code") == "no_such_schedule")
            #expect(try await visitor.ask(.get, "/api/v1/schedules/sun/proof").status == .unauthorized)
            let night = try await visitor.get("/schedules/night/proof").json
            #expect(night["proved"] as? Bool == false)
        }
    }

    @Test("the page of all schedules says the next hole, also one that is weeks away")
    func laterHole() async throws {
        let house = try await House()
        let from = Instant(seconds: (house.engine.now + .days(40)).milliseconds / 1000)
        try await house.visit { visitor in
            let cookie = try await visitor.logIn()
            #expect(
                try await !visitor.look("/schedules", cookie: cookie).body.contains("<b>Nobody is on call</b> from"))
            let body: [String: Any] = [
                "user": "chi", "from": from.rfc3339, "until": (from + .hours(8)).rfc3339, "leave_hole": true,
            ]
            #expect(try await visitor.post("/timeoff", body).status == .created)
            #expect(try await visitor.look("/schedules", cookie: cookie).body.contains("<b>Nobody is on call</b> from"))
        }
    }

    @Test("what is asked wrongly is refused with the way out")
    func mistakes() async throws {
        try await House().visit { visitor throws in
            #expect(try await visitor.get("/schedules/x/shifts").text("code") == "no_such_schedule")
            #expect(try await visitor.get("/schedules/sun/shifts?user=x").text("code") == "no_such_user")
            #expect(try await visitor.get("/schedules/sun/shifts?from=soon").text("code") == "bad_time")
            let back = "from=2026-11-09T00:00:00Z&until=2026-11-02T00:00:00Z"
            #expect(try await visitor.get("/schedules/sun/shifts?\(back)").status == .badRequest)
            let long = "from=2026-11-09T00:00:00Z&until=2030-11-02T00:00:00Z"
            #expect(try await visitor.get("/schedules/sun/shifts?\(long)").status == .badRequest)
            #expect(try await visitor.ask(.get, "/api/v1/schedules/sun/shifts").status == .unauthorized)
        }
    }
}
