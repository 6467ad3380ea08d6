import EngineCore
import Incidents
import Timekeeping

/// All incidents, the newest first, a page at a time.
struct IncidentsPage {
    let viewer: Viewer
    /// One more than shown tells that there are more.
    let found: [IncidentSummary]
    /// `all`, `open` or a state's name.
    let state: String

    static let length = 50

    var html: HTML {
        let shown = found.prefix(Self.length)
        let older: HTML? =
            found.count > Self.length
            ? shown.last.map {
                "<p><a href=\"/incidents?state=\(state)&amp;before=\($0.incident.number)\">Older</a></p>"
            } : nil
        return Layout.console(
            viewer, title: "Incidents",
            """
            <h1>Incidents</h1>
            <p>\(["all", "open", "resolved"].map(choice))</p>
            \(shown.isEmpty ? "<p class=\"card\">There are none.</p>" as HTML : nil)
            \(shown.map(card))
            \(older)
            """)
    }

    private func choice(_ word: String) -> HTML {
        word == state ? "<b>\(word)</b> " : "<a href=\"/incidents?state=\(word)\">\(word)</a> "
    }

    private func card(_ summary: IncidentSummary) -> HTML {
        let end: HTML? = summary.resolvedAt.map { ", resolved \(viewer.when($0))" }
        return """
            <div class="card \(summary.severity.rawValue)">
            <a class="title" href="/incidents/\(summary.incident.number)">\(summary.incident.description) \
            \(HTML.foreign(summary.title))</a>
            <p>\(summary.severity.badge) · \(summary.service.rawValue) · \
            <span class="state \(summary.state.rawValue)">\(summary.state.rawValue)</span></p>
            <p class="quiet small">opened \(viewer.when(summary.openedAt))\(end)</p>
            </div>
            """
    }
}
