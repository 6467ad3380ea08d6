import Engine
import HTTPTypes

/// A sender of which only one thing is wanted: that it is heard. Any request counts, whatever is in it; with
/// `expect_every`, its silence opens an incident (S2). As Healthchecks and Opsgenie's heartbeats do.
public struct HeartbeatFormat: AlertFormat {
    public init() {}

    public func read(_ request: HookRequest) -> ReadAlerts { ReadAlerts() }

    public func answer(_ outcome: HookOutcome) -> HookReply {
        switch outcome {
        case .accepted: HookReply(status: .ok, headers: [.contentType: "text/plain"], body: "OK\n")
        case .unreadable, .tooLarge: HookReply(status: .badRequest, headers: [.contentType: "text/plain"], body: "?\n")
        case .unavailable:
            HookReply(status: .serviceUnavailable, headers: [.contentType: "text/plain"], body: "Try again.\n")
        }
    }
}
