import Engine
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Tocsin's HTTP face: alerts in at `/hooks/{key}`, the API, the console, acknowledge links, health and metrics.
///
/// Knows no vendor and decides nothing: it reads requests, asks the engine and writes its answers down.
public struct TocsinServer: Service {
    private let application: Application<RouterResponder<ServerContext>>
    /// Every path with its method, for the test that holds the API's description to it.
    package let endpoints: [Endpoint]

    /// - Parameters:
    ///   - metrics: what `/metrics` shows. Bootstrap swift-metrics with it *before* the engine is made, or the engine's
    ///     numbers are missing.
    ///   - chat: the doors of chat platforms, by the name in `/chat/{platform}/…`.
    ///   - callbacks: the doors of providers, by the name in `/callbacks/{provider}/…`.
    ///   - contacts: how people's own addresses come and go, for `/me` and the API.
    ///   - configuration: how a changed configuration is taken up.
    ///   - desk: where lines typed at the console and the API are carried out.
    ///   - postmortems: who renders their drafts.
    ///   - past: how what was known earlier is made of the log.
    ///   - zones: where a time zone that somebody names is looked up.
    ///   - doctor: who looks it over; nil leaves out what only the program around it can see.
    ///   - onBound: called once with the port that was bound.
    public init(
        engine: Engine, hooks: HookTable, chat: [String: any ChatDoor],
        callbacks: [String: any CallbackDoor] = [:], contacts: ContactDesk,
        configuration: ConfigurationDesk, desk: any CommandDesk, postmortems: Postmortems, past: PastRosters,
        zones: ZoneFinder, doctor: Doctor? = nil, settings: ServerSettings, metrics: PrometheusText, log: Logger,
        onBound: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        let router = Router(context: ServerContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: SecurityHeaders(isHTTPS: engine.publicURL.hasPrefix("https://")))
        router.add(middleware: RequestCounting(metrics: metrics))
        router.add(middleware: ErrorResponses())

        let routes = Routes(router)
        let bodies = BodyReader(limit: settings.maxBody, time: settings.bodyTimeout)
        HealthRoutes(engine: engine, configuration: configuration, metrics: metrics, version: settings.version)
            .add(to: routes)
        HookRoutes(engine: engine, hooks: hooks, bodies: bodies, metrics: metrics).add(to: routes)
        ChatRoutes(doors: chat, bodies: bodies).add(to: routes)
        CallbackRoutes(doors: callbacks, bodies: bodies).add(to: routes)
        let calendars = CalendarDesk(engine: engine)
        APIRoutes(
            engine: engine, contacts: contacts, configuration: configuration, desk: desk, bodies: bodies,
            version: settings.version, postmortems: postmortems, calendars: calendars, past: past, zones: zones,
            proofs: LiveProofs(engine), doctor: doctor ?? Doctor(engine: engine, configuration: configuration)
        ).add(to: routes)
        CalendarRoutes(engine: engine, calendars: calendars).add(to: routes)
        let sessions = Sessions(adminToken: engine.adminToken, isHTTPS: engine.publicURL.hasPrefix("https://"))
        AcknowledgeRoutes(engine: engine, bodies: bodies).add(to: routes)
        let console = ConsoleRoutes(
            engine: engine, configuration: configuration, desk: desk, bodies: bodies, sessions: sessions,
            postmortems: postmortems, past: past)
        console.add(to: routes)
        RunbookRoutes(engine: engine, console: console).add(to: routes)
        ScheduleRoutes(engine: engine, console: console).add(to: routes)
        MeRoutes(engine: engine, contacts: contacts, bodies: bodies, sessions: sessions).add(to: routes)
        routes.refuseOtherMethods()
        endpoints = routes.endpoints

        application = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    idleTimeout: .nanoseconds(settings.idleTimeout.nanoseconds),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: ServerSettings.maxHeaderBytes,
                        maxHeaderListSize: ServerSettings.maxHeaderBytes,
                        maxHeaderFieldCount: ServerSettings.maxHeaderFields))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(settings.maxConnections, logger: log)),
            onServerRunning: { channel in await onBound(channel.localAddress?.port ?? settings.port) },
            logger: log)
    }

    /// For tests, which ask it without a socket.
    package var app: some ApplicationProtocol { application }

    /// Serves until the graceful shutdown of the surrounding service group, then lets requests under way finish.
    public func run() async throws { try await application.run() }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
