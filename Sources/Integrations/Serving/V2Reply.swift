import Engine

/// What came of one call to a serving layer or to Prometheus.
enum V2Reply: Sendable {
    case answered(status: Int, body: [UInt8], elapsed: Duration)
    case away(reason: String, mayHaveArrived: Bool)

    /// The status, where it is one that means yes.
    var isGood: Bool {
        if case .answered(200...299, _, _) = self { return true }
        return false
    }

    /// The body of a good answer, when it is JSON.
    var json: JSONValue? {
        guard case .answered(200...299, let body, _) = self else { return nil }
        return V2JSON.read(body)
    }

    /// The server's own words, `{"error": "…"}`.
    var error: String? {
        guard case .answered(_, let body, _) = self else { return nil }
        return V2JSON.read(body)?["error"]?.scalar
    }

    /// `HTTP 400: load failed for model 'ranker'`, or why there was no answer.
    var words: String {
        switch self {
        case .away(let reason, _): return reason
        case .answered(let status, _, _): return error.map { "HTTP \(status): \($0)" } ?? "HTTP \(status)"
        }
    }
}

enum V2JSON {
    /// JSON from a serving layer. Triton writes NaN and infinities as bare words, which JSON has not: they read as null,
    /// which is equal to nothing.
    static func read(_ bytes: [UInt8]) -> JSONValue? {
        if let value = try? JSONValue(json: bytes) { return value }
        return try? JSONValue(json: withoutBareWords(bytes))
    }

    private static func withoutBareWords(_ bytes: [UInt8]) -> [UInt8] {
        let words = ["-Infinity", "Infinity", "NaN"].map { Array($0.utf8) }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var isInString = false
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if !isInString, let word = words.first(where: { bytes[at...].starts(with: $0) }) {
                out += "null".utf8
                at += word.count
                continue
            }
            if byte == UInt8(ascii: "\"") { isInString.toggle() }
            out.append(byte)
            at += 1
            if isInString, byte == UInt8(ascii: "\\"), at < bytes.count {
                out.append(bytes[at])
                at += 1
            }
        }
        return out
    }
}

/// One line for people of whatever a server said, at most 200 characters.
func servingEvidence(_ text: String) -> String { PlainText.cut(PlainText.printable(text), to: 200) }
