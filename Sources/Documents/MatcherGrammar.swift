import Incidents

/// Reads `model="ranker", env!="dev"`: labels compared with quoted values, separated by commas.
///
/// Written out instead of a `Regex`: it says where and why a text is not one, and costs no more than its length.
struct MatcherGrammar {
    /// What is wrong, and what to do.
    struct Mistake: Error, Hashable {
        let message: String
        let hint: String
    }

    private var rest: Substring

    static func read(_ text: String) throws(Mistake) -> [LabelMatcher] {
        var grammar = MatcherGrammar(rest: text[...])
        return try grammar.matchers()
    }

    private mutating func matchers() throws(Mistake) -> [LabelMatcher] {
        var found: [LabelMatcher] = []
        while true {
            found.append(try matcher())
            skipBlanks()
            if rest.isEmpty { return found }
            guard take(",") else {
                throw Mistake(
                    message: "has \(quoted(String(rest))) after a value", hint: "Separate matchers by commas.")
            }
        }
    }

    private mutating func matcher() throws(Mistake) -> LabelMatcher {
        skipBlanks()
        let label = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-/:".contains($0)) })
        guard !label.isEmpty else {
            let found = rest.isEmpty ? "ends" : "has \(quoted(String(rest)))"
            throw Mistake(message: "\(found) where a label should be", hint: Self.example)
        }
        rest = rest.dropFirst(label.count)
        skipBlanks()
        let comparison = try comparison(after: label)
        skipBlanks()
        return LabelMatcher(label: label, comparison: comparison, value: try value(of: label))
    }

    private mutating func comparison(after label: String) throws(Mistake) -> LabelMatcher.Comparison {
        if rest.hasPrefix("=~") || rest.hasPrefix("!~") {
            throw Mistake(
                message: "compares \(label) with \(rest.prefix(2)), and there are no patterns",
                hint: "Compare with = or !=, and write one route for each value.")
        }
        if take("!=") { return .notEqual }
        if rest.hasPrefix("==") {
            throw Mistake(message: "compares \(label) with ==", hint: "Write a single =.")
        }
        if take("=") { return .equal }
        throw Mistake(message: "does not compare \(label) with anything", hint: Self.example)
    }

    private mutating func value(of label: String) throws(Mistake) -> String {
        guard take("\"") else {
            throw Mistake(message: "has no quoted value for \(label)", hint: Self.example)
        }
        var value = ""
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            guard character == "\\" else {
                value.append(character)
                continue
            }
            switch rest.popFirst() {
            case "\"": value.append("\"")
            case "\\": value.append("\\")
            case "n": value.append("\n")
            default:
                throw Mistake(
                    message: "has an unknown escape in the value of \(label)", hint: #"There are \", \\ and \n."#)
            }
        }
        throw Mistake(message: "does not close the quotes of \(label)'s value", hint: Self.example)
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func skipBlanks() { rest = rest.drop { $0 == " " } }

    private static let example = #"Write it like 'model="ranker", env!="dev"'."#
}

extension Field {
    /// The matchers written here, all of which must match; else nil, and that is said.
    func matchers() -> [LabelMatcher]? {
        guard let text = text(#"Write it like 'model="ranker"'."#) else { return nil }
        do {
            return try MatcherGrammar.read(text)
        } catch {
            self.error(error.message, error.hint)
            return nil
        }
    }
}
