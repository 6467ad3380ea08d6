/// What a line was understood as.
public enum Reading: Hashable, Sendable {
    /// `confirmation` says what was understood where the line did not: the times in both zones
    /// ("18:00–22:00 Berlin = 17:00–21:00 UTC"), or the incidents that "all" stands for.
    case order(Order, confirmation: String?)
    /// It could mean several things. Nothing is done; each choice is a complete line that means one of them.
    case choose(String, [Choice])
    /// It was not understood or is not possible, and the way out. Nothing is done.
    case wrong(String, hint: String?)
}

/// One of several meanings.
public struct Choice: Hashable, Sendable {
    /// For people, in plain text. It may contain an alert's title, so a face still escapes it.
    public let label: String
    /// A whole command, to be read in the same scene.
    public let line: String

    public init(label: String, line: String) {
        self.label = label
        self.line = line
    }
}

/// Ends the reading of a line early: it is unclear, and this is what to answer.
struct Unclear: Error {
    let reading: Reading

    var isQuestion: Bool { if case .choose = reading { true } else { false } }

    static func wrong(_ what: String, hint: String? = nil) -> Unclear { Unclear(reading: .wrong(what, hint: hint)) }
    static func choose(_ question: String, _ choices: [Choice]) -> Unclear {
        Unclear(reading: .choose(question, choices))
    }
}
