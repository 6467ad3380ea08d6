import Engine
import EngineCore
import Foundation
import GRDB
import Incidents
import LogDoubles
import SQLiteStore
import Testing
import Timekeeping

/// Start-up and every look at the log must cost by what is asked for and not by what has been: proved from the plans
/// SQLite makes, since timings prove little.
@Suite struct QueryPlanTests {
    typealias Contract = RecordStoreContract
    let folder = TemporaryFolder()

    static func plan(_ store: SQLiteStore, _ sql: String, _ arguments: StatementArguments) throws -> [String] {
        try store.pool.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments).map { $0["detail"] }
        }
    }

    static let queries: [(String, StatementArguments)] = [
        (StreamRows.live, [0]),
        (EventRows.ofStream, ["incident/1"]),
        (EventRows.after, [0, 10]),
        (EventRows.lastOfKind, ["holdEnded"]),
        (EventRows.marks, ["directoryApplied", 0]),
        (IncidentRows.all, [100, 10]),
        (IncidentRows.ofState, ["triggered", 100, 10]),
        (IncidentRows.ofService, ["ranker", "triggered", 100, 10]),
    ]

    @Test("every query is a search by an index, and none sorts but the few live streams")
    func searches() throws {
        let store = try SQLiteStore(path: folder.path("tocsin.db"))
        for (sql, arguments) in Self.queries {
            let plan = try Self.plan(store, sql, arguments)
            #expect(plan.contains { $0.hasPrefix("SEARCH") }, "\(sql): \(plan)")
            #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(sql): \(plan)")
        }
        let live = try Self.plan(store, StreamRows.live, [0])
        #expect(live.contains { $0.contains("events_by_stream (stream=?)") }, "\(live)")
        #expect(live.contains { $0.contains("streams_by_life (live_until") }, "\(live)")
    }

    @Test("a history of 100 000 events adds nothing to what start-up reads, nor changes a plan")
    func history() throws {
        let store = try SQLiteStore(path: folder.path("tocsin.db"))
        let before = try Self.queries.map { try Self.plan(store, $0.0, $0.1) }
        var chain = HashChain()
        let end = Contract.start + .hours(48)
        var number = 0
        for _ in 0..<50 {
            var payloads: [EventPayload] = []
            var rows: [IncidentSummary] = []
            for _ in 0..<200 {
                number += 1
                payloads.append(Contract.opened(number))
                let repeats = EventPayload.alertsCounted(.init(incident: Incident.ID(number), repeats: 1))
                payloads += Array(repeating: repeats, count: 9)
                rows.append(Contract.summary(number, .resolved, liveUntil: end))
            }
            try store.append(Contract.seal(&chain, payloads), summaries: rows)
        }
        let open = Contract.seal(&chain, [Contract.opened(number + 1)])
        try store.append(open, summaries: [Contract.summary(number + 1)])
        let live = try store.live(at: end)
        #expect(live.lastSequence == 100_001)
        #expect(live.records == open)
        #expect(live.lastIncident == number + 1)
        #expect(try Self.queries.map { try Self.plan(store, $0.0, $0.1) } == before)
    }
}
