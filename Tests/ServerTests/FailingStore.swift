import Engine
import EngineCore
import Incidents
import OnCall
import SQLiteStore
import Synchronization
import Timekeeping

/// A store whose disk can be taken away.
final class FailingStore: RecordStore, ContactStore {
    struct NoDisk: Error {}

    private let store: SQLiteStore
    private let isBroken = Mutex(false)

    init(_ store: SQLiteStore) { self.store = store }

    func breakDown() { isBroken.withLock { $0 = true } }

    private func check() throws { if isBroken.withLock({ $0 }) { throw NoDisk() } }

    func append(_ records: [Record], summaries: [IncidentSummary]) throws {
        try check()
        try store.append(records, summaries: summaries)
    }

    func prove() throws {
        try check()
        try store.prove()
    }

    func live(at now: Instant) throws -> LiveLog {
        try check()
        return try store.live(at: now)
    }

    func records(stream: String) throws -> [Record] {
        try check()
        return try store.records(stream: stream)
    }

    func records(after sequence: Int64, limit: Int) throws -> [Record] {
        try check()
        return try store.records(after: sequence, limit: limit)
    }

    func lastRecord(kind: String) throws -> Record? {
        try check()
        return try store.lastRecord(kind: kind)
    }

    func marks(kind: String, after sequence: Int64) throws -> [RecordMark] {
        try check()
        return try store.marks(kind: kind, after: sequence)
    }

    func summaries(_ query: IncidentQuery) throws -> [IncidentSummary] {
        try check()
        return try store.summaries(query)
    }

    func contacts() throws -> [StoredContact] {
        try check()
        return try store.contacts()
    }

    func keep(_ contact: StoredContact) throws {
        try check()
        try store.keep(contact)
    }

    func removeContacts(_ user: UserID, _ method: ContactMethod, except digest: String?) throws {
        try check()
        try store.removeContacts(user, method, except: digest)
    }

    func secret(_ name: String) throws -> [UInt8] { try store.secret(name) }
}
