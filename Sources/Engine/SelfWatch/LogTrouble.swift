/// Why the log cannot be written, as far as the store can tell. A closed set, for metrics.
public enum LogTrouble: String, Sendable, Hashable, CaseIterable {
    /// No space is left, or a limit on the file's size is reached.
    case full
    case readOnly = "read_only"
    /// The disk or the file system reports an error.
    case disk
    /// Somebody else holds the file.
    case busy
    /// What is in the file is no longer a database.
    case damaged
    /// Nobody answered in time, or the store cannot say.
    case other

    /// One clause.
    public var sentence: String {
        switch self {
        case .full: "the disk is full"
        case .readOnly: "the database is read-only"
        case .disk: "the disk reports an error"
        case .busy: "another program holds the database"
        case .damaged: "the database is damaged"
        case .other: "the database does not take what is written"
        }
    }

    /// What to do about it, as a sentence.
    public var wayOut: String {
        switch self {
        case .full: "Free space where Tocsin's database is."
        case .readOnly: "Make Tocsin's database and its folder writable again."
        case .disk: "Look at the disk that holds Tocsin's database, and at the kernel's log."
        case .busy: "Find out with fuser who holds Tocsin's database, and end that."
        case .damaged: "Stop Tocsin, keep the damaged file, and bring back the last backup."
        case .other: "Look at Tocsin's log and at the disk that holds its database."
        }
    }
}
