import Engine
import EngineCore
import Logging
import Synchronization
import Timekeeping

/// Posts messages and finds them again. Losing a message because of its layout is not an option: what Slack refuses for
/// its form is sent once more as text.
final class SlackPoster: Sendable {
    private let api: SlackWebAPI
    private let workspace: SlackWorkspace
    private let log: Logger
    /// What was said once already about looking back not being permitted.
    private let hasWarned = Mutex(false)

    init(api: SlackWebAPI, workspace: SlackWorkspace, log: Logger) {
        self.api = api
        self.workspace = workspace
        self.log = log
    }

    /// - Parameters:
    ///   - method: one that takes a message.
    ///   - arguments: where to, in the method's own words.
    func send(
        _ message: SlackMessage, by method: SlackMethod, _ arguments: [String: JSONValue],
        until deadline: ContinuousClock.Instant? = nil
    ) async -> SlackAnswer {
        let deadline = deadline ?? api.deadline
        func attempt(_ message: SlackMessage) async -> SlackAnswer {
            let merged = message.arguments.merging(arguments) { _, place in place }
            return await api.call(method, merged, until: deadline)
        }
        let answer = await attempt(message)
        guard case .error(let word) = answer, SlackMessage.layoutErrors.contains(word) else { return answer }
        log.warning("Slack refused a message's layout; its text was sent instead", metadata: ["slack.error": "\(word)"])
        return await attempt(message.plain(after: word))
    }

    /// Posts into a room.
    /// - Parameter room: `#name`, `name` or an id.
    func post(
        _ message: SlackMessage, in room: String, thread: String? = nil,
        until deadline: ContinuousClock.Instant? = nil
    ) async -> ChatOutcome {
        var arguments: [String: JSONValue] = ["channel": .string(Self.channel(room))]
        if let thread { arguments["thread_ts"] = .string(thread) }
        let answer = await send(message, by: .postMessage, arguments, until: deadline)
        guard case .ok(let body) = answer else { return ChatOutcome(answer, to: .postMessage) }
        guard let channel = body["channel"]?.scalar, let ts = body["ts"]?.scalar else {
            return .doubtful("Slack's answer does not name the message")
        }
        return .done(PostedMessage(channel: channel, id: ts))
    }

    /// Looks for the newest message of ours by its key. Somebody else's with the same key is not it: anybody's robot
    /// can write one.
    /// - Parameters:
    ///   - isWhole: whether that is all of the key, or what it begins with.
    ///   - thread: the first message of the thread that is searched instead of the room.
    func find(
        key: String, isWhole: Bool = false, channel: String, thread: String?, since: Instant,
        until deadline: ContinuousClock.Instant? = nil
    ) async -> ChatOutcome {
        let deadline = deadline ?? api.deadline
        let method: SlackMethod = thread == nil ? .history : .replies
        let oldest = max(0, (since - Self.clockDifference).milliseconds / 1000)
        var arguments: [String: JSONValue] = [
            "channel": .string(channel), "oldest": .string("\(oldest).000000"), "limit": .number("100"),
            "include_all_metadata": .bool(true),
        ]
        if let thread { arguments["ts"] = .string(thread) }
        var newest = ChatOutcome.notFound
        for _ in 0..<Self.pages {
            let answer = await api.call(method, arguments, until: deadline)
            guard case .ok(let body) = answer else {
                guard case .error(let word) = answer else { return ChatOutcome(answer, to: method) }
                return notFound(word, method)
            }
            guard case .array(let messages)? = body["messages"] else { break }
            for message in messages {
                guard let whole = Self.key(of: message), isWhole ? whole == key : whole.hasPrefix(key),
                    let ts = message["ts"]?.scalar
                else { continue }
                guard let ours = await workspace.identity() else { return .later(nil, "Slack does not say who we are") }
                guard ours.wrote(message) else { continue }
                newest = .found(PostedMessage(channel: channel, id: ts), key: whole)
                // A room is read from its end, a thread from its beginning.
                if thread == nil { return newest }
            }
            guard let cursor = body["response_metadata"]?["next_cursor"]?.scalar, !cursor.isEmpty else {
                return newest
            }
            arguments["cursor"] = .string(cursor)
        }
        log.warning(
            "a Slack message was not looked for to the end: too much was said since",
            metadata: ["slack.method": "\(method.rawValue)"])
        return newest
    }

    /// The id of a room whose messages are to be read: known, learned from a post, or looked up in the list of rooms.
    func roomID(_ room: String, until deadline: ContinuousClock.Instant) async -> (id: String?, ChatOutcome) {
        let named = Self.channel(room)
        if let id = api.roomID(of: named) { return (id, .notFound) }
        var arguments: [String: JSONValue] = [
            "types": "public_channel,private_channel", "exclude_archived": .bool(true), "limit": .number("500"),
        ]
        for _ in 0..<Self.pages {
            let answer = await api.call(.list, arguments, until: deadline)
            guard case .ok(let body) = answer else {
                guard case .error(let word) = answer else { return (nil, ChatOutcome(answer, to: .list)) }
                return (nil, notFound(word, .list))
            }
            if case .array(let rooms)? = body["channels"] {
                for room in rooms {
                    if let name = room["name"]?.scalar, let id = room["id"]?.scalar { api.learn("#\(name)", id) }
                }
            }
            if let id = api.roomID(of: named) { return (id, .notFound) }
            guard let cursor = body["response_metadata"]?["next_cursor"]?.scalar, !cursor.isEmpty else { break }
            arguments["cursor"] = .string(cursor)
        }
        return (nil, .notFound)
    }

    /// As Slack takes it: an id, a person's id, or "#name".
    static func channel(_ room: String) -> String {
        SlackText.isRoomID(room) || SlackText.isUserID(room) || room.hasPrefix("#") ? room : "#\(room)"
    }

    /// Where looking back is not permitted, a rare duplicate is better than silence.
    private func notFound(_ word: String, _ method: SlackMethod) -> ChatOutcome {
        let outcome = ChatOutcome(.error(word), to: method)
        if ["missing_scope", "not_in_channel", "channel_not_found", "unknown_method", "no_permission"].contains(word) {
            let isFirst = hasWarned.withLock { warned in
                defer { warned = true }
                return !warned
            }
            if isFirst {
                log.warning(
                    "Slack does not let us look back, so a message may come twice. See the scopes in deploy/slack.",
                    metadata: ["slack.method": "\(method.rawValue)", "slack.error": "\(word)"])
            }
            return .notFound
        }
        return outcome
    }

    private static func key(of message: JSONValue) -> String? {
        guard message["metadata"]?["event_type"]?.scalar == SlackMessage.eventType else { return nil }
        return message["metadata"]?["event_payload"]?["key"]?.scalar
    }

    /// Pages of one search.
    private static let pages = 10
    /// Slack's clock and ours.
    private static let clockDifference = Duration.minutes(2)
}

extension SlackWorkspace.Identity {
    /// Whether that message, as Slack gives it back, is ours.
    func wrote(_ message: JSONValue) -> Bool {
        if let bot, message["bot_id"]?.scalar == bot { return true }
        return message["user"]?.scalar == user
    }
}
