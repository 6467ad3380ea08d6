import Incidents
import Timekeeping

/// A Markdown file that says what to do, and which alerts it is for.
public struct Runbook: Sendable, Hashable, Identifiable {
    public var id: RunbookID
    public var title: String
    /// Who keeps it true: a team or a person, in their own words.
    public var owner: String
    /// The day somebody last went through it and found it right.
    public var reviewed: CivilDate
    /// Any of these must match, and of each every matcher.
    public var matches: [[LabelMatcher]]
    /// Empty means any.
    public var severities: Set<Severity>
    /// Rolling back is the usual act.
    public var advisesRollback: Bool
    /// In order; each is a heading of it.
    public var steps: [Step]
    /// Without the front matter.
    public var markdown: String
    public var html: SafeHTML
    /// Lower-case hex SHA-256 of the whole file.
    public var digest: String

    public struct Step: Sendable, Hashable {
        public var name: String
        /// The id of its heading in `html`; nil when it has none.
        public var anchor: String?

        public init(name: String, anchor: String?) {
            self.name = name
            self.anchor = anchor
        }
    }

    public init(
        id: RunbookID, title: String, owner: String, reviewed: CivilDate, matches: [[LabelMatcher]] = [],
        severities: Set<Severity> = [], advisesRollback: Bool = false, steps: [Step] = [], markdown: String,
        html: SafeHTML, digest: String
    ) {
        self.id = id
        self.title = title
        self.owner = owner
        self.reviewed = reviewed
        self.matches = matches
        self.severities = severities
        self.advisesRollback = advisesRollback
        self.steps = steps
        self.markdown = markdown
        self.html = html
        self.digest = digest
    }

    /// What decisions know of it.
    public var rule: RunbookRule { RunbookRule(id: id, title: title, matches: matches, severities: severities) }

    /// What it stands for among the sources of a configuration: a changed runbook is a new version of that, and the
    /// log need not hold its text.
    public var source: SourceFile { SourceFile(path: "\(Self.sourceFolder)\(id).md", text: "sha256 \(digest)\n") }

    public static let sourceFolder = "runbooks/"

    /// After so many days whoever reads it is told how long nobody has looked.
    public static let staleAfterDays = 180
}
