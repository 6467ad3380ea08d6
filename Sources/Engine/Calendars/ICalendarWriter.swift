import Timekeeping

/// Writes iCalendar text (RFC 5545): lines of at most 75 octets that end in CRLF, folded between two characters, and
/// text that stays text whatever is in it.
struct ICalendarWriter {
    private(set) var text = ""

    /// RFC 5545, section 3.1.
    static let longestLine = 75

    /// A property whose value is no TEXT: a number, a time, an address of ours.
    mutating func property(_ name: String, _ value: String) { fold("\(name):\(value)") }

    mutating func property(_ name: String, _ instant: Instant) { property(name, Self.utc(instant)) }

    /// A property of the value type TEXT (section 3.3.11).
    mutating func text(_ name: String, _ value: String) { fold("\(name):\(Self.escape(value))") }

    mutating func component(_ name: String, _ body: (inout ICalendarWriter) -> Void) {
        property("BEGIN", name)
        body(&self)
        property("END", name)
    }

    /// `20260302T080000Z`, to the second.
    static func utc(_ instant: Instant) -> String {
        let seconds = instant.milliseconds - (instant.milliseconds % 1000 + 1000) % 1000
        return Instant(milliseconds: seconds).rfc3339.filter { $0 != "-" && $0 != ":" }
    }

    /// Every kind of new line becomes `\n`; other control characters have no place in TEXT.
    static func escape(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": escaped.append(contentsOf: ["\\", scalar])
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}":
                escaped.append(contentsOf: ["\\", "n"])
            case "\t": escaped.append(scalar)
            case "\u{00}"..."\u{1F}", "\u{7F}"..."\u{9F}": break
            default: escaped.append(scalar)
            }
            previous = scalar
        }
        return String(escaped)
    }

    private mutating func fold(_ line: String) {
        var room = Self.longestLine
        for scalar in line.unicodeScalars {
            let width = UTF8.width(scalar)
            if width > room {
                text += "\r\n "
                room = Self.longestLine - 1
            }
            text.unicodeScalars.append(scalar)
            room -= width
        }
        text += "\r\n"
    }
}
