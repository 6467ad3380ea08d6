import Foundation

/// The database's file, there and private before SQLite opens it.
struct DatabaseFile {
    /// Without symbolic links, so that two names of one file cannot get two locks.
    let path: String
    let isEmpty: Bool

    /// SQLite gives `-wal` and `-shm` the mode of the database itself.
    private static let mode: mode_t = 0o600

    init(path given: String, readOnly: Bool) throws {
        if !readOnly { try Self.create(given) }
        guard let resolved = realpath(given, nil) else { throw FileError("cannot open \(given)") }
        path = String(cString: resolved)
        free(resolved)
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError("cannot open \(path)") }
        isEmpty = status.st_size == 0
        if !readOnly { try makePrivate(status.st_mode) }
    }

    private static func create(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            throw FileError("cannot create \(path)")
        }
        close(descriptor)
        try syncDirectory(of: path)
    }

    /// A file's name is durable only when its directory is.
    private static func syncDirectory(of path: String) throws {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("cannot open \(directory)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError("cannot write \(directory)") }
    }

    /// A copy brought back from a backup may be open to everybody.
    private func makePrivate(_ current: mode_t) throws {
        guard current & 0o077 != 0 else { return }
        for name in [path, path + "-wal", path + "-shm"] where chmod(name, Self.mode) != 0 && errno != ENOENT {
            throw FileError("cannot make \(name) private")
        }
    }
}
