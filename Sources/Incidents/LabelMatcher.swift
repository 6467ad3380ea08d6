/// `model="ranker"`: what a route or a silence looks at. Equality only; there are no patterns to backtrack.
public struct LabelMatcher: Hashable, Sendable, Codable {
    public enum Comparison: String, Sendable, Codable {
        case equal = "="
        case notEqual = "!="
    }

    public let label: String
    public let comparison: Comparison
    public let value: String

    public init(label: String, comparison: Comparison = .equal, value: String) {
        self.label = label
        self.comparison = comparison
        self.value = value
    }

    /// A label that is absent counts as empty, as Alertmanager has it.
    public func matches(_ labels: [String: String]) -> Bool {
        let actual = labels[label] ?? ""
        switch comparison {
        case .equal: return actual == value
        case .notEqual: return actual != value
        }
    }
}
