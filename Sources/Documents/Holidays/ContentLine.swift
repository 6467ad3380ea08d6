import Commands

/// One property of an iCalendar text with its parameters, unfolded (RFC 5545, section 3.1).
struct ContentLine: Hashable {
    /// In upper case, as the names of parameters are.
    let name: String
    let parameters: [String: String]
    let value: String
    /// Where it begins, counted from 1.
    let line: Int

    /// Larger than any calendar of holidays; a feed of everything is no such calendar.
    static let longestText = 5_000_000

    /// All lines of a text, in order. Line ends may be CRLF or LF, and the last one may be missing.
    /// - Parameter problem: called for each line that is none.
    static func lines(of text: String, problem: (CalendarProblem) -> Void) -> [ContentLine] {
        var lines: [ContentLine] = []
        var pending: (bytes: [UInt8], line: Int) = ([], 0)
        func finish() {
            guard !pending.bytes.isEmpty else { return }
            guard let whole = String(validating: pending.bytes, as: UTF8.self),
                let line = ContentLine(whole, line: pending.line)
            else { return problem(CalendarProblem(line: pending.line, message: "this is not NAME:VALUE")) }
            lines.append(line)
        }
        var number = 0
        // A character may be folded in two, so lines are joined before they are decoded.
        for raw in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            var bytes = raw.last == UInt8(ascii: "\r") ? raw.dropLast() : raw
            if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
            if bytes.first == UInt8(ascii: " ") || bytes.first == UInt8(ascii: "\t") {
                pending.bytes += bytes.dropFirst()
            } else {
                finish()
                pending = (Array(bytes), number)
            }
        }
        finish()
        return lines
    }

    private init?(_ text: String, line: Int) {
        // Colons and semicolons within quotes belong to a parameter's value.
        var parts: [String] = [""]
        var isQuoted = false
        var rest = text.unicodeScalars[...]
        var value: Substring.UnicodeScalarView?
        while let scalar = rest.popFirst() {
            if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == ":", !isQuoted {
                value = rest
                break
            } else if scalar == ";", !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].unicodeScalars.append(scalar)
            }
        }
        guard let value, let name = parts.first, Self.isName(name) else { return nil }
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, Self.isName(String(halves[0])) else { return nil }
            parameters[halves[0].uppercased()] = String(halves[1])
        }
        self.name = name.uppercased()
        self.parameters = parameters
        self.value = String(Substring(value))
        self.line = line
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }

    /// A TEXT value without its escapes (section 3.3.11).
    var text: String {
        var out = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in value.unicodeScalars {
            switch (isEscaped, scalar) {
            case (false, "\\"):
                isEscaped = true
                continue
            case (true, "n"), (true, "N"): out.append("\n")
            default: out.append(scalar)
            }
            isEscaped = false
        }
        return String(out)
    }

    func problem(_ message: String) -> CalendarProblem {
        CalendarProblem(line: line, message: "\(name): \(message)")
    }
}
