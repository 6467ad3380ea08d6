import Engine
import Incidents
import OnCall
import Testing
import Timekeeping

@testable import Integrations

@Suite("Slack's settings changed while the server runs")
struct SlackReconfigurationTests {
    private func post(_ scene: SlackScene, in room: String = "#ops") async -> ChatOutcome {
        let platform = SlackPlatform(
            api: scene.api, workspace: scene.workspace, slackID: { _ in nil }, log: SlackScene.log)
        return await withCheckedContinuation { done in
            platform.post(SlackCardTests.card, in: room, key: "k1") { done.resume(returning: $0) }
        }
    }

    @Test("taken out of the configuration nothing is sent, and nobody is alarmed; a page fails over at once")
    func removed() async throws {
        let scene = try SlackScene()
        scene.reconfigure(bot: nil)
        let platform = SlackPlatform(
            api: scene.api, workspace: scene.workspace, slackID: { _ in nil }, log: SlackScene.log)
        #expect(!platform.isConfigured)
        #expect(await post(scene) == .later(nil, "Slack is not configured"))
        let pager = SlackPager(
            api: scene.api, workspace: scene.workspace, slackID: { _ in "U1" }, render: { _, _ in nil },
            log: SlackScene.log)
        let page = await withCheckedContinuation { done in
            pager.send(PageMessage.example(isRepeat: false)) { done.resume(returning: $0) }
        }
        #expect(page.result == .failedForGood && page.evidence == "Slack is not configured")
        #expect(await scene.workspace.identity() == nil)
        #expect(scene.server.requests.isEmpty)
        scene.reconfigure(bot: "xoxb-1")
        guard case .done = await post(scene) else {
            Issue.record("not posted")
            return
        }
    }

    @Test("with another token we ask again who we are")
    func anotherWorkspace() async throws {
        let scene = try SlackScene { method, number in
            method == "auth.test" ? .json(#"{"ok":true,"team_id":"T\#(number + 1)","user_id":"UBOT"}"#) : nil
        }
        #expect(await scene.workspace.identity()?.team == "T1")
        #expect(await scene.workspace.identity()?.team == "T1")
        scene.reconfigure(bot: "xoxb-2")
        #expect(scene.workspace.known == nil)
        #expect(await scene.workspace.identity()?.team == "T2")
        #expect(scene.calls("auth.test").count == 2)
    }

    @Test("a room that was archived and made anew under its old name is found by that name")
    func madeAnew() async throws {
        let scene = try SlackScene { method, number in
            method == "chat.postMessage" && number == 1 ? .json(#"{"ok":false,"error":"is_archived"}"#) : nil
        }
        for _ in 0..<3 { _ = await post(scene) }
        #expect(scene.calls("chat.postMessage").map { $0["channel"]?.scalar } == ["#ops", "C1", "#ops"])
    }

    @Test("an id that the configuration says stays when the mail address goes, also when mail had found it before")
    func configuredID() async throws {
        let scene = try SlackScene(roster: ["ben": ContactDetails(mail: "ben@example.com")]) { method, _ in
            method == "users.lookupByEmail" ? .json(#"{"ok":true,"user":{"id":"U0BEN","team_id":"T1"}}"#) : nil
        }
        await scene.people.refresh()
        #expect(scene.people.id(of: "ben") == "U0BEN" && scene.found.all == [["ben": "U0BEN"]])
        scene.people(["ben": ContactDetails(slack: "U0BEN")])
        #expect(scene.people.id(of: "ben") == "U0BEN" && scene.people.user(of: "U0BEN") == "ben")
    }

    @Test("somebody found by mail is nobody once the address is gone, and that is told")
    func mailGone() async throws {
        let scene = try SlackScene(roster: ["ben": ContactDetails(mail: "ben@example.com")]) { method, _ in
            method == "users.lookupByEmail" ? .json(#"{"ok":true,"user":{"id":"U0BEN","team_id":"T1"}}"#) : nil
        }
        await scene.people.refresh()
        scene.people(["ben": ContactDetails()])
        await scene.people.refresh()
        #expect(scene.people.id(of: "ben") == nil && scene.found.all == [["ben": "U0BEN"], [:]])
    }
}
