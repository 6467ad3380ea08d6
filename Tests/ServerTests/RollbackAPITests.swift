import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import LogDoubles
import Testing

@Suite struct RollbackAPITests {
    @Test("a rollback is planned, approved and followed by requests, and its status has the evidence")
    func life() async throws {
        let serving = ScriptedServing(bad: ["2"])
        let house = try await House(serving: serving)
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let before = try await visitor.get("/incidents/1/rollback")
            #expect(before.status == .ok && before.json["rollback"] is NSNull)
            let served = try #require(before.json["serving"] as? [String: Any])
            #expect(served["version"] as? String == "2" && served["last_good"] as? String == "1")

            let planned = try await visitor.post("/incidents/1/rollback", ["by": "chi"])
            #expect(planned.status == .ok && planned.json["already"] as? Bool == false)
            #expect(Self.rollback(planned)["stage"] as? String == "waiting")
            #expect(serving.changes.isEmpty)
            let approved = try await visitor.post("/incidents/1/rollback/approve", ["by": "chi", "plan": "1-1"])
            #expect(approved.status == .ok)
            await house.engine.rollbackEnds(1)

            let status = Self.rollback(try await visitor.get("/incidents/1/rollback"))
            #expect((status["end"] as? [String: Any])?["end"] as? String == "succeeded")
            let looked = try #require(status["before"] as? [[String: Any]])
            #expect(looked.map { $0["result"] as? String } == ["passed", "failed"])
            #expect((status["words"] as? [String])?.contains { $0.contains("every check passed") } == true)
            #expect(try await visitor.get("/services/ranker/serving").text("version") == "1")

            let undo = try await visitor.post("/incidents/1/rollback/undo", ["by": "chi"])
            #expect(Self.rollback(undo)["kind"] as? String == "undo")
            #expect((undo.json["earlier"] as? [Any])?.count == 1)
            let cancelled = try await visitor.post("/incidents/1/rollback/cancel", ["by": "chi"])
            #expect((Self.rollback(cancelled)["end"] as? [String: Any])?["end"] as? String == "cancelled")
        }
    }

    @Test("what is not a plan, a person or a reason is refused, and nothing is touched")
    func refusals() async throws {
        let serving = ScriptedServing()
        let house = try await House(serving: serving)
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            func approve(_ body: [String: Any]) async throws -> Visitor.Answer {
                try await visitor.post("/incidents/1/rollback/approve", body)
            }
            #expect(try await approve(["by": "chi"]).text("code") == "rollback_refused")
            #expect(try await visitor.post("/incidents/1/rollback", ["to": "9"]).status == .conflict)
            _ = try await visitor.post("/incidents/1/rollback", ["to": "3"])
            #expect(try await approve([:]).pointers == ["#/by"])
            #expect(try await approve(["by": "chi", "plan": "one"]).pointers == ["#/plan"])
            #expect(try await approve(["by": "chi", "plan": "2-1"]).pointers == ["#/plan"])
            #expect(try await approve(["by": "chi", "plan": "1-9"]).text("code") == "rollback_void")
            #expect(try await approve(["by": "ana"]).text("detail")?.contains("not on call") == true)
            #expect(try await approve(["by": "chi", "break_glass": " "]).text("detail")?.contains("Say why") == true)
            #expect(try await visitor.post("/incidents/9/rollback", [:]).status == .notFound)
            #expect(try await visitor.get("/incidents/9/rollback").status == .notFound)
            #expect(serving.changes.isEmpty)
            let other = try await approve(["by": "ana", "break_glass": "chi sleeps"])
            #expect(other.text("detail")?.contains("not on call") == true)
            let alone = try await approve(["by": "chi", "break_glass": "nobody answers"])
            let approvals = try #require(Self.rollback(alone)["approvals"] as? [[String: Any]])
            #expect(approvals.last?["reason"] as? String == "nobody answers")
            #expect(approvals.last?["break_glass"] as? Bool == true)
        }
    }

    @Test("a version is vouched for, where there is one and it can be seen")
    func good() async throws {
        try await House(serving: ScriptedServing()).visit { visitor in
            let good = try await visitor.post("/services/ranker/good", ["version": "3", "by": "ana"])
            #expect(good.status == .ok && good.text("last_good") == "3")
            #expect(good.json["good"] as? [String] == ["1", "3"])
            #expect(try await visitor.post("/services/ranker/good", ["version": "9"]).status == .conflict)
            #expect(try await visitor.post("/services/ranker/good", [:]).pointers == ["#/version"])
            #expect(try await visitor.post("/services/rest/good", ["version": "1"]).status == .conflict)
            #expect(try await visitor.get("/services/nothing/serving").text("code") == "no_such_service")
        }
    }

    private static func rollback(_ answer: Visitor.Answer) -> [String: Any] {
        answer.json["rollback"] as? [String: Any] ?? [:]
    }
}
