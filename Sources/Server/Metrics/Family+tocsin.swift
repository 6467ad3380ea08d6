extension PrometheusText.Family {
    /// From a page that arrives at once to one that waits for an overloaded channel or a restart.
    private static let pageSeconds: [Double] = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600]
    /// From somebody at the keyboard to nobody for a day.
    private static let answerSeconds: [Double] = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400]

    /// Every family that Tocsin's modules count into; gauges are added when they are asked for.
    public static let tocsin: [Self] = [
        Self(
            "tocsin_alerts_received_total",
            "Alerts received, by integration and by what became of them."),
        Self(
            "tocsin_ack_latency_seconds", "From an incident's opening to its first acknowledgement.",
            buckets: answerSeconds),
        Self("tocsin_attempts_total", "Attempts at pages that ended, by method and by what came of them."),
        Self("tocsin_alerts_suppressed_total", "Times that a silence held an alert back.", startsAtZero: true),
        Self("tocsin_batch_events", "Events recorded in one transaction."),
        Self("tocsin_events_total", "Events recorded.", startsAtZero: true),
        Self("tocsin_http_requests_total", "Requests answered, by method and class of status."),
        Self("tocsin_heartbeats_total", "Heartbeats sent to where they are watched, by outcome."),
        Self("tocsin_incidents_opened_total", "Incidents opened, by severity."),
        Self("tocsin_last_resort_total", "Times that the last resort was raised.", startsAtZero: true),
        Self("tocsin_log_failures_total", "Times that the log could not be written, by kind of trouble."),
        Self(
            "tocsin_notices_total", "People told of their shifts, of cover and of time off, by kind and outcome."),
        Self("tocsin_page_latency_seconds", "From a page's request to its being handed over.", buckets: pageSeconds),
        Self("tocsin_pages_ended_total", "Pages that ended, by method and by how."),
    ]
}
