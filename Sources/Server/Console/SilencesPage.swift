import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What is silenced now and later, what that holds back, and the form for another.
struct SilencesPage {
    let viewer: Viewer
    let files: [SilenceFile]
    /// Fields as they were sent, where something was wrong with them.
    var typed: [String: String] = [:]
    /// One sentence with the way out.
    var trouble: String?

    var html: HTML {
        let running = files.filter { $0.silence.isRunning(at: viewer.now) }
        let planned = files.filter { $0.silence.from > viewer.now }
        return Layout.console(
            viewer, title: "Silences", refreshSeconds: nil,
            """
            <h1>Silences and maintenance</h1>
            \(trouble.map { "<p class=\"card sev2\">\($0)</p>" as HTML })
            <h2>Running</h2>
            \(running.isEmpty ? "<p class=\"card good\">Nothing is silenced: every alert pages.</p>" as HTML : nil)
            \(running.map { $0.card(viewer) })
            \(planned.isEmpty ? nil : "<h2>Planned</h2>" as HTML)
            \(planned.map { $0.card(viewer) })
            \(form)
            """)
    }

    private var form: HTML {
        let services = viewer.directory.services.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        let options = services.map {
            Viewer.option(
                "service \($0.id.rawValue)", $0.name, isChosen: typed["service"] == "service \($0.id.rawValue)")
        }
        let lengths = ["30m", "1h", "2h", "4h", "8h", "24h", "72h"].map {
            Viewer.option($0, $0, isChosen: (typed["for"] ?? "2h") == $0)
        }
        return """
            <h2>Silence alerts</h2>
            <form class="card" method="post" action="/silences">
            \(viewer.guards)
            <input type="hidden" name="zone" value="\(viewer.clock.zone.id.rawValue)">
            <div class="pair">
            <label>Service
            <select name="service">\(Viewer.option("", "(choose one)"))\(options)\
            \(Viewer.option("every", "every service", isChosen: typed["service"] == "every"))</select></label>
            <label>Only with these labels
            <input name="matchers" maxlength="2000" placeholder='env="prod"' value="\(typed["matchers"])"></label>
            </div>
            <div class="pair">
            <label>For <select name="for">\(lengths)</select></label>
            <label>From (\(viewer.clock.place) time; empty for now)
            <input type="datetime-local" name="from" value="\(typed["from"])"></label>
            </div>
            <label>Why <input name="reason" maxlength="\(Decider.longestWhy)" value="\(typed["reason"])"></label>
            \(viewer.actingSelect)
            <p class="quiet small">Alerts that fit are recorded and page nobody. What still fires at the end is paged \
            then. Incidents that are open go on.</p>
            <div class="buttons"><button class="big first">Silence</button></div>
            </form>
            """
    }

    /// Whether a long or wide one is meant.
    static func question(_ viewer: Viewer, _ why: String, _ form: Form, from: Instant) -> HTML {
        var kept = form.fields.filter { !["csrf", "request", "confirm", "from"].contains($0.key) }
        (kept["confirm"], kept["from"]) = ("yes", from.rfc3339)
        let fields = kept.sorted { $0.key < $1.key }.map {
            "<input type=\"hidden\" name=\"\($0.key)\" value=\"\($0.value)\">" as HTML
        }
        return Layout.console(
            viewer, title: "Are you sure?",
            """
            <h1>Is that meant?</h1>
            <div class="card">
            <p><b>\(why)</b></p>
            <form method="post" action="/silences">
            \(viewer.guards)
            \(fields)
            <div class="buttons"><button class="big first">Yes, silence it</button></div>
            </form>
            <p><a href="/silences">No, go back</a></p>
            </div>
            """)
    }
}

extension SilenceFile {
    func card(_ viewer: Viewer) -> HTML {
        let isRunning = silence.isRunning(at: viewer.now)
        let shown = held.prefix(Self.mostShown)
        let rest = held.count - shown.count
        return """
            <div class="card">
            <p><b>Silence \(silence.id)</b> of \(HTML.foreign(silence.scope))</p>
            <p>\(isRunning ? nil : "begins \(viewer.when(silence.from)), " as HTML)ends \(viewer.when(silence.until))</p>
            <p class="quiet small">made by \(silence.by.user == nil ? "an administrator" : viewer.name(silence.by.user)) \
            \(viewer.when(silence.createdAt))\(reason.map { ": \(HTML.foreign($0))" as HTML })</p>
            \(isRunning ? "<p>Holds back \(held.count == 1 ? "1 alert" : "\(held.count) alerts").</p>" as HTML : nil)
            \(shown.map { $0.line(viewer) })
            \(rest > 0 ? "<p class=\"quiet small\">and \(rest) more</p>" as HTML : nil)
            <form method="post" action="/silences/\(silence.id)/remove">\(viewer.guards)\
            <button class="plain">End it now</button></form>
            </div>
            """
    }

    private static let mostShown = 50
}

extension SilenceFile.Held {
    fileprivate func line(_ viewer: Viewer) -> HTML {
        """
        <p class="small">\(alert.severity?.badge) \(HTML.foreign(title)) · \(alert.service.rawValue) · \
        held back since \(viewer.when(alert.since))</p>
        """
    }
}
