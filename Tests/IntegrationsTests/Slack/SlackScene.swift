import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import Logging
import OnCall
import Synchronization
import Testing
import Timekeeping

@testable import Integrations

/// A Web API that answers by a script, and everything of ours in front of it.
final class SlackScene: Sendable {
    static let secret = "8f742231b10e8888abcd99yyyzzz85a5"
    static let now = Instant(seconds: 1_772_330_584)
    static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let server: TestServer
    let client = CurlClient()
    let api: SlackWebAPI
    let workspace: SlackWorkspace
    let people: SlackPeople
    let desk: ScriptedDesk
    let reception: SlackReception
    let door: SlackDoor
    private let state: SlackSceneState
    let found = Heard<[UserID: String]>()

    /// - Parameter answers: by method: the n-th call's answer, from 0. What is not scripted is answered sensibly.
    init(
        roster: [UserID: ContactDetails] = ["ana": ContactDetails(slack: "U1")], patience: Duration = .seconds(60),
        desk: ScriptedDesk = ScriptedDesk { _ in DeskAnswer(.done, "Done.") }, log: Logger = SlackScene.log,
        clock: HandClock? = nil,
        answers: @escaping @Sendable (String, Int) -> TestServer.Reaction? = { _, _ in nil }
    ) throws {
        let counts = Mutex<[String: Int]>([:])
        server = try TestServer { request, _ in
            let method = request.path.components(separatedBy: "/").last!
            let number = counts.withLock { counts in
                counts[method, default: 0] += 1
                return counts[method]! - 1
            }
            return answers(method, number) ?? Self.sensible(method, request)
        }
        let settings = SlackSettings(
            bot: "xoxb-1", signingSecret: Self.secret, app: "xapp-1", api: server.url("/api"))
        let state = SlackSceneState(settings: settings, roster: roster)
        self.state = state
        api = SlackWebAPI(settings: { state.settings }, client: client, now: { Self.now }, patience: .seconds(120))
        workspace = SlackWorkspace(api: api, log: log)
        people = SlackPeople(
            api: api, workspace: workspace, roster: { state.roster }, found: { [found] in found.add($0) },
            now: { clock?.now ?? .now }, log: log)
        self.desk = desk
        reception = SlackReception(
            api: api, workspace: workspace, people: people, desk: desk,
            incident: { $0.id == "1772330500.000100" ? Incident.ID(42) : nil }, patience: patience, log: log)
        door = SlackDoor(secret: { Self.secret }, reception: reception, now: { Self.now }, log: log)
    }

    var settings: SlackSettings { state.settings! }

    /// Puts another bot token into the configuration; nil takes Slack out of it.
    func reconfigure(bot: String?) {
        let api = server.url("/api")
        state.settings = bot.map { SlackSettings(bot: $0, signingSecret: Self.secret, app: "xapp-1", api: api) }
    }

    func people(_ roster: [UserID: ContactDetails]) { state.roster = roster }

    private static func sensible(_ method: String, _ request: TestServer.Request) -> TestServer.Reaction {
        switch method {
        case "auth.test": .json(#"{"ok":true,"team_id":"T1","user_id":"UBOT"}"#)
        case "chat.postMessage": .json(#"{"ok":true,"channel":"C1","ts":"1772330600.000100"}"#)
        case "conversations.open": .json(#"{"ok":true,"channel":{"id":"D77"}}"#)
        case "conversations.history", "conversations.replies": .json(#"{"ok":true,"messages":[],"has_more":false}"#)
        case "users.info": .json(#"{"ok":false,"error":"user_not_found"}"#)
        case "users.lookupByEmail": .json(#"{"ok":false,"error":"users_not_found"}"#)
        case "response": .answer(200, body: Array("ok".utf8))
        default: .json(#"{"ok":true,"channel":"C1","ts":"1.000001","message_ts":"1.000001"}"#)
        }
    }

    /// The bodies of all calls of that method so far.
    func calls(_ method: String) -> [JSONValue] {
        server.requests.filter { $0.path.hasSuffix("/\(method)") }.map { request in
            (try? JSONValue(json: request.body)) ?? JSONValue(FormBody(request.body)?.fields ?? [:])
        }
    }

    /// A signed request.
    func request(_ body: String, at now: Instant = now, secret: String = secret) -> HookRequest {
        let timestamp = String(now.milliseconds / 1000)
        let body = Array(body.utf8)
        var headers = HTTPFields()
        headers[HTTPField.Name("X-Slack-Request-Timestamp")!] = timestamp
        headers[HTTPField.Name("X-Slack-Signature")!] = SlackSignature.sign(
            timestamp: timestamp, body: body, secret: secret)
        return HookRequest(method: .post, headers: headers, body: body)
    }

    func command(
        _ text: String, user: String = "U1", team: String = "T1", trigger: String = "1.2.abc"
    ) -> HookRequest {
        request(
            FormBody([
                "command": "/tocsin", "text": text, "user_id": user, "team_id": team, "channel_id": "C1",
                "trigger_id": trigger, "response_url": server.url("/response"),
            ]).encoded)
    }
}

/// What a scene's configuration says just now.
final class SlackSceneState: Sendable {
    private let state: Mutex<(settings: SlackSettings?, roster: [UserID: ContactDetails])>

    init(settings: SlackSettings, roster: [UserID: ContactDetails]) { state = Mutex((settings, roster)) }

    var settings: SlackSettings? {
        get { state.withLock { $0.settings } }
        set { state.withLock { $0.settings = newValue } }
    }
    var roster: [UserID: ContactDetails] {
        get { state.withLock { $0.roster } }
        set { state.withLock { $0.roster = newValue } }
    }
}

extension TestServer.Reaction {
    static func json(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> TestServer.Reaction {
        .answer(status, headers: headers, body: Array(text.utf8))
    }
}

/// A desk that answers by a script and remembers what it was asked.
final class ScriptedDesk: CommandDesk {
    struct Asked: Hashable, Sendable {
        var line: String
        var speaker: Speaker
        var here: Incident.ID?
        var request: RequestID?
    }

    private let script: @Sendable (Asked) async -> DeskAnswer
    private let all = Mutex<[Asked]>([])

    init(_ script: @escaping @Sendable (Asked) async -> DeskAnswer) { self.script = script }

    var asked: [Asked] { all.withLock { $0 } }

    func answer(_ line: String, from speaker: Speaker, here: Incident.ID?, request: RequestID?) async -> DeskAnswer {
        let asked = Asked(line: line, speaker: speaker, here: here, request: request)
        all.withLock { $0.append(asked) }
        return await script(asked)
    }
}

/// What was heard, in order.
final class Heard<Element: Sendable>: Sendable {
    private let state = Mutex<[Element]>([])

    var all: [Element] { state.withLock { $0 } }
    func add(_ element: Element) { state.withLock { $0.append(element) } }
}

/// Opens once; whoever waits goes on.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// Looks again and again until it is so, without holding a thread.
/// - Throws: when it never is: what follows could not count on it.
func until(_ isSo: @escaping @Sendable () -> Bool, at place: SourceLocation = #_sourceLocation) async throws {
    let deadline = ContinuousClock.now + .seconds(300)
    while !isSo() {
        try #require(.now < deadline, "waited for in vain", sourceLocation: place)
        await withCheckedContinuation { again in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(2)) { again.resume() }
        }
    }
}

/// A clock that is moved by hand.
final class HandClock: Sendable {
    private let time = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { time.withLock { $0 } }
    func move(by duration: Duration) { time.withLock { $0 += duration } }
}

/// A log whose lines are remembered: the message, and how often it stands for.
struct HeardLog: LogHandler {
    let lines: Heard<String>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    init(_ lines: Heard<String>) { self.lines = lines }

    static func logger(_ lines: Heard<String>) -> Logger { Logger(label: "test") { _ in HeardLog(lines) } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(
        level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String, file: String,
        function: String, line: UInt
    ) {
        lines.add("\(message) \(metadata?["slack.count"].map { "(\($0))" } ?? "")")
    }
}
