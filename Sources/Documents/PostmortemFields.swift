import Engine
import Incidents

/// What a template may say about a post-mortem. `templates/README.md` lists every field.
struct PostmortemFields {
    let root: [String: Any]

    init(_ draft: PostmortemDraft, _ format: PostmortemFormat) {
        let writer = FieldWriter(draft, format)
        root = writer.root(draft)
    }

    /// Those of list items too.
    static let names: Set<String> = [
        "incident", "number", "title", "service", "severity", "through", "zone", "has_zone", "summary", "milestones",
        "times", "people", "pages", "alerts", "repeats", "runbooks", "rollbacks", "days", "questions", "actions",
        "has_people", "has_pages", "has_alerts", "has_runbooks", "has_rollbacks", "has_links", "text", "cites", "what",
        "utc", "local", "after", "name", "value", "is_known", "methods", "first_paged", "acknowledged", "person",
        "method", "why", "attempts", "end", "evidence", "integration", "first_fired", "fired", "over", "links", "url",
        "steps", "date", "lines", "sequence", "sentence", "has_body", "body", "line", "has_more", "cite",
        "page_count",
    ]
}

/// Writes values down, each safe for the format.
private struct FieldWriter {
    private let safe: SafeText
    private let format: PostmortemFormat
    /// What the timeline has a line for: it can be linked to.
    private let lines: Set<Citation>
    private let hasZone: Bool

    init(_ draft: PostmortemDraft, _ format: PostmortemFormat) {
        safe = SafeText(format)
        self.format = format
        lines = Set(draft.days.flatMap(\.lines).map(\.cite))
        hasZone = draft.zone != nil
    }

    func root(_ draft: PostmortemDraft) -> [String: Any] {
        [
            "incident": draft.incident, "number": String(draft.number), "title": safe.line(draft.title),
            "service": safe.line(draft.service), "severity": draft.severity, "through": cite(draft.through),
            "zone": safe.line(draft.zone ?? ""), "has_zone": hasZone, "summary": draft.summary.map(sentence),
            "milestones": draft.milestones.map(milestone), "times": draft.times.map(figure),
            "people": draft.people.map(person), "has_people": !draft.people.isEmpty,
            "pages": draft.pages.map(page), "has_pages": !draft.pages.isEmpty, "alerts": draft.alerts.map(alert),
            "has_alerts": !draft.alerts.isEmpty, "repeats": draft.repeats.map(sentence),
            "runbooks": draft.runbooks.map(sentence), "has_runbooks": !draft.runbooks.isEmpty,
            "rollbacks": draft.rollbacks.map {
                ["title": safe.line($0.title), "steps": $0.steps.map(step)] as [String: Any]
            },
            "has_rollbacks": !draft.rollbacks.isEmpty,
            "days": draft.days.map { ["date": $0.date, "lines": $0.lines.map(line)] as [String: Any] },
            "questions": draft.questions.map(sentence), "actions": draft.actions.map(sentence),
        ]
    }

    private func sentence(_ sentence: PostmortemDraft.Sentence) -> [String: Any] {
        ["text": safe.line(sentence.text), "cites": cites(sentence.cites)]
    }

    private func step(_ step: PostmortemDraft.Step) -> [String: Any] {
        ["name": step.name, "text": safe.line(step.text), "cites": cites(step.cites)]
    }

    private func milestone(_ milestone: PostmortemDraft.Milestone) -> [String: Any] {
        [
            "what": safe.line(milestone.what), "utc": milestone.utc, "local": milestone.local ?? "",
            "has_zone": hasZone, "after": milestone.after, "cites": cites(milestone.cites),
        ]
    }

    private func figure(_ figure: PostmortemDraft.Figure) -> [String: Any] {
        [
            "name": figure.name, "value": figure.value ?? "", "is_known": figure.value != nil,
            "cites": cites(figure.cites),
        ]
    }

    private func person(_ person: PostmortemDraft.Person) -> [String: Any] {
        [
            "name": safe.line(person.name), "methods": safe.line(person.methods), "page_count": person.pages,
            "first_paged": person.firstPaged, "acknowledged": safe.line(person.acknowledged),
            "cites": cites(person.cites),
        ]
    }

    private func page(_ page: PostmortemDraft.Page) -> [String: Any] {
        [
            "person": safe.line(page.person), "method": safe.line(page.method), "utc": page.utc,
            "why": safe.line(page.why), "attempts": page.attempts, "end": page.end,
            "evidence": safe.line(page.evidence), "cites": cites(page.cites),
        ]
    }

    private func alert(_ alert: PostmortemDraft.Alert) -> [String: Any] {
        let links = alert.links.compactMap { link in
            safe.url(link.url).map { ["name": safe.line(link.name), "url": $0] }
        }
        return [
            "title": safe.line(alert.title), "integration": safe.line(alert.integration), "severity": alert.severity,
            "first_fired": alert.firstFired, "fired": alert.fired, "over": alert.over, "links": links,
            "has_links": !links.isEmpty, "cites": cites(alert.cites),
        ]
    }

    private func line(_ line: PostmortemDraft.Line) -> [String: Any] {
        let body = line.body.enumerated().map { index, text in
            ["line": safe.line(text), "has_more": index < line.body.count - 1] as [String: Any]
        }
        return [
            "utc": line.utc, "local": safe.line(line.local ?? ""), "has_zone": hasZone,
            "sequence": String(line.cite.sequence), "sentence": safe.line(line.sentence), "body": body,
            "has_body": !body.isEmpty, "cite": "\(line.cite)",
        ]
    }

    // MARK: Citations

    private func cites(_ cites: [Citation]) -> String {
        cites.map(cite).joined(separator: format == .html ? " " : ", ")
    }

    private func cite(_ citation: Citation) -> String {
        switch format {
        case .markdown: "`\(citation)`"
        case .html:
            lines.contains(citation)
                ? "<a class=\"cite\" href=\"#e\(citation.sequence)\">\(citation)</a>"
                : "<span class=\"cite\">\(citation)</span>"
        }
    }
}
