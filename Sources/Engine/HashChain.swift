import Crypto
import Incidents
import Timekeeping

/// Makes records out of events, each carrying its predecessor's hash, so that a changed, missing, added or moved
/// record shows.
///
/// A record's `hash` is the lower-case hex SHA-256 of these fields, each written as a netstring (`<bytes>:<value>,`,
/// so no two sequences of fields look alike), an absent one as `-`: the format's name `tocsin-log-1`, the previous
/// hash, sequence, stream, kind, version, instant in milliseconds, request, digest of the facts, digest of the text.
/// The digest of the text is over its 16 salt bytes followed by its UTF-8; both can be erased, and the chain holds.
///
/// What it cannot show by itself: that records are missing at the *end*, or that somebody wrote the whole chain anew.
/// For that, keep a head (`lastSequence` and `lastHash`) elsewhere and give it to `LogVerifier`.
public struct HashChain: Sendable, Hashable {
    public private(set) var lastSequence: Int64
    /// Empty before the first record.
    public private(set) var lastHash: String

    static let format = "tocsin-log-1"

    public init(lastSequence: Int64 = 0, lastHash: String = "") {
        self.lastSequence = lastSequence
        self.lastHash = lastHash
    }

    /// Chains the events on, in their order. The chain has then moved on: when the records cannot be stored, drop it
    /// and begin again from what is.
    /// - Precondition: the events follow the last sequence without a hole.
    public mutating func seal(_ events: [Event]) -> [Record] {
        var random = SystemRandomNumberGenerator()
        var records: [Record] = []
        records.reserveCapacity(events.count)
        for event in events {
            precondition(
                event.sequence == lastSequence + 1,
                "event \(event.sequence) does not follow record \(lastSequence): the log would have a hole")
            let encoded = EventCodec.encode(event)
            let salt = encoded.text.map { _ in Hex.encode(Self.salt(&random)) }
            var record = Record(
                sequence: event.sequence, stream: event.stream.description, kind: encoded.kind,
                version: encoded.version, at: event.at, request: event.request?.rawValue, facts: encoded.facts,
                text: encoded.text, textSalt: salt, factsDigest: Self.digest(encoded.facts), textDigest: nil,
                previousHash: lastHash, hash: "")
            record.textDigest = Self.textDigest(of: record)
            record.hash = Self.hash(of: record)
            lastSequence = record.sequence
            lastHash = record.hash
            records.append(record)
        }
        return records
    }

    /// What is wrong with the record as the one after `previous`; nil when all is well.
    public static func verify(_ record: Record, after previous: HashChain) -> ChainProblem? {
        guard record.sequence == previous.lastSequence + 1 else {
            return .sequenceGap(expected: previous.lastSequence + 1)
        }
        guard digest(record.facts) == record.factsDigest else { return .factsChanged }
        if record.text != nil || record.textSalt != nil {
            guard let digest = textDigest(of: record), digest == record.textDigest else { return .textChanged }
        }
        guard record.previousHash == previous.lastHash else { return .previousHashDiffers }
        guard hash(of: record) == record.hash else { return .hashDiffers }
        return nil
    }

    /// Moves on past the record if it is the right one.
    mutating func follow(_ record: Record) -> ChainProblem? {
        if let problem = Self.verify(record, after: self) { return problem }
        lastSequence = record.sequence
        lastHash = record.hash
        return nil
    }

    private static func digest(_ text: String) -> String {
        var sha = SHA256()
        sha.update(text)
        return Hex.encode(sha.finalize())
    }

    /// Nil when there is no text, or no salt as it should be.
    private static func textDigest(of record: Record) -> String? {
        guard let text = record.text, let salt = record.textSalt.flatMap(Hex.decode), salt.count == saltBytes
        else { return nil }
        var sha = SHA256()
        sha.update(data: salt)
        sha.update(text)
        return Hex.encode(sha.finalize())
    }

    private static func hash(of record: Record) -> String {
        var fields = Netstrings()
        fields.add(format)
        fields.add(record.previousHash)
        fields.add(String(record.sequence))
        fields.add(record.stream)
        fields.add(record.kind)
        fields.add(String(record.version))
        fields.add(String(record.at.milliseconds))
        fields.add(record.request)
        fields.add(record.factsDigest)
        fields.add(record.textDigest)
        return Hex.encode(SHA256.hash(data: fields.bytes))
    }

    private static let saltBytes = 16

    private static func salt(_ random: inout SystemRandomNumberGenerator) -> [UInt8] {
        (0..<2).flatMap { _ in
            let word = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
    }
}

/// How a record fails to fit the chain.
public enum ChainProblem: Sendable, Hashable {
    case sequenceGap(expected: Int64)
    case factsChanged
    case textChanged
    /// Another record stood before this one when it was written.
    case previousHashDiffers
    /// Something beside facts and text was changed: stream, kind, version, instant, request, a digest or the hash.
    case hashDiffers

    /// One clause, to follow "record 7: ".
    public var explanation: String {
        switch self {
        case .sequenceGap(let expected): "it stands where \(expected) should be; a record is missing, added or moved"
        case .factsChanged: "its facts are not the ones that were recorded"
        case .textChanged: "its text is not the one that was recorded, nor properly erased"
        case .previousHashDiffers: "it was written after another record than the one before it"
        case .hashDiffers: "its stream, kind, version, time, request or digests are not the ones that were recorded"
        }
    }
}

/// Fields one after another, so that where each ends cannot be mistaken.
private struct Netstrings {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(384) }

    mutating func add(_ field: String?) {
        guard let field else {
            bytes.append(UInt8(ascii: "-"))
            return
        }
        bytes.append(contentsOf: String(field.utf8.count).utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: field.utf8)
        bytes.append(UInt8(ascii: ","))
    }
}

extension SHA256 {
    fileprivate mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
}
