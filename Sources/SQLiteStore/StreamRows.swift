import EngineCore
import GRDB
import Incidents
import Timekeeping

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

    /// A stream lives for ever until an incident's summary says otherwise. The directory's is never folded as a whole.
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
        for summary in summaries {
            let stream = Event.Stream.incident(summary.incident).description
            try set.execute(arguments: [stream, summary.liveUntil?.milliseconds])
        }
    }
}
