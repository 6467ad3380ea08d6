import Engine
import EngineCore
import Foundation
import Incidents
import OnCall
import Synchronization
import Testing
import Timekeeping

@testable import Integrations

@Suite("Slack's Web API")
struct SlackWebAPITests {
    private func platform(_ scene: SlackScene) -> SlackPlatform {
        SlackPlatform(api: scene.api, workspace: scene.workspace, slackID: { _ in nil }, log: SlackScene.log)
    }

    private func pager(_ scene: SlackScene) -> SlackPager {
        SlackPager(
            api: scene.api, workspace: scene.workspace, slackID: { $0 == "ana" ? "U0ANA" : nil },
            render: { _, _ in nil }, log: SlackScene.log)
    }

    private func post(_ scene: SlackScene, in room: String = "#ops", key: String = "k1") async -> ChatOutcome {
        let platform = platform(scene)
        return await withCheckedContinuation { done in
            platform.post(SlackCardTests.card, in: room, key: key) { done.resume(returning: $0) }
        }
    }

    private func find(
        _ scene: SlackScene, in room: String, below message: PostedMessage? = nil, since: Instant = SlackScene.now
    ) async -> ChatOutcome {
        let platform = platform(scene)
        return await withCheckedContinuation { done in
            platform.find(key: "k1", in: room, below: message, since: since) { done.resume(returning: $0) }
        }
    }

    private func page(_ scene: SlackScene, user: UserID = "ana", isRepeat: Bool = false) async -> AttemptOutcome {
        var message = PageMessage.example(isRepeat: isRepeat)
        message.user = user
        let pager = pager(scene)
        return await withCheckedContinuation { done in
            pager.send(message) { done.resume(returning: $0) }
        }
    }

    @Test("a card is posted with its key, in the room by its name, and later by its id")
    func posts() async throws {
        let scene = try SlackScene()
        #expect(await post(scene) == .done(PostedMessage(channel: "C1", id: "1772330600.000100")))
        #expect(await post(scene, in: "ops") == .done(PostedMessage(channel: "C1", id: "1772330600.000100")))
        let calls = scene.calls("chat.postMessage")
        try #require(calls.map { $0["channel"] } == ["#ops", "C1"])
        #expect(calls[0]["metadata"]?["event_type"] == "tocsin_message")
        #expect(calls[0]["metadata"]?["event_payload"]?["key"] == "k1")
        #expect(scene.server.requests[0].headers["authorization"] == "Bearer xoxb-1")
        #expect(scene.server.requests[0].headers["content-type"] == "application/json; charset=utf-8")
    }

    @Test("after a 429 nobody calls that method in that room before the time is over, and other rooms go on")
    func pauses() async throws {
        let scene = try SlackScene { method, number in
            method == "chat.postMessage" && number == 0
                ? .json(#"{"ok":false,"error":"ratelimited"}"#, status: 429, headers: ["Retry-After": "900"]) : nil
        }
        guard case .later(let wait?, _) = await post(scene) else {
            Issue.record("not later")
            return
        }
        #expect(wait == .seconds(900))
        for _ in 0..<5 {
            guard case .later(let wait?, _) = await post(scene) else {
                Issue.record("not later")
                return
            }
            #expect(wait > .seconds(300) && wait <= .seconds(900))
        }
        #expect(scene.calls("chat.postMessage").count == 1)
        guard case .done = await post(scene, in: "#other") else {
            Issue.record("another room")
            return
        }
    }

    @Test("of many at once, none is under way when the first is told to wait")
    func oneAtATime() async throws {
        let scene = try SlackScene { method, number in
            method == "chat.postMessage" && number == 3
                ? .json("{}", status: 429, headers: ["Retry-After": "60"]) : nil
        }
        let outcomes = await withTaskGroup(of: ChatOutcome.self) { group in
            for number in 0..<20 { group.addTask { await post(scene, key: "k\(number)") } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { if case .done = $0 { true } else { false } } == 3)
        #expect(scene.calls("chat.postMessage").count == 4)
    }

    @Test("a message whose layout is refused goes out as text, once")
    func layout() async throws {
        let scene = try SlackScene { method, number in
            method == "chat.postMessage" && number == 0 ? .json(#"{"ok":false,"error":"invalid_blocks"}"#) : nil
        }
        guard case .done = await post(scene) else {
            Issue.record("not posted")
            return
        }
        let calls = scene.calls("chat.postMessage")
        try #require(calls.count == 2)
        #expect(calls[0]["blocks"] != nil && calls[1]["blocks"] == nil)
        #expect(calls[1]["text"] == calls[0]["text"] && calls[1]["metadata"] == calls[0]["metadata"])
    }

    @Test("an update keeps the key the message was posted with")
    func updates() async throws {
        let scene = try SlackScene()
        let platform = platform(scene)
        let reference = PostedMessage(channel: "C1", id: "1.000001")
        let outcome = await withCheckedContinuation { done in
            platform.update(SlackCardTests.card, reference) { done.resume(returning: $0) }
        }
        #expect(outcome == .done(reference))
        let call = try #require(scene.calls("chat.update").first)
        #expect(call["metadata"] == nil && call["ts"] == "1.000001" && call["blocks"] != nil)
    }

    @Test("a doubtful message is looked for page by page, by a form, and found by its key among our own")
    func finds() async throws {
        let scene = try SlackScene { method, number in
            guard method == "conversations.history" else { return nil }
            return number == 0
                ? .json(
                    #"{"ok":true,"messages":[{"ts":"9.0"}],"has_more":true,"response_metadata":{"next_cursor":"c=1"}}"#)
                : .json(
                    """
                    {"ok":true,"messages":[\
                    {"user":"UBOT","ts":"8.000001","metadata":{"event_type":"other","event_payload":{"key":"k1"}}},\
                    {"user":"UEVIL","bot_id":"BEVIL","ts":"7.500001","metadata":{\
                    "event_type":"tocsin_message","event_payload":{"key":"k1"}}},\
                    {"user":"UBOT","ts":"7.000001","metadata":{\
                    "event_type":"tocsin_message","event_payload":{"key":"k1"}}}]}
                    """)
        }
        #expect(await find(scene, in: "C9") == .found(PostedMessage(channel: "C9", id: "7.000001"), key: "k1"))
        let calls = scene.calls("conversations.history")
        try #require(calls.count == 2)
        #expect(calls[1]["cursor"] == "c=1" && calls[0]["include_all_metadata"] == "true")
        #expect(calls[0]["oldest"]?.scalar == "\(1_772_330_584 - 120).000000")
    }

    @Test("in a thread the newest message counts whose key begins like that")
    func findsNewestInThread() async throws {
        let scene = try SlackScene { method, _ in
            guard method == "conversations.replies" else { return nil }
            let messages = ["k1/5", "k2/9", "k1/7"].enumerated().map { index, key in
                #"{"user":"UBOT","ts":"\#(index).5","#
                    + #""metadata":{"event_type":"tocsin_message","event_payload":{"key":"\#(key)"}}}"#
            }
            return .json(#"{"ok":true,"messages":[\#(messages.joined(separator: ","))]}"#)
        }
        let reference = PostedMessage(channel: "C9", id: "1.000001")
        let found = await find(scene, in: "C9", below: reference)
        #expect(found == .found(PostedMessage(channel: "C9", id: "2.5"), key: "k1/7"))
    }

    @Test("a room's name is looked up; where looking back is not permitted, there is nothing to be found")
    func rooms() async throws {
        let scene = try SlackScene { method, _ in
            switch method {
            case "conversations.list":
                .json(#"{"ok":true,"channels":[{"id":"C2","name":"other"},{"id":"C9","name":"ops"}]}"#)
            case "conversations.history": .json(#"{"ok":false,"error":"missing_scope"}"#)
            default: nil
            }
        }
        #expect(await find(scene, in: "#ops") == .notFound)
        #expect(scene.calls("conversations.history").first?["channel"] == "C9")
        let reference = PostedMessage(channel: "C9", id: "1.000001")
        #expect(await find(scene, in: "#ops", below: reference) == .notFound)
        #expect(scene.calls("conversations.replies").first?["ts"] == "1.000001")
    }

    @Test("a page is a direct message with a button; its evidence is Slack's timestamp")
    func pages() async throws {
        let scene = try SlackScene()
        let outcome = await page(scene)
        #expect(outcome.result == .sent && outcome.evidence == "slack ts 1772330600.000100")
        let call = try #require(scene.calls("chat.postMessage").first)
        #expect(call["channel"] == "D77" && call["metadata"]?["event_payload"]?["key"] == "tocsin_lab_42-3")
        #expect(call["text"]!.scalar!.hasPrefix("SEV1 INC-42 ranker: "))
        #expect(scene.calls("conversations.history").isEmpty)
    }

    @Test("a page that may have arrived is looked for first, and sent again only if it has not")
    func repeats() async throws {
        let there = try SlackScene { method, _ in
            method == "conversations.history"
                ? .json(
                    """
                    {"ok":true,"messages":[{"user":"UBOT","ts":"5.000001","metadata":{"event_type":"tocsin_message",\
                    "event_payload":{"key":"tocsin_lab_42-3"}}}]}
                    """
                ) : nil
        }
        #expect(await page(there, isRepeat: true).evidence == "slack ts 5.000001, found from an earlier attempt")
        #expect(there.calls("chat.postMessage").isEmpty)
        let gone = try SlackScene()
        #expect(await page(gone, isRepeat: true).result == .sent)
        #expect(gone.calls("chat.postMessage").count == 1 && gone.calls("conversations.history").count == 1)
    }

    @Test("what becomes of a page that Slack does not take")
    func failures() async throws {
        let cases: [(TestServer.Reaction, AttemptOutcome.Result)] = [
            (.json("{}", status: 429, headers: ["Retry-After": "9"]), .failedForNow), (.close, .inDoubt),
            (.json("", status: 503), .failedForNow), (.json(#"{"ok":false,"error":"token_revoked"}"#), .failedForGood),
            (.json(#"{"ok":false,"error":"user_disabled"}"#), .failedForGood),
        ]
        for (reaction, result) in cases {
            let scene = try SlackScene { method, _ in method == "chat.postMessage" ? reaction : nil }
            #expect(await page(scene).result == result, "\(reaction)")
        }
        let scene = try SlackScene()
        #expect(await page(scene, user: "nobody").result == .failedForGood)
        #expect(scene.server.requests.isEmpty)
    }
}
