import EngineCore
import Incidents
import Timekeeping

/// The state in memory, against the log.
extension World {
    /// The core's state must be what the log folds to, for all it still remembers.
    func checkReplay() throws {
        guard let process, process.core.isReady, process.append == nil, process.knownSequence == store.lastSequence
        else { return }
        checkedReplayAt = store.lastSequence
        let (book, replay) = (process.core.book, store.replay)
        for (id, incident) in book.incidents {
            try demand(.replayAgrees, replay.incidents[id] == incident, "\(id) replays to something else")
        }
        for incident in replay.openIncidents {
            try demand(.replayAgrees, book.incidents[incident.id] != nil, "\(incident.id) is open and forgotten")
        }
        try demand(
            .replayAgrees,
            book.agreesOnArrangements(with: replay) && book.agreesOnSilences(with: replay)
                && book.lastNumber == replay.lastNumber
                && book.incarnation == replay.incarnation && book.clockOffset == replay.clockOffset
                && book.directoryVersion == replay.directoryVersion
                && book.verifiedContacts == replay.verifiedContacts && book.serving == replay.serving
                && book.rollbacksInFlight == replay.rollbacksInFlight,
            "the book replays to something else")
    }
}
