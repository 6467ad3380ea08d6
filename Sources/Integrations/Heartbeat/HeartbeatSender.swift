import Engine
import Metrics
import ServiceLifecycle
import Timekeeping

/// Tells whoever watches that this Tocsin lives, for as long as its loop runs and its log takes what is written. So
/// silence means trouble, whatever kind it is.
public struct HeartbeatSender: Service {
    private let engine: Engine
    private let settings: @Sendable () -> HeartbeatSettings?
    private let ledger: HeartbeatLedger
    private let client: CurlClient

    /// A configuration may bring one while the server runs.
    private static let idle = Duration.seconds(10)

    public init(
        engine: Engine, settings: @escaping @Sendable () -> HeartbeatSettings?, ledger: HeartbeatLedger,
        client: CurlClient
    ) {
        self.engine = engine
        self.settings = settings
        self.ledger = ledger
        self.client = client
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if let settings = settings() { await beat(settings) }
                // A short one is not slept through by a long one that it takes the place of.
                try? await Task.sleep(for: min(settings()?.every ?? Self.idle, .minutes(1)))
            }
        }
    }

    /// One beat, if there is life.
    public func beat(_ settings: HeartbeatSettings) async {
        await engine.proveLogIfQuiet(for: min(settings.every, LogPulse.standardInterval))
        guard engine.isAlive(within: max(settings.every * 2, LogPulse.standardInterval * 3)) else {
            ledger.heldBack(at: engine.now)
            return Self.count("held_back")
        }
        if let last = ledger.state.lastSuccess, engine.now - last < settings.every - .seconds(1) { return }
        let result = await client.send(
            OutboundRequest(
                method: settings.method == .get ? .get : .post, url: settings.url,
                headers: [("User-Agent", "tocsin-heartbeat")], timeout: .seconds(10), responseLimit: 4096))
        switch result {
        case .response(let response) where (200..<300).contains(response.status):
            ledger.sent(at: engine.now)
            Self.count("sent")
        case .response(let response):
            ledger.failed("it was answered \(response.status)", at: engine.now)
            Self.count("failed")
        case .failed(let failure):
            ledger.failed(failure.reason, at: engine.now)
            Self.count("failed")
        }
    }

    private static func count(_ outcome: String) {
        Counter(label: "tocsin_heartbeats_total", dimensions: [("outcome", outcome)]).increment()
    }
}
