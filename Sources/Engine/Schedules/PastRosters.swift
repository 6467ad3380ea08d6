import EngineCore
import Incidents
import OnCall
import Synchronization
import Timekeeping

/// Who was on call, answered with what was known then: the configuration that was in force, under the zone rules it was
/// recorded with, and the overrides and time off that had been made and not yet been taken back.
///
/// Reads the log and never changes it. Versions are read when they are asked about, and the last few kept.
public final class PastRosters: Sendable {
    /// Makes a directory of what was recorded of it, as it was read at that moment: a calendar of holidays brings the
    /// days around it. Looks at no file but what is recorded.
    public typealias Reconstruct = @Sendable (_ applied: DirectoryApplied, _ at: Instant) throws -> Directory

    private struct State {
        var versions: [RecordMark] = []
        /// The least recently used first.
        var directories: [(sequence: Int64, directory: Directory)] = []
    }

    /// Enough for a year of somebody who edits every month.
    public static let keptVersions = 12

    private let reconstruct: Reconstruct
    private let state = Mutex(State())

    public init(reconstruct: @escaping Reconstruct) { self.reconstruct = reconstruct }

    /// What was known at `instant`; the oldest there is, and when that begins, for a moment before the log.
    /// - Throws: `PastRosterError`, or what the store throws.
    public func known(at instant: Instant, in store: any RecordStore) throws -> KnownRoster {
        let versions = try versions(in: store)
        var fold = try fold(store)
        return try known(at: instant, versions, &fold, store)
    }

    /// A stretch `[from, until)` in which nothing was learnt.
    public struct Stretch: Sendable {
        public let from: Instant
        public let until: Instant
        public let known: KnownRoster
    }

    /// `[from, until)` cut wherever the configuration, an override or time off changed, each part with what was known
    /// then; after the log's end, with what is known last. Empty unless `from < until`.
    /// - Throws: `PastRosterError`, or what the store throws.
    public func stretches(from: Instant, until: Instant, in store: any RecordStore) throws -> [Stretch] {
        guard from < until else { return [] }
        let versions = try versions(in: store)
        var fold = try fold(store)
        let changes = (versions.map(\.at) + fold.changes).filter { from < $0 && $0 < until }
        let starts = [from] + Set(changes).sorted()
        return try zip(starts, starts.dropFirst() + [until]).map { start, end in
            Stretch(from: start, until: end, known: try known(at: start, versions, &fold, store))
        }
    }

    private func known(
        at instant: Instant, _ versions: [RecordMark], _ fold: inout AmendmentFold, _ store: any RecordStore
    ) throws -> KnownRoster {
        guard let oldest = versions.first else { throw PastRosterError.nothing }
        let version = versions.last { $0.at <= instant }
        return KnownRoster(
            directory: try directory(version ?? oldest, store),
            amendments: fold.amendments(at: instant), asKnownAt: version == nil ? oldest.at : instant,
            logBegins: version == nil ? oldest.at : nil)
    }

    private func fold(_ store: any RecordStore) throws -> AmendmentFold {
        try AmendmentFold(store.records(stream: Event.Stream.overrides.description))
    }

    /// Which versions there are, without reading them.
    private func versions(in store: any RecordStore) throws -> [RecordMark] {
        let known = state.withLock { $0.versions }
        let newer = try store.marks(kind: EventKind.directoryApplied.rawValue, after: known.last?.sequence ?? 0)
        return state.withLock { state in
            let last = state.versions.last?.sequence ?? 0
            state.versions += newer.filter { $0.sequence > last }
            return state.versions
        }
    }

    private func directory(_ mark: RecordMark, _ store: any RecordStore) throws -> Directory {
        let kept = state.withLock { state -> Directory? in
            guard let index = state.directories.firstIndex(where: { $0.sequence == mark.sequence }) else { return nil }
            let found = state.directories.remove(at: index)
            state.directories.append(found)
            return found.directory
        }
        if let kept { return kept }
        guard let record = try store.records(after: mark.sequence - 1, limit: 1).first,
            case .directoryApplied(let applied) = try EventCodec.decode(record).payload
        else { throw PastRosterError.nothing }
        var directory: Directory
        do {
            directory = try reconstruct(applied, mark.at)
        } catch {
            throw PastRosterError.unreadable(version: applied.version, why: "\(error)")
        }
        directory.version = applied.version
        state.withLock { [directory] state in
            guard !state.directories.contains(where: { $0.sequence == mark.sequence }) else { return }
            state.directories.append((mark.sequence, directory))
            if state.directories.count > Self.keptVersions { state.directories.removeFirst() }
        }
        return directory
    }
}

/// Why nothing can be said about the past.
public struct PastRosterError: Error, Hashable, Sendable, CustomStringConvertible {
    private enum Code: Hashable {
        case nothing
        case unreadable(version: Int, why: String)
    }
    private let code: Code

    /// The log holds no configuration.
    public static let nothing = Self(code: .nothing)
    public static func unreadable(version: Int, why: String) -> Self {
        Self(code: .unreadable(version: version, why: why))
    }

    public var description: String {
        switch code {
        case .nothing: "The log holds no configuration, so it cannot say who was on call."
        case .unreadable(let version, let why):
            "Version \(version) of the configuration, which was in force then, can no longer be read: \(why)"
        }
    }
}

extension Engine {
    /// What was known at `instant`; what is known now when that is nil or not yet over.
    /// - Throws: `PastRosterError`, or what the store throws when the log cannot be read.
    public func roster(knownAt instant: Instant?, _ past: PastRosters) async throws -> KnownRoster {
        let now = self.now
        guard let instant, instant < now else {
            let (directory, amendments) = read { ($0.directory, $0.book.amendments) }
            return KnownRoster(directory: directory, amendments: amendments, asKnownAt: now)
        }
        return try await reading { try past.known(at: instant, in: $0) }
    }
}
