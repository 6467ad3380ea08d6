import Incidents
import OnCall
import Timekeeping

/// Overrides and time off as they were at any moment, folded from their events by the same code that folds them live.
struct AmendmentFold {
    private let events: [Event]
    /// Whether times never decrease along the log; else a moment's events are not the first so many of them.
    private let isInOrder: Bool
    private var book = IncidentBook()
    private var folded = 0
    private var last = Instant.distantPast

    /// - Parameter records: those of the stream `overrides`, in order.
    /// - Throws: `RecordStoreError.unreadable`.
    init(_ records: [Record]) throws {
        events = try records.map { try EventCodec.decode($0) }
        isInOrder = zip(events, events.dropFirst()).allSatisfy { $0.at <= $1.at }
    }

    /// Every moment at which something changed.
    var changes: [Instant] { events.map(\.at) }

    /// What was known at `instant`. Quick when asked in order of time.
    mutating func amendments(at instant: Instant) -> Amendments {
        guard isInOrder else {
            var book = IncidentBook()
            for event in events where event.at <= instant { book.evolve(event) }
            return book.amendments
        }
        if instant < last { (book, folded) = (IncidentBook(), 0) }
        last = instant
        while folded < events.count, events[folded].at <= instant {
            book.evolve(events[folded])
            folded += 1
        }
        return book.amendments
    }
}
