import Foundation
import Integrations
import Testing

/// The model of Slack in Tests/Python/fake_slack.py, as a test drives it: people do things there, things go wrong, and
/// everything it objected to is told.
final class FakeSlack: Sendable {
    enum Delivery: String, Sendable { case http, socket }

    private let double: PythonDouble
    private let client = CurlClient()

    var api: String { "http://127.0.0.1:\(double.port)/api" }

    static let secret = "8f742231b10e8888abcd99yyyzzz85a5"
    static let environment = ["SLACK_BOT": "xoxb-fake", "SLACK_SECRET": secret, "SLACK_APP": "xapp-fake"]

    /// Ana and Ben, a stranger whom Tocsin does not know, and two channels.
    /// - Parameter tocsin: where Slack sends what people do.
    init(_ delivery: Delivery, tocsin: String) async throws {
        let config: [String: Any] = [
            "delivery": delivery.rawValue,
            "people": [
                ["id": "U0ANA", "name": "ana", "email": "ana@example.com", "tz": "Europe/Berlin"],
                ["id": "U0BEN", "name": "ben", "email": "ben@example.com", "tz": "America/New_York"],
                ["id": "U0SAM", "name": "sam", "email": "sam@example.com", "tz": "UTC"],
            ],
            "channels": [["id": "C0OPS", "name": "ops"], ["id": "C0OLD", "name": "old"]],
            "urls": [
                "commands": "\(tocsin)/chat/slack/commands", "interactivity": "\(tocsin)/chat/slack/actions",
                "events": "\(tocsin)/chat/slack/events",
            ],
        ]
        let text = String(decoding: try JSONSerialization.data(withJSONObject: config), as: UTF8.self)
        double = try await PythonDouble("fake_slack.py", ["--port", "0", "--config", text])
    }

    func stop() {
        client.shutdown()
        double.stop()
    }

    // MARK: What people do

    struct Answer: Sendable {
        let status: Int?
        let milliseconds: Int
        let timedOut: Bool
        let body: String
        /// What the person saw, or why not.
        let seen: String
    }

    @discardableResult
    func command(_ user: String, _ text: String, in channel: String = "ops") async throws -> Answer {
        try await act("command", ["user": user, "channel": channel, "command": "/tocsin", "text": text])
    }

    @discardableResult
    func say(_ user: String, _ text: String, in channel: String = "ops", thread: String? = nil) async throws -> Answer {
        var body = ["user": user, "channel": channel, "text": text]
        if let thread { body["thread_ts"] = thread }
        return try await act("say", body)
    }

    @discardableResult
    func press(_ user: String, _ action: String, on ts: String, in channel: String = "ops") async throws -> Answer {
        try await act("press", ["user": user, "channel": channel, "ts": ts, "action_id": action])
    }

    private func act(_ verb: String, _ body: [String: any Sendable]) async throws -> Answer {
        let answer = try await post(verb, body)
        let said = answer["body"].map { $0 as? String ?? Self.json($0) } ?? ""
        return Answer(
            status: answer["status"] as? Int, milliseconds: answer["answered_in_ms"] as? Int ?? 0,
            timedOut: answer["timed_out"] as? Bool ?? false, body: said,
            seen: answer["seen"].map { $0 as? String ?? Self.json($0) } ?? said)
    }

    // MARK: What goes wrong

    @discardableResult
    func fault(_ name: String, _ more: [String: any Sendable] = [:]) async throws -> [String: any Sendable] {
        try await post("fault", more.merging(["fault": name]) { $1 })
    }

    /// Returns when everything that was said has been delivered to Tocsin.
    func settle() async throws { _ = try await post("settle", ["seconds": 10]) }

    // MARK: What is there

    struct Message: Sendable {
        let ts: String
        let thread: String?
        let user: String
        let text: String
        /// The blocks as JSON, to look for words in.
        let blocks: String
        let edits: Int

        var isRoot: Bool { thread == nil }
        /// Everything a person could read in it.
        var words: String { text + "\n" + blocks }
    }

    /// In the order in which they were posted.
    func messages(in channel: String = "ops") async throws -> [Message] {
        let channels = try #require(try await state()["channels"] as? [String: any Sendable])
        let found = try #require(channels[channel] as? [String: any Sendable])
        return try #require(found["messages"] as? [[String: any Sendable]]).map { message in
            Message(
                ts: message["ts"] as? String ?? "", thread: message["thread_ts"] as? String,
                user: message["user"] as? String ?? "", text: message["text"] as? String ?? "",
                blocks: message["blocks"].map { Self.json($0) } ?? "", edits: message["edits"] as? Int ?? 0)
        }
    }

    /// Tocsin's own messages that stand in the channel itself.
    func cards(in channel: String = "ops") async throws -> [Message] {
        try await messages(in: channel).filter { $0.isRoot && $0.user == "UBOT" }
    }

    func ephemerals() async throws -> [String] {
        let items = try #require(try await state()["ephemerals"] as? [[String: any Sendable]])
        return items.map { "\($0["text"] as? String ?? "")\n\($0["blocks"].map { Self.json($0) } ?? "")" }
    }

    /// Calls that Slack would have refused, but for those that a fault made impossible.
    func objections() async throws -> [String] {
        let items = try #require(try await state()["objections"] as? [[String: any Sendable]])
        return items.filter { $0["provoked"] as? Bool != true }.map { Self.json($0) }
    }

    func provoked() async throws -> Int {
        let items = try #require(try await state()["objections"] as? [[String: any Sendable]])
        return items.filter { $0["provoked"] as? Bool == true }.count
    }

    func sockets() async throws -> Int { try await state()["sockets"] as? Int ?? 0 }

    private func state() async throws -> [String: any Sendable] { try await ask(.get, "state", nil) }

    private func post(_ verb: String, _ body: [String: any Sendable]) async throws -> [String: any Sendable] {
        try await ask(.post, verb, body)
    }

    private func ask(
        _ method: OutboundRequest.Method, _ verb: String, _ body: [String: any Sendable]?
    ) async throws -> [String: any Sendable] {
        let result = await client.send(
            OutboundRequest(
                method: method, url: "\(double.control)/_control/\(verb)",
                headers: [("Content-Type", "application/json")],
                body: try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? [],
                timeout: .seconds(30), responseLimit: 64 << 20))
        guard case .response(let response) = result, response.status == 200,
            let answer = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: any Sendable]
        else {
            guard case .response(let response) = result else { throw Trouble("fake Slack, \(verb): \(result)") }
            throw Trouble("fake Slack, \(verb): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
        }
        return answer
    }

    private static func json(_ value: Any) -> String {
        guard JSONSerialization.isValidJSONObject(value),
            let data = try? JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        else { return "\(value)" }
        return String(decoding: data, as: UTF8.self)
    }
}
