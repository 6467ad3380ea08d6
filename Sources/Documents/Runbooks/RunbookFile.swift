import Commands
import Crypto
import Engine
import Foundation
import Incidents
import Timekeeping

/// One runbook as it lies in a folder: front matter between two lines of `---`, and Markdown below.
struct RunbookFile {
    let source: SourceFile
    let id: RunbookID
    let document: MarkdownDocument
    /// How many lines stand before the Markdown.
    let linesBefore: Int
    /// Nil when its front matter has mistakes.
    let runbook: Runbook?

    static let longestBytes = 256 * 1024
    private static let longestTitle = 120
    private static let mostMatches = 50
    private static let mostSteps = 20
    private static let longestStep = 80
    private static let keys = ["title", "matches", "severity", "owner", "reviewed", "rollback", "steps"]

    /// - Parameter source: its path is the file's name, and its text is UTF-8 of at most `longestBytes`.
    init(_ source: SourceFile, id: RunbookID, _ problems: Problems) {
        self.source = source
        self.id = id
        let (matter, body, linesBefore) = Self.split(source.text)
        document = MarkdownDocument(body, omitsTitle: true)
        self.linesBefore = linesBefore
        guard let matter else {
            problems.error(
                ConfigurationProblem(
                    file: source.path, line: 1, message: "does not begin with front matter",
                    hint: "Begin with a line of ---, then owner:, reviewed: and matches:, and another line of ---."))
            runbook = nil
            return
        }
        let text = SourceFile(path: source.path, text: matter)
        guard let root = YAMLText.root(of: text, problems), let section = root.section(Self.keys) else {
            runbook = nil
            return
        }
        let front = FrontMatter(section, document)
        guard let title = front.title, let owner = front.owner, let reviewed = front.reviewed, front.isGood else {
            runbook = nil
            return
        }
        runbook = Runbook(
            id: id, title: title, owner: owner, reviewed: reviewed, matches: front.matches,
            severities: front.severities, advisesRollback: front.advisesRollback, steps: front.steps, markdown: body,
            html: document.html,
            digest: SHA256.hash(data: Data(source.text.utf8)).map { String($0, radix: 16).leftPadded }.joined())
    }

    /// The front matter keeps its lines' numbers.
    private static func split(_ text: String) -> (matter: String?, body: String, linesBefore: Int) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        func isFence(_ line: Substring) -> Bool { line.trimmingCharacters(in: .whitespaces) == "---" }
        guard let first = lines.first, isFence(first), let end = lines.dropFirst().firstIndex(where: isFence) else {
            return (nil, text, 0)
        }
        return (
            "\n" + lines[1..<end].joined(separator: "\n"), lines[(end + 1)...].joined(separator: "\n"), end + 1
        )
    }

    /// What stands between the lines of `---`.
    private struct FrontMatter {
        let title: String?
        let owner: String?
        let reviewed: CivilDate?
        let matches: [[LabelMatcher]]
        let severities: Set<Severity>
        let advisesRollback: Bool
        let steps: [Runbook.Step]
        let isGood: Bool

        init(_ section: Section, _ document: MarkdownDocument) {
            owner = section.mandatory("owner", "Say who keeps it true: owner: ml-platform.")?.text()
                .map { PlainText.cut(PlainText.printable($0), to: RunbookFile.longestTitle) }
            reviewed = section.mandatory("reviewed", "Say when somebody last went through it: reviewed: 2026-11-23.")
                .flatMap(Self.date)
            let (written, isTitleGood) = section.optional("title") { $0.text() }
            title = Self.title(written ?? document.headings.first { $0.level == 1 }?.text, section)
            let (matches, areMatchesGood) = section.optional("matches", Self.matches)
            self.matches = matches ?? []
            let (severities, areSeveritiesGood) = section.optional("severity", Self.severities)
            self.severities = severities ?? []
            let (rollback, isRollbackGood) = section.optional("rollback") {
                $0.choice(["true": true, "false": false])
            }
            advisesRollback = rollback ?? false
            let (steps, areStepsGood) = section.optional("steps") { Self.steps($0, document) }
            self.steps = steps ?? []
            isGood = isTitleGood && areMatchesGood && areSeveritiesGood && isRollbackGood && areStepsGood
        }

        private static func title(_ text: String?, _ section: Section) -> String? {
            let title = PlainText.cut(PlainText.printable(text ?? ""), to: RunbookFile.longestTitle)
            guard title.isEmpty else { return title }
            section.field.child("title").error("is missing", "Write title:, or a first heading: # A model is slow.")
            return nil
        }

        private static func date(_ field: Field) -> CivilDate? {
            let hint = "Write it like 2026-11-23."
            guard let text = field.text(hint) else { return nil }
            if let date = CivilDate(text) { return date }
            field.error("\(quoted(text)) is not a date", hint)
            return nil
        }

        private static func matches(_ field: Field) -> [[LabelMatcher]]? {
            let hint = #"Write a list such as ['alertname="ModelSlow"']."#
            guard let items = field.items(hint) else { return nil }
            guard items.count <= RunbookFile.mostMatches else {
                field.error("has more than \(RunbookFile.mostMatches) lines", "Match one label that they share.")
                return nil
            }
            let read = items.map { $0.matchers() }
            return read.contains { $0 == nil } ? nil : read.compactMap { $0 }
        }

        /// `[sev1, sev2]`, `sev1` or `>= sev2`.
        private static func severities(_ field: Field) -> Set<Severity>? {
            let hint = "Write [sev1, sev2], or >= sev2."
            if let text = field.scalar, text.hasPrefix(">=") {
                let word = String(text.dropFirst(2).drop { $0 == " " })
                if let least = Severity(rawValue: word) { return Set(Severity.allCases.filter { $0 >= least }) }
                field.error("\(quoted(word)) is not a severity", hint)
                return nil
            }
            guard let items = field.itemsOrOne(hint) else { return nil }
            let read = items.map { item in
                item.choice(["sev1": Severity.sev1, "sev2": .sev2, "sev3": .sev3, "sev4": .sev4])
            }
            return read.contains { $0 == nil } ? nil : Set(read.compactMap { $0 })
        }

        /// Whether each has its heading is for `RunbookLint`: without one it is a line to tick all the same.
        private static func steps(_ field: Field, _ document: MarkdownDocument) -> [Runbook.Step]? {
            let hint = "Write a list of headings, such as [Check, Act]."
            guard let items = field.items(hint) else { return nil }
            guard items.count <= RunbookFile.mostSteps else {
                field.error("has more than \(RunbookFile.mostSteps) steps", "Nobody remembers more at night.")
                return nil
            }
            let names = items.map { $0.text(hint) }
            guard !names.contains(nil) else { return nil }
            return names.compactMap { $0 }.map { name in
                let heading = document.headings.first { $0.level == 2 && $0.text == name }
                return Runbook.Step(
                    name: PlainText.cut(PlainText.printable(name), to: RunbookFile.longestStep),
                    anchor: heading?.anchor)
            }
        }
    }
}

extension String {
    /// One hexadecimal digit as two.
    fileprivate var leftPadded: String { count == 1 ? "0" + self : self }
}
