import Engine
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

@testable import Integrations

@Suite("Slack's requests by HTTP")
struct SlackDoorTests {
    @Test("a slash command is carried out for whom Slack says it is, and answered to them alone")
    func command() async throws {
        let scene = try SlackScene(desk: ScriptedDesk { _ in DeskAnswer(.done, "INC-42 <is> yours.") })
        let reply = await scene.door.receive(scene.command("ack INC-42"), at: "commands")
        #expect(reply.status == .ok)
        let body = try JSONValue(json: Array(reply.body.utf8))
        #expect(body["response_type"] == "ephemeral" && body["text"] == "INC-42 &lt;is&gt; yours.")
        let asked = try #require(scene.desk.asked.first)
        #expect(asked.line == "ack INC-42" && asked.speaker == Speaker(user: "ana", via: .slack))
        #expect(asked.request == "slack:1.2.abc")
    }

    @Test("forged, stale and unsigned requests are refused and nothing in them is read")
    func refused() async throws {
        let scene = try SlackScene()
        let good = scene.command("ack INC-42")
        var requests = [scene.request("text=x", secret: "not the secret")]
        requests.append(scene.request("text=x", at: SlackScene.now - .seconds(301)))
        requests.append(HookRequest(method: .post, headers: [:], body: good.body))
        requests.append(HookRequest(method: .post, headers: good.headers, body: good.body + [0x20]))
        for request in requests {
            let reply = await scene.door.receive(request, at: "commands")
            #expect(reply.status == .unauthorized)
            #expect(reply.headers[.contentType] == "application/problem+json")
        }
        #expect(scene.desk.asked.isEmpty && scene.server.requests.isEmpty)
    }

    @Test("the same request once more gets the same answer and does nothing")
    func replayed() async throws {
        let scene = try SlackScene()
        let first = await scene.door.receive(scene.command("resolve INC-42"), at: "commands")
        let second = await scene.door.receive(scene.command("resolve INC-42"), at: "commands")
        #expect(first.body == second.body && !first.body.isEmpty)
        #expect(scene.desk.asked.count == 1)
        _ = await scene.door.receive(scene.command("resolve INC-42", trigger: "another"), at: "commands")
        #expect(scene.desk.asked.count == 2)
    }

    @Test("malformed, too large and unknown are told apart, and nothing is done")
    func malformed() async throws {
        let scene = try SlackScene()
        func status(_ request: HookRequest, _ path: String) async -> Int {
            await scene.door.receive(request, at: path).status.code
        }
        #expect(await status(scene.request("user_id=U1"), "commands") == 400)
        #expect(await status(scene.request("payload={"), "actions") == 400)
        #expect(await status(scene.request("{"), "events") == 400)
        #expect(await status(scene.request("{}"), "elsewhere") == 404)
        #expect(await status(scene.request(String(repeating: "a", count: 1_048_577)), "events") == 413)
        #expect(await status(HookRequest(method: .get, headers: [:], body: []), "commands") == 200)
        #expect(await status(scene.request(#"{"type":"surprise"}"#), "events") == 200)
        let challenge = await scene.door.receive(
            scene.request(#"{"type":"url_verification","challenge":"3eZb"}"#), at: "events")
        #expect(challenge.body == "3eZb" && challenge.headers[.contentType] == "text/plain")
        #expect(scene.desk.asked.isEmpty)
    }

    @Test("a stranger may look and is nobody; another workspace may not even look")
    func strangers() async throws {
        let scene = try SlackScene()
        _ = await scene.door.receive(scene.command("who", user: "U999"), at: "commands")
        #expect(scene.desk.asked.map(\.speaker) == [Speaker(user: nil, via: .slack)])
        let reply = await scene.door.receive(scene.command("who", team: "T2", trigger: "other"), at: "commands")
        #expect(reply.body.contains("not the one that Tocsin belongs to"))
        let guest = SlackRequestTests.press.replacing(#""team_id":"T1""#, with: #""team_id":"T2""#)
        _ = await scene.door.receive(scene.request(FormBody(["payload": guest]).encoded), at: "actions")
        #expect(scene.desk.asked.count == 1)
    }

    @Test("while Slack does not say whose workspace ours is, nothing is done")
    func unknownWorkspace() async throws {
        let scene = try SlackScene { method, _ in method == "auth.test" ? .json("", status: 503) : nil }
        let reply = await scene.door.receive(scene.command("ack INC-42"), at: "commands")
        #expect(reply.status == .ok && reply.body.contains("Nothing was done"))
        #expect(scene.desk.asked.isEmpty)
    }

    @Test("somebody known only by mail address is found when they first speak, and once a minute at most")
    func byMail() async throws {
        let scene = try SlackScene(roster: ["ben": ContactDetails(mail: "Ben@example.com")]) { method, _ in
            method == "users.info"
                ? .json(
                    #"{"ok":true,"user":{"id":"U0BEN","team_id":"T1","profile":{"email":"ben@example.com"}}}"#
                )
                : nil
        }
        _ = await scene.door.receive(scene.command("ack INC-1", user: "U0BEN"), at: "commands")
        _ = await scene.door.receive(scene.command("ack INC-2", user: "U0BEN", trigger: "2"), at: "commands")
        #expect(scene.desk.asked.map(\.speaker.user) == ["ben", "ben"])
        #expect(scene.calls("users.info").count == 1)
        #expect(scene.found.all == [["ben": "U0BEN"]])
        #expect(scene.people.mentions == ["U0BEN": "ben"])
        for trigger in ["3", "4"] {
            _ = await scene.door.receive(scene.command("who", user: "U404", trigger: trigger), at: "commands")
        }
        #expect(scene.calls("users.info").count == 2)
    }

    @Test(
        "guests, robots, the deactivated and members of other workspaces are nobody",
        arguments: [
            #""is_restricted":true,"team_id":"T1""#, #""is_bot":true,"team_id":"T1""#,
            #""deleted":true,"team_id":"T1""#,
            #""team_id":"T2""#, #""is_stranger":true,"team_id":"T1""#, #""is_ultra_restricted":true,"team_id":"T1""#,
        ])
    func noMembers(flags: String) async throws {
        let scene = try SlackScene(roster: ["ben": ContactDetails(mail: "ben@example.com")]) { method, _ in
            method.hasPrefix("users.")
                ? .json(
                    "{\"ok\":true,\"user\":{\"id\":\"U0BEN\",\(flags),\"profile\":{\"email\":\"ben@example.com\"}}}")
                : nil
        }
        await scene.people.refresh()
        #expect(scene.calls("users.lookupByEmail").count == 1)
        #expect(await scene.people.lookUp("U0BEN") == nil && scene.people.id(of: "ben") == nil)
    }

    @Test("a slow answer is announced and follows")
    func slow() async throws {
        let gate = Gate()
        let desk = ScriptedDesk { _ in
            await gate.wait()
            return DeskAnswer(.information, "Ana is on call.")
        }
        let scene = try SlackScene(patience: .milliseconds(20), desk: desk)
        let reply = await scene.door.receive(scene.command("who"), at: "commands")
        #expect(reply.body.contains("Working on it."))
        #expect(scene.calls("response").isEmpty)
        gate.open()
        try await until { !scene.calls("response").isEmpty }
        let posted = try #require(scene.calls("response").first)
        #expect(posted["text"] == "Ana is on call." && posted["response_type"] == "ephemeral")
        #expect(scene.desk.asked.count == 1)
    }

    @Test("a button of an incident's message that worked says nothing; one that did not tells its presser alone")
    func buttons() async throws {
        let desk = ScriptedDesk { asked in
            asked.line == "ack INC-42" ? DeskAnswer(.done, "Done.") : DeskAnswer(.refused, "INC-42 is resolved.")
        }
        let scene = try SlackScene(desk: desk)
        func press(_ action: String) async throws -> HookReply {
            let payload = SlackRequestTests.press.replacing(
                #""message_ts":"1772330584.000100""#, with: #""message_ts":"1772330500.000100""#
            ).replacing(#""action_id":"ack""#, with: "\"action_id\":\"\(action)\"")
                .replacing("https://hooks.slack.com/actions/T1/1/x", with: scene.server.url("/response"))
                .replacing("111.222.abc", with: "trigger-\(action)")
            return await scene.door.receive(scene.request(FormBody(["payload": payload]).encoded), at: "actions")
        }
        #expect(try await press("ack").body.isEmpty)
        #expect(scene.calls("response").isEmpty)
        #expect(try await press("take").body.isEmpty)
        try await until { !scene.calls("response").isEmpty }
        let told = try #require(scene.calls("response").first)
        #expect(told["text"] == "INC-42 is resolved." && told["replace_original"] == .bool(false))
        #expect(
            desk.asked.map(\.request) == [
                "slack:trigger-ack:1772330590.123456", "slack:trigger-take:1772330590.123456",
            ])
    }

    @Test("a mention is answered in its thread, whose incident is meant; something personal to the asker alone")
    func mentions() async throws {
        let desk = ScriptedDesk { asked in
            asked.line == "@tocsin ack INC-42"
                ? DeskAnswer(.done, "Done.") : DeskAnswer(.information, "https://t.example/me/secret", isPrivate: true)
        }
        let scene = try SlackScene(desk: desk)
        let reply = await scene.door.receive(scene.request(SlackRequestTests.mention), at: "events")
        #expect(reply.status == .ok && reply.body.isEmpty)
        try await until { !scene.calls("chat.postMessage").isEmpty }
        let said = try #require(scene.calls("chat.postMessage").first)
        #expect(said["thread_ts"] == "1772330500.000100" && said["channel"] == "C1" && said["text"] == "Done.")
        #expect(desk.asked.map(\.here) == [Incident.ID(42)])
        let personal = SlackRequestTests.mention.replacing("ack INC-42", with: "me")
            .replacing("Ev0123", with: "Ev0124").replacing(#""thread_ts":"1772330500.000100","#, with: "")
        _ = await scene.door.receive(scene.request(personal), at: "events")
        try await until { !scene.calls("chat.postEphemeral").isEmpty }
        let whispered = try #require(scene.calls("chat.postEphemeral").first)
        #expect(whispered["user"] == "U1" && whispered["thread_ts"] == "1772330584.000200")
        #expect(scene.calls("chat.postMessage").count == 1)
    }

    @Test("a retried event is answered once")
    func retried() async throws {
        let scene = try SlackScene()
        for _ in 0..<3 { _ = await scene.door.receive(scene.request(SlackRequestTests.mention), at: "events") }
        try await until { !scene.calls("chat.postMessage").isEmpty }
        let other = SlackRequestTests.mention.replacing("Ev0123", with: "Ev0999")
        _ = await scene.door.receive(scene.request(other), at: "events")
        try await until { scene.calls("chat.postMessage").count == 2 }
        #expect(scene.desk.asked.count == 2 && scene.calls("chat.postMessage").count == 2)
    }

    @Test("what we say ourselves is not answered")
    func ourselves() async throws {
        let scene = try SlackScene()
        let own = SlackRequestTests.mention.replacing(#""user":"U1""#, with: #""user":"UBOT""#)
        _ = await scene.workspace.identity()
        #expect(await scene.door.receive(scene.request(own), at: "events").status == .ok)
        #expect(scene.desk.asked.isEmpty)
    }

    @Test("an answer is posted only to Slack, wherever the request says")
    func addresses() {
        let settings = SlackSettings(bot: "x")
        #expect(SlackWebAPI.isOurs("https://hooks.slack.com/actions/T1/1/x", settings))
        for url in [
            "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/x", "https://evilslack.com/x",
            "https://user@hooks.slack.com/x", "http://127.0.0.1/x", "https://hooks.slack.com:8443/x",
            "file:///etc/passwd",
        ] {
            #expect(!SlackWebAPI.isOurs(url, settings), "\(url)")
        }
        let test = SlackSettings(bot: "x", api: "http://127.0.0.1:9/api")
        #expect(SlackWebAPI.isOurs("http://127.0.0.1:9/actions/1", test))
        #expect(!SlackWebAPI.isOurs("http://127.0.0.1:10/actions/1", test))
    }
}
