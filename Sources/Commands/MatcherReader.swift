import Incidents

/// Reads `model="ranker", env!=dev` from the front of a text and stops where no matcher begins.
///
/// The configuration's grammar, and a little more, because shells eat quotes and phones bend them: a value without
/// blanks needs none, and commas may be left out. `everything` is no matcher at all.
struct MatcherReader {
    private let scalars: [Unicode.Scalar]
    private(set) var position: Int

    init(_ scalars: [Unicode.Scalar], from start: Int) {
        self.scalars = scalars
        position = start
    }

    /// Empty for `everything`, and where none begins if none is required. Throws `Unclear`.
    mutating func matchers(example: String, areRequired: Bool = true) throws -> [LabelMatcher] {
        let start = position
        skipBlanks()
        let word = take { $0.isLabel }.lowercased()
        if ["everything", "all"].contains(word), next?.isBlank ?? true { return [] }
        position = start
        var found: [LabelMatcher] = []
        while let matcher = try matcher() {
            found.append(matcher)
            guard next.map({ $0.isBlank || $0 == "," }) ?? true else {
                throw Unclear.wrong(
                    "Something follows the value of '\(matcher.label.shown())'. Nothing was done.",
                    hint: "For example: \(example)")
            }
        }
        guard !found.isEmpty || !areRequired else {
            throw Unclear.wrong(
                "Say what to silence, by its labels or its service. Nothing was done.", hint: "For example: \(example)")
        }
        return found
    }

    private mutating func matcher() throws -> LabelMatcher? {
        let start = position
        while let next, next.isBlank || next == "," { position += 1 }
        let label = take { $0.isLabel }
        skipBlanks()
        guard !label.isEmpty, let comparison = try comparison(after: label) else {
            position = start
            return nil
        }
        skipBlanks()
        return LabelMatcher(label: label, comparison: comparison, value: try value(of: label))
    }

    private mutating func comparison(after label: String) throws -> LabelMatcher.Comparison? {
        let sign = take { "=!~".unicodeScalars.contains($0) }
        switch sign {
        case "": return nil
        case "=": return .equal
        case "!=": return .notEqual
        default:
            throw Unclear.wrong(
                "'\(label.shown())' is compared with \(sign.shown()). Nothing was done.",
                hint: "Compare with = or !=. There are no patterns.")
        }
    }

    private mutating func value(of label: String) throws -> String {
        guard next?.isDoubleQuote == true else {
            let value = take { $0.isLabel }
            if !value.isEmpty { return value }
            throw Unclear.wrong(
                "There is no value for '\(label.shown())'. Nothing was done.", hint: "Put it in quotes.")
        }
        position += 1
        var value = String.UnicodeScalarView()
        while let scalar = next {
            position += 1
            if scalar.isDoubleQuote { return String(value) }
            guard scalar == "\\" else {
                value.append(scalar)
                continue
            }
            switch next {
            case "n": value.append("\n")
            case "\\": value.append("\\")
            case .some(let quote) where quote.isDoubleQuote: value.append(quote)
            default: throw Unclear.wrong("There is an unknown escape in a value.", hint: #"There are \", \\ and \n."#)
            }
            position += 1
        }
        throw Unclear.wrong("The quotes of '\(label.shown())' do not close. Nothing was done.")
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func skipBlanks() { while next?.isBlank == true { position += 1 } }

    private mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        while let next, belongs(next) { position += 1 }
        return String(String.UnicodeScalarView(scalars[start..<position]))
    }
}

extension Unicode.Scalar {
    fileprivate var isLabel: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-", "/", ":": true
        default: false
        }
    }
}
