import ServiceLifecycle
import Timekeeping

/// Tries the log when nothing was written for a while: a quiet installation must learn of a full disk before the alert
/// comes that it could not keep.
public struct LogPulse: Service {
    private let engine: Engine
    private let interval: Duration

    /// Nothing was written for this long: then it is tried.
    public static let standardInterval = Duration.seconds(30)

    public init(_ engine: Engine, interval: Duration = Self.standardInterval) {
        self.engine = engine
        self.interval = interval
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await engine.proveLogIfQuiet(for: interval)
                try? await Task.sleep(for: interval)
            }
        }
    }
}

extension Engine {
    /// Not while the engine is trying by itself to get the log back.
    public func proveLogIfQuiet(for interval: Duration) async {
        let health = health
        guard health.isReady, health.lastWritten.map({ now - $0 >= interval }) ?? true else { return }
        await proveLog()
    }

    /// Its loop runs, it decides, and something was written in the last `limit`: what a heartbeat stands for.
    public func isAlive(within limit: Duration = LogPulse.standardInterval * 3) -> Bool {
        let health = health
        let now = now
        return health.isReady && now - health.lastTick < .seconds(10)
            && health.lastWritten.map { now - $0 < limit } ?? false
    }
}
