import Engine
import EngineCore
import Foundation
import Timekeeping

/// A log in a file: one record a line, whole, so that its chain can be proved.
enum RecordedLog {
    private struct Line: Codable {
        let sequence: Int64
        let stream: String, kind: String
        let version: Int
        let at: Int64
        let request: String?, facts: String, text: String?, textSalt: String?
        let factsDigest: String, textDigest: String?, previousHash: String, hash: String
    }

    static func text(_ records: [Record]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try records.map { record in
            let line = Line(
                sequence: record.sequence, stream: record.stream, kind: record.kind, version: record.version,
                at: record.at.milliseconds, request: record.request, facts: record.facts, text: record.text,
                textSalt: record.textSalt, factsDigest: record.factsDigest, textDigest: record.textDigest,
                previousHash: record.previousHash, hash: record.hash)
            return String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
        }.joined()
    }

    static func records(_ text: String) throws -> [Record] {
        try text.split(separator: "\n").map { line in
            let line = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
            return Record(
                sequence: line.sequence, stream: line.stream, kind: line.kind, version: line.version,
                at: Instant(milliseconds: line.at), request: line.request, facts: line.facts, text: line.text,
                textSalt: line.textSalt, factsDigest: line.factsDigest, textDigest: line.textDigest,
                previousHash: line.previousHash, hash: line.hash)
        }
    }
}
