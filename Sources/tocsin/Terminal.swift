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

    /// Whether to colour the output: on a terminal that can, unless NO_COLOR says no (no-color.org).
    static func showsColours(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
        isInteractive && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// Columns. Where nobody says, the 80 that everything can show.
    static var width: Int {
        var size = winsize()
        guard isInteractive, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
