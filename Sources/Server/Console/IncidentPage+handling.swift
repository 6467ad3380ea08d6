import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What can be done besides acknowledging and resolving, folded away: at 3 a.m. the first three buttons come first.
extension IncidentPage {
    private var path: String { "/incidents/\(file.id.number)" }

    var reopening: HTML {
        """
        <form class="card" method="post" action="\(path)/reopen">
        \(viewer.guards)
        \(viewer.actingSelect)
        <div class="buttons"><button class="big">Reopen</button></div>
        </form>
        """
    }

    /// The field that Enter submits comes first, with its own button: a form's first button is the one Enter presses.
    var handling: HTML {
        """
        <details class="card">
        <summary>Snooze, escalate, page somebody, hand it over, change the severity</summary>
        <form method="post" action="\(path)/snooze">
        \(viewer.guards)
        \(viewer.actingSelect)
        <input type="hidden" name="zone" value="\(viewer.clock.zone.id.rawValue)">
        <label>Snooze until (\(viewer.clock.place) time)
        <input type="time" name="until"></label>
        <div class="buttons">
        <button class="big">Snooze until then</button>
        <button class="big" name="for" value="1h">Snooze 1 h</button>
        <button class="big" formaction="\(path)/escalate">\(escalateWords)</button>
        </div>
        <label>Somebody else <select name="target"><option value="">(choose whom)</option>
        <optgroup label="Whoever is on call in">\(schedules)</optgroup>
        <optgroup label="People">\(people)</optgroup></select></label>
        <div class="buttons"><button class="big" formaction="\(path)/page">Page them besides</button>
        <button class="big" formaction="\(path)/assign">Hand it to them</button></div>
        <label>Severity <select name="severity">\(severities)</select></label>
        <div class="buttons"><button class="big" formaction="\(path)/severity">Change severity</button></div>
        </form>
        </details>
        """
    }

    private var escalateWords: String { file.state == .triggered ? "Next step now" : "Page the next step" }

    private var schedules: [HTML] {
        viewer.directory.roster.schedules.keys.sorted().map {
            Viewer.option(Target.schedule($0).description, $0.rawValue)
        }
    }

    private var people: [HTML] {
        viewer.directory.users.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }.map {
            Viewer.option(Target.user($0.id).description, $0.name)
        }
    }

    private var severities: [HTML] {
        Severity.allCases.map { Viewer.option($0.rawValue, $0.words, isChosen: $0 == file.severity) }
    }
}
