import Foundation
import GRDB

/// Random keys, made at first use. Not part of the log: whoever is given the log is not given these.
enum Secrets {
    static let bytes = 32

    static func find(_ name: String, _ db: Database) throws -> [UInt8]? {
        try Data.fetchOne(db, sql: "SELECT value FROM secrets WHERE name = ?", arguments: [name]).map { [UInt8]($0) }
    }

    /// Makes it unless there is one.
    static func make(_ name: String, _ db: Database) throws {
        var random = SystemRandomNumberGenerator()
        let value = Data((0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        try db.execute(
            sql: "INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            arguments: [name, value])
    }
}
