import GRDB

import enum Engine.LogTrouble
import struct Engine.RecordStoreError

/// What SQLite's result codes mean for whoever has to see to it (sqlite.org/rescode.html).
extension SQLiteStore {
    public func trouble(of error: any Error) -> LogTrouble { Self.trouble(of: error) }

    /// Also for what kept a file from being opened.
    public static func trouble(of error: any Error) -> LogTrouble {
        guard let error = error as? DatabaseError else { return .other }
        return switch error.resultCode {
        case .SQLITE_FULL: .full
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN: .readOnly
        case .SQLITE_IOERR: .disk
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged
        default: .other
        }
    }

    /// Whether what is in the file holds together: nil when it does, else what SQLite says first. Reads every page but
    /// no index's content, so it takes seconds on a large log.
    public func quickCheck() throws -> String? {
        try pool.read { db in
            let said = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
            return said == ["ok"] ? nil : said.first ?? "quick_check says nothing"
        }
    }
}
