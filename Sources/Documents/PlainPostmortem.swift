import Engine

/// The draft without a template: less handsome, and nothing is missing.
struct PlainPostmortem {
    private let draft: PostmortemDraft

    init(_ draft: PostmortemDraft) { self.draft = draft }

    func text(_ format: PostmortemFormat) -> String {
        switch format {
        case .markdown: lines(.markdown).joined(separator: "\n\n") + "\n"
        case .html:
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>\(draft.incident)</title>\n<body>\n"
                + lines(.html).map { "<p>\($0)</p>\n" }.joined() + "</body>\n</html>\n"
        }
    }

    private func lines(_ format: PostmortemFormat) -> [String] {
        let safe = SafeText(format)
        func sentences(_ name: String, _ all: [PostmortemDraft.Sentence]) -> [String] {
            [name] + all.map { ([safe.line($0.text)] + $0.cites.map { "(\($0))" }).joined(separator: " ") }
        }
        var lines = [safe.line("Post-mortem of \(draft.incident): \(draft.title)")]
        lines += sentences("Summary", draft.summary) + ["Timeline (UTC)"]
        for day in draft.days {
            for line in day.lines {
                lines.append("\(day.date) \(line.utc) \(safe.line(line.sentence)) (\(line.cite))")
                lines += line.body.map(safe.line)
            }
        }
        lines += draft.rollbacks.flatMap { sentences(safe.line($0.title), $0.steps.map { .init($0.text, $0.cites) }) }
        return lines + sentences("What the log does not say", draft.questions) + sentences("Actions", draft.actions)
    }
}
