/// Everything that is wrong with a configuration, in order of file and line. Never empty.
public struct ConfigurationErrors: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [ConfigurationProblem]

    public init(problems: [ConfigurationProblem]) { self.problems = problems }

    /// One line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One mistake: where it is, what is wrong, and what to do about it. Holds no secret, even if the mistake is one.
public struct ConfigurationProblem: Error, Hashable, Sendable {
    /// The file's name, without the folders it is in.
    public let file: String
    /// Counted from 1; nil when the problem is not at one place of a file.
    public let line: Int?
    /// Counted from 1 in Unicode scalars.
    public let column: Int?
    /// `policies.ml.steps[0].wait`; empty when no field is meant.
    public let field: String
    /// What is wrong: a clause about the field.
    public let message: String
    /// What to do, in whole sentences; may be empty.
    public let hint: String

    public init(
        file: String, line: Int? = nil, column: Int? = nil, field: String = "", message: String, hint: String = ""
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.field = field
        self.message = message
        self.hint = hint
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `tocsin.yaml:12:7: policies.ml.steps[0].wait: "5x" is not a duration. Write it like 30s, 5m or 1h30m.`
    public var description: String {
        var text = file
        if let line { text += ":\(line)" }
        if let column { text += ":\(column)" }
        if !field.isEmpty { text += ": \(field)" }
        text += ": \(message)."
        return hint.isEmpty ? text : "\(text) \(hint)"
    }
}

extension ConfigurationProblem: Comparable {
    private var order: (String, Int, Int, String, String) { (file, line ?? 0, column ?? 0, field, message) }

    public static func < (a: Self, b: Self) -> Bool {
        a.order < b.order
    }
}

/// Gathers what is wrong while a configuration is read, so that one run tells everything.
final class Problems {
    private var errors: Set<ConfigurationProblem> = []
    private var warnings: Set<ConfigurationProblem> = []

    var hasErrors: Bool { !errors.isEmpty }
    var sortedErrors: [ConfigurationProblem] { errors.sorted() }
    var sortedWarnings: [ConfigurationProblem] { warnings.sorted() }

    func error(_ problem: ConfigurationProblem) { errors.insert(problem) }
    func warn(_ problem: ConfigurationProblem) { warnings.insert(problem) }

    /// Adds what is wrong with a part that was read by itself.
    func take(_ other: Problems, asWarnings: Bool) {
        warnings.formUnion(other.warnings)
        if asWarnings { warnings.formUnion(other.errors) } else { errors.formUnion(other.errors) }
    }
}
