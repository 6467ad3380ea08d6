/// A runbook's name: the name of its file, without `.md`.
public struct RunbookID: ConfiguredName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// What a decision knows of a runbook: its name, and which alerts it is for.
public struct RunbookRule: Hashable, Sendable {
    public var id: RunbookID
    public var title: String
    /// Any of these must match, and of each every matcher. Empty: it is for no alert unless a service names it.
    public var matches: [[LabelMatcher]]
    /// Only for an incident of one of these severities; empty means any. A service that names it does not ask.
    public var severities: Set<Severity>

    public init(id: RunbookID, title: String, matches: [[LabelMatcher]] = [], severities: Set<Severity> = []) {
        self.id = id
        self.title = title
        self.matches = matches
        self.severities = severities
    }

    /// The first of `matches` that an alert with these labels meets, in words; nil when none does.
    public func ground(labels: [String: String], severity: Severity) -> String? {
        guard severities.isEmpty || severities.contains(severity) else { return nil }
        return matches.first { !$0.isEmpty && $0.allSatisfy { $0.matches(labels) } }
            .map { all in "its alert has \(all.map(\.description).joined(separator: ", "))" }
    }
}

/// A runbook that an incident has, under the title it had when it was linked.
public struct LinkedRunbook: Hashable, Sendable {
    public let id: RunbookID
    public let title: String

    public init(id: RunbookID, title: String) {
        self.id = id
        self.title = title
    }
}

extension LabelMatcher: CustomStringConvertible {
    /// As it is written: `model="ranker"`.
    public var description: String {
        let escaped = value.map { character -> String in
            switch character {
            case "\\": #"\\"#
            case "\"": #"\""#
            case "\n": #"\n"#
            default: String(character)
            }
        }.joined()
        return "\(label)\(comparison.rawValue)\"\(escaped)\""
    }
}
