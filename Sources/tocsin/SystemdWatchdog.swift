import Engine
import Foundation
import ServiceLifecycle
import Timekeeping

/// Tells systemd that the engine's loop runs, twice in each of its intervals, so that a process that hangs is killed and
/// started anew (sd_notify(3), `WatchdogSec=`). A full disk does not count as hanging: a restart would not help it.
struct SystemdWatchdog: Service {
    private let engine: Engine
    private let socket: String
    private let interval: Duration

    /// Nil when nobody watches.
    init?(_ engine: Engine, _ environment: [String: String]) {
        guard let socket = environment["NOTIFY_SOCKET"], let text = environment["WATCHDOG_USEC"],
            let microseconds = Int64(text), microseconds > 0
        else { return nil }
        self.engine = engine
        self.socket = socket
        interval = .milliseconds(max(100, microseconds / 2000))
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if engine.now - engine.health.lastTick < .seconds(10) { Self.send("WATCHDOG=1", to: socket) }
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// A sign of life from outside the service: waiting for a disk is no hanging either.
    static func pat() {
        if let socket = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"] { send("WATCHDOG=1", to: socket) }
    }

    /// One datagram; an address that begins with `@` is in the abstract name space.
    static func send(_ text: String, to path: String) {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                _ = sendto(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL), raw, length)
            }
        }
    }

    static var line: DoctorLine {
        let environment = ProcessInfo.processInfo.environment
        guard environment["NOTIFY_SOCKET"] != nil, environment["WATCHDOG_USEC"] != nil else {
            return DoctorLine(
                "watchdog", .warning, "no service manager watches this process",
                "Run it as deploy/tocsin.service does, with WatchdogSec=.")
        }
        return DoctorLine("watchdog", .ok, "systemd watches this process")
    }
}
