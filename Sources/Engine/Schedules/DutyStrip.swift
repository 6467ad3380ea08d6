import Timekeeping

/// Where each moment of some days lies, in even time: a day of 23 hours is drawn narrower.
struct DutyStrip {
    let days: [DutyDays.Day]
    let left: Double
    /// Pixels a millisecond.
    let scale: Double

    var from: Instant { days.first?.from ?? .distantPast }
    var until: Instant { days.last?.until ?? .distantPast }

    func x(_ at: Instant) -> Double {
        left + Double((min(max(at, from), until) - from).milliseconds) * scale
    }

    /// Nil outside the days.
    func x(within at: Instant) -> Double? { from <= at && at < until ? x(at) : nil }

    /// Nil when nothing of it lies in the days.
    func place(_ first: Instant, _ last: Instant) -> (x: Double, width: Double)? {
        guard first < until, last > from else { return nil }
        return (x(first), x(last) - x(first))
    }
}

/// SVG, element by element; text is escaped, and nothing has more than one decimal.
struct SVGText {
    private(set) var text = ""

    mutating func add(_ element: String) { text += element + "\n" }

    mutating func rect(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ classes: String, radius: Double = 0,
        fill: String? = nil
    ) {
        guard width > 0, height > 0 else { return }
        let round = radius > 0 ? " rx=\"\(Self.number(radius))\"" : ""
        let fill = fill.map { " fill=\"\($0)\"" } ?? ""
        let kind = classes.isEmpty ? "" : " class=\"\(classes)\""
        add(
            "<rect\(kind) x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
                + "height=\"\(Self.number(height))\"\(round)\(fill)/>")
    }

    mutating func line(_ x: Double, _ y: Double, _ x2: Double, _ y2: Double, _ classes: String) {
        add(
            "<line class=\"\(classes)\" x1=\"\(Self.number(x))\" y1=\"\(Self.number(y))\" x2=\"\(Self.number(x2))\" "
                + "y2=\"\(Self.number(y2))\"/>")
    }

    /// - Parameter room: pixels; what does not fit is cut.
    mutating func words(_ words: String, x: Double, y: Double, _ classes: String, room: Double, size: Double = 12) {
        let shown = Self.cut(words, room, size)
        guard !shown.isEmpty else { return }
        add(
            "<text class=\"\(classes)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\">\(Self.escape(shown))</text>")
    }

    /// About as long as it is drawn in most fonts.
    static func length(_ text: String, _ size: Double) -> Double { Double(TextWidth.columns(text)) * size * 0.58 }

    static func cut(_ text: String, _ room: Double, _ size: Double) -> String {
        length(text, size) <= room ? text : TextWidth.cut(text, to: Int(room / (size * 0.58)))
    }

    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    /// Without control characters, which XML does not know, and safe between tags and in attributes.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in PlainText.printable(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\u{FFFE}", "\u{FFFF}": break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
