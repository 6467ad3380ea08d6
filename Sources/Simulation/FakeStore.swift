import EngineCore
import Incidents
import Timekeeping

/// A store in memory that keeps what it stored through every crash, as the real ones do: appends all or nothing, and
/// only where the log ends.
struct FakeStore {
    /// What becomes of an append.
    enum Fate: Equatable {
        case stored(after: Duration, answered: Duration)
        /// Nothing is stored, and it says so.
        case failed(after: Duration)
        /// Stored, and it says that it failed.
        case lied(after: Duration, answered: Duration)
        /// No answer ever; stored or not.
        case unanswered(storedAfter: Duration?)
        /// Stored when nobody waits for it any more, unless the log has gone on by then.
        case late(after: Duration)
    }

    private(set) var log: [Event] = []
    private var rows: [Incident.ID: IncidentSummary] = [:]
    private var silenceLives: [Int: Instant] = [:]
    private var lastSilence = 0
    /// The whole log folded, with nothing ever forgotten.
    private(set) var replay = IncidentBook()
    /// No operation works before then.
    var isAwayUntil = Moment.zero

    var lastSequence: Int64 { log.last?.sequence ?? 0 }

    /// Answers whether it was stored: only what follows the last event is.
    mutating func append(_ batch: Batch) -> Bool {
        guard let first = batch.events.first, first.sequence == lastSequence + 1 else { return false }
        log += batch.events
        for event in batch.events {
            replay.evolve(event)
            guard case .silence(let id) = event.stream else { continue }
            lastSilence = max(lastSilence, id)
            if case .silenceEnded = event.payload { silenceLives[id] = event.at + IncidentBook.memory }
        }
        for row in batch.summaries { rows[row.incident] = row }
        return true
    }

    /// The live part of the log folded: everything but the streams of incidents and silences that can no longer
    /// matter.
    func recover(at now: Instant) -> Recovery {
        var recovery = Recovery(lastNumber: replay.lastNumber, lastSilence: lastSilence, lastSequence: lastSequence)
        for event in log {
            if let id = event.payload.incident, let row = rows[id], let until = row.liveUntil, until <= now { continue }
            if case .silence(let id) = event.stream, let until = silenceLives[id], until <= now { continue }
            recovery.fold(event)
        }
        return recovery
    }
}
