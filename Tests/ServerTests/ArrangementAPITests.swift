import Engine
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Server
import Testing
import Timekeeping

/// Time off and requests for cover, as programs ask for them.
@Suite struct ArrangementAPITests {
    /// `pair` has ana and chi in turn, a day each; `sun` is chi's alone.
    static var directory: Directory {
        var directory = House.directory
        var schedules = directory.roster.schedules
        schedules["pair"] = Schedule(
            id: "pair", zone: "UTC",
            plan: .layers([
                Layer(
                    name: "days", eras: [Era(people: ["ana", "chi"])], turn: .days(1), handoff: Handoff(time: .midnight)
                )
            ]))
        directory.roster = Roster(schedules: schedules, zones: directory.roster.zones)
        return directory
    }

    private func hours(_ hours: Int64, _ house: House) -> String {
        Instant(seconds: (house.engine.now + .hours(hours)).milliseconds / 1000).rfc3339
    }

    private func onCall(_ visitor: Visitor, _ schedule: String, _ at: String) async throws -> String? {
        let answer = try await visitor.get("/oncall/\(schedule)?at=\(at)")
        return (answer.json["people"] as? [[String: Any]])?.first?["user"] as? String
    }

    @Test("time off is entered, seen in who is on call, listed and taken back")
    func timeOff() async throws {
        let house = try await House(directory: Self.directory)
        let (from, until) = (hours(1, house), hours(3, house))
        try await house.visit { visitor in
            let first = try #require(try await onCall(visitor, "pair", from))
            let body: [String: Any] = ["user": first, "from": from, "until": until, "by": "ana", "leave_hole": true]
            let made = try await visitor.post("/timeoff", body)
            #expect(made.status == .created)
            #expect(made.headers[.location] == "/api/v1/timeoff/1")
            #expect(made.text("source") == "entered")
            #expect(try await onCall(visitor, "pair", from) != first)
            #expect(try await visitor.get("/timeoff?user=\(first)").items.count == 1)
            #expect(try await visitor.get("/timeoff?user=nobody").items.isEmpty)
            #expect(try await visitor.delete("/timeoff/1").status == .noContent)
            #expect(try await visitor.get("/timeoff").items.isEmpty)
            #expect(try await onCall(visitor, "pair", from) == first)
            let again = try await visitor.delete("/timeoff/1")
            #expect(again.status == .notFound)
            #expect(again.text("code") == "no_such_time_off")
        }
    }

    @Test("time off that leaves nobody on call is refused unless that is meant, and must make sense")
    func badTimeOff() async throws {
        let house = try await House(directory: Self.directory)
        let (from, until) = (hours(1, house), hours(3, house))
        try await house.visit { visitor in
            let refused = try await visitor.post("/timeoff", ["user": "chi", "from": from, "until": until])
            #expect(refused.status == .conflict)
            #expect(refused.text("code") == "leaves_hole")
            let backwards = try await visitor.post("/timeoff", ["user": "ana", "from": until, "until": from])
            #expect(backwards.text("code") == "empty_time")
            let bad = try await visitor.post("/timeoff", ["user": "zoe", "from": "soon", "wihle": "x"])
            #expect(Set(bad.pointers) == ["#/user", "#/from", "#/until", "#/wihle"])
        }
    }

    @Test("a request for cover is listed for whom it asks, accepted once, and changes who is on call")
    func cover() async throws {
        let house = try await House(directory: Self.directory)
        let (from, until) = (hours(1, house), hours(2, house))
        try await house.visit { visitor in
            let user = try #require(try await onCall(visitor, "pair", from))
            let other = user == "ana" ? "chi" : "ana"
            let made = try await visitor.post(
                "/covers", ["schedule": "pair", "user": user, "from": from, "until": until])
            #expect(made.status == .created)
            #expect(made.headers[.location] == "/api/v1/covers/1")
            #expect(made.json["may_answer"] as? [String] == [other])
            #expect(made.text("by") == user)
            #expect(try await visitor.get("/covers?user=\(other)").items.count == 1)
            #expect(try await visitor.get("/covers?user=nobody").items.isEmpty)

            let own = try await visitor.post("/covers/1/accept", ["by": user])
            #expect(own.text("code") == "cannot_cover_oneself")
            let accepted = try await visitor.post("/covers/1/accept", ["by": other])
            #expect(accepted.status == .ok)
            let override = (accepted.json["overrides"] as? [[String: Any]])?.first
            #expect(override?["cover_request"] as? Int == 1)
            #expect(override?["with"] as? String == other)
            #expect(try await onCall(visitor, "pair", from) == other)
            #expect(try await visitor.get("/covers").items.isEmpty)
            let late = try await visitor.post("/covers/1/decline", ["by": other])
            #expect(late.status == .notFound)
            #expect(late.text("code") == "no_such_cover")
        }
    }

    @Test("a request is declined by those asked, taken back by whoever made it, and must make sense")
    func declined() async throws {
        let house = try await House(directory: Self.directory)
        let (from, until) = (hours(1, house), hours(2, house))
        try await house.visit { visitor in
            let user = try #require(try await onCall(visitor, "pair", from))
            let other = user == "ana" ? "chi" : "ana"
            let body: [String: Any] = [
                "schedule": "pair", "user": user, "from": from, "until": until, "asked": [other],
            ]
            #expect(try await visitor.post("/covers", body).status == .created)
            #expect(try await visitor.post("/covers/1/decline", ["by": other]).status == .ok)
            #expect(try await visitor.get("/covers").items.isEmpty)
            #expect(try await visitor.post("/covers", body).text("schedule") == "pair")
            #expect(try await visitor.delete("/covers/2").status == .noContent)
            #expect(try await visitor.get("/covers").items.isEmpty)

            let half = try await visitor.post("/covers", body.merging(["return_from": until]) { $1 })
            #expect(half.pointers == ["#/return_until"])
            let stranger = try await visitor.post("/covers", body.merging(["asked": ["zoe"]]) { $1 })
            #expect(stranger.pointers == ["#/asked"])
            let off = try await visitor.post("/covers", body.merging(["user": other]) { $1 })
            #expect(off.text("code") == "cannot_cover_oneself" || off.text("code") == "nothing_to_cover")
        }
    }

    @Test("a person is put on call besides whoever it is")
    func added() async throws {
        let house = try await House(directory: Self.directory)
        let (from, until) = (hours(1, house), hours(3, house))
        try await house.visit { visitor in
            let body = ["schedule": "sun", "kind": "add", "user": "ana", "from": from, "until": until]
            let made = try await visitor.post("/overrides", body)
            #expect(made.status == .created)
            #expect(made.text("kind") == "add")
            let answer = try await visitor.get("/oncall/sun?at=\(from)")
            let people = (answer.json["people"] as? [[String: Any]] ?? []).compactMap { $0["user"] as? String }
            #expect(people == ["chi", "ana"])
            #expect(try await visitor.post("/overrides", body.merging(["with": "chi"]) { $1 }).pointers == ["#/with"])
        }
    }

    @Test("what is answered has the members that are described")
    func described() async throws {
        let house = try await House(directory: Self.directory)
        let (from, until) = (hours(1, house), hours(2, house))
        try await house.visit { visitor in
            let components = try #require(
                try await visitor.ask(.get, "/openapi.json").json["components"] as? [String: Any])
            let schemas = try #require(components["schemas"] as? [String: [String: Any]])
            func members(_ schema: String) -> Set<String> {
                Set((schemas[schema]?["properties"] as? [String: Any] ?? [:]).keys)
            }
            let user = try #require(try await onCall(visitor, "pair", from))
            let made = try await visitor.post(
                "/covers", ["schedule": "pair", "user": user, "from": from, "until": until])
            #expect(Set(made.json.keys) == members("Cover"))
            let answer = try await visitor.post("/covers/1/accept", ["by": user == "ana" ? "chi" : "ana"])
            #expect(Set(answer.json.keys) == members("CoverAnswer"))
            let override = try #require((answer.json["overrides"] as? [[String: Any]])?.first)
            #expect(Set(override.keys) == members("Override"))
            let off = try await visitor.post(
                "/timeoff", ["user": "ana", "from": from, "until": until, "leave_hole": true])
            #expect(Set(off.json.keys) == members("TimeOff"))
        }
    }
}
