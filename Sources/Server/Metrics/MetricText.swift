/// Writes the lines of Prometheus' text format 0.0.4.
struct MetricText {
    private(set) var text = ""

    mutating func head(_ name: String, _ help: String?, _ kind: String) {
        if let help {
            text += "# HELP \(name) \(help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n"
        }
        text += "# TYPE \(name) \(kind)\n"
    }

    mutating func sample(_ name: String, _ labels: String, _ value: Double) {
        text += name
        if !labels.isEmpty { text += "{\(labels)}" }
        text += " \(Self.number(value))\n"
    }

    /// Sorted by name and escaped, so that the same labels are the same text.
    static func labels(_ pairs: [(String, String)]) -> String {
        pairs.map { (name($0.0), $0.1) }.sorted { $0.0 < $1.0 }.map(pair).joined(separator: ",")
    }

    static func adding(_ label: String, _ value: String, to labels: String) -> String {
        labels.isEmpty ? pair(label, value) : "\(labels),\(pair(label, value))"
    }

    private static func pair(_ label: String, _ value: String) -> String {
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\(label)=\"\(escaped)\""
    }

    /// `[a-zA-Z_][a-zA-Z0-9_]*`; what else a library's label holds becomes `_`.
    static func name(_ label: String) -> String {
        var name = ""
        for byte in label.utf8 {
            let character = Unicode.Scalar(byte)
            let isLetter = character.properties.isAlphabetic && byte < 0x80
            let isDigit = ("0"..."9").contains(character)
            name.unicodeScalars.append(isLetter || isDigit && !name.isEmpty ? character : "_")
        }
        return name.isEmpty ? "_" : name
    }

    /// As Go reads floats; whole numbers without their ".0".
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
        return "\(value)"
    }
}
