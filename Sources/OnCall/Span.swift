import Timekeeping

/// A half-open stretch of time in which everything looked at so far stays as it is.
///
/// Each lookup narrows it to its own nearest edges, so an answer comes with the exact time it holds for, and only
/// what the answer depends on ends it.
struct Span: Hashable {
    private(set) var from = Instant.distantPast
    private(set) var until = Instant.distantFuture

    /// Cuts the span at `edge`, keeping the side that `instant` is on.
    mutating func cut(at edge: Instant, around instant: Instant) {
        if edge <= instant { from = max(from, edge) } else { until = min(until, edge) }
    }

    mutating func narrow(to other: Span) {
        from = max(from, other.from)
        until = min(until, other.until)
    }
}
