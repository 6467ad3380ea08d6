import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What somebody wants to know first: who is on call, what is wrong, what waits for me.
struct HomePage {
    let viewer: Viewer
    let onCall: [Roll.Answer]
    let open: [OpenIncident]
    let inbox: [InboxItem]
    let news: [ConfigurationNews]
    let silences: [SilenceFile]

    var html: HTML {
        Layout.console(
            viewer, title: open.isEmpty ? "All quiet" : "\(open.count) open",
            refreshSeconds: ConsoleRoutes.refreshSeconds,
            """
            <h2>Open incidents</h2>
            \(open.isEmpty ? "<p class=\"card good\">All quiet: no incident is open.</p>" as HTML : nil)
            \(open.map { $0.card(viewer) })
            \(silenced)
            <h2>On call now</h2>
            \(news.map { $0.card(viewer) })
            \(onCall.map(card))
            \(waiting)
            """)
    }

    /// What pages nobody must be seen.
    private var silenced: HTML? {
        let running = silences.filter { $0.silence.isRunning(at: viewer.now) }
        guard !running.isEmpty else { return nil }
        let held = running.reduce(0) { $0 + $1.held.count }
        let many: HTML = running.count == 1 ? "1 silence runs" : "\(running.count) silences run"
        let alerts: HTML = held == 1 ? "1 alert" : "\(held) alerts"
        return "<p class=\"card\"><a href=\"/silences\">\(many). Held back: \(alerts).</a></p>"
    }

    private var waiting: HTML {
        let items = inbox.filter(\.isWaiting)
        guard !items.isEmpty else { return .empty }
        let whose: HTML = viewer.acting.map { "Waiting for \(viewer.name($0))" } ?? "Waiting for an answer"
        return "<h2>\(whose)</h2>\(items.map { $0.card(viewer) })"
    }

    private func card(_ answer: Roll.Answer) -> HTML {
        let people = answer.people.map { person -> HTML in
            """
            <p><b>\(person.name)</b> · \(person.clock.place) \(person.clock.clock(answer.at)) \
            · \(until(person, answer.at))<br>
            <span class="quiet small">\(person.why)</span></p>
            """
        }
        let nobody: HTML? = answer.hole.map { hole in
            let next: HTML? = answer.nextChange.map { ", until \(viewer.clock.moment($0, now: answer.at))" }
            return "<p class=\"state triggered\">Nobody: \(hole)\(next)</p>"
        }
        let id = answer.schedule.id.rawValue
        return """
            <div class="card"><a class="quiet" href="/schedules/\(Form.encode(id))">\(HTML.foreign(id))</a>\
            \(people)\(nobody)</div>
            """
    }

    private func until(_ person: Roll.Person, _ now: Instant) -> HTML {
        guard let until = person.until else { return "for more than a year" }
        return "until \(person.clock.moment(until, now: now)) \(person.clock.place) time"
    }
}

extension ConfigurationNews {
    /// Who is on call has moved, or will, and no person did it.
    func card(_ viewer: Viewer) -> HTML {
        """
        <div class="card"><p class="quiet small">\(viewer.when(at))</p>
        \(lines.map { "<p>\(HTML.foreign($0))</p>" as HTML })</div>
        """
    }
}

extension OpenIncident {
    func card(_ viewer: Viewer) -> HTML {
        """
        <div class="card \(incident.severity.rawValue)">
        <a class="title" href="/incidents/\(incident.id.number)">\(incident.id.description) \(HTML.foreign(title))</a>
        <p>\(incident.severity.badge) · \(incident.service.rawValue) · \(stateWords(viewer))</p>
        <p class="quiet small">opened \(viewer.when(incident.openedAt))</p>
        </div>
        """
    }

    private func stateWords(_ viewer: Viewer) -> HTML {
        switch incident.state {
        case .triggered: "<span class=\"state triggered\">nobody has it yet</span>"
        case .acknowledged: "<span class=\"state\">\(viewer.name(incident.owner)) has it</span>"
        case .resolved: "<span class=\"state resolved\">resolved</span>"
        }
    }
}
