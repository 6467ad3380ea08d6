import Engine
import EngineCore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Incidents
import Integrations
import LogDoubles
import Logging
import NIOCore
import OnCall
import SQLiteStore
import Server
import Synchronization
import Testing
import Timekeeping

/// What reading the configuration anew comes to; nil for what is in force.
final class EditedFiles: Sendable {
    let result = Mutex<Result<Configuration, ConfigurationTrouble>?>(nil)
}

/// A whole Tocsin in a temporary folder: a real engine over a real database, with pagers that only remember.
final class House: Sendable {
    let engine: Engine
    let server: TocsinServer
    let hooks: HookTable
    let pager = RememberingPager()
    let store: FailingStore
    let contacts: ContactDesk
    let configuration: ConfigurationDesk
    let files: EditedFiles
    let desk = EchoingDesk()
    let door = RememberingDoor()
    let past: PastRosters
    /// What a recorded configuration is read as, by the text of its first file.
    private let versions = Versions()
    private let folder: URL
    private let linksMade = Mutex(Int64(0))

    static let hookKey = "k3y-of-prod-0123456789"

    /// - Parameters:
    ///   - publicURL: `https` turns on what is only right behind TLS.
    ///   - hasMail: whether a mail server is configured.
    ///   - serving: what serves `ranker`, if that can be rolled back; version 1 is declared good.
    init(
        publicURL: String = "http://tocsin.test", maxBody: Int = 64 * 1024, bodyTimeout: Duration = .seconds(30),
        hasMail: Bool = true, directory: Directory = House.directory,
        runbooks: [Runbook] = [], serving: ScriptedServing? = nil, callbacks: [String: any CallbackDoor] = [:]
    ) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = FailingStore(try SQLiteStore(path: folder.appending(path: "log.db").path))
        var log = Logger(label: "test")
        log.logLevel = .critical
        let channels = ChannelSettings(
            webhook: WebhookSettings(url: "https://hook.test", secret: []),
            smtp: hasMail ? SMTPSettings(host: "mail.test", from: "tocsin@example.com") : nil,
            ntfy: NtfySettings(url: "https://ntfy.test"))
        var directory = directory
        directory.runbooks = runbooks.map(\.rule)
        if serving != nil { directory.services["ranker"]?.rollback = .brief }
        let configuration = Configuration(directory: directory, channels: channels, runbooks: runbooks)
        let pagers: [ContactMethod: any Pager] = [.inbox: pager, .webhook: pager, .mail: pager, .push: pager]
        engine = try Engine(
            store: store, configuration: configuration, pagers: pagers, publicURL: publicURL, version: "1.2.3",
            log: log, serving: { _ in serving })
        try await engine.start()
        if serving != nil {
            await engine.seesServing("ranker")
            let actor = Actor(user: nil, via: .api)
            _ = await engine.submit(.command(.declareGood("ranker", version: "1", by: actor), request: nil))
        }
        hooks = HookTable([
            Self.hookKey: .init(integration: "prod", format: AlertmanagerFormat(integration: "prod"))
        ])
        past = PastRosters { [versions] applied, _ in
            versions.withLock { $0[applied.sources.first?.text ?? ""] } ?? configuration.directory
        }
        let book = try ContactBook(store: store, configuration: configuration)
        contacts = ContactDesk(engine: engine, book: book, pagers: pagers)
        let files = EditedFiles()
        self.files = files
        self.configuration = ConfigurationDesk(engine: engine, book: book) {
            try files.result.withLock { $0 }?.get() ?? configuration
        }
        server = TocsinServer(
            engine: engine, hooks: hooks, chat: ["pigeon": door], callbacks: callbacks, contacts: contacts,
            configuration: self.configuration, desk: desk, postmortems: Self.postmortems, past: past,
            zones: Self.zones,
            settings: ServerSettings(
                port: 0, version: "1.2.3", maxBody: maxBody, idleTimeout: .seconds(5), bodyTimeout: bodyTimeout),
            metrics: PrometheusText(), log: log)
    }

    /// Renders a draft as its head in a line.
    static let postmortems = Postmortems(
        render: { "\($1): \($0.incident) \($0.title) \($0.zone ?? "UTC")" },
        zone: { House.directory.roster.zones[ZoneID(rawValue: $0)] ?? ($0 == apia?.id.rawValue ? apia : nil) })

    /// Where 30 December 2011 never was.
    private static let apia = FileManager.default.contents(atPath: "/usr/share/zoneinfo/Pacific/Apia")
        .flatMap { try? ZoneRules(id: "Pacific/Apia", tzif: Array($0)) }

    /// Puts another configuration in force, recorded under a text of its own.
    func apply(_ directory: Directory, as text: String) async {
        versions.withLock { $0[text] = directory }
        var configuration = engine.configuration
        configuration.directory = directory
        configuration.sources = [SourceFile(path: "tocsin.yaml", text: text)]
        _ = await engine.apply(configuration)
    }

    static let zones = ZoneFinder(
        find: { House.directory.roster.zones[ZoneID(rawValue: $0)] },
        nearest: { $0 == "Asia/Tokio" ? "Asia/Tokyo" : nil })

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Asks the server without a socket.
    func visit<T: Sendable>(_ body: @Sendable (Visitor) async throws -> T) async throws -> T {
        try await server.app.test(.router) { client in
            try await body(Visitor(client: client, token: self.engine.adminToken))
        }
    }

    /// The path of a link to that person's own page, another one each time.
    func personalLink(_ user: UserID, life: Duration = .hours(1)) -> String {
        let number = linksMade.withLock { count in
            count += 1
            return count
        }
        return String(
            engine.links.personal(user, expiresAt: engine.now + life + .milliseconds(number)).dropFirst(
                engine.publicURL.count))
    }

    /// `chi` is on call alone in `sun`; nobody ever is in `night`.
    static let directory = Directory(
        users: [
            "ana": .init(id: "ana", name: "Ana Lindt", zone: "Europe/Berlin", reachableBy: [.inbox, .webhook]),
            "chi": .init(id: "chi", name: "Chi Tanaka", zone: "Asia/Tokyo", reachableBy: [.inbox, .webhook]),
        ],
        roster: Roster(
            schedules: [
                "sun": schedule("sun", people: ["chi"]), "night": schedule("night", people: []),
            ],
            zones: [
                "Asia/Tokyo": .fixed(id: "Asia/Tokyo", offsetSeconds: 9 * 3600),
                "Europe/Berlin": .fixed(id: "Europe/Berlin", offsetSeconds: 3600), "UTC": .utc,
            ]),
        policies: [
            "ml": EscalationPolicy(id: "ml", steps: [.init(page: [.schedule("sun")], wait: .minutes(5))])
        ],
        services: [
            "ranker": .init(id: "ranker", name: "Ranker", policy: "ml"),
            "rest": .init(id: "rest", policy: "ml"), "unreached": .init(id: "unreached", policy: "ml"),
        ],
        routes: [.init(matchers: [.init(label: "model", value: "ranker")], service: "ranker")],
        unrouted: "rest", lastResort: [.user("ana")], integrations: ["prod": .init(id: "prod")])

    private static func schedule(_ id: ScheduleID, people: [UserID]) -> Schedule {
        let layer = Layer(
            name: "week", eras: [Era(people: people)], turn: .weeks(1), handoff: Handoff(time: .midnight))
        return Schedule(id: id, zone: "UTC", plan: .layers([layer]))
    }

    /// One firing alert as Alertmanager sends it.
    static func alert(_ name: String, labels: [String: String] = [:], summary: String = "p99 is 3 s") -> String {
        let labels = labels.merging(["alertname": name, "model": "ranker", "severity": "critical"]) { given, _ in given
        }
        let json: [String: Any] = [
            "version": "4", "groupKey": "group/\(name)", "status": "firing", "receiver": "tocsin", "groupLabels": [:],
            "commonLabels": [:], "commonAnnotations": [:], "externalURL": "http://am.test",
            "alerts": [
                [
                    "status": "firing", "labels": labels, "annotations": ["description": summary],
                    "startsAt": "2026-11-23T09:34:00Z", "endsAt": "0001-01-01T00:00:00Z",
                    "generatorURL": "http://prom.test/graph", "fingerprint": "f-\(name)",
                ]
            ],
        ]
        let data = try? JSONSerialization.data(withJSONObject: json)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}

/// Directories by what was recorded of them, for any thread.
private final class Versions: Sendable {
    private let known = Mutex([String: Directory]())

    func withLock<T: Sendable>(_ body: (inout sending [String: Directory]) -> sending T) -> T {
        known.withLock(body)
    }
}
