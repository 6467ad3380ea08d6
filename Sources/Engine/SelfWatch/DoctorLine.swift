/// One thing that was looked at: how it is, why, and what to do about it.
public struct DoctorLine: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        case ok, warning, failing

        public static func < (a: State, b: State) -> Bool { a.rank < b.rank }
        private var rank: Int { self == .ok ? 0 : self == .warning ? 1 : 2 }
    }

    /// What was looked at, in a word: `log`, `clock`, `channel`.
    public let check: String
    /// Which of several; nil where there is one.
    public let subject: String?
    public let state: State
    /// One plain sentence or clause.
    public let why: String
    /// The way out; nil when nothing is to be done.
    public let advice: String?

    public init(_ check: String, _ state: State, _ why: String, _ advice: String? = nil) {
        self.init(check, nil, state, why, advice)
    }

    public init(_ check: String, _ subject: String?, _ state: State, _ why: String, _ advice: String? = nil) {
        self.check = check
        self.subject = subject
        self.state = state
        self.why = PlainText.printable(why)
        self.advice = advice
    }

    /// "[warning] channel mail: …" and what to do in a second line.
    public var text: String {
        let name = subject.map { "\(check) \($0)" } ?? check
        return "[\(state.rawValue)] \(name): \(why)" + (advice.map { "\n    \($0)" } ?? "")
    }
}
