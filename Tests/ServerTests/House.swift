import Engine
import EngineCore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Incidents
import Integrations
import Logging
import NIOCore
import OnCall
import SQLiteStore
import Server
import Synchronization
import Testing
import Timekeeping

/// A whole Tocsin in a temporary folder: a real engine over a real database, with pagers that only remember.
final class House: Sendable {
    let engine: Engine
    let server: TocsinServer
    let hooks: HookTable
    let pager = RememberingPager()
    let store: FailingStore
    private let folder: URL

    static let hookKey = "k3y-of-prod-0123456789"

    /// - Parameter publicURL: `https` turns on what is only right behind TLS.
    init(publicURL: String = "http://tocsin.test", maxBody: Int = 64 * 1024) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = FailingStore(try SQLiteStore(path: folder.appending(path: "log.db").path))
        var log = Logger(label: "test")
        log.logLevel = .critical
        engine = try Engine(
            store: store, configuration: Configuration(directory: Self.directory),
            pagers: [.inbox: pager, .webhook: pager], publicURL: publicURL, version: "1.2.3", log: log)
        try await engine.start()
        hooks = HookTable([
            Self.hookKey: .init(integration: "prod", format: AlertmanagerFormat(integration: "prod"))
        ])
        server = TocsinServer(
            engine: engine, hooks: hooks, settings: ServerSettings(port: 0, version: "1.2.3", maxBody: maxBody),
            metrics: PrometheusText(), log: log)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Asks the server without a socket.
    func visit<T: Sendable>(_ body: @Sendable (Visitor) async throws -> T) async throws -> T {
        try await server.app.test(.router) { client in
            try await body(Visitor(client: client, token: self.engine.adminToken))
        }
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

/// Remembers every page handed to it and says at once that it was delivered.
final class RememberingPager: Pager {
    private let pages = Mutex<[PageMessage]>([])

    var messages: [PageMessage] { pages.withLock { $0 } }

    func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        pages.withLock { $0.append(message) }
        done(AttemptOutcome(.delivered, evidence: "remembered"))
    }
}

/// A store whose disk can be taken away.
final class FailingStore: RecordStore {
    struct NoDisk: Error {}

    private let store: SQLiteStore
    private let isBroken = Mutex(false)

    init(_ store: SQLiteStore) { self.store = store }

    func breakDown() { isBroken.withLock { $0 = true } }

    private func check() throws { if isBroken.withLock({ $0 }) { throw NoDisk() } }

    func append(_ records: [Record], summaries: [IncidentSummary]) throws {
        try check()
        try store.append(records, summaries: summaries)
    }

    func live(at now: Instant) throws -> LiveLog {
        try check()
        return try store.live(at: now)
    }

    func records(stream: String) throws -> [Record] {
        try check()
        return try store.records(stream: stream)
    }

    func records(after sequence: Int64, limit: Int) throws -> [Record] {
        try check()
        return try store.records(after: sequence, limit: limit)
    }

    func lastRecord(kind: String) throws -> Record? {
        try check()
        return try store.lastRecord(kind: kind)
    }

    func summaries(_ query: IncidentQuery) throws -> [IncidentSummary] {
        try check()
        return try store.summaries(query)
    }

    func secret(_ name: String) throws -> [UInt8] { try store.secret(name) }
}
