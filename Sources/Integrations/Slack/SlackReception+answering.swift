import Engine
import EngineCore
import Logging
import Timekeeping

extension SlackReception {
    /// The body of an answer that the asker alone sees.
    static func body(_ answer: DeskAnswer, replacing: Bool = false) -> JSONValue {
        let message = SlackReply.message(answer, withButtons: true)
        return body(message.text, message.blocks, replacing: replacing)
    }

    private static func body(_ text: String, _ blocks: [JSONValue], replacing: Bool) -> JSONValue {
        var members: [String: JSONValue] = [
            "response_type": "ephemeral", "text": .string(text), "replace_original": .bool(replacing),
        ]
        if !blocks.isEmpty { members["blocks"] = .array(blocks) }
        return .object(members)
    }

    /// Answers by a `response_url`, and again if Slack could not be reached.
    func respond(_ url: String?, _ answer: DeskAnswer, replacing: Bool) async {
        await respond(url, Self.body(answer, replacing: replacing))
    }

    /// Puts what was done in the place of a page's buttons, for good. Answers whether Slack took it.
    func settle(_ press: SlackPress, _ answer: DeskAnswer) async -> Bool {
        let done = SlackReply.message(answer, withButtons: false)
        let text = press.text.isEmpty ? done.text : "\(press.text)\n\(done.text)"
        let kept = press.blocks.filter { Self.settledBlocks.contains($0["type"]?.scalar ?? "") }
        let blocks = kept.prefix(SlackLimits.blocks - done.blocks.count) + done.blocks
        return await respond(
            press.responseURL,
            [
                "replace_original": .bool(true), "blocks": .array(Array(blocks)),
                "text": .string(text.utf16.count > SlackLimits.text ? done.text : text),
            ])
    }

    /// What a page says, without what it asks.
    private static let settledBlocks: Set = ["header", "section", "context"]

    @discardableResult
    private func respond(_ url: String?, _ body: JSONValue) async -> Bool {
        guard let url else { return false }
        for attempt in 0..<Self.attempts {
            let outcome = ChatOutcome(await api.respond(url, body), to: .postEphemeral, isDone: true)
            if case .done = outcome { return true }
            guard await isWorthMore(outcome, attempt) else { return false }
        }
        return false
    }

    /// Answers what somebody said: in its thread, or to them alone.
    func say(_ answer: DeskAnswer, _ saying: SlackSaying) async {
        let isAlone = answer.isPrivate || !answer.choices.isEmpty
        let message = SlackReply.message(answer, withButtons: isAlone)
        // In a direct message only what was begun as a thread stays one.
        let thread = saying.thread ?? (saying.isDirect ? nil : saying.message)
        for attempt in 0..<Self.attempts {
            let outcome: ChatOutcome
            if isAlone {
                var place: [String: JSONValue] = ["channel": .string(saying.channel), "user": .string(saying.user)]
                if let thread { place["thread_ts"] = .string(thread) }
                let answer = await poster.send(message, by: .postEphemeral, place)
                outcome = ChatOutcome(answer, to: .postEphemeral, isDone: true)
            } else {
                outcome = await poster.post(message, in: saying.channel, thread: thread)
            }
            guard await isWorthMore(outcome, attempt) else { return }
        }
    }

    private static let attempts = 4
    private static let longestWait = Duration.seconds(60)

    /// Waits, and says whether to try again. What may have been said is not said twice.
    private func isWorthMore(_ outcome: ChatOutcome, _ attempt: Int) async -> Bool {
        guard case .later(let wait, let reason) = outcome, attempt + 1 < Self.attempts else {
            if case .done = outcome { return false }
            log.warning(
                "an answer did not reach the person who asked in Slack", metadata: ["slack.outcome": "\(outcome)"])
            return false
        }
        let pause = wait ?? .seconds(1 << attempt)
        guard pause <= Self.longestWait else {
            log.warning("an answer in Slack would come too late", metadata: ["slack.outcome": "\(reason)"])
            return false
        }
        return (try? await Task.sleep(for: pause)) != nil
    }
}

extension ChatOutcome {
    /// For calls that name no message when they succeed.
    init(_ answer: SlackAnswer, to method: SlackMethod, isDone: Bool) {
        if case .ok = answer, isDone {
            self = .done(PostedMessage(channel: "", id: ""))
        } else {
            self.init(answer, to: method)
        }
    }
}
