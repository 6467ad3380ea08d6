import EngineCore
import Incidents
import Metrics
import Synchronization
import Timekeeping

/// Counts what was recorded. Labels come from closed sets only.
final class EngineMetrics: Sendable {
    private let events = Counter(label: "tocsin_events_total")
    private let batches = Recorder(label: "tocsin_batch_events")
    private let pageLatency = Metrics.Timer(label: "tocsin_page_latency_seconds")
    private let acknowledgementLatency = Metrics.Timer(label: "tocsin_ack_latency_seconds")
    private let times = Mutex(Times())

    /// When things began whose end is to be timed. Bounded: what is too much is not timed.
    private struct Times {
        var requested: [PageID: (ContactMethod, Instant)] = [:]
        var opened: [Incident.ID: Instant] = [:]
        static let capacity = 50_000
    }

    func observe(_ trouble: LogTrouble) {
        Counter(label: "tocsin_log_failures_total", dimensions: [("kind", trouble.rawValue)]).increment()
    }

    func observe(_ batch: Batch) {
        events.increment(by: batch.events.count)
        batches.record(batch.events.count)
        times.withLock { times in
            for event in batch.events { observe(event, &times) }
        }
    }

    /// What became of an attempt. One that a crash has cut off is not counted: nobody saw it end.
    func observe(_ outcome: AttemptOutcome, _ method: ContactMethod) {
        Counter(
            label: "tocsin_attempts_total",
            dimensions: [("method", method.rawValue), ("result", outcome.result.rawValue)]
        ).increment()
    }

    private func observe(_ event: Event, _ times: inout Times) {
        switch event.payload {
        // Practice must not look like a bad week.
        case .incidentOpened(let e) where e.drill == nil:
            Counter(
                label: "tocsin_incidents_opened_total", dimensions: [("severity", e.severity.rawValue)]
            ).increment()
            if times.opened.count < Times.capacity { times.opened[e.incident] = event.at }
        case .incidentResolved(let e):
            times.opened[e.incident] = nil
        case .acknowledged(let e):
            if let opened = times.opened.removeValue(forKey: e.incident) {
                acknowledgementLatency.recordNanoseconds((event.at - opened).milliseconds * 1_000_000)
            }
        case .pageRequested(let e):
            if times.requested.count < Times.capacity { times.requested[e.page] = (e.method, event.at) }
        case .attemptEnded(let e):
            switch e.outcome.result {
            case .sent, .delivered:
                if let (_, requested) = times.requested[e.attempt.page] {
                    pageLatency.recordNanoseconds((event.at - requested).milliseconds * 1_000_000)
                }
            case .failedForNow, .failedForGood, .inDoubt, .notSent: break
            }
        case .pageEnded(let e):
            guard let (method, _) = times.requested.removeValue(forKey: e.page) else { return }
            Counter(
                label: "tocsin_pages_ended_total",
                dimensions: [("method", method.rawValue), ("state", e.state.rawValue)]
            ).increment()
        case .alertSuppressed: Counter(label: "tocsin_alerts_suppressed_total").increment()
        case .lastResortRaised: Counter(label: "tocsin_last_resort_total").increment()
        default: break
        }
    }
}
