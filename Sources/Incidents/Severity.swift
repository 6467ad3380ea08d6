/// How bad it is. `sev1` is worst and compares as the greatest.
public enum Severity: String, Sendable, Codable, CaseIterable, Comparable {
    case sev1, sev2, sev3, sev4

    /// What is assumed when the sender says nothing, or something we do not know: bad enough to wake somebody.
    public static let unknown = Severity.sev2

    private var weight: Int {
        switch self {
        case .sev1: 4
        case .sev2: 3
        case .sev3: 2
        case .sev4: 1
        }
    }

    public static func < (a: Severity, b: Severity) -> Bool { a.weight < b.weight }

    public var urgency: Urgency { self >= .sev2 ? .high : .low }

    /// Reads the words monitoring systems send. Matched exactly, never guessed: an unknown word is `nil`, and the
    /// caller takes `unknown`.
    public init?(word: String) {
        switch word {
        case "sev1", "critical": self = .sev1
        case "sev2", "error", "high", "major": self = .sev2
        case "sev3", "warning", "warn", "minor": self = .sev3
        case "sev4", "info", "informational", "low", "none": self = .sev4
        default: return nil
        }
    }
}

public enum Urgency: String, Sendable, Codable, CaseIterable {
    case high, low
}
