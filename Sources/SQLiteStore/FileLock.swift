import Foundation

import struct Engine.RecordStoreError

/// Keeps everybody else off a database for as long as it lives.
///
/// A lock of `flock(2)` on `<path>.lock`, which belongs to this open file and so also keeps out a second store in the
/// same process; it ends with the process, however that ends. SQLite's own locks do neither: a second pool on one file
/// opens silently. The lock file is left behind on purpose: removing it would let two processes lock two files.
final class FileLock: Sendable {
    private let descriptor: Int32

    init(path: String) throws {
        let lockPath = path + ".lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("cannot open \(lockPath)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let problem = FileError("cannot lock \(lockPath)")
            close(descriptor)
            throw isHeld ? RecordStoreError.locked(path: path) : problem
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

/// What the operating system said about a file.
struct FileError: Error, CustomStringConvertible {
    let description: String

    /// Reads `errno`: to be made right after the call that failed.
    init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
}
