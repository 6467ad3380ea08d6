import Engine
import EngineCore
import Incidents
import OnCall
import Synchronization
import Timekeeping

/// A store in memory: a small model of what a store promises, which stops at anything the engine must never ask of one.
public final class MemoryStore: RecordStore {
    private struct State {
        var records: [Record] = []
        var summaries: [Incident.ID: IncidentSummary] = [:]
        var secrets: [String: [UInt8]] = [:]
        var contacts: [StoredContact] = []
        var nextFailure: (any Error)?
        var streamsRead: [String] = []
    }

    private let state = Mutex(State())

    public init(records: [Record] = [], summaries: [IncidentSummary] = []) {
        state.withLock { state in
            state.records = records
            for summary in summaries { state.summaries[summary.incident] = summary }
        }
    }

    public var all: [Record] { state.withLock { $0.records } }

    /// Each time that the records of a stream were asked for.
    public var streamsRead: [String] { state.withLock { $0.streamsRead } }

    /// Makes the next append fail, before anything of it is kept.
    public func failNextAppend(with error: any Error) { state.withLock { $0.nextFailure = error } }

    public func append(_ records: [Record], summaries: [IncidentSummary]) throws {
        try state.withLock { state in
            if let error = state.nextFailure {
                state.nextFailure = nil
                throw error
            }
            var last = state.records.last
            for record in records {
                let expected = (last?.sequence ?? 0) + 1
                guard record.sequence == expected else {
                    throw RecordStoreError.conflict(expected: expected, got: record.sequence)
                }
                guard record.previousHash == last?.hash ?? "" else {
                    throw RecordStoreError.forked(sequence: record.sequence)
                }
                Self.objectToNonsense(record)
                last = record
            }
            let touched = Set(records.map(\.stream))
            for summary in summaries {
                precondition(
                    touched.contains(Event.Stream.incident(summary.incident).description),
                    "\(summary.incident) is summed up in a transaction that holds no event of it")
                precondition(
                    (summary.state == .resolved) == (summary.liveUntil != nil),
                    "\(summary.incident) is \(summary.state) and its life says otherwise")
                state.summaries[summary.incident] = summary
            }
            state.records += records
        }
    }

    private static func objectToNonsense(_ record: Record) {
        let name = "record \(record.sequence)"
        precondition(Event.Stream(record.stream) != nil, "\(name) is in no stream: '\(record.stream)'")
        precondition(!record.kind.isEmpty && record.version > 0, "\(name) has no kind or version")
        precondition(record.facts.hasPrefix("{"), "\(name) has no facts")
        precondition(
            (record.text == nil) == (record.textDigest == nil), "\(name): a text without digest, or the reverse")
        precondition((record.text == nil) == (record.textSalt == nil), "\(name): a text without salt, or the reverse")
        for digest in [record.factsDigest, record.hash] + [record.textDigest].compactMap(\.self) {
            precondition(digest.utf8.count == 64, "\(name): '\(digest)' is no digest")
        }
    }

    public func live(at now: Instant) -> LiveLog {
        state.withLock { state in
            let lastDirectory = state.records.last { $0.kind == EventKind.directoryApplied.rawValue }
            var silenceEnds: [Int: Instant] = [:]
            var lastSilence = 0
            for record in state.records {
                guard case .silence(let id)? = Event.Stream(record.stream) else { continue }
                lastSilence = max(lastSilence, id)
                if record.kind == EventKind.silenceEnded.rawValue { silenceEnds[id] = record.at + IncidentBook.memory }
            }
            let records = state.records.filter { record in
                switch Event.Stream(record.stream)! {
                case .engine, .overrides, .contacts, .serving: true
                case .directory: record == lastDirectory
                case .silence(let id): silenceEnds[id].map { $0 > now } ?? true
                case .incident(let id): state.summaries[id]?.liveUntil.map { $0 > now } ?? true
                }
            }
            return LiveLog(
                records: records, lastSequence: state.records.last?.sequence ?? 0,
                lastHash: state.records.last?.hash ?? "", lastIncident: state.summaries.keys.max()?.number ?? 0,
                lastSilence: lastSilence)
        }
    }

    public func records(stream: String) -> [Record] {
        state.withLock { $0.streamsRead.append(stream) }
        return all.filter { $0.stream == stream }
    }

    public func records(after sequence: Int64, limit: Int) -> [Record] {
        Array(all.drop { $0.sequence <= sequence }.prefix(limit))
    }

    public func lastRecord(kind: String) -> Record? { all.last { $0.kind == kind } }

    public func marks(kind: String, after sequence: Int64) -> [RecordMark] {
        all.filter { $0.kind == kind && $0.sequence > sequence }.map { RecordMark(sequence: $0.sequence, at: $0.at) }
    }

    public func summaries(_ query: IncidentQuery) -> [IncidentSummary] {
        let found = state.withLock { $0.summaries.values }.filter { summary in
            (query.states.isEmpty || query.states.contains(summary.state))
                && (query.service == nil || query.service == summary.service)
                && (query.before.map { summary.incident < $0 } ?? true)
        }
        return Array(found.sorted { $0.incident > $1.incident }.prefix(query.limit))
    }

    public func secret(_ name: String) -> [UInt8] {
        state.withLock { state in
            if let known = state.secrets[name] { return known }
            let made = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
            state.secrets[name] = made
            return made
        }
    }
}

extension MemoryStore: ContactStore {
    public func contacts() -> [StoredContact] {
        state.withLock {
            $0.contacts.sorted { ($0.user, $0.method, $0.digest) < ($1.user, $1.method, $1.digest) }
        }
    }

    public func keep(_ contact: StoredContact) {
        state.withLock { state in
            state.contacts.removeAll {
                ($0.user, $0.method, $0.digest) == (contact.user, contact.method, contact.digest)
            }
            state.contacts.append(contact)
        }
    }

    public func removeContacts(_ user: UserID, _ method: ContactMethod, except digest: String?) {
        state.withLock { state in
            state.contacts.removeAll { $0.user == user && $0.method == method && $0.digest != digest }
        }
    }
}
