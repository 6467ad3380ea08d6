import EngineCore
import Incidents
import Timekeeping

/// What people were paged for in the built-in inbox, as long as it is open.
struct InboxPage {
    let viewer: Viewer
    let items: [InboxItem]

    var html: HTML {
        let mine = items.filter { viewer.acting == nil || $0.user == viewer.acting }
        let others = items.filter { viewer.acting != nil && $0.user != viewer.acting }
        return Layout.console(
            viewer, title: "Inbox", refreshSeconds: ConsoleRoutes.refreshSeconds,
            """
            <h1>Inbox</h1>
            \(mine.isEmpty ? "<p class=\"card good\">Nothing waits here.</p>" as HTML : nil)
            \(mine.map { $0.card(viewer) })
            \(others.isEmpty ? nil : "<h2>Other people's</h2>" as HTML)
            \(others.map { $0.card(viewer) })
            """)
    }
}

extension InboxItem {
    func card(_ viewer: Viewer) -> HTML {
        let state: HTML =
            isWaiting
            ? "<span class=\"state triggered\">waits for \(viewer.name(user))</span>"
            : "<span class=\"state\">\(owner == nil ? "answered" : "\(viewer.name(owner)) has it")</span>"
        return """
            <div class="card \(severity.rawValue)">
            <a class="title" href="/incidents/\(incident.number)">\(incident.description) \(HTML.foreign(title))</a>
            <p>\(severity.badge) · \(service.rawValue) · \(state)</p>
            <p class="quiet small">\(viewer.name(user)) was paged: \(reason.explanation) \
            · opened \(viewer.when(openedAt))</p>
            </div>
            """
    }
}
