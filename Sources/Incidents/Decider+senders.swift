import OnCall
import Timekeeping

/// A sender that is expected to speak, and how long it has not.
public struct ExpectedSender: Hashable, Sendable {
    public let integration: IntegrationID
    public let every: Duration
    /// Since this process began, or since it last spoke.
    public let quietFor: Duration
}

extension Decider {
    /// Everybody with `expect_every`, in order of name.
    public var expectedSenders: [ExpectedSender] {
        directory.integrations.values.sorted { $0.id < $1.id }.compactMap { integration in
            integration.expectEvery.map { every in
                ExpectedSender(
                    integration: integration.id, every: every,
                    quietFor: lastHeard[integration.id].map { steadyNow - $0 } ?? .zero)
            }
        }
    }
}
