import EngineCore
import GRDB
import Incidents
import OnCall
import Timekeeping

import struct Engine.IncidentQuery

/// The incident list.
package enum IncidentRows {
    private static let columns = """
        incident, service, title, state, severity, urgency, owner, opened_at, acknowledged_at, resolved_at, \
        alert_count, firing_count, live_until
        """

    private static let replace = """
        INSERT OR REPLACE INTO incidents (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    static func write(_ summaries: [IncidentSummary], _ db: Database) throws {
        let statement = try db.cachedStatement(sql: replace)
        for summary in summaries {
            // A sender's title may hold a NUL, at which SQLite would cut it off.
            let title = summary.title.replacing("\0", with: "\u{FFFD}")
            try statement.execute(arguments: [
                summary.incident.number, summary.service.rawValue, title, summary.state.rawValue,
                summary.severity.rawValue, summary.urgency.rawValue, summary.owner?.rawValue,
                summary.openedAt.milliseconds, summary.acknowledgedAt?.milliseconds, summary.resolvedAt?.milliseconds,
                summary.alertCount, summary.firingCount, summary.liveUntil?.milliseconds,
            ])
        }
    }

    static func lastNumber(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT max(incident) FROM incidents") ?? 0
    }

    /// One look into an index for each state asked for, each giving the newest first; so the cost follows the limit and
    /// not the history.
    static func fetch(_ query: IncidentQuery, _ db: Database) throws -> [IncidentSummary] {
        let limit = max(query.limit, 0)
        let before = query.before?.number ?? Int.max
        if query.states.isEmpty, query.service == nil { return try fetch(db, all, [before, limit]) }
        let states = query.states.isEmpty ? Set(Incident.State.allCases) : query.states
        let found = try states.flatMap { state in
            if let service = query.service {
                return try fetch(db, ofService, [service.rawValue, state.rawValue, before, limit])
            }
            return try fetch(db, ofState, [state.rawValue, before, limit])
        }
        return Array(found.sorted { $0.incident > $1.incident }.prefix(limit))
    }

    private static let newest = "incident < ? ORDER BY incident DESC LIMIT ?"
    package static let all = "SELECT \(columns) FROM incidents WHERE \(newest)"
    package static let ofState = "SELECT \(columns) FROM incidents WHERE state = ? AND \(newest)"
    package static let ofService = "SELECT \(columns) FROM incidents WHERE service = ? AND state = ? AND \(newest)"

    private static func fetch(
        _ db: Database, _ sql: String, _ arguments: StatementArguments
    ) throws -> [IncidentSummary] {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        var summaries: [IncidentSummary] = []
        while let row = try rows.next() { summaries.append(try summary(row)) }
        return summaries
    }

    private static func summary(_ row: Row) throws -> IncidentSummary {
        IncidentSummary(
            incident: Incident.ID(row[0]), service: ServiceID(rawValue: row[1]), title: row[2],
            state: try word(row, 3), severity: try word(row, 4), urgency: try word(row, 5),
            owner: (row[6] as String?).map(UserID.init(rawValue:)), openedAt: Instant(milliseconds: row[7]),
            acknowledgedAt: instant(row, 8), resolvedAt: instant(row, 9), alertCount: row[10], firingCount: row[11],
            liveUntil: instant(row, 12))
    }

    private static func instant(_ row: Row, _ column: Int) -> Instant? {
        (row[column] as Int64?).map { Instant(milliseconds: $0) }
    }

    private static func word<Word: RawRepresentable<String>>(_ row: Row, _ column: Int) throws -> Word {
        let text: String = row[column]
        guard let word = Word(rawValue: text) else {
            throw DatabaseError(message: "incident \(row[0] as Int64): '\(text)' is not known to this Tocsin")
        }
        return word
    }
}
