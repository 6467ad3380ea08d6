import Engine
import EngineCore
import Foundation
import GRDB
import Incidents
import LogDoubles
import SQLiteStore
import Testing
import Timekeeping

import struct Engine.Record

@Suite struct SQLiteStoreTests {
    typealias Contract = RecordStoreContract
    let folder = TemporaryFolder()
    var path: String { folder.path("tocsin.db") }

    @Test("what an append returned from is on the disk: WAL and synchronous=FULL, really set")
    func durable() throws {
        let store = try SQLiteStore(path: path)
        func setting(_ name: String) throws -> String? {
            try store.pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(name)") }
        }
        #expect(try setting("synchronous") == "2")
        #expect(try setting("journal_mode") == "wal")
        var chain = HashChain()
        try store.append(Contract.seal(&chain, [Contract.opened(1)]), summaries: [])
        #expect(try setting("synchronous") == "2")
    }

    @Test("a try to write goes the way of an append, and changes nothing")
    func proved() throws {
        let store = try SQLiteStore(path: path)
        var chain = HashChain()
        try store.append(Contract.seal(&chain, [Contract.opened(1)]), summaries: [])
        func journal() throws -> Int {
            try #require(FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int)
        }
        let before = try journal()
        try store.prove()
        #expect(try journal() > before)
        #expect(try store.records(after: 0, limit: 9).count == 1)
        #expect(try store.quickCheck() == nil)
        let reader = try SQLiteStore(path: path, readOnly: true)
        #expect(throws: (any Error).self) { try reader.prove() }
    }

    @Test("what SQLite reports is told apart by who has to see to it")
    func troubles() {
        #expect(SQLiteStore.trouble(of: DatabaseError(resultCode: .SQLITE_FULL)) == .full)
        #expect(SQLiteStore.trouble(of: DatabaseError(resultCode: .SQLITE_READONLY_DBMOVED)) == .readOnly)
        #expect(SQLiteStore.trouble(of: DatabaseError(resultCode: .SQLITE_IOERR_FSYNC)) == .disk)
        #expect(SQLiteStore.trouble(of: DatabaseError(resultCode: .SQLITE_CORRUPT)) == .damaged)
        #expect(SQLiteStore.trouble(of: RecordStoreError.notDurable("why")) == .other)
    }

    @Test("a second store on the same file is refused, by any name, until the first is gone")
    func locked() throws {
        var first: SQLiteStore? = try SQLiteStore(path: path)
        let alias = folder.path("alias.db")
        try FileManager.default.createSymbolicLink(atPath: alias, withDestinationPath: path)
        let real = try #require(first).pool.path
        #expect(throws: RecordStoreError.locked(path: real)) { try SQLiteStore(path: path) }
        #expect(throws: RecordStoreError.locked(path: real)) { try SQLiteStore(path: alias) }
        first = nil
        _ = try SQLiteStore(path: alias)
    }

    @Test("a running store can be looked at, and not written to, by a reader")
    func readOnly() throws {
        let store = try SQLiteStore(path: path)
        var chain = HashChain()
        let records = Contract.seal(&chain, [Contract.opened(1)])
        try store.append(records, summaries: [Contract.summary(1)])
        let reader = try SQLiteStore(path: path, readOnly: true)
        #expect(try LogVerifier.verify(reader).count == 1)
        #expect(throws: (any Error).self) {
            try reader.append(Contract.seal(&chain, [Contract.opened(2)]), summaries: [])
        }
        #expect(throws: (any Error).self) { try reader.secret("new") }
        #expect(try store.records(after: 0, limit: 9) == records)
        #expect(throws: (any Error).self) { try SQLiteStore(path: folder.path("nothing.db"), readOnly: true) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("nothing.db")))
    }

    @Test("the database and what lies beside it are their owner's alone, also after a careless restore")
    func permissions() throws {
        func modes() throws -> Set<Int> {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
            #expect(names.count == 4)
            return Set(
                try names.map { name in
                    try #require(
                        FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions] as? Int)
                })
        }
        var store: SQLiteStore? = try SQLiteStore(path: path)
        _ = try store?.secret("links")
        #expect(try modes() == [0o600])
        store = nil
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        store = try SQLiteStore(path: path)
        #expect(try modes() == [0o600])
        _ = store
    }

    @Test("everything is there after opening again, and again")
    func reopened() throws {
        var chain = HashChain()
        var written: [Record] = []
        var secrets: Set<[UInt8]> = []
        for number in 1...3 {
            let store = try SQLiteStore(path: path)
            #expect(try store.records(after: 0, limit: 99) == written)
            let live = try store.live(at: Contract.start)
            #expect(HashChain(lastSequence: live.lastSequence, lastHash: live.lastHash) == chain)
            let records = Contract.seal(&chain, [Contract.opened(number), Contract.opened(number + 10)])
            try store.append(records, summaries: [Contract.summary(number)])
            written += records
            secrets.insert(try store.secret("links"))
        }
        #expect(secrets.count == 1)
        #expect(try SQLiteStore(path: path).summaries(IncidentQuery()).count == 3)
    }

    @Test("a newer format is refused and left as it was")
    func newer() throws {
        _ = try SQLiteStore(path: path)
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        let before = try Data(contentsOf: URL(filePath: path))
        #expect(throws: RecordStoreError.newer(found: 99, known: Schema.version)) { try SQLiteStore(path: path) }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("another program's file is refused and left as it was")
    func foreign() throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE recipes (name TEXT)") }
        try Data("not a database at all, and longer than a header, so SQLite says so itself\n".utf8)
            .write(to: URL(filePath: folder.path("text.db")))
        for name in ["tocsin.db", "text.db"] {
            let file = URL(filePath: folder.path(name))
            let before = try Data(contentsOf: file)
            #expect(throws: RecordStoreError.foreign(path: file.resolvingSymlinksInPath().path)) {
                try SQLiteStore(path: file.path)
            }
            #expect(try Data(contentsOf: file) == before)
        }
    }

    /// A crash leaves any beginning of the write-ahead log behind, perhaps torn in the middle of a page.
    @Test("killed at any point of an append, the store holds all of it or nothing of it")
    func torn() throws {
        let store = try SQLiteStore(path: path)
        var chain = HashChain()
        try store.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        let batches = (0..<3).map { batch in
            Contract.seal(&chain, (1...5).map { Contract.opened(batch * 5 + $0) })
        }
        for (index, batch) in batches.enumerated() {
            try store.append(batch, summaries: (1...5).map { Contract.summary(index * 5 + $0) })
        }
        let log = try Data(contentsOf: URL(filePath: path + "-wal"))
        let frame = 24 + 4096
        var lengths = Set(stride(from: 32, through: log.count, by: frame))
        for length in lengths { lengths.formUnion([length + 11, length + 24 + 2000].filter { $0 < log.count }) }
        lengths.formUnion([0, 7, log.count])
        var seen: Set<Int> = []
        for length in lengths.sorted() {
            let crashed = folder.path("crashed-\(length).db")
            try FileManager.default.copyItem(atPath: path, toPath: crashed)
            try log.prefix(length).write(to: URL(filePath: crashed + "-wal"))
            let survivor = try SQLiteStore(path: crashed)
            let records = try survivor.records(after: 0, limit: 99)
            seen.insert(records.count)
            #expect(records == Array(batches.joined().prefix(records.count)) && records.count.isMultiple(of: 5))
            #expect(try LogVerifier.verify(survivor).isSound)
            #expect(try survivor.summaries(IncidentQuery()).count == records.count)
            var rest = HashChain(lastSequence: Int64(records.count), lastHash: records.last?.hash ?? "")
            try survivor.append(Contract.seal(&rest, [Contract.opened(99)]), summaries: [])
        }
        #expect(seen == [0, 5, 10, 15])
    }

    @Test("an append that fails half-way leaves nothing behind, and the next one succeeds")
    func rolledBack() throws {
        let store = try SQLiteStore(path: path)
        var chain = HashChain()
        try store.append(Contract.seal(&chain, [Contract.opened(1)]), summaries: [Contract.summary(1)])
        try store.pool.write {
            try $0.execute(
                sql: """
                    CREATE TEMP TRIGGER full BEFORE INSERT ON incidents WHEN NEW.incident = 3
                    BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """)
        }
        var attempt = chain
        #expect(throws: DatabaseError.self) {
            try store.append(
                Contract.seal(&attempt, [Contract.opened(2), Contract.opened(3)]),
                summaries: [Contract.summary(2), Contract.summary(3)])
        }
        #expect(try store.live(at: Contract.start).lastSequence == 1)
        #expect(try store.summaries(IncidentQuery()).count == 1)
        try store.append(Contract.seal(&chain, [Contract.opened(2)]), summaries: [Contract.summary(2)])
        #expect(try store.live(at: Contract.start).lastIncident == 2)
    }
}
