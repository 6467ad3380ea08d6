import Commands
import Engine
import Incidents
import OnCall
import Timekeeping

/// Whether runbooks will help at night: what a machine can tell of it.
public struct RunbookLint: Sendable {
    /// In order of file and line.
    public let errors: [ConfigurationProblem]
    public let warnings: [ConfigurationProblem]

    /// Somebody half awake looks for these, in this order. A section may say more: `## Check: where the time goes`.
    public static let sections = ["Symptom", "Check", "Decide", "Act", "Undo", "Who to call"]
    public static let unreviewedAfterDays = 365

    init(_ files: [RunbookFile], unread: [ConfigurationProblem], today: CivilDate, directory: Directory?) {
        let problems = Problems()
        for problem in unread { problems.error(problem) }
        let spoken = SpokenLines(directory)
        for file in files {
            let check = RunbookCheck(file: file, names: files.map(\.id.rawValue), problems: problems)
            check.sections()
            check.steps()
            check.links(files)
            check.commands(spoken)
            check.review(today: today)
        }
        errors = problems.sortedErrors
        warnings = problems.sortedWarnings
    }
}

/// One runbook, looked through.
private struct RunbookCheck {
    let file: RunbookFile
    let names: [String]
    let problems: Problems

    func sections() {
        let headings = file.document.headings.filter { $0.level == 2 }
        let present = RunbookLint.sections.map { name in
            headings.firstIndex { $0.text == name || $0.text.hasPrefix("\(name):") }
        }
        for (name, place) in zip(RunbookLint.sections, present) where place == nil {
            error(nil, "has no section ## \(name)", "Somebody half awake looks for it.")
        }
        let places = present.compactMap { $0 }
        if places != places.sorted() {
            error(
                nil, "has its sections in another order",
                "Keep to \(RunbookLint.sections.joined(separator: ", ")).")
        }
    }

    func steps() {
        let known = file.document.headings.filter { $0.level == 2 }.map(\.text)
        guard let runbook = file.runbook else { return }
        if runbook.steps.isEmpty {
            error(nil, "has no steps", "List under steps: the headings that are to be gone through in order.")
        }
        for step in runbook.steps where step.anchor == nil {
            error(
                nil, "has a step \(quoted(step.name)) without a heading ## \(printable(step.name))",
                NearestName.find(step.name, in: known).map { "Did you mean \($0)?" } ?? "")
        }
    }

    func links(_ files: [RunbookFile]) {
        for link in file.document.links {
            switch MarkdownLink(link.url) {
            case .web: break
            case .heading(let anchor):
                if !file.document.headings.contains(where: { $0.anchor == anchor }) {
                    error(link.line, "links to #\(printable(anchor)), and there is no such heading", "")
                }
            case .document(let name, let anchor):
                guard let other = files.first(where: { $0.id.rawValue == name }) else {
                    error(
                        link.line, "links to \(quoted(name + ".md")), and there is no such runbook",
                        NearestName.hint(name, in: names, noun: "runbook"))
                    continue
                }
                if let anchor, !other.document.headings.contains(where: { $0.anchor == anchor }) {
                    error(link.line, "links to \(quoted(link.url)), and there is no such heading", "")
                }
            case nil:
                error(
                    link.line, "links to \(quoted(link.url)), which nobody can follow",
                    "Link to https, http, mailto, a #heading, or a runbook beside it.")
            }
        }
    }

    /// Each line of a block marked `chat` is something to say, about INC-42.
    func commands(_ spoken: SpokenLines) {
        for block in file.document.codeBlocks where block.language == "chat" {
            for (index, line) in block.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                guard line.contains(where: { !$0.isWhitespace }) else { continue }
                if let trouble = spoken.trouble(with: String(line)) {
                    error(block.line + 1 + index, "says \(quoted(String(line))) in chat: \(trouble.what)", trouble.hint)
                }
            }
        }
    }

    func review(today: CivilDate) {
        guard let runbook = file.runbook else { return }
        let age = today.daysSinceEpoch - runbook.reviewed.daysSinceEpoch
        if age < 0 { error(nil, "was reviewed on \(runbook.reviewed), which is to come", "") }
        if age > RunbookLint.unreviewedAfterDays {
            problems.warn(
                problem(
                    nil, "was last reviewed on \(runbook.reviewed), more than a year ago",
                    "Go through it, and write the day under reviewed."))
        }
    }

    /// - Parameter line: of the Markdown, counted from 1.
    private func error(_ line: Int?, _ message: String, _ hint: String) {
        problems.error(problem(line, message, hint))
    }

    private func problem(_ line: Int?, _ message: String, _ hint: String) -> ConfigurationProblem {
        ConfigurationProblem(
            file: file.source.path, line: line.map { $0 + file.linesBefore }, message: message, hint: hint)
    }
}
