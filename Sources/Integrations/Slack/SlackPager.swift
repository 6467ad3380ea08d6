import Engine
import EngineCore
import Incidents
import Logging
import OnCall
import Timekeeping

/// Pages by a direct message in Slack.
public final class SlackPager: Pager {
    private let api: SlackWebAPI
    private let poster: SlackPoster
    private let slackID: @Sendable (UserID) -> String?
    private let render: PageRenderer

    /// - Parameter slackID: a person's id in Slack; asked for every attempt, so a correction helps the next.
    public init(
        api: SlackWebAPI, workspace: SlackWorkspace, slackID: @escaping @Sendable (UserID) -> String?,
        render: @escaping PageRenderer, log: Logger
    ) {
        self.api = api
        self.slackID = slackID
        self.render = render
        poster = SlackPoster(api: api, workspace: workspace, log: log)
    }

    public func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        let page = SlackPage.message(message, rendered: render(.chatText, message))
        // An attempt that is repeated may have arrived the first time: then it is not sent again.
        let since = message.isRepeat ? message.openedAt : nil
        perform(done) { await self.send(page, to: self.slackID(message.user), lookingSince: since) }
    }

    /// - Parameter address: a Slack user id, when it is not the person's own yet.
    public func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        let message = SlackPage.message(notice)
        perform(done) { await self.send(message, to: address ?? self.slackID(notice.user), lookingSince: nil) }
    }

    private func send(
        _ message: SlackMessage, to person: String?, lookingSince: Instant?
    ) async -> AttemptOutcome {
        guard api.isConfigured else { return AttemptOutcome(.failedForGood, evidence: "Slack is not configured") }
        guard let person, SlackText.isUserID(person) else {
            return AttemptOutcome(.failedForGood, evidence: "no Slack id is known")
        }
        let deadline = api.deadline
        var channel = api.roomID(of: person) ?? person
        if channel == person {
            switch await api.call(.openDirect, ["users": .string(person)], until: deadline) {
            case .ok(let body):
                if let id = body["channel"]?["id"]?.scalar {
                    api.learn(person, id)
                    channel = id
                }
            // Without the scope for it Slack still takes a message to the person's id.
            case .error("missing_scope"): break
            case let answer: return Self.outcome(ChatOutcome(answer, to: .openDirect))
            }
        }
        if let lookingSince, SlackText.isRoomID(channel), let key = message.key {
            let answer = await poster.find(
                key: key, isWhole: true, channel: channel, thread: nil, since: lookingSince, until: deadline)
            switch answer {
            case .found(let reference, _):
                return AttemptOutcome(.sent, evidence: "slack ts \(reference.id), found from an earlier attempt")
            case .notFound: break
            case let outcome: return Self.outcome(outcome)
            }
        }
        return Self.outcome(await poster.post(message, in: channel, until: deadline))
    }

    /// What an answer means for the page.
    static func outcome(_ outcome: ChatOutcome) -> AttemptOutcome {
        switch outcome {
        case .done(let reference), .found(let reference, _):
            AttemptOutcome(.sent, evidence: "slack ts \(reference.id)")
        case .later(let wait, let reason): AttemptOutcome(.failedForNow, evidence: reason, retryAfter: wait)
        case .doubtful(let reason): AttemptOutcome(.inDoubt, evidence: "\(reason); it may have arrived")
        case .notFound: AttemptOutcome(.failedForNow, evidence: "Slack knows nothing of it")
        case .lost(let reason), .closed(let reason), .refused(let reason):
            AttemptOutcome(.failedForGood, evidence: reason)
        }
    }

    /// Not structured, because the port hands over a callback. It ends by itself: every call has a deadline.
    private func perform(
        _ done: @escaping @Sendable (AttemptOutcome) -> Void, _ work: @escaping @Sendable () async -> AttemptOutcome
    ) {
        Task { done(await work()) }
    }
}
