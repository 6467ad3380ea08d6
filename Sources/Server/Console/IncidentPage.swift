import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// One incident: what it is, who has it, what to do, what was tried, what happened.
struct IncidentPage {
    let viewer: Viewer
    let file: IncidentFile
    let timeline: [TimelineEntry]
    let links: Links
    /// Nil when it was resolved more than a day ago: then it can only be read.
    let live: Incident?
    /// What serves the service now; nil when nobody has seen it.
    let serving: ServingRecord?
    let news: News?

    /// What the form before this page did.
    enum News: String {
        case acknowledged, taken, resolved, noted, already, reopened, snoozed, escalated, paged, assigned
        case planned, approved
        case severityChanged = "severity"
        case calledOff = "called-off"

        var words: String {
            switch self {
            case .acknowledged: "Acknowledged. Paging has stopped."
            case .taken: "You have it now."
            case .resolved: "Resolved."
            case .noted: "Your note is in the timeline."
            case .reopened: "Reopened. People are paged again, from the first step on."
            case .snoozed: "Snoozed. Paging has stopped until then."
            case .escalated: "The next step is called."
            case .paged: "They are paged."
            case .assigned: "They are paged to take it, and have it once they acknowledge."
            case .severityChanged: "The severity is changed."
            case .planned: "Planned. Nothing has changed yet: look at the difference, then approve."
            case .approved: "Your yes is recorded. Below is how far it is."
            case .calledOff: "The rollback is called off. Nothing has changed."
            case .already: "It was so already; nothing has changed."
            }
        }
    }

    var html: HTML {
        Layout.console(
            viewer, title: "\(file.id) \(file.title)", here: file.id,
            """
            \(news.map { "<p class=\"notice\" role=\"status\">\($0.words)</p>" as HTML })
            <p class="quiet">\(file.id.description) · \(file.service.rawValue)</p>
            <h1>\(HTML.foreign(file.title))</h1>
            <p>\(file.severity.badge) · \(stateWords)</p>
            \(body)
            \(runbooks)
            \(file.state == .resolved ? (live == nil ? nil : reopening) : responses)
            \(file.state == .resolved ? nil : handling)
            \(file.state == .resolved ? postmortem : nil)
            \(rollback)
            \(facts)
            \(alerts)
            \(asked)
            \(pages)
            <h2>Timeline</h2>
            <ol class="timeline">\(timeline.filter { $0.kind != "chatTold" }.map(line))</ol>
            \(live == nil ? nil : note)
            """)
    }

    private var stateWords: HTML {
        switch file.state {
        case .triggered: "<span class=\"state triggered\">nobody has it yet</span>"
        case .acknowledged:
            """
            <span class="state">\(viewer.name(file.owner)) has it</span>\
            \(file.acknowledgedAt.map(since))\(file.snoozedUntil.map { ", snoozed until \(clockTime($0))" as HTML })
            """
        case .resolved:
            "<span class=\"state resolved\">resolved</span>\(file.resolvedAt.map { " \(viewer.when($0))" as HTML })"
        }
    }

    private func clockTime(_ at: Instant) -> HTML {
        "<time datetime=\"\(at.rfc3339)\">\(viewer.clock.moment(at, now: viewer.now))</time>"
    }

    private func since(_ at: Instant) -> HTML { " since \(viewer.when(at))" }

    private var body: HTML? { file.body.map { "<pre>\($0)</pre>" } }

    private var runbooks: [HTML] {
        file.runbooks.map { runbook in
            """
            <p>Runbook: <a href="/runbooks/\(runbook.id.rawValue)?incident=\(file.id.number)">\
            \(HTML.foreign(runbook.title))</a></p>
            """
        }
    }

    // MARK: What to do

    private var responses: HTML {
        let path = "/incidents/\(file.id.number)"
        let first: HTML = " first"
        let isOpen = file.state == .triggered || live?.ask != nil
        return """
            <form class="card" method="post" action="\(path)/acknowledge">
            \(viewer.guards)
            \(viewer.actingSelect)
            <div class="buttons">
            <button class="big\(isOpen ? first : nil)">\(live?.ask == nil ? "Acknowledge" : "Yes, still on it")</button>
            <button class="big" formaction="\(path)/take">Take over</button>
            <button class="big" formaction="\(path)/resolve">Resolve</button>
            </div>
            </form>
            """
    }

    private var note: HTML {
        """
        <form class="card" method="post" action="/incidents/\(file.id.number)/notes">
        \(viewer.guards)
        <label>Note for the timeline
        <textarea name="text" rows="3" maxlength="\(Decider.longestNote)" required></textarea></label>
        \(viewer.actingSelect)
        <div class="buttons"><button class="big">Add note</button></div>
        </form>
        """
    }

    private var postmortem: HTML {
        let path = "/incidents/\(file.id.number)/postmortem"
        return "<p><a href=\"\(path)\">Post-mortem draft</a> · <a href=\"\(path).md\">as Markdown</a></p>"
    }

    // MARK: What it is

    private var facts: HTML {
        var rows: [(String, HTML)] = [
            ("Opened", viewer.when(file.openedAt)), ("Service", "\(file.service.rawValue), because \(file.routing)"),
        ]
        if let policy = file.policy { rows.append(("Policy", "\(policy.rawValue)")) }
        if let actor = file.declaredBy {
            rows.append(
                (
                    "Declared by",
                    "\(actor.user == nil ? "somebody" : viewer.name(actor.user)), via \(actor.via.rawValue)"
                ))
        }
        if let previous = file.previous {
            rows.append(("Follows", "<a href=\"/incidents/\(previous.number)\">\(previous.description)</a>"))
        }
        for room in file.rooms {
            let fate = room.closed.map { "cannot be told there: \($0)" } ?? "told there"
            rows.append(("Chat", "\(HTML.foreign(room.room.description)), \(fate)"))
        }
        rows.append(("Address", "\(links.incident(file.id))"))
        return "<h2>Facts</h2><dl>\(rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" as HTML })</dl>"
    }

    private var alerts: HTML {
        guard !file.alerts.isEmpty else { return .empty }
        let cards = file.alerts.map { alert -> HTML in
            let labels = alert.labels.sorted { $0.key < $1.key }.map {
                "<dt>\(HTML.foreign($0.key))</dt><dd>\(HTML.foreign($0.value))</dd>" as HTML
            }
            let links = alert.links.sorted { $0.key < $1.key }.map {
                "<p>\(HTML.link($0.value, WebLink.label($0.key, url: $0.value)))</p>" as HTML
            }
            let state: HTML =
                alert.isFiring
                ? "<span class=\"state triggered\">firing</span> since \(viewer.when(alert.firedAt))"
                : "<span class=\"state resolved\">over</span>\(alert.resolvedAt.map(since))"
            return """
                <div class="card">
                <p class="title">\(HTML.foreign(alert.title))</p>
                <p>\(state) · \(alert.severity.badge) · \(alert.key.integration.rawValue)</p>
                \(alert.summary.isEmpty ? nil : "<pre>\(alert.summary)</pre>" as HTML)
                \(links)
                \(labels.isEmpty ? nil : "<dl class=\"small\">\(labels)</dl>" as HTML)
                </div>
                """
        }
        return "<h2>Alerts</h2>\(cards)"
    }

    // MARK: Who was asked

    private var asked: HTML {
        guard !file.asked.isEmpty else { return .empty }
        let rows = file.asked.map { asked -> HTML in
            let answers = asked.answers.map { answer -> HTML in
                let people = answer.people.map { person -> HTML in
                    "\(viewer.name(person.user)) \(person.why)\(person.canBeReached ? "" : " (cannot be reached)")<br>"
                }
                return "\(people)\(answer.hole.map { "\(answer.target.description): nobody, \($0)<br>" as HTML })"
            }
            let passed = asked.passedOver.map {
                "<span class=\"quiet\">step \($0.step + 1) passed over: \($0.reason.explanation)</span><br>" as HTML
            }
            let occasion = asked.occasion.words { viewer.name($0) }
            return "<tr><td>\(clock(asked.at))</td><td>\(occasion)</td><td>\(answers)\(passed)</td></tr>"
        }
        return """
            <h2>Who was asked, and why</h2>
            <div class="scroll"><table><tr><th>At</th><th>When</th><th>Who</th></tr>\(rows)</table></div>
            """
    }

    private var pages: HTML {
        guard !file.pages.isEmpty else { return .empty }
        let rows = file.pages.map { page -> HTML in
            let attempts = page.attempts.map { attempt -> HTML in
                let outcome = attempt.outcome.map { "\($0.result.words): \($0.evidence)" } ?? "under way"
                return "\(clock(attempt.begunAt)) \(outcome)\(attempt.isRepeat ? " (may be a repeat)" : "")<br>"
            }
            return """
                <tr><td>\(clock(page.requestedAt))</td><td>\(viewer.name(page.user))<br>\
                <span class="quiet">\(page.reason.explanation)</span></td>\
                <td>\(page.method.rawValue)</td><td>\(page.status)</td><td>\(attempts)</td></tr>
                """
        }
        return """
            <h2>Pages</h2>
            <div class="scroll"><table>
            <tr><th>At</th><th>Who</th><th>By</th><th>State</th><th>Attempts</th></tr>\(rows)
            </table></div>
            """
    }

    // MARK: What happened

    private func line(_ entry: TimelineEntry) -> HTML {
        let links = entry.links.sorted { $0.key < $1.key }.map { "<br>\(HTML.link($0.value, $0.key))" as HTML }
        return """
            <li>\(clock(entry.at))<div>\(entry.sentence)\
            \(entry.body.map { "<pre>\($0)</pre>" as HTML })\(links)</div></li>
            """
    }

    /// With seconds: here they matter.
    private func clock(_ at: Instant) -> HTML {
        let day = viewer.clock.moment(at, now: viewer.now)
        let seconds = viewer.clock.clockWithSeconds(at)
        return "<time datetime=\"\(at.rfc3339)\">\(String(day.dropLast(5)))\(seconds)</time>"
    }
}

extension AttemptOutcome.Result {
    var words: String {
        switch self {
        case .sent: "handed over"
        case .delivered: "delivered"
        case .failedForNow: "failed for now"
        case .failedForGood: "failed for good"
        case .inDoubt: "in doubt"
        case .notSent: "not sent"
        }
    }
}
