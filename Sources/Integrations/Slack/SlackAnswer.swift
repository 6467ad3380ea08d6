import Engine
import Timekeeping

/// What a call of the Web API came to.
enum SlackAnswer: Hashable, Sendable {
    case ok(JSONValue)
    /// Slack's error word, as in `channel_not_found`.
    case error(String)
    /// Not asked, or not done: Slack wants to be left alone for that long.
    case limited(Duration)
    /// Slack could not be reached or is in trouble.
    /// - mayBeDone: the request may have been carried out.
    case away(String, mayBeDone: Bool)
    /// The request cannot be sent at all: a wrong address in the settings.
    case unsendable(String)
    /// Slack is not configured, or not any more: nobody is to be alarmed.
    case unconfigured
}

extension SlackAnswer {
    /// Reads the answer to a call of that method.
    init(_ result: OutboundResult, to method: SlackMethod, now: Instant) {
        switch result {
        case .failed(let failed):
            self =
                failed.isRefused ? .unsendable(failed.reason) : .away(failed.reason, mayBeDone: failed.mayHaveArrived)
        case .response(let response):
            let json = try? JSONValue(json: response.body)
            switch response.status {
            case 429:
                let wait = response.header("Retry-After").flatMap {
                    RetryAfter.wait($0, date: response.header("Date"), now: now)
                }
                self = .limited(max(wait ?? Self.unsaidWait, .seconds(1)))
            case 200 where json?["ok"] == .bool(true): self = .ok(json ?? .null)
            case 200:
                guard let word = json?["error"]?.scalar else {
                    self = .away("its answer could not be read", mayBeDone: true)
                    return
                }
                self = Self(errorWord: word)
            // A gateway that says 503 has passed nothing on.
            case 503: self = .away("HTTP 503", mayBeDone: false)
            case 500...: self = .away("HTTP \(response.status)", mayBeDone: true)
            default: self = json?["error"]?.scalar.map(Self.init(errorWord:)) ?? .error("http_\(response.status)")
            }
        }
    }

    private init(errorWord word: String) {
        switch word {
        case "ratelimited", "rate_limited", "message_limit_exceeded": self = .limited(Self.unsaidWait)
        // Slack's own words: "It's possible some aspect of the operation succeeded before the error was raised."
        case "internal_error", "fatal_error": self = .away("its \(word)", mayBeDone: true)
        case "service_unavailable", "request_timeout", "team_added_to_org":
            self = .away("its \(word)", mayBeDone: false)
        default: self = .error(String(PageText.printable(word).prefix(80)))
        }
    }

    /// When Slack says "too many" and not for how long.
    private static let unsaidWait = Duration.seconds(30)
}

extension ChatOutcome {
    /// What it means that a call did not succeed: the one place that knows Slack's error words.
    init(_ answer: SlackAnswer, to method: SlackMethod) {
        switch answer {
        case .ok: self = .later(nil, "Slack's answer lacks what was asked for")
        case .limited(let wait): self = .later(wait, "Slack asks for a pause")
        case .away(let reason, let mayBeDone):
            self = mayBeDone && method.isSeenTwice ? .doubtful("Slack: \(reason)") : .later(nil, "Slack: \(reason)")
        case .unsendable(let reason): self = .refused("Slack: \(reason)")
        case .unconfigured: self = .later(nil, "Slack is not configured")
        case .error(let word):
            let reason = "Slack says \(word)"
            if Self.closedWords.contains(word) {
                self = .closed(reason)
            } else if Self.lostWords.contains(word) {
                self = .lost(reason)
            } else if Self.refusedWords.contains(word) {
                self = .refused(reason)
            } else {
                self = .later(nil, reason)
            }
        }
    }

    private static let closedWords: Set = [
        "is_archived", "is_inactive", "channel_not_found", "not_in_channel", "restricted_action",
        "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel", "restricted_action_thread_locked", "user_not_found",
        "user_not_in_channel", "user_disabled", "user_not_visible", "users_not_found", "cannot_dm_bot",
        "messages_tab_disabled", "channel_is_limited_access", "not_in_workspace",
        "slack_connect_canvas_sharing_blocked",
    ]
    private static let lostWords: Set = [
        "message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found",
        "cannot_reply_to_message", "invalid_thread_ts",
    ]
    private static let refusedWords: Set = [
        "token_revoked", "token_expired", "invalid_auth", "account_inactive", "missing_scope", "not_authed",
        "no_permission", "not_allowed_token_type", "access_denied", "ekm_access_denied", "org_login_required",
        "team_access_not_granted", "two_factor_setup_required", "deprecated_endpoint", "method_deprecated",
        "unknown_method", "http_404",
    ]
}
