/// Finds keys made of aliases before the parser sees them.
///
/// Yams hashes each mapping's keys while it composes, and hashing walks what aliases expand to: a key that is a bomb
/// would hang it before anything could be counted. So a file that uses aliases at all must have plain names as keys.
/// Judged on the text alone; it may refuse a strange file that is harmless, and never lets a bomb pass.
enum AliasGuard {
    /// The first line with a key that is not a plain name, in a text that uses aliases.
    static func suspiciousLine(in text: String) -> Int? {
        guard text.utf8.contains(UInt8(ascii: "*")) else { return nil }
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(code)
        guard lines.contains(where: usesAlias) else { return nil }
        return lines.firstIndex(where: hasComplexKey).map { $0 + 1 }
    }

    /// Without what is surely a comment.
    private static func code(_ line: Substring) -> [UInt8] {
        let bytes = Array(line.utf8)
        if bytes.contains(UInt8(ascii: "\"")) || bytes.contains(UInt8(ascii: "'")) { return bytes }
        for (index, byte) in bytes.enumerated()
        where byte == UInt8(ascii: "#") && (index == 0 || isBlank(bytes[index - 1])) {
            return Array(bytes[..<index])
        }
        return bytes
    }

    private static func usesAlias(_ line: [UInt8]) -> Bool {
        line.indices.contains { index in
            line[index] == UInt8(ascii: "*") && startsToken(line, index) && index + 1 < line.count
                && isNameByte(line[index + 1])
        }
    }

    private static func hasComplexKey(_ line: [UInt8]) -> Bool {
        var index = 0
        while index < line.count {
            let byte = line[index]
            var end = index + 1
            if byte == UInt8(ascii: "?"), startsToken(line, index), end == line.count || isBlank(line[end]) {
                return true
            }
            if byte == UInt8(ascii: "*"), startsToken(line, index) {
                while end < line.count, isNameByte(line[end]) { end += 1 }
            } else if byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}") {
                index += 1
                continue
            }
            while end < line.count, isBlank(line[end]) { end += 1 }
            if end < line.count, line[end] == UInt8(ascii: ":") { return true }
            index += 1
        }
        return false
    }

    private static func startsToken(_ line: [UInt8], _ index: Int) -> Bool {
        index == 0 || isBlank(line[index - 1]) || Array("[]{},:-?!\"'".utf8).contains(line[index - 1])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Anything that may be part of an anchor's name.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && !Array("[]{},:".utf8).contains(byte)
    }
}
