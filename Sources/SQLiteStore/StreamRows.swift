import EngineCore
import GRDB
import Incidents
import Timekeeping

import enum Engine.EventKind
import struct Engine.Record

/// Which streams can still affect a decision. So start-up reads those, and not the history.
package enum StreamRows {
    /// The streams outside: CROSS JOIN keeps SQLite from scanning the events and looking up their streams.
    package static let live = """
        \(EventRows.select) streams CROSS JOIN events ON events.stream = streams.stream \
        WHERE streams.live_until IS NULL OR streams.live_until > ?
        """

    static func liveRecords(at now: Instant, _ db: Database) throws -> [Record] {
        try EventRows.fetch(db, live, [now.milliseconds])
    }

    /// The highest number a silence was ever given; its stream's row stays when the stream is dead. The streams of
    /// silences lie between `silence/` and `silence0`, the character after the slash.
    static func lastSilence(_ db: Database) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT max(CAST(substr(stream, 9) AS INTEGER)) FROM streams \
                WHERE stream > 'silence/' AND stream < 'silence0'
                """) ?? 0
    }

    /// A stream lives for ever until an incident's summary says otherwise, or a silence has ended: what its end let go
    /// is decided in the same transaction, and its request is remembered for a day. The directory's is never folded as a whole.
    static func note(_ records: [Record], _ summaries: [IncidentSummary], _ db: Database) throws {
        let add = try db.cachedStatement(
            sql: "INSERT INTO streams (stream, live_until) VALUES (?, NULL) ON CONFLICT (stream) DO NOTHING")
        let directory = Event.Stream.directory.description
        for stream in Set(records.map(\.stream)) where stream != directory {
            try add.execute(arguments: [stream])
        }
        let set = try db.cachedStatement(
            sql: """
                INSERT INTO streams (stream, live_until) VALUES (?, ?) \
                ON CONFLICT (stream) DO UPDATE SET live_until = excluded.live_until
                """)
        for record in records where record.kind == EventKind.silenceEnded.rawValue {
            let end = record.at + IncidentBook.memory
            try set.execute(arguments: [record.stream, end.milliseconds])
        }
        for summary in summaries {
            let stream = Event.Stream.incident(summary.incident).description
            try set.execute(arguments: [stream, summary.liveUntil?.milliseconds])
        }
    }
}
