import Foundation
import Integrations
import Testing

/// A whole drill: paged for real, answered by the link, and told.
@Suite(.serialized)
struct DrillTests {
    @Test("a drill pages whoever is on call, says DRILL, and reports who answered how fast")
    func answered() async throws {
        let receiver = try await Receiver()
        let tocsin = try Installation(
            configuration: Installation.configuration(
                webhook: receiver.url, steps: "[{page: [schedule sun], wait: 30m}]"))
        defer { tocsin.remove() }
        try await tocsin.start()
        let started = try await tocsin.post("/drills", ["schedule": "sun", "by": "dia"])
        #expect(started["incident"] as? String == "INC-1")
        let page = try await eventually("the page arrives") { receiver.entries.first }
        #expect(page.user == Installation.onCall(at: Date()))
        #expect(String(decoding: page.body, as: UTF8.self).contains("DRILL: practice page for schedule sun"))
        let link = page.acknowledgeURL
        #expect(try await tocsin.request(.post, link).0 < 400)

        let drill = try await eventually("the drill is over") { () -> [String: any Sendable]? in
            let found = try await tocsin.get("/drills/1")
            return found["ended_at"] is String ? found : nil
        }
        let people = try #require(drill["people"] as? [[String: any Sendable]])
        #expect(people.count == 1)
        #expect(people[0]["via"] as? String == "link")
        #expect(people[0]["reached"] as? [String] == ["webhook"])
        #expect((people[0]["seconds"] as? Int).map { $0 >= 0 && $0 < 60 } == true)
        #expect((drill["summary"] as? String)?.hasPrefix("1 of 1 answered") == true)
        #expect(try tocsin.command("drill", "list").contains("INC-1  schedule sun  1 of 1 answered"))
        #expect(try tocsin.command("drill", "show", "1").contains("answered after"))
        let timeline = try tocsin.command("incident", "timeline", "1")
        #expect(timeline.contains("A drill of schedule sun was begun by Dia Lim"))
        #expect(timeline.contains("The drill is over"))
        #expect(try await tocsin.request(.get, "\(tocsin.server)/api/v1/drills/2").0 == 404)
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }
}
