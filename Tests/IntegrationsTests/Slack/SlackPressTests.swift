import Engine
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

@testable import Integrations

@Suite("A button pressed on something else than an incident's message")
struct SlackPressTests {
    /// A press on a page as Slack reports it: with the message, whose blocks it gave ids.
    private func press(
        _ scene: SlackScene, channel: String = "D77", page: SlackMessage, answers: Int = 1
    ) async throws -> JSONValue? {
        let blocks = page.blocks.enumerated().map { index, block -> JSONValue in
            guard case .object(var members) = block else { return block }
            members["block_id"] = .string("b\(index)")
            return .object(members)
        }
        let message: JSONValue = [
            "ts": "1772330584.000100", "text": .string(page.text), "blocks": .array(blocks),
        ]
        let payload = SlackRequestTests.press.replacing(#""message":{"ts":"1772330584.000100"}"#, with: "MESSAGE")
            .replacing("C1", with: channel).replacing("MESSAGE", with: "\"message\":\(message.text)")
            .replacing("https://hooks.slack.com/actions/T1/1/x", with: scene.server.url("/response"))
        let reply = await scene.door.receive(scene.request(FormBody(["payload": payload]).encoded), at: "actions")
        #expect(reply.status == .ok && reply.body.isEmpty)
        try await until { scene.calls("response").count >= answers }
        return scene.calls("response").last
    }

    private static let page = SlackPage.message(
        PageMessage.example(isRepeat: false), rendered: "SEV1 INC-42 ranker: p99 <high>")

    @Test("a page that was acknowledged says so instead of its button, and still what it said")
    func page() async throws {
        let scene = try SlackScene(desk: ScriptedDesk { _ in DeskAnswer(.done, "INC-42 is <yours>.") })
        let told = try #require(try await press(scene, page: Self.page))
        #expect(told["replace_original"] == .bool(true) && told["response_type"] == nil)
        #expect(told["text"] == "SEV1 INC-42 ranker: p99 &lt;high&gt;\nINC-42 is &lt;yours&gt;.")
        guard case .array(let blocks)? = told["blocks"] else {
            Issue.record("no blocks")
            return
        }
        #expect(blocks.compactMap { $0["type"]?.scalar } == ["section", "context", "section"])
        #expect(blocks.last?["text"]?["text"] == "INC-42 is &lt;yours&gt;.")
    }

    @Test("what could not be done is told to its presser alone, and the button stays")
    func refused() async throws {
        let scene = try SlackScene(desk: ScriptedDesk { _ in DeskAnswer(.refused, "INC-42 is resolved.") })
        let told = try #require(try await press(scene, page: Self.page))
        #expect(told["replace_original"] == .bool(false) && told["text"] == "INC-42 is resolved.")
    }

    @Test("if Slack does not take the changed page, the presser is told by a message of their own")
    func unchangeable() async throws {
        let scene = try SlackScene { method, number in
            method == "response" && number == 0 ? .answer(400, body: Array("invalid_payload".utf8)) : nil
        }
        let told = try #require(try await press(scene, page: Self.page, answers: 2))
        #expect(scene.calls("response").count == 2)
        #expect(told["replace_original"] == .bool(false) && told["text"] == "Done.")
    }

    @Test("a message of ours in a room that shows no incident stays as it is; its presser is told")
    func elsewhere() async throws {
        let scene = try SlackScene()
        let told = try #require(try await press(scene, channel: "C1", page: Self.page))
        #expect(told["replace_original"] == .bool(false) && told["response_type"] == "ephemeral")
    }

    @Test("the yes to a rollback is a button that asks once more, names its plan, and is said as that line")
    func approval() async throws {
        let button = ChatButton(
            label: "Approve rollback 42-1", line: "rollback approve 42-1",
            question: "ranker goes from version <2> to 1.")
        let lines = [
            ChatLine(at: Instant(seconds: 1), sentence: "Ana planned a return to version 1", buttons: [button]),
            ChatLine(at: Instant(seconds: 2), sentence: "Looked before anything is touched"),
        ]
        let message = SlackThread.message(lines, key: "k")
        #expect(message.blocks.compactMap { $0["type"]?.scalar } == ["section", "actions", "section"])
        guard case .array(let elements)? = message.blocks[1]["elements"] else {
            Issue.record("no button")
            return
        }
        #expect(elements[0]["value"] == "rollback approve 42-1" && elements[0]["action_id"] == "say.1")
        #expect(elements[0]["confirm"]?["text"]?["text"] == "ranker goes from version &lt;2&gt; to 1.")
        #expect(BlockLimits.problems(of: message).isEmpty)

        let desk = ScriptedDesk { asked in DeskAnswer(.refused, "\(asked.line): that plan is void.") }
        let scene = try SlackScene(desk: desk)
        let payload = SlackRequestTests.press.replacing("\"action_id\":\"ack\"", with: "\"action_id\":\"say.1\"")
            .replacing("\"value\":\"INC-42\"", with: "\"value\":\"rollback approve 42-1\"")
            .replacing("https://hooks.slack.com/actions/T1/1/x", with: scene.server.url("/response"))
        _ = await scene.door.receive(scene.request(FormBody(["payload": payload]).encoded), at: "actions")
        try await until { !scene.calls("response").isEmpty }
        let told = try #require(scene.calls("response").last)
        #expect(told["text"] == "rollback approve 42-1: that plan is void." && told["response_type"] == "ephemeral")
    }

    @Test("an incident's message has a field for its rollback")
    func field() {
        var card = SlackCardTests.card
        #expect(!JSONValue.array(SlackCard.message(card, key: nil) { _ in nil }.blocks).text.contains("Rollback"))
        card.rollback = "version 2 → <1>: waits for a yes"
        let text = JSONValue.array(SlackCard.message(card, key: nil) { _ in nil }.blocks).text
        #expect(text.contains("*Rollback*\\nversion 2 → &lt;1&gt;: waits for a yes"))
    }
}
