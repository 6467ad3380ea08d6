import Engine
import EngineCore
import Incidents
import OnCall

/// What became of a line that was typed into the console, and the box for the next one.
struct SayPage {
    let viewer: Viewer
    /// The incident whose page it was said on.
    let here: Incident.ID?
    let line: String
    let answer: DeskAnswer?

    var html: HTML {
        Layout.console(
            viewer, title: "Say", here: here, hasBox: false,
            """
            \(answer.map(card))
            <form class="card" method="post" action="/say">
            \(viewer.guards)
            \(CommandBox.place(here))
            <label>What is to be done?
            <input name="line" value="\(kept)" placeholder="\(CommandBox.examples)" maxlength="4000" \
            autocomplete="off" autocapitalize="off" spellcheck="false" autofocus required></label>
            \(viewer.actingSelect)
            <div class="buttons"><button class="big first">Say</button></div>
            </form>
            \(here.map { "<p><a href=\"/incidents/\($0.number)\">Back to \($0.description)</a></p>" as HTML })
            """)
    }

    /// What was done is not offered to be done again.
    private var kept: String {
        switch answer?.kind {
        case .mistake, .refused, .unavailable, .question: line
        case nil, .done, .information: ""
        }
    }

    private func card(_ answer: DeskAnswer) -> HTML {
        let kind: HTML =
            switch answer.kind {
            case .done: "notice"
            case .information, .question: "card"
            case .mistake, .refused, .unavailable: "alarm"
            }
        let incidents = answer.incidents.map {
            "<a href=\"/incidents/\($0.number)\">\($0.description)</a> " as HTML
        }
        return """
            <div class="\(kind)" role="status">
            <p class="quiet small">\(HTML.foreign(line))</p>
            <pre>\(answer.text)</pre>
            \(incidents.isEmpty ? nil : "<p>\(incidents)</p>" as HTML)
            \(answer.choices.isEmpty ? nil : choices(answer.choices))
            </div>
            """
    }

    private func choices(_ choices: [DeskAnswer.Choice]) -> HTML {
        """
        <form method="post" action="/say">
        \(viewer.guards)
        \(CommandBox.place(here))
        \(viewer.acting.map { "<input type=\"hidden\" name=\"as\" value=\"\($0.rawValue)\">" as HTML })
        <div class="buttons">\(choices.map(button))</div>
        </form>
        """
    }

    private func button(_ choice: DeskAnswer.Choice) -> HTML {
        "<button class=\"big\" name=\"line\" value=\"\(choice.line)\">\(HTML.foreign(choice.label))</button>"
    }
}

/// One line on every page of the console, for whoever would rather type.
enum CommandBox {
    static let examples = "ack 42, who, override sun dia 2h, help"

    /// On a page that loads itself anew what is typed would be lost: there the box only leads to one that stays.
    static func html(_ viewer: Viewer, here: Incident.ID?, isStill: Bool) -> HTML {
        guard isStill else { return "<a class=\"say\" href=\"/say\">Say: \(examples)</a>" }
        return """
            <form class="say" method="post" action="/say">
            \(viewer.guards)
            \(place(here))
            \(viewer.acting.map { "<input type=\"hidden\" name=\"as\" value=\"\($0.rawValue)\">" as HTML })
            <input name="line" placeholder="\(examples)" aria-label="Command" maxlength="4000" autocomplete="off" \
            autocapitalize="off" spellcheck="false" required>
            <button>Say</button>
            </form>
            """
    }

    static func place(_ here: Incident.ID?) -> HTML? {
        here.map { "<input type=\"hidden\" name=\"here\" value=\"\($0.number)\">" }
    }
}
