import Engine
import HTTPTypes
import Testing
import Timekeeping

@testable import Integrations

@Suite("What Slack's door refuses before a body is read")
struct SlackObjectionTests {
    @Test("only a request with a fresh timestamp and some signature may send its body")
    func objections() async throws {
        let scene = try SlackScene()
        let signature = try #require(HTTPField.Name("X-Slack-Signature"))
        let timestamp = try #require(HTTPField.Name("X-Slack-Request-Timestamp"))
        let good = scene.request("text=x").headers
        #expect(scene.door.objection(to: good, at: "commands") == nil)
        #expect(scene.door.objection(to: good, at: "elsewhere")?.status == .notFound)
        var bad = [HTTPFields(), scene.request("text=x", at: SlackScene.now - .seconds(301)).headers]
        for name in [signature, timestamp] {
            var headers = good
            headers[name] = nil
            bad.append(headers)
        }
        for headers in bad {
            #expect(scene.door.objection(to: headers, at: "commands")?.status == .unauthorized)
        }
    }

    @Test("where no requests by HTTP are expected there is nothing")
    func noSecret() throws {
        let scene = try SlackScene()
        for secret in [nil, ""] as [String?] {
            let door = SlackDoor(
                secret: { secret }, reception: scene.reception, now: { SlackScene.now }, log: SlackScene.log)
            #expect(door.objection(to: scene.request("text=x").headers, at: "commands")?.status == .notFound)
        }
    }
}
