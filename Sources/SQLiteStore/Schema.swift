import GRDB

import struct Engine.RecordStoreError

/// The tables, and how older ones become today's.
package enum Schema {
    /// "TOCS": tells our files from other people's.
    private static let applicationID = 0x544F_4353

    /// The nth makes format n from format n - 1. Only ever added to, and additive: an older reader of a newer file must
    /// not be misled, and a file is never rewritten to be opened.
    private static let migrations = [first, second]

    package static var version: Int { migrations.count }

    /// Looks before anything is touched: turning WAL on would already change somebody else's file.
    static func check(_ file: DatabaseFile) throws {
        guard !file.isEmpty else { return }
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: file.path, configuration: configuration)
            defer { try? queue.close() }
            try queue.read { db in
                let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                let owner = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
                let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
                let isOurs = owner == applicationID || (owner == 0 && found == 0 && tables == 0)
                guard isOurs else { throw RecordStoreError.foreign(path: file.path) }
                guard found <= version else { throw RecordStoreError.newer(found: found, known: version) }
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw RecordStoreError.foreign(path: file.path)
        }
    }

    static func bringUpToDate(_ db: Database) throws {
        try db.inTransaction(.immediate) {
            let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard found < version else { return .commit }
            for migration in migrations[found...] { try db.execute(sql: migration) }
            try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
            return .commit
        }
    }

    /// Times are milliseconds since 1970 UTC. `text` and `text_salt` become null when a text is erased.
    private static let first = """
        CREATE TABLE events (
            sequence INTEGER PRIMARY KEY,
            stream TEXT NOT NULL,
            kind TEXT NOT NULL,
            version INTEGER NOT NULL,
            at INTEGER NOT NULL,
            request TEXT,
            facts TEXT NOT NULL,
            text TEXT,
            text_salt TEXT,
            facts_digest TEXT NOT NULL,
            text_digest TEXT,
            previous_hash TEXT NOT NULL,
            hash TEXT NOT NULL
        ) STRICT;
        CREATE INDEX events_by_stream ON events (stream);
        CREATE INDEX events_by_kind ON events (kind);

        -- Streams that can still affect a decision: until live_until, or for ever when it is null.
        CREATE TABLE streams (
            stream TEXT PRIMARY KEY,
            live_until INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX streams_by_life ON streams (live_until);

        -- The incident list: a read model, rebuilt from the events when need be.
        CREATE TABLE incidents (
            incident INTEGER PRIMARY KEY,
            service TEXT NOT NULL,
            title TEXT NOT NULL,
            state TEXT NOT NULL,
            severity TEXT NOT NULL,
            urgency TEXT NOT NULL,
            owner TEXT,
            opened_at INTEGER NOT NULL,
            acknowledged_at INTEGER,
            resolved_at INTEGER,
            alert_count INTEGER NOT NULL,
            firing_count INTEGER NOT NULL,
            live_until INTEGER
        ) STRICT;
        CREATE INDEX incidents_by_state ON incidents (state);
        CREATE INDEX incidents_by_service ON incidents (service, state);

        CREATE TABLE secrets (
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// Where people are reached. Personal data: beside the log, backed up with it, and never in it.
    private static let second = """
        CREATE TABLE contacts (
            user TEXT NOT NULL,
            method TEXT NOT NULL,
            digest TEXT NOT NULL,
            address TEXT NOT NULL,
            added_at INTEGER NOT NULL,
            PRIMARY KEY (user, method, digest)
        ) STRICT, WITHOUT ROWID;
        """
}
