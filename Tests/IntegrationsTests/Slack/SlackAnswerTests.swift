import Engine
import Testing
import Timekeeping

@testable import Integrations

@Suite("What Slack's answers mean")
struct SlackAnswerTests {
    private static let now = Instant(seconds: 1_790_000_000)

    @Test(
        "each error word has its meaning",
        arguments: [
            ("is_archived", "closed"), ("channel_not_found", "closed"), ("not_in_channel", "closed"),
            ("restricted_action", "closed"), ("is_inactive", "closed"), ("message_not_found", "lost"),
            ("cant_update_message", "lost"), ("edit_window_closed", "lost"), ("thread_not_found", "lost"),
            ("token_revoked", "refused"), ("invalid_auth", "refused"), ("account_inactive", "refused"),
            ("missing_scope", "refused"), ("not_authed", "refused"), ("ratelimited", "later 30000"),
            ("internal_error", "doubtful"), ("service_unavailable", "later"), ("a_word_of_tomorrow", "later"),
        ])
    func words(word: String, meaning: String) {
        #expect(Self.meaning(200, "{\"ok\":false,\"error\":\"\(word)\"}", .postMessage) == meaning)
    }

    @Test(
        "a lost answer is a doubt for what shows twice, and another try for the rest",
        arguments: [
            (500, "", SlackMethod.postMessage, "doubtful"), (500, "", .update, "later"),
            (503, "", .postMessage, "later"),
            (502, "<html>", .postMessage, "doubtful"), (200, "not json", .postMessage, "doubtful"),
            (200, "not json", .update, "later"), (404, "", .postMessage, "refused"),
        ])
    func statuses(status: Int, body: String, method: SlackMethod, meaning: String) {
        #expect(Self.meaning(status, body, method) == meaning)
    }

    @Test("429 says for how long, and nobody is asked to wait less than a second")
    func limited() {
        #expect(Self.meaning(429, "", .update, ["Retry-After": "7"]) == "later 7000")
        #expect(Self.meaning(429, "", .update, ["retry-after": "0"]) == "later 1000")
        #expect(Self.meaning(429, "", .update) == "later 30000")
    }

    @Test("a connection that never came is no doubt; one that broke is")
    func transfers() {
        for (mayHaveArrived, meaning) in [(false, "later"), (true, "doubtful")] {
            let failed = FailedTransfer(reason: "it broke", mayHaveArrived: mayHaveArrived)
            let answer = SlackAnswer(.failed(failed), to: .postMessage, now: Self.now)
            #expect(Self.name(ChatOutcome(answer, to: .postMessage)) == meaning)
        }
        let refused = FailedTransfer(reason: "no URL", mayHaveArrived: false, isRefused: true)
        #expect(
            Self.name(ChatOutcome(SlackAnswer(.failed(refused), to: .update, now: Self.now), to: .update)) == "refused")
    }

    private static func meaning(
        _ status: Int, _ body: String, _ method: SlackMethod, _ headers: [String: String] = [:]
    ) -> String {
        let response = OutboundResponse(
            status: status, headers: headers.map { ($0.key, $0.value) }, body: Array(body.utf8), elapsed: .zero)
        return name(ChatOutcome(SlackAnswer(.response(response), to: method, now: now), to: method))
    }

    private static func name(_ outcome: ChatOutcome) -> String {
        switch outcome {
        case .done: "done"
        case .found: "found"
        case .notFound: "notFound"
        case .later(let wait, _): wait.map { "later \($0.milliseconds)" } ?? "later"
        case .doubtful: "doubtful"
        case .lost: "lost"
        case .closed: "closed"
        case .refused: "refused"
        }
    }
}
