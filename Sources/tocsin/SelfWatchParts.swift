import Engine
import Foundation
import Incidents
import Integrations
import OnCall
import SQLiteStore
import ServiceLifecycle
import Timekeeping

/// What watches over this Tocsin itself.
struct SelfWatchParts {
    let engine: Engine
    let book: ContactBook
    let store: SQLiteStore
    let database: String
    let publicURL: String
    let heartbeat = HeartbeatLedger()

    /// Beside the database.
    static func lastKnownPath(_ database: String) -> String {
        URL(fileURLWithPath: database).deletingLastPathComponent().appendingPathComponent(LastKnown.fileName).path
    }

    func services(_ curl: CurlClient) -> [any Service] {
        var services: [any Service] = [
            LogPulse(engine),
            LastKnownKeeper(engine, path: Self.lastKnownPath(database)) { [book] in book.everybody },
            HeartbeatSender(
                engine: engine, settings: { [engine] in engine.configuration.heartbeat }, ledger: heartbeat,
                client: curl),
        ]
        if let watchdog = SystemdWatchdog(engine, ProcessInfo.processInfo.environment) { services.append(watchdog) }
        return services
    }

    func doctor(_ configuration: ConfigurationDesk) -> Doctor {
        Doctor(engine: engine, configuration: configuration, heartbeat: heartbeat) {
            [store, database, publicURL, book] in
            var lines = await Self.database(store) + [FreeSpace.line(database), SystemdWatchdog.line]
            if let trouble = Telephone.pressOneTrouble(book.channels, publicURL: publicURL) {
                lines.append(DoctorLine("telephone", .warning, trouble))
            }
            lines.append(Self.address(publicURL))
            return lines
        }
    }

    @concurrent private static func database(_ store: SQLiteStore) async -> [DoctorLine] { [checked(store)] }

    static func checked(_ store: SQLiteStore) -> DoctorLine {
        do {
            if let problem = try store.quickCheck() {
                return DoctorLine(
                    "database", .failing, "is damaged: \(problem)", "Stop Tocsin, keep the file, bring back a backup.")
            }
            return DoctorLine("database", .ok, "holds together")
        } catch {
            return DoctorLine("database", .failing, "cannot be read: \(error)", "Look at the disk.")
        }
    }

    private static func address(_ publicURL: String) -> DoctorLine {
        let host = URLComponents(string: publicURL)?.host ?? ""
        guard ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host) else {
            return DoctorLine("address", .ok, "people reach it at \(publicURL)")
        }
        return DoctorLine(
            "address", .warning, "links in pages lead to \(publicURL), which only this machine reaches",
            "Say with --public-url how people reach this server.")
    }
}

/// Room where the database is.
enum FreeSpace {
    /// Below this a log that grows with every alert is about to stop.
    private static let least: Int64 = 64 << 20
    private static let little: Int64 = 512 << 20

    static func line(_ database: String) -> DoctorLine {
        let folder = URL(fileURLWithPath: database).deletingLastPathComponent().path
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else {
            return DoctorLine("disk", .failing, "\(folder): \(String(cString: strerror(errno)))", "Mount it again.")
        }
        let free = Int64(status.f_bavail) * Int64(status.f_frsize)
        let words = "\(free >> 20) MiB are free where the database is"
        if free < least { return DoctorLine("disk", .failing, words, "Free space in \(folder).") }
        return DoctorLine(
            "disk", free < little ? .warning : .ok, words, free < little ? "Free space in \(folder)." : nil)
    }
}
