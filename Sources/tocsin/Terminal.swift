import Foundation

/// Standard output and error, written at once: a page must not wait in a buffer because the output is a pipe. Whoever
/// read it may be gone, or the disk full; that must never end the server.
enum Terminal {
    static func print(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    static func printError(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// A person is looking, not a journal.
    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }
}
