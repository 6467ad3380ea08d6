import Engine
import EngineCore
import Logging
import OnCall
import Timekeeping

/// Slack as the place where incidents are shown: one message each, kept up to date, and the timeline below it.
public final class SlackPlatform: ChatPlatform {
    public let name = "slack"
    private let api: SlackWebAPI
    private let poster: SlackPoster
    private let slackID: @Sendable (UserID) -> String?

    /// - Parameter slackID: a person's id in Slack, for the owner's name in a card.
    public init(
        api: SlackWebAPI, workspace: SlackWorkspace, slackID: @escaping @Sendable (UserID) -> String?, log: Logger
    ) {
        self.api = api
        self.slackID = slackID
        poster = SlackPoster(api: api, workspace: workspace, log: log)
    }

    public var isConfigured: Bool { api.isConfigured }

    public func post(
        _ card: IncidentCard, in room: String, key: String, done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        perform(done) {
            await self.poster.post(SlackCard.message(card, key: key, slackID: self.slackID), in: room)
        }
    }

    public func update(
        _ card: IncidentCard, _ message: PostedMessage, done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        perform(done) {
            // Without a key: the one it was posted with stays.
            let answer = await self.poster.send(
                SlackCard.message(card, key: nil, slackID: self.slackID), by: .update,
                ["channel": .string(message.channel), "ts": .string(message.id)])
            guard case .ok = answer else { return ChatOutcome(answer, to: .update) }
            return .done(message)
        }
    }

    public func tell(
        _ lines: [ChatLine], below message: PostedMessage, key: String,
        done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        perform(done) {
            guard !lines.isEmpty else { return .done(message) }
            return await self.poster.post(
                SlackThread.message(lines, key: key), in: message.channel, thread: message.id)
        }
    }

    public func find(
        key: String, in room: String, below message: PostedMessage?, since: Instant,
        done: @escaping @Sendable (ChatOutcome) -> Void
    ) {
        perform(done) {
            let deadline = self.api.deadline
            if let message {
                return await self.poster.find(
                    key: key, channel: message.channel, thread: message.id, since: since, until: deadline)
            }
            let (id, problem) = await self.poster.roomID(room, until: deadline)
            guard let id else { return problem }
            return await self.poster.find(key: key, channel: id, thread: nil, since: since, until: deadline)
        }
    }

    /// Not structured, because the port hands over a callback. It ends by itself: every call has a deadline.
    private func perform(
        _ done: @escaping @Sendable (ChatOutcome) -> Void, _ work: @escaping @Sendable () async -> ChatOutcome
    ) {
        Task { done(await work()) }
    }
}
