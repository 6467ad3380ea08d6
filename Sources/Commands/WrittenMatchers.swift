import Incidents

/// Matchers as people write them outside a sentence: `model="ranker", env!=dev`.
public enum WrittenMatchers: Sendable, Hashable {
    case matchers([LabelMatcher])
    /// What is wrong with them, in a sentence.
    case wrong(String)

    /// Nothing at all is no matcher.
    public init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        guard scalars.contains(where: { !$0.isBlank }) else {
            self = .matchers([])
            return
        }
        var reader = MatcherReader(scalars, from: 0)
        do {
            let matchers = try reader.matchers(example: Self.example)
            let rest = scalars[reader.position...]
            guard rest.allSatisfy({ $0.isBlank || $0 == "," }) else {
                self = .wrong("What follows the matchers is not one. For example: \(Self.example)")
                return
            }
            self = .matchers(matchers)
        } catch {
            let reading = (error as? Unclear)?.reading
            self = if case .wrong(let what, _)? = reading { .wrong(what) } else { .wrong("That is no matcher.") }
        }
    }

    private static let example = "env=\"prod\", host!=\"test1\""
}
