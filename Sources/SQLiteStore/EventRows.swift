import Foundation
import GRDB
import Timekeeping

import enum Engine.EventKind
import struct Engine.Record
import struct Engine.RecordMark
import struct Engine.RecordStoreError

/// The table of events.
package enum EventRows {
    /// A client may put a NUL into its request's name, and GRDB hands text to SQLite and back as a C string. So it goes
    /// through as bytes: what is read must be what was hashed.
    private static let columns = """
        events.sequence, events.stream, events.kind, events.version, events.at, CAST(events.request AS BLOB), \
        events.facts, events.text, events.text_salt, events.facts_digest, events.text_digest, \
        events.previous_hash, events.hash
        """
    static let select = "SELECT \(columns) FROM"

    package static let ofStream = "\(select) events WHERE stream = ? ORDER BY sequence"
    package static let after = "\(select) events WHERE sequence > ? ORDER BY sequence LIMIT ?"
    package static let lastOfKind = "\(select) events WHERE kind = ? ORDER BY sequence DESC LIMIT 1"
    /// The columns before the facts, so that a record's overflow pages are never touched.
    package static let marks = "SELECT sequence, at FROM events WHERE kind = ? AND sequence > ? ORDER BY sequence"

    private static let insert = """
        INSERT INTO events (sequence, stream, kind, version, at, request, facts, text, text_salt, facts_digest, \
        text_digest, previous_hash, hash) VALUES (?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?, ?)
        """

    /// - Throws: `RecordStoreError` `conflict` or `forked` unless the records continue what is stored and one another.
    static func append(_ records: [Record], _ db: Database) throws {
        let last = try last(db)
        var sequence = last?.sequence ?? 0
        var hash = last?.hash ?? ""
        let statement = try db.cachedStatement(sql: insert)
        for record in records {
            guard record.sequence == sequence + 1 else {
                throw RecordStoreError.conflict(expected: sequence + 1, got: record.sequence)
            }
            guard record.previousHash == hash else { throw RecordStoreError.forked(sequence: record.sequence) }
            sequence = record.sequence
            hash = record.hash
            statement.setUncheckedArguments([
                record.sequence, record.stream, record.kind, record.version, record.at.milliseconds,
                record.request.map { Data($0.utf8) }, record.facts, record.text, record.textSalt,
                record.factsDigest, record.textDigest, record.previousHash, record.hash,
            ])
            try statement.execute()
        }
    }

    static func last(_ db: Database) throws -> (sequence: Int64, hash: String)? {
        let statement = try db.cachedStatement(sql: "SELECT sequence, hash FROM events ORDER BY sequence DESC LIMIT 1")
        return try Row.fetchOne(statement).map { (sequence: $0[0], hash: $0[1]) }
    }

    static func last(kind: EventKind, _ db: Database) throws -> Record? {
        try fetch(db, lastOfKind, [kind.rawValue]).first
    }

    /// - Parameter sql: begins with `select`.
    static func fetch(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws -> [Record] {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        var records: [Record] = []
        while let row = try rows.next() { records.append(record(row)) }
        return records
    }

    static func marks(_ db: Database, kind: String, after sequence: Int64) throws -> [RecordMark] {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: marks), arguments: [kind, sequence])
        var found: [RecordMark] = []
        while let row = try rows.next() {
            found.append(RecordMark(sequence: row[0], at: Instant(milliseconds: row[1])))
        }
        return found
    }

    private static func record(_ row: Row) -> Record {
        Record(
            sequence: row[0], stream: row[1], kind: row[2], version: row[3], at: Instant(milliseconds: row[4]),
            request: (row[5] as Data?).map { String(decoding: $0, as: UTF8.self) }, facts: row[6], text: row[7],
            textSalt: row[8], factsDigest: row[9], textDigest: row[10], previousHash: row[11], hash: row[12])
    }
}
