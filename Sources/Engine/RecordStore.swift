import EngineCore
import Incidents
import Timekeeping

/// One event as bytes, in the shape it is kept in.
public struct Record: Sendable, Hashable {
    public var sequence: Int64
    /// `incident/42`, `silence/7`, `engine`, `directory`, `overrides`.
    public var stream: String
    public var kind: String
    public var version: Int
    public var at: Instant
    public var request: String?
    /// Canonical JSON with sorted keys: what decisions fold.
    public var facts: String
    /// JSON of the free text, or nil when there is none or it was erased.
    public var text: String?
    /// 16 random bytes as hex, erased with the text, so that a short text cannot be guessed from its digest.
    public var textSalt: String?
    /// Lower-case hex SHA-256; `textDigest` is over salt and text and stays when they are erased.
    public var factsDigest: String
    public var textDigest: String?
    public var previousHash: String
    public var hash: String

    public init(
        sequence: Int64, stream: String, kind: String, version: Int, at: Instant, request: String?, facts: String,
        text: String?, textSalt: String?, factsDigest: String, textDigest: String?, previousHash: String, hash: String
    ) {
        self.sequence = sequence
        self.stream = stream
        self.kind = kind
        self.version = version
        self.at = at
        self.request = request
        self.facts = facts
        self.text = text
        self.textSalt = textSalt
        self.factsDigest = factsDigest
        self.textDigest = textDigest
        self.previousHash = previousHash
        self.hash = hash
    }
}

/// Where a record is, and when it was written: enough to choose one by, without reading it.
public struct RecordMark: Sendable, Hashable {
    public let sequence: Int64
    public let at: Instant

    public init(sequence: Int64, at: Instant) {
        self.sequence = sequence
        self.at = at
    }
}

/// What the engine starts from.
public struct LiveLog: Sendable {
    /// Records of the streams that can still affect a decision, in order of sequence.
    public var records: [Record]
    public var lastSequence: Int64
    /// The last record's hash; empty before the first.
    public var lastHash: String
    public var lastIncident: Int
    /// The highest number of a silence's stream, live or not.
    public var lastSilence: Int

    public init(
        records: [Record], lastSequence: Int64, lastHash: String, lastIncident: Int, lastSilence: Int = 0
    ) {
        self.records = records
        self.lastSequence = lastSequence
        self.lastHash = lastHash
        self.lastIncident = lastIncident
        self.lastSilence = lastSilence
    }
}

public struct IncidentQuery: Sendable, Hashable {
    /// Empty means every state.
    public var states: Set<Incident.State>
    public var service: ServiceID?
    /// Only incidents with a lower number: the cursor of the next page.
    public var before: Incident.ID?
    public var limit: Int

    public init(
        states: Set<Incident.State> = [], service: ServiceID? = nil, before: Incident.ID? = nil, limit: Int = 50
    ) {
        self.states = states
        self.service = service
        self.before = before
        self.limit = limit
    }
}

/// Keeps records. Synchronous; `append` and `live` are called from one thread of the engine's, the others from any.
public protocol RecordStore: Sendable {
    /// Appends all or nothing, durably, with the read model's rows in the same transaction.
    /// - Throws: when it failed, or when it is not known whether it did; `RecordStoreError.conflict` when the first
    ///   sequence does not follow the last one stored.
    func append(_ records: [Record], summaries: [IncidentSummary]) throws
    func live(at now: Instant) throws -> LiveLog
    /// In order of sequence.
    func records(stream: String) throws -> [Record]
    /// In order of sequence, at most `limit`, each after `sequence`.
    func records(after sequence: Int64, limit: Int) throws -> [Record]
    func lastRecord(kind: String) throws -> Record?
    /// Where those of one kind are after `sequence`, in order of sequence. Costs by how many there are, not by their
    /// size.
    func marks(kind: String, after sequence: Int64) throws -> [RecordMark]
    /// Newest first.
    func summaries(_ query: IncidentQuery) throws -> [IncidentSummary]
    /// A random secret of 32 bytes, made at first use and kept beside the log, never in it.
    func secret(_ name: String) throws -> [UInt8]
    /// Writes something that changes nothing, durably: throws whenever an append would fail for want of a disk. Called
    /// from the thread of `append`.
    func prove() throws
    /// What kind of trouble an error of its own stands for.
    func trouble(of error: any Error) -> LogTrouble
}

extension RecordStore {
    public func prove() throws {}
    public func trouble(of error: any Error) -> LogTrouble { .other }
}

public struct RecordStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    enum Code: Hashable, Sendable {
        case conflict(expected: Int64, got: Int64)
        case notDurable(String)
        case forked(sequence: Int64)
        case locked(path: String)
        case foreign(path: String)
        case newer(found: Int, known: Int)
        case unreadable(sequence: Int64, String)
    }
    let code: Code

    public static func conflict(expected: Int64, got: Int64) -> Self {
        Self(code: .conflict(expected: expected, got: got))
    }
    public static func notDurable(_ why: String) -> Self { Self(code: .notDurable(why)) }
    /// The record's previous hash is not the hash of the record before it.
    public static func forked(sequence: Int64) -> Self { Self(code: .forked(sequence: sequence)) }
    /// The file is another program's.
    public static func foreign(path: String) -> Self { Self(code: .foreign(path: path)) }
    public static func locked(path: String) -> Self { Self(code: .locked(path: path)) }
    public static func newer(found: Int, known: Int) -> Self { Self(code: .newer(found: found, known: known)) }
    public static func unreadable(sequence: Int64, _ why: String) -> Self {
        Self(code: .unreadable(sequence: sequence, why))
    }

    public var description: String {
        switch code {
        case .conflict(let expected, let got):
            "The log goes on at \(expected), not at \(got): somebody else wrote to it, or an append was in doubt."
        case .forked(let sequence):
            "Record \(sequence) does not continue the one before it: somebody else wrote, or an append was in doubt."
        case .foreign(let path): "\(path) is not a log of Tocsin's. Name another file."
        case .notDurable(let why): "The database would not keep what it acknowledges: \(why)."
        case .locked(let path): "\(path) is in use by another Tocsin. Stop that one first, or name another file."
        case .newer(let found, let known):
            "The database has format \(found); this Tocsin knows up to \(known). Use the newer Tocsin."
        case .unreadable(let sequence, let why): "Record \(sequence) cannot be read: \(why)."
        }
    }
}
