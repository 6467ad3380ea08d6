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

    /// A calendar as it is fetched.
    public struct File: Sendable, Hashable {
        public let text: String
        /// When it last became what it is.
        public let modified: Instant
    }

    private struct State {
        /// How many records of what moves people there have been since the start.
        var changes = 0
        var history: (basis: Basis, value: RosterHistory)?
        /// The latest of each calendar.
        var files: [Int: (basis: Basis, window: ShiftWindow, file: File)] = [:]
    }

    public init(engine: Engine) {
        self.engine = engine
        engine.watch { [weak self] events in
            let count = events.count { RosterHistory.concerns($0.payload) }
            if count > 0 { self?.state.withLock { $0.changes += count } }
        }
    }

    /// Reads what has changed, ever, from the log, unless it is known.
    /// - Throws: `RecordStoreError` when the log cannot be read.
    public func feed() async throws -> ShiftFeed { try await reading().0 }

    /// The file of a calendar that was issued; nil when there is none of that number, or it has been revoked.
    /// - Throws: `RecordStoreError` when the log cannot be read.
    public func file(of id: Int) async throws -> File? {
        guard let scope = engine.read({ $0.book.calendars[id] }) else {
            state.withLock { $0.files[id] = nil }
            return nil
        }
        let window = ShiftWindow(around: engine.now)
        if let known = state.withLock({ $0.files[id] }), known.basis == basis().0, known.window == window {
            return known.file
        }
        let (feed, directory, history, basis) = try await reading()
        let file = File(
            text: feed.file(ShiftSelection(scope, in: directory), in: window),
            modified: max(history.latest.at, window.began))
        state.withLock { $0.files[id] = (basis, window, file) }
        return file
    }

    private func reading() async throws -> (ShiftFeed, Directory, RosterHistory, Basis) {
        for _ in 0..<Self.mostReadings {
            let (basis, directory) = basis()
            if let known = state.withLock({ $0.history }), known.basis == basis {
                return (feed(directory, basis, known.value), directory, known.value, basis)
            }
            let events = try await engine.events(stream: .overrides)
            let history = RosterHistory(configured: basis.configured, events: events)
            guard self.basis().0 == basis else { continue }
            state.withLock { $0.history = (basis, history) }
            return (feed(directory, basis, history), directory, history, basis)
        }
        // Overrides come faster than the log is read: what is answered is a little old, and not kept.
        let (basis, directory) = basis()
        let events = try await engine.events(stream: .overrides)
        let history = RosterHistory(configured: basis.configured, events: events)
        return (feed(directory, basis, history), directory, history, basis)
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
