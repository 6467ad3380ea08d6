import EngineCore
import Incidents
import OnCall
import Synchronization
import Timekeeping

/// Makes feeds of what is on call now, and keeps the files that calendars fetch again and again.
public final class CalendarDesk: Sendable {
    private let engine: Engine
    private let state = Mutex(State())

    /// What a file is made of, apart from who it is for.
    private struct Basis: Equatable {
        let changes: Int
        let amendments: Amendments
        let directoryVersion: Int
        let configured: RosterHistory.Revision
    }

    private struct State {
        /// How many records of overrides there have been since the start.
        var changes = 0
        var history: (basis: Basis, value: RosterHistory)?
    }

    public init(engine: Engine) {
        self.engine = engine
        engine.watch { [weak self] events in
            let count = events.count { $0.stream == .overrides }
            if count > 0 { self?.state.withLock { $0.changes += count } }
        }
    }

    /// Reads what has changed, ever, from the log, unless it is known.
    /// - Throws: `RecordStoreError` when the log cannot be read.
    public func feed() async throws -> ShiftFeed { try await reading().feed }

    private func reading() async throws -> (feed: ShiftFeed, basis: Basis) {
        for _ in 0..<Self.mostReadings {
            let (basis, directory) = basis()
            if let known = state.withLock({ $0.history }), known.basis == basis {
                return (feed(directory, basis, known.value), basis)
            }
            let events = try await engine.events(stream: .overrides)
            let history = RosterHistory(configured: basis.configured, events: events)
            guard self.basis().0 == basis else { continue }
            state.withLock { $0.history = (basis, history) }
            return (feed(directory, basis, history), basis)
        }
        // Overrides come faster than the log is read: what is answered is a little old, and not kept.
        let (basis, directory) = basis()
        let events = try await engine.events(stream: .overrides)
        return (feed(directory, basis, RosterHistory(configured: basis.configured, events: events)), basis)
    }

    private static let mostReadings = 3

    private func feed(_ directory: Directory, _ basis: Basis, _ history: RosterHistory) -> ShiftFeed {
        ShiftFeed(
            directory: directory, amendments: basis.amendments, history: history, home: engine.publicURL)
    }

    private func basis() -> (Basis, Directory) {
        let changes = state.withLock { $0.changes }
        return engine.read { core in
            let record = core.book.directoryRecord
            return (
                Basis(
                    changes: changes, amendments: core.book.amendments, directoryVersion: core.directory.version,
                    configured: .init(sequence: record.sequence, at: record.at)),
                core.directory
            )
        }
    }
}
