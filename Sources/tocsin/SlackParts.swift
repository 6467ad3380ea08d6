import Engine
import EngineCore
import Incidents
import Integrations
import Logging
import OnCall
import Server
import ServiceLifecycle
import Timekeeping

/// Everything about Slack that stands before the engine does: it is asked for people and sends them pages. The
/// way in comes after it.
struct SlackParts: Sendable {
    let api: SlackWebAPI
    let workspace: SlackWorkspace
    let people: SlackPeople
    let pager: SlackPager
    let platform: SlackPlatform
    private let book: ContactBook
    private let news: AsyncStream<Void>
    private let log: Logger

    init(book: ContactBook, curl: CurlClient, render: @escaping PageRenderer, log: Logger) {
        self.book = book
        self.log = log
        let (news, tell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.news = news
        api = SlackWebAPI(settings: { book.channels.slack }, client: curl, now: { HostTime.now })
        workspace = SlackWorkspace(api: api, log: log)
        people = SlackPeople(
            api: api, workspace: workspace, roster: { book.written },
            found: { ids in if book.note(chatIDs: ids) { tell.yield() } }, log: log)
        let people = people
        pager = SlackPager(api: api, workspace: workspace, slackID: { people.id(of: $0) }, render: render, log: log)
        platform = SlackPlatform(api: api, workspace: workspace, slackID: { people.id(of: $0) }, log: log)
    }

    /// The way in: what Slack sends us goes to the desk.
    func reception(engine: Engine, desk: any CommandDesk) -> SlackReception {
        SlackReception(
            api: api, workspace: workspace, people: people, desk: desk,
            incident: { engine.incident(shownBy: $0, on: "slack") }, log: log)
    }

    func door(_ reception: SlackReception) -> SlackDoor {
        SlackDoor(
            secret: { [book] in book.channels.slack?.signingSecret }, reception: reception, now: { HostTime.now },
            log: log)
    }

    func socket(_ reception: SlackReception) -> SlackSocket {
        SlackSocket(api: api, settings: { [book] in book.channels.slack }, reception: reception, log: log)
    }

    /// Keeps it up to date who in Slack is who.
    func roll(engine: Engine) -> SlackRoll { SlackRoll(people: people, book: book, engine: engine, news: news) }
}

/// Looks people up by their mail addresses, now and then; and when somebody was found, the engine is told that they can
/// be reached by chat.
struct SlackRoll: Service {
    let people: SlackPeople
    let book: ContactBook
    let engine: Engine
    let news: AsyncStream<Void>

    /// Somebody who joined Slack is known this soon.
    private static let interval = Duration.minutes(10)

    func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in news.cancelOnGracefulShutdown() { _ = await book.refresh(engine) }
            }
            group.addTask {
                await cancelWhenGracefulShutdown {
                    while !Task.isCancelled {
                        if book.channels.slack != nil { await people.refresh() }
                        try? await Task.sleep(for: Self.interval)
                    }
                }
            }
        }
    }
}

/// Keeps each incident's message up to date for as long as the server runs.
struct Publishing: Service {
    let publisher: ChatPublisher

    func run() async throws {
        publisher.start()
        try? await gracefulShutdown()
        publisher.stop()
    }
}

/// Slack's requests by a socket that we open, for those whom Slack cannot reach.
struct SocketMode: Service {
    let socket: SlackSocket
    let book: ContactBook

    /// How soon a socket is opened that a new configuration asks for.
    private static let interval = Duration.seconds(5)
    private static let patience = Duration.minutes(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let isWanted = book.channels.slack?.app != nil
                if isWanted { await socket.run() }
                // It ended by itself when Slack has switched it off: no reason to stop paging, nor to knock all the time.
                try? await Task.sleep(for: isWanted ? Self.patience : Self.interval)
            }
        }
    }
}
