import EngineCore
import Foundation
import GRDB
import Incidents
import Timekeeping

import struct Engine.IncidentQuery
import struct Engine.LiveLog
import struct Engine.Record
import struct Engine.RecordMark
import protocol Engine.RecordStore
import struct Engine.RecordStoreError

/// The log, its read model and its secrets in one SQLite file.
///
/// What `append` returned from is on the disk: the file is in WAL mode with `synchronous=FULL`, set after opening
/// (GRDB sets NORMAL while it turns WAL on) and read back. One process at a time writes: the file `<path>.lock` is held
/// for as long as the store lives, against other processes and against a second store in this one. Beside the database
/// lie `-wal` and `-shm`, which belong to it. All are readable by their owner alone, for they hold secrets.
///
/// Reads see the last commit and never wait for a writer.
public final class SQLiteStore: RecordStore {
    package let pool: DatabasePool
    private let lock: FileLock?

    /// Opens the log at `path`, making it if there is none and bringing an older format up to today's.
    /// - Parameter readOnly: takes no lock and changes nothing, so a running Tocsin can be looked at.
    /// - Throws: `RecordStoreError` `locked`, `newer`, `foreign` or `notDurable`; else what the file system says.
    public init(path: String, readOnly: Bool = false) throws {
        let file = try DatabaseFile(path: path, readOnly: readOnly)
        lock = readOnly ? nil : try FileLock(path: file.path)
        try Schema.check(file)
        var configuration = Configuration()
        configuration.label = "tocsin.store"
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(Self.busySeconds)
        pool = try DatabasePool(path: file.path, configuration: configuration)
        if !readOnly {
            try pool.writeWithoutTransaction { db in
                try Self.makeDurable(db)
                try Schema.bringUpToDate(db)
            }
        }
    }

    deinit { try? pool.close() }

    /// Waiting for somebody else's checkpoint or backup; well under the time after which an append is in doubt.
    private static let busySeconds = 5.0

    private static func makeDurable(_ db: Database) throws {
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON")
        let level = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 0
        guard level >= fullSynchronous else {
            throw RecordStoreError.notDurable("SQLite stays at synchronous=\(level) when asked for FULL")
        }
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? "unknown"
        guard mode == "wal" else {
            throw RecordStoreError.notDurable("SQLite stays in journal mode '\(mode)' when asked for WAL")
        }
    }

    /// SQLite's number for FULL; EXTRA is 3.
    private static let fullSynchronous = 2

    // MARK: Writing

    public func append(_ records: [Record], summaries: [IncidentSummary]) throws {
        try pool.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                try EventRows.append(records, db)
                try StreamRows.note(records, summaries, db)
                try IncidentRows.write(summaries, db)
                return .commit
            }
        }
    }

    /// Sets the number of the file's format to what it is: one page that goes the way of every append.
    public func prove() throws {
        try pool.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                let format = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? Schema.version
                try db.execute(sql: "PRAGMA user_version = \(format)")
                return .commit
            }
        }
    }

    // MARK: Reading

    public func live(at now: Instant) throws -> LiveLog {
        try pool.read { db in
            let last = try EventRows.last(db)
            var records = try StreamRows.liveRecords(at: now, db)
            // Each version of the directory is whole: only the last one can still matter.
            if let directory = try EventRows.last(kind: .directoryApplied, db) { records.append(directory) }
            records.sort { $0.sequence < $1.sequence }
            return LiveLog(
                records: records, lastSequence: last?.sequence ?? 0, lastHash: last?.hash ?? "",
                lastIncident: try IncidentRows.lastNumber(db), lastSilence: try StreamRows.lastSilence(db))
        }
    }

    public func records(stream: String) throws -> [Record] {
        try pool.read { try EventRows.fetch($0, EventRows.ofStream, [stream]) }
    }

    public func records(after sequence: Int64, limit: Int) throws -> [Record] {
        try pool.read { try EventRows.fetch($0, EventRows.after, [sequence, limit]) }
    }

    public func lastRecord(kind: String) throws -> Record? {
        try pool.read { try EventRows.fetch($0, EventRows.lastOfKind, [kind]).first }
    }

    public func marks(kind: String, after sequence: Int64) throws -> [RecordMark] {
        try pool.read { try EventRows.marks($0, kind: kind, after: sequence) }
    }

    public func summaries(_ query: IncidentQuery) throws -> [IncidentSummary] {
        try pool.read { try IncidentRows.fetch(query, $0) }
    }

    public func secret(_ name: String) throws -> [UInt8] {
        if let known = try pool.read({ try Secrets.find(name, $0) }) { return known }
        return try pool.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                try Secrets.make(name, db)
                return .commit
            }
            return try Secrets.find(name, db)!
        }
    }
}
