import Foundation

/// Standard output, written at once: a page must not wait in a buffer because the output is a pipe.
enum Terminal {
    static func print(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
