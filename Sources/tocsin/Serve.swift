import ArgumentParser
import Documents
import Engine
import EngineCore
import Foundation
import Incidents
import Integrations
import Logging
import Metrics
import OnCall
import SQLiteStore
import Server
import ServiceLifecycle
import Synchronization
import Timekeeping
import UnixSignals

/// `tocsin serve`: opens the log, reads the configuration, listens.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve: take alerts in and page people.",
        discussion: """
            Stops on SIGTERM or SIGINT, letting attempts under way finish. Reads the configuration anew on SIGHUP; one \
            that is invalid, or that would change who is on call right now, is reported and not applied.
            """)

    @OptionGroup var files: ConfigurationOptions

    @Option(help: "The database file. Made when it does not exist.")
    var database = "tocsin.db"

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port = 8080

    @Option(help: "How people and senders reach this server from outside. Default: http://HOST:PORT.")
    var publicURL: String?

    @Option(help: "Write the address and the admin token here as soon as the server listens (mode 0600), for scripts.")
    var ready: String?

    @Option(help: "What to log: debug, info, notice, warning or error.")
    var logLevel = "notice"

    @Flag(help: "Print pages, the admin token and the hook keys although nobody looks: the output is no terminal.")
    var showSecrets = false

    @Flag(help: "Do not print pages on the terminal.")
    var quiet = false

    /// For a program that starts this one, and may be killed before it can stop it.
    @Flag(help: .hidden)
    var untilInputEnds = false

    func run() async throws {
        signal(SIGXFSZ, SIG_IGN)  // a limit on the size of files is trouble of the log, and no reason to die
        signal(SIGHUP, SIG_IGN)  // until the reloader listens: a reload during the start must not end it
        let level = Logger.Level(rawValue: logLevel)
        guard let level else { throw ValidationError("--log-level: '\(logLevel)' is not a level.") }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let numbers = PrometheusText()
        MetricsSystem.bootstrap(numbers)
        let log = Logger(label: "tocsin")

        let store = try await StartTrouble(files: files, database: database, log: log).open()
        let reader = files.reader()
        // Read twice: who can be reached depends on what people entered, and that on who there is.
        let book = try ContactBook(store: store, configuration: try load(reader, store).0)
        let (settings, trouble) = try load(reader, store, entered: book.everybody)
        book.adopt(settings)
        for warning in settings.warnings { Terminal.print("warning: \(warning)") }

        let named = self.publicURL ?? ProcessInfo.processInfo.environment["TOCSIN_PUBLIC_URL"]
        if named == nil, host == "0.0.0.0" || host == "::" {
            throw ValidationError(
                "--host \(host) is no address to put into a link. Say with --public-url (or TOCSIN_PUBLIC_URL) how "
                    + "people reach this server.")
        }
        let port = self.port == 0 ? try FreePort.find(host: host) : self.port
        let publicURL =
            named.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
            ?? "http://\(host):\(port)"
        let curl = CurlClient()
        let showsSecrets = showSecrets || Terminal.isInteractive
        let printsPages = showsSecrets && !quiet
        let templates = files.pageTemplates()
        let drafts = files.postmortemTemplates()
        for problem in templates.problems + drafts.problems { Terminal.print("warning: templates: \(problem)") }
        let render = templates.renderer { log.warning("\($0)") }
        let channels = Channels()
        let slack = SlackParts(book: book, curl: curl, render: render, log: log)
        let phone = TelephoneParts(book: book, curl: curl, channels: channels, publicURL: publicURL, log: log)
        let pagers: [ContactMethod: any Pager] = [
            .inbox: InboxPager { text in if printsPages { Terminal.print(text) } },
            .webhook: WebhookPager(
                settings: { book.webhook(of: $0) }, isOwn: { book.hasOwnWebhook($0) }, client: curl),
            .mail: MailPager(
                settings: { book.channels.smtp }, address: { book.address(of: $0, .mail) }, render: render,
                client: curl),
            .push: NtfyPager(
                settings: { book.channels.ntfy }, address: { book.address(of: $0, .push) }, render: render,
                client: curl),
            .chat: slack.pager,
            .sms: phone.sms,
            .call: phone.call,
        ]
        let earlier = EarlierRoster(store, reader, unlike: settings)
        let engine = try Engine(
            store: store, configuration: book.equipped(), pagers: pagers, publicURL: publicURL,
            version: Tocsin.version, log: log, channels: channels,
            serving: { service in book.serving(of: service).map { V2Driver(settings: $0, client: curl) } })
        try await engine.start()
        if let trouble { await tell(trouble, engine) }
        let desk = Desk(engine: engine, chatIDs: { slack.people.mentions })
        let reception = slack.reception(engine: engine, desk: desk)
        let replies = phone.replies(desk: desk)
        let publisher = ChatPublisher(
            engine: engine,
            platforms: [
                "slack": slack.platform,
                "webhook": WebhookPlatform(
                    settings: { book.channels.webhooks }, client: curl, now: { HostTime.now }),
            ],
            installation: engine.installation, log: log)

        let selfWatch = SelfWatchParts(
            engine: engine, book: book, store: store, database: database, publicURL: publicURL)
        let banner = Banner(engine: engine, settings: settings, showsSecrets: showsSecrets)
        let ready = self.ready
        let hooks = HookTable(Self.hooks(settings))
        let files = self.files
        let configuration = ConfigurationDesk(
            engine: engine, book: book,
            read: { try files.loadForService(reader, entered: book.everybody) },
            zones: ZoneSource(reader) { files.contacts ?? ConfigurationReader.contacts(beside: files.path) }
        ) { settings in
            hooks.replace(with: Self.hooks(settings))
            publisher.catchUp()
        }
        earlier?.tell(configuration, log)
        let server = TocsinServer(
            engine: engine, hooks: hooks, chat: ["slack": slack.door(reception)],
            callbacks: phone.doors(engine: engine, replies: replies),
            contacts: ContactDesk(engine: engine, book: book, pagers: pagers), configuration: configuration, desk: desk,
            postmortems: Postmortems(render: drafts.renderer { log.warning("\($0)") }, zone: reader.zone),
            past: PastRosters(.here(readSecrets: false)), zones: reader.zones,
            doctor: selfWatch.doctor(configuration),
            settings: ServerSettings(host: host, port: port, version: Tocsin.version), metrics: numbers, log: log
        ) { _ in
            Terminal.print(banner.text())
            do {
                if let ready { try Serve.writeReady(ready, engine) }
            } catch {
                log.error("cannot write the ready file", metadata: ["problem": "\(error)"])
            }
        }
        var group = ServiceGroupConfiguration(
            services: [
                .init(
                    service: engine, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(
                    service: server, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: Reloader(configuration: configuration, log: log)),
                .init(service: ZoneWatching(configuration: configuration)),
                .init(service: NoticeSender(engine: engine, pagers: pagers)),
                .init(service: CoverageWatch(configuration)),
                .init(service: HolidayReading(configuration, reader, curl)),
                .init(service: Publishing(publisher: publisher)),
                .init(service: phone.watch(engine: engine, replies: replies)),
                .init(service: slack.roll(engine: engine)),
                .init(service: SocketMode(socket: slack.socket(reception), book: book)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        for service in selfWatch.services(curl) { group.services.append(.init(service: service)) }
        if untilInputEnds {
            group.services.append(
                .init(service: InputEnd(), successTerminationBehavior: .gracefullyShutdownGroup))
        }
        group.maximumGracefulShutdownDuration = .seconds(25)
        try await ServiceGroup(configuration: group).run()
        curl.shutdown()
    }

    /// The configuration; or, when it is invalid, the last good one from the log, and what is wrong. Tocsin never
    /// refuses to page because of a typing mistake.
    private func load(
        _ reader: ConfigurationReader, _ store: SQLiteStore, entered: [UserID: ContactDetails] = [:]
    ) throws -> (Configuration, String?) {
        do {
            return (try files.load(reader, entered: entered), nil)
        } catch let errors as ConfigurationErrors {
            let problems = errors.problems.map(\.description).joined(separator: "\n")
            guard let record = try store.lastRecord(kind: "directoryApplied"),
                case .directoryApplied(let last) = try EventCodec.decode(record).payload
            else {
                Terminal.printError(problems)
                throw ExitCode(1)
            }
            let settings = try reader.read(
                sources: last.sources, zones: last.zoneBytes,
                contacts: files.contacts ?? ConfigurationReader.contacts(beside: files.path), entered: entered,
                now: HostTime.now)
            Terminal.printError(
                "\(problems)\nThe configuration is invalid. The last good one, version \(last.version), runs.")
            return (settings, problems)
        }
    }

    private func tell(_ problems: String, _ engine: Engine) async {
        let alert = AlertSignal(
            alert: AlertKey(integration: .tocsin, key: "configuration"), status: .firing, severity: .sev2,
            title: "The configuration is invalid; the last good one runs", summary: problems,
            labels: ["alertname": "ConfigurationInvalid"])
        _ = await engine.submit(.alerts([alert], unreadable: [], from: .tocsin))
    }

    private static func hooks(_ settings: Configuration) -> [String: HookTable.Entry] {
        var entries: [String: HookTable.Entry] = [:]
        for integration in settings.integrations {
            guard let format = Formats.make(integration) else { continue }
            entries[integration.key] = HookTable.Entry(
                integration: integration.id, format: format, isHeartbeat: format is HeartbeatFormat)
        }
        return entries
    }

    /// Nobody else may read it, not even for the moment it is being written.
    private static func writeReady(_ path: String, _ engine: Engine) throws {
        let text = "TOCSIN_SERVER=\(engine.publicURL)\nTOCSIN_TOKEN=\(engine.adminToken)\n"
        let part = path + ".part"
        unlink(part)
        let descriptor = open(part, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw APIClient.Failure("\(part): \(String(cString: strerror(errno)))") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        guard rename(part, path) == 0 else { throw APIClient.Failure("\(path): \(String(cString: strerror(errno)))") }
    }
}
