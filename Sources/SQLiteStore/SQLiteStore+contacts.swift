import GRDB
import Incidents
import OnCall
import Timekeeping

import protocol Engine.ContactStore
import struct Engine.StoredContact

/// People's own addresses, in a table beside the log.
extension SQLiteStore: ContactStore {
    public func contacts() throws -> [StoredContact] {
        try pool.read { db in
            // A file of the first format, opened only to be looked at.
            guard try db.tableExists("contacts") else { return [] }
            let sql = "SELECT user, method, digest, address, added_at FROM contacts ORDER BY user, method, digest"
            return try Row.fetchAll(db, sql: sql).compactMap { row in
                // A method this version does not know is a later one's.
                guard let method = ContactMethod(rawValue: row["method"]) else { return nil }
                return StoredContact(
                    user: UserID(rawValue: row["user"]), method: method, address: row["address"],
                    digest: row["digest"], addedAt: Instant(milliseconds: row["added_at"]))
            }
        }
    }

    public func keep(_ contact: StoredContact) throws {
        try pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO contacts (user, method, digest, address, added_at) VALUES (?, ?, ?, ?, ?) \
                    ON CONFLICT (user, method, digest) DO UPDATE SET address = excluded.address, \
                    added_at = excluded.added_at
                    """,
                arguments: [
                    contact.user.rawValue, contact.method.rawValue, contact.digest, contact.address,
                    contact.addedAt.milliseconds,
                ])
        }
    }

    public func removeContacts(_ user: UserID, _ method: ContactMethod, except digest: String?) throws {
        try pool.write { db in
            try db.execute(
                sql: "DELETE FROM contacts WHERE user = ? AND method = ? AND digest IS NOT ?",
                arguments: [user.rawValue, method.rawValue, digest])
        }
    }
}
