import Engine
import Foundation
import Integrations
import Synchronization
import Testing

/// A Tocsin of its own in a temporary folder: the built program, started, killed and started again.
///
/// `@unchecked`: the only thing that changes is the process, behind the mutex.
final class Installation: @unchecked Sendable {
    let folder: URL
    let port: Int
    let key = "0123456789abcdef0123456789abcdef"
    private let process = Mutex<Process?>(nil)
    let client = CurlClient()

    private let databaseFolder: String?
    var database: String { "\(databaseFolder ?? folder.path)/tocsin.db" }
    var server: String { "http://127.0.0.1:\(port)" }
    var hook: String { "\(server)/hooks/\(key)" }

    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private let environment: [String: String]

    /// - Parameters:
    ///   - contacts: what stands in contacts.yaml beside the configuration.
    ///   - databaseFolder: where the log is; nil means beside the configuration.
    ///   - environment: where secrets are looked up, beside the keys that every installation has.
    init(
        configuration: String, contacts: String? = nil, environment: [String: String] = [:], port: Int? = nil,
        databaseFolder: String? = nil
    ) throws {
        self.databaseFolder = databaseFolder
        self.environment = ["KEY_AM": key, "WEBHOOK_SECRET": Self.secret].merging(environment) { $1 }
        folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.port = try port ?? Self.freePort()
        try configuration.write(to: folder.appending(path: "tocsin.yaml"), atomically: true, encoding: .utf8)
        try contacts?.write(to: folder.appending(path: "contacts.yaml"), atomically: true, encoding: .utf8)
    }

    /// People round the clock, so that somebody else is on call each eight hours, and a second step.
    static func configuration(webhook: String, steps: String) -> String {
        """
        defaults: {unrouted: ranker, last_resort: {page: [user dia]}}
        users:
          ana: {name: Ana Lindt, zone: Europe/Berlin, high: [webhook now]}
          ben: {name: Ben Okoro, zone: America/New_York, high: [webhook now]}
          chi: {name: Chi Tanaka, zone: Asia/Tokyo, high: [webhook now]}
          dia: {name: Dia Lim, zone: Asia/Singapore}
        schedules:
          sun:
            zone: UTC
            layers:
              - {name: apac, people: [chi], turn: 1 week, handoff: mon 00:00, hours: "00:00-08:00"}
              - {name: emea, people: [ana], turn: 1 week, handoff: mon 08:00, hours: "08:00-16:00"}
              - {name: amer, people: [ben], turn: 1 week, handoff: mon 16:00, hours: "16:00-24:00"}
        policies:
          ml:
            steps: \(steps)
        services: {ranker: {policy: ml}}
        integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
        channels: {webhook: {url: "\(webhook)", secret: {env: WEBHOOK_SECRET}}}
        """
    }

    /// Who the schedule above names at that moment.
    static func onCall(at date: Date) -> String {
        switch Int(date.timeIntervalSince1970) / 3600 % 24 {
        case 0..<8: "chi"
        case 8..<16: "ana"
        default: "ben"
        }
    }

    /// Starts the built program and returns when it listens.
    func start() async throws {
        let ready = folder.appending(path: "ready")
        try? FileManager.default.removeItem(at: ready)
        let process = Process()
        process.executableURL = try Self.binary()
        process.currentDirectoryURL = folder
        process.arguments = [
            "serve", "--config", "tocsin.yaml", "--database", database, "--port", "\(port)", "--ready", ready.path,
            "--quiet",
        ]
        process.environment = environment
        let output = folder.appending(path: "output-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        // One handle, or each would write over what the other wrote.
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        self.process.withLock { $0 = process }
        // Many start at once, on two cores.
        try await eventually(
            "tocsin listens; it said: \((try? String(contentsOf: output, encoding: .utf8)) ?? "")", within: .seconds(90)
        ) {
            FileManager.default.fileExists(atPath: ready.path) ? true : nil
        }
    }

    /// As the kernel would, without a word.
    func kill() {
        end { Foundation.kill($0.processIdentifier, SIGKILL) }
    }

    func stop() {
        end { $0.terminate() }
    }

    private func end(_ how: (Process) -> Void) {
        process.withLock { process in
            guard let running = process else { return }
            how(running)
            running.waitUntilExit()
            process = nil
        }
    }

    func remove() {
        kill()
        client.shutdown()
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: Talking to it

    func token() throws -> String {
        let text = try String(contentsOf: folder.appending(path: "ready"), encoding: .utf8)
        return String(try #require(text.split(separator: "\n").last).dropFirst("TOCSIN_TOKEN=".count))
    }

    func get(_ path: String) async throws -> [String: any Sendable] {
        let (status, body) = try await request(.get, "\(server)/api/v1\(path)")
        try #require(status == 200, "GET \(path) answered \(status)")
        return try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: any Sendable])
    }

    func request(_ method: OutboundRequest.Method, _ url: String, body: String = "") async throws -> (Int, [UInt8]) {
        let result = await client.send(
            OutboundRequest(
                method: method, url: url,
                headers: [("Authorization", "Bearer \(try token())"), ("Content-Type", "application/json")],
                body: Array(body.utf8), responseLimit: 32 << 20))
        guard case .response(let response) = result else { throw Trouble("\(method) \(url): \(result)") }
        return (response.status, response.body)
    }

    /// One alert in Alertmanager's form.
    func fire(_ name: String, severity: String = "critical", labels: [String: String] = [:]) async throws {
        try await alert(name, "firing", severity: severity, labels: labels)
    }

    func clear(_ name: String, severity: String = "critical", labels: [String: String] = [:]) async throws {
        try await alert(name, "resolved", severity: severity, labels: labels)
    }

    /// Several alerts in one body: of several services, they are decided and told together.
    func fire(together alerts: [(name: String, labels: [String: String])]) async throws {
        let entries = alerts.map { Self.entry($0.name, "firing", severity: "critical", labels: $0.labels) }
        try await post(entries, of: alerts.map(\.name).joined(separator: "+"), "firing", labels: [:])
    }

    private func alert(_ name: String, _ status: String, severity: String, labels: [String: String]) async throws {
        try await post(
            [Self.entry(name, status, severity: severity, labels: labels)], of: name, status, labels: labels)
    }

    private static func entry(
        _ name: String, _ status: String, severity: String, labels: [String: String]
    ) -> [String: Any] {
        [
            "status": status, "labels": labels.merging(["alertname": name, "severity": severity]) { own, _ in own },
            "annotations": ["summary": name], "startsAt": "2026-11-23T10:00:00Z",
            "endsAt": status == "firing" ? "0001-01-01T00:00:00Z" : "2026-11-23T11:00:00Z",
            "fingerprint": Data(name.utf8).base64EncodedString(),
        ]
    }

    private func post(
        _ entries: [[String: Any]], of name: String, _ status: String, labels: [String: String]
    ) async throws {
        let body: [String: Any] = [
            "version": "4", "groupKey": "{}:{alertname=\"\(name)\"}", "status": status, "receiver": "tocsin",
            "groupLabels": ["alertname": name], "commonLabels": labels, "commonAnnotations": [String: String](),
            "externalURL": "http://127.0.0.1:9093", "alerts": entries, "truncatedAlerts": 0,
        ]
        let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        let (code, answer) = try await request(.post, hook, body: text)
        guard code < 300 else {
            throw Trouble("\(name) was answered \(code): \(String(decoding: answer, as: UTF8.self))")
        }
    }

    /// What the API says of an incident's pages.
    func pages(of incident: Int) async throws -> [[String: any Sendable]] {
        try #require(try await get("/incidents/\(incident)")["pages"] as? [[String: any Sendable]])
    }

    func post(_ path: String, _ body: [String: String] = [:]) async throws -> [String: any Sendable] {
        let text = String(decoding: try JSONEncoder().encode(body), as: UTF8.self)
        let (status, answer) = try await request(.post, "\(server)/api/v1\(path)", body: text)
        guard (200..<300).contains(status) else {
            throw Trouble("POST \(path) answered \(status): \(String(decoding: answer, as: UTF8.self))")
        }
        return try JSONSerialization.jsonObject(with: Data(answer)) as? [String: any Sendable] ?? [:]
    }

    /// `tocsin log verify` on the database as it is.
    func verifyLog() throws -> String {
        try Self.run(Self.binary(), ["log", "verify", "--database", database])
    }

    /// The command line, against this server.
    func command(_ arguments: String...) throws -> String {
        try Self.run(Self.binary(), arguments + ["--server", server, "--token", token()])
    }

    /// The events as they are kept, texts included.
    func exportedLog() throws -> String {
        try Self.run(URL(filePath: "/usr/bin/sqlite3"), [database, "SELECT facts, text FROM events"])
    }

    @discardableResult
    static func run(_ program: URL, _ arguments: [String]) throws -> String {
        // Into a file: a daemon that the program leaves behind would hold a pipe open for ever.
        let output = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString).txt")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: output) }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        let said = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
        guard process.terminationStatus == 0 else { throw Trouble("\(program.lastPathComponent) said: \(said)") }
        return said
    }

    /// The program that this test run was built with, beside the test bundle.
    static func binary() throws -> URL {
        let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        for folder in [bundle, Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()] {
            let candidate = folder.appending(path: "tocsin")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
        }
        throw Trouble("no built tocsin beside \(bundle.path)")
    }

    /// A port of 127.0.0.1 that nobody listens on, and that this run names only once. It lies below those that the
    /// kernel gives to whoever asks for any port, so that no connection takes it before its server has started.
    static func freePort() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: 12_000..<32_000)
            guard named.withLock({ $0.insert(port).inserted }) else { continue }
            let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            address.sin_port = in_port_t(port).bigEndian
            let isFree = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isFree { return port }
        }
        throw Trouble("no free port")
    }

    private static let named = Mutex<Set<Int>>([])
}

struct Trouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Waits until the condition answers something. The pause only spares the processor; nothing is taken for done because
/// time has passed.
@discardableResult
func eventually<T>(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(30),
    _ condition: () async throws -> T?
) async throws -> T {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while clock.now < deadline {
        if let value = try await condition() { return value }
        try await clock.sleep(for: .milliseconds(20))
    }
    throw Trouble("not within \(limit): \(what())")
}
