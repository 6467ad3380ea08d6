import Engine
import Incidents
import Timekeeping

/// One runbook, to be gone through: steps to tick, commands to copy.
struct RunbookPage {
    let runbook: Runbook
    /// Its commands are about this one.
    let incident: Incident.ID?
    /// What let the reader in, for the links to other runbooks.
    let token: String?
    let now: Instant

    /// - Parameter alone: without the console around it, for who is not logged in.
    func standing(alone: Bool, _ viewer: Viewer?) -> HTML {
        guard !alone, let viewer else { return Layout.plain(title: runbook.title, content) }
        return Layout.console(viewer, title: runbook.title, here: incident, hasBox: incident != nil, content)
    }

    private var content: HTML {
        """
        <article class="runbook">
        <p class="quiet">Runbook\(incident.map { " for <a href=\"/incidents/\($0.number)\">\($0.description)</a>" as HTML })</p>
        <h1>\(runbook.title)</h1>
        <p class="quiet small">Kept by \(runbook.owner) · reviewed \(runbook.reviewed.description)</p>
        \(staleness)
        \(advice)
        \(steps)
        \(HTML(body))
        </article>
        """
    }

    private var staleness: HTML? {
        let days = now.daysSinceEpoch - runbook.reviewed.daysSinceEpoch
        guard days > Runbook.staleAfterDays else { return nil }
        let months = days / 30
        return """
            <p class="alarm">Reviewed \(months) months ago. Names and commands may have changed since: look before you \
            press.</p>
            """
    }

    private var advice: HTML? {
        runbook.advisesRollback
            ? "<p class=\"notice\"><b>Usual act: roll back.</b> But read Decide first.</p>" : nil
    }

    private var steps: HTML? {
        guard !runbook.steps.isEmpty else { return nil }
        let items = runbook.steps.map { step -> HTML in
            let name: HTML = step.anchor.map { "<a href=\"#\($0)\">\(step.name)</a>" } ?? "\(step.name)"
            return "<li><input type=\"checkbox\" aria-label=\"\(step.name)\"> \(name)</li>"
        }
        return "<ol class=\"steps card\">\(items)</ol>"
    }

    /// With the incident's own number in place of INC-42, which only digits can follow; and with what let the reader in
    /// at the links to other runbooks.
    private var body: SafeHTML {
        var text = runbook.html.text
        if let incident, incident != Self.example { text = Self.renumbered(text, incident) }
        if let query = token.map({ "page=\($0)" }) ?? incident.map({ "incident=\($0.number)" }) {
            text = Self.carrying(query, text)
        }
        return SafeHTML(uncheckedText: text)
    }

    private static let example = Incident.ID(42)

    private static func renumbered(_ text: String, _ incident: Incident.ID) -> String {
        let parts = text.split(separator: example.description, omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(into: String(parts[0])) { out, part in
            out += part.first?.isNumber == true ? example.description : incident.description
            out += part
        }
    }

    /// Links to other documents begin with `./`, and nothing else has quotes around that.
    private static func carrying(_ query: String, _ text: String) -> String {
        let parts = text.split(separator: "href=\"./", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(into: String(parts[0])) { out, part in
            let name = part.prefix { $0 != "\"" && $0 != "#" }
            out += "href=\"./\(name)?\(HTML.escape(query))\(part.dropFirst(name.count))"
        }
    }
}

/// All runbooks there are.
struct RunbooksPage {
    let viewer: Viewer
    let runbooks: [Runbook]

    var html: HTML {
        let cards = runbooks.map { runbook -> HTML in
            let isStale = viewer.now.daysSinceEpoch - runbook.reviewed.daysSinceEpoch > Runbook.staleAfterDays
            let old: HTML = ", <b>too long ago</b>"
            return """
                <div class="card">
                <p class="title"><a href="/runbooks/\(runbook.id.rawValue)">\(runbook.title)</a></p>
                <p class="quiet small">\(runbook.id.rawValue) · kept by \(runbook.owner) · reviewed \
                \(runbook.reviewed.description)\(isStale ? old : nil)</p>
                </div>
                """
        }
        let none: HTML = "<p>There are none. Name a folder of them under <code>runbooks:</code>.</p>"
        return Layout.console(
            viewer, title: "Runbooks",
            """
            <h1>Runbooks</h1>
            <p class="quiet">What to do, by symptom. An incident is given those that fit its service and its alerts.</p>
            \(runbooks.isEmpty ? none : nil)
            \(cards)
            """)
    }
}

extension Instant {
    /// Of its date in UTC.
    fileprivate var daysSinceEpoch: Int { Int(milliseconds / 86_400_000) }
}
