import Engine
import EngineCore
import Incidents
import Timekeeping

/// Hands what providers say of attempts to the engine.
struct PhoneReports: Sendable {
    let engine: Engine

    /// How long a report waits for an attempt that has not ended yet: the report may be quicker than the answer to our
    /// own request.
    static let patience = Duration.seconds(8)

    /// True once it is durable, or no news.
    func report(_ attempt: AttemptID, _ outcome: AttemptOutcome, by label: String) async -> Bool {
        let outcome = AttemptOutcome(outcome.result, evidence: "\(label): \(outcome.evidence)")
        let end = ContinuousClock.now + Self.patience
        while true {
            switch await engine.submit(.command(.reportAttempt(attempt, outcome), request: nil)) {
            case .unavailable:
                guard ContinuousClock.now < end, !Task.isCancelled else { return false }
                try? await Task.sleep(for: .milliseconds(250))
            case .done, .already, .refused, .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued,
                .silenceAdded:
                return true
            }
        }
    }
}
