import Timekeeping

/// A half-open stretch of time in which everything looked at so far stays as it is.
///
/// Each lookup narrows it to its own nearest edges, so an answer comes with the exact time it holds for, and only
/// what the answer depends on ends it.
struct Span: Hashable {
    private(set) var from: Instant
    private(set) var until: Instant

    /// All of time.
    init() { (from, until) = (.distantPast, .distantFuture) }

    private init(from: Instant, until: Instant) { (self.from, self.until) = (from, until) }

    /// No time at all: of something that has not been looked at.
    static let none = Span(from: .distantFuture, until: .distantPast)

    func contains(_ instant: Instant) -> Bool { from <= instant && instant < until }

    /// Cuts the span at `edge`, keeping the side that `instant` is on.
    mutating func cut(at edge: Instant, around instant: Instant) {
        if edge <= instant { from = max(from, edge) } else { until = min(until, edge) }
    }

    mutating func narrow(from: Instant, until: Instant) {
        self.from = max(self.from, from)
        self.until = min(self.until, until)
    }

    mutating func narrow(to other: Span) { narrow(from: other.from, until: other.until) }
}
