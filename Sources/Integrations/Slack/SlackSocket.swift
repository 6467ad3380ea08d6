import Engine
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Timekeeping

/// Socket Mode: Slack's requests down a WebSocket that we open, for those whom Slack cannot reach. It is kept open
/// whatever happens: while Slack is away it is tried again and again, and a connection that is about to end gets its
/// successor before it does.
public final class SlackSocket: Sendable {
    private let api: SlackWebAPI
    private let settings: @Sendable () -> SlackSettings?
    private let reception: SlackReception
    private let group: any EventLoopGroup
    private let silenceLimit: Duration
    private let pause: @Sendable (Duration) async throws -> Void
    private let log: Logger

    /// - Parameters:
    ///   - settings: a socket without TLS is accepted only where the Web API has none either.
    ///   - silenceLimit: a connection on which nothing arrives for that long is dead; Slack pings far more often.
    ///   - pause: waits before another attempt.
    public init(
        api: SlackWebAPI, settings: @escaping @Sendable () -> SlackSettings?, reception: SlackReception,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, silenceLimit: Duration = .seconds(60),
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }, log: Logger
    ) {
        self.api = api
        self.settings = settings
        self.reception = reception
        self.group = group
        self.silenceLimit = silenceLimit
        self.pause = pause
        self.log = log
    }

    /// Runs until its task is cancelled; then every connection is closed.
    public func run() async {
        await withDiscardingTaskGroup { connections in
            var wait = SlackSocketWait()
            while !Task.isCancelled {
                guard let address = await address() else {
                    try? await pause(wait.next(chance: .random(in: 0...1)))
                    continue
                }
                let (news, tell) = AsyncStream.makeStream(of: News.self)
                connections.addTask {
                    await self.serve(address) { tell.yield($0) }
                    tell.yield(.ended)
                    tell.finish()
                }
                let begun = ContinuousClock.now
                let ending = await Self.ending(of: news)
                let isProven = begun.duration(to: .now) >= Self.provenAfter
                if isProven { wait.reset() }
                switch ending {
                case .announced where isProven: continue
                case .disabled:
                    log.critical(
                        "Socket Mode is switched off in the Slack app's settings. Switch it on and restart Tocsin."
                    )
                    await Self.untilCancelled()
                case .announced, .ended:
                    try? await pause(wait.next(chance: .random(in: 0...1)))
                }
            }
            connections.cancelAll()
        }
    }

    /// What a connection says of itself to the loop that keeps one open.
    private enum News: Sendable {
        /// It still works and will end soon.
        case announced
        case ended
        /// Socket Mode was switched off in the app's settings.
        case disabled
    }

    private static func ending(of news: AsyncStream<News>) async -> News {
        for await each in news { return each }
        return .ended
    }

    /// What ends sooner may end so again at once, and Slack gives few addresses a minute.
    private static let provenAfter = Duration.seconds(10)

    private static func untilCancelled() async {
        let (never, hold) = AsyncStream.makeStream(of: Never.self)
        for await _ in never {}
        hold.finish()
    }

    /// Where to connect to: each address works once.
    private func address() async -> WebAddress? {
        guard let settings = settings(), settings.app != nil else {
            log.error("Socket Mode has no app-level token")
            return nil
        }
        let answer = await api.call(.openConnection)
        guard case .ok(let body) = answer else {
            log.error("Slack gives no socket; trying again", metadata: ["slack.answer": "\(answer.summary)"])
            return nil
        }
        guard let address = body["url"]?.scalar.flatMap(WebAddress.init),
            address.isSecure || WebAddress(settings.api)?.isSecure == false
        else {
            log.error("Slack's socket has no TLS")
            return nil
        }
        return address
    }

    // MARK: One connection

    private func serve(_ address: WebAddress, _ tell: @escaping @Sendable (News) -> Void) async {
        do {
            let connection = try await WebSocketConnection.open(
                address, group: group, silenceLimit: silenceLimit)
            // Requests are answered beside each other; those under way end with the connection.
            try await withThrowingDiscardingTaskGroup { requests in
                let (frames, hand) = AsyncStream.makeStream(of: (SlackEnvelope, WebSocketWriter).self)
                requests.addTask {
                    defer { hand.finish() }
                    try await connection.run { text, writer in hand.yield((SlackEnvelope(text), writer)) }
                }
                for await (envelope, writer) in frames {
                    if let news = news(envelope, writer) { tell(news) }
                    requests.addTask { try? await self.answer(envelope, writer) }
                }
            }
            log.notice("the Slack socket was closed")
        } catch {
            if !Task.isCancelled { log.notice("the Slack socket ended", metadata: ["slack.reason": "\(error)"]) }
        }
    }

    private func news(_ envelope: SlackEnvelope, _ writer: WebSocketWriter) -> News? {
        switch envelope {
        case .hello:
            log.notice("connected to Slack by socket")
            return nil
        case .disconnect("link_disabled"):
            writer.close(after: .zero)
            return .disabled
        case .disconnect(let reason):
            log.info("Slack will end the socket soon", metadata: ["slack.reason": "\(reason)"])
            writer.close(after: Self.farewell)
            // With too many connections another one would only be the next to go.
            return reason == "too_many_websockets" ? nil : .announced
        case .request, .unreadable, .unknown: return nil
        }
    }

    /// How long an announced end may take.
    private static let farewell = Duration.seconds(60)

    private func answer(_ envelope: SlackEnvelope, _ writer: WebSocketWriter) async throws {
        switch envelope {
        case .request(let id, let request, let takesPayload):
            switch await reception.receive(request) {
            case .taken, .challenge: try await writer.send(SlackEnvelope.acknowledgement(id, nil))
            case .shown(let body): try await writer.send(SlackEnvelope.acknowledgement(id, takesPayload ? body : nil))
            // Unacknowledged, Slack brings it again.
            case .busy: break
            }
        case .unreadable(let id, let problem):
            log.warning("an envelope from Slack could not be read", metadata: ["slack.problem": "\(problem)"])
            try await writer.send(SlackEnvelope.acknowledgement(id, nil))
        case .unknown: log.debug("a frame from Slack is of no known kind")
        case .hello, .disconnect: break
        }
    }
}
