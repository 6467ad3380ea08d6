import Engine
import Incidents
import Timekeeping

/// Rolls a model back on a server that speaks the V2 model-repository protocol: Triton, or MLServer with its files at
/// hand. Which of the two it is, is asked each time.
///
/// It knows nothing from one call to the next, so it can be made anew with every configuration.
public final class V2Driver: ServingDriver {
    /// How long things may take.
    public struct Patience: Sendable {
        /// For a look and for the checks.
        public var look: Duration
        /// For a change, all of it.
        public var change: Duration
        /// How long after the last sign of a change it is still waited for.
        public var settling: Duration
        /// Between two looks.
        public var pause: Duration

        public init(
            look: Duration = .seconds(8), change: Duration = .seconds(590), settling: Duration = .seconds(30),
            pause: Duration = .milliseconds(500)
        ) {
            self.look = look
            self.change = change
            self.settling = settling
            self.pause = pause
        }
    }

    private let settings: ServingSettings
    private let client: CurlClient
    private let patience: Patience

    public init(settings: ServingSettings, client: CurlClient, patience: Patience = Patience()) {
        self.settings = settings
        self.client = client
        self.patience = patience
    }

    // Unstructured tasks below: the port answers by a call, and nobody waits for them. Each ends by its deadline.

    public func observe(done: @escaping @Sendable (ServingObservation) -> Void) {
        Task { [look, patience] in
            do {
                done(.seen(try await look.sight(by: .now + patience.look).state))
            } catch {
                done(.unreachable(Obstacle(error).reason))
            }
        }
    }

    public func apply(_ change: ServingChange, done: @escaping @Sendable (ServingOutcome) -> Void) {
        let making = V2Change(change: change, look: look, patience: patience, deadline: .now + patience.change)
        Task { done(await making.run()) }
    }

    public func check(version: String, done: @escaping @Sendable ([ServingCheck]) -> Void) {
        Task { [self] in
            let deadline = ContinuousClock.now + patience.look
            async let readiness = look.readiness(of: version, by: deadline)
            async let golden = settings.golden.mapAsync {
                await GoldenAnswer($0).check(look.server, version, by: deadline)
            }
            async let metric = settings.metric.mapAsync { await PrometheusAnswer($0).check(client, by: deadline) }
            done(await [readiness, golden, metric].compactMap { $0 })
        }
    }

    private var look: ServingLook { ServingLook(server: V2Server(settings: settings, client: client)) }
}

extension Obstacle {
    init(_ error: any Error) { self = error as? Obstacle ?? Obstacle("\(error)") }
}

extension Optional where Wrapped: Sendable {
    func mapAsync<Value>(_ transform: (Wrapped) async -> Value) async -> Value? {
        guard let self else { return nil }
        return await transform(self)
    }
}
