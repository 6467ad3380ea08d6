import Commands
import Incidents

extension LabelMatcher {
    /// Reads `env="prod", host!=test1`; nothing at all is no matcher.
    /// - Throws: `UnreadableMatchers` with what is wrong.
    public static func read(_ text: String) throws -> [LabelMatcher] {
        switch WrittenMatchers(text) {
        case .matchers(let matchers): return matchers
        case .wrong(let what): throw UnreadableMatchers(what: what)
        }
    }

    /// `env="prod"`, as it is read.
    public var written: String {
        let value = self.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
        return "\(label)\(comparison.rawValue)\"\(value)\""
    }
}

/// Matchers that cannot be read.
public struct UnreadableMatchers: Error, Sendable, Hashable {
    /// What is wrong, in a sentence.
    public let what: String
}
