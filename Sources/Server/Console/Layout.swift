import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What every page has around it.
enum Layout {
    /// A page for anybody, with a door and nothing else.
    static func plain(title: String, refreshSeconds: Int? = nil, _ content: HTML) -> HTML {
        document(title: title, refreshSeconds: refreshSeconds) {
            """
            <main class="single">
            \(content)
            </main>
            """
        }
    }

    /// A page of the console.
    /// - Parameters:
    ///   - here: the incident that a line typed on this page is about.
    ///   - hasBox: whether there is the box for such lines.
    static func console(
        _ viewer: Viewer, title: String, refreshSeconds: Int? = nil, here: Incident.ID? = nil, hasBox: Bool = true,
        _ content: HTML
    ) -> HTML {
        document(title: title, refreshSeconds: refreshSeconds) {
            """
            <header>
            <a class="name" href="/">Tocsin</a>
            <a href="/incidents">Incidents</a>
            <a href="/schedules">Schedules</a>
            <a href="/inbox">Inbox</a>
            <a href="/silences">Silences</a>
            <a href="/runbooks">Runbooks</a>
            <a href="/reports/load">Load</a>
            <a href="/me">Contacts</a>
            <form method="post" action="/logout">\(viewer.guards)<button class="plain">Log out</button></form>
            </header>
            <main>
            \(viewer.alarm)
            \(hasBox ? CommandBox.html(viewer, here: here, isStill: refreshSeconds == nil) : nil)
            \(content)
            </main>
            <footer>Times are \(viewer.clock.place) time; it is \(viewer.clock.clock(viewer.now)) there.</footer>
            """
        }
    }

    /// A person's own page, for who came by a personal link: it leads to what that person may see, and nowhere else.
    static func personal(title: String, name: String, guards: HTML, _ content: HTML) -> HTML {
        document(title: title, refreshSeconds: nil) {
            """
            <header>
            <span class="name">Tocsin</span>
            <span>\(HTML.foreign(name))</span>
            <a href="/me">Contacts</a>
            <a href="/schedules">Schedules</a>
            <form method="post" action="/me">\(guards)\
            <button class="plain" name="do" value="leave">Log out</button></form>
            </header>
            <main>
            \(content)
            </main>
            """
        }
    }

    private static func document(title: String, refreshSeconds: Int?, _ body: () -> HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        \(refreshSeconds.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">" as HTML })
        <title>\(title) · Tocsin</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/console.css">
        </head>
        <body>
        \(body())
        </body>
        </html>

        """
    }
}

/// Who looks, when, and what they may see of the engine: what every page of the console starts from.
struct Viewer {
    let session: Sessions.Session
    let sessions: Sessions
    let directory: Directory
    /// The person they act as; remembered in a cookie.
    private(set) var acting: UserID?
    let now: Instant
    let health: EngineHealth

    /// The same, as it will be once the browser has been told who acts.
    func acting(as user: UserID?) -> Viewer {
        var viewer = self
        viewer.acting = user ?? acting
        return viewer
    }

    var clock: LocalTime { acting.map { LocalTime(zone: directory.zone(of: $0)) } ?? .utc }

    /// The hidden fields of every form: that it is ours, and a name so that sending it twice does it once.
    var guards: HTML {
        """
        <input type="hidden" name="csrf" value="\(sessions.csrf(session))">\
        <input type="hidden" name="request" value="\(randomHex(bytes: 12))">
        """
    }

    var alarm: HTML? {
        if let since = health.storeUnavailableSince {
            return """
                <p class="alarm"><b>Tocsin cannot write its log</b> since \(clock.moment(since, now: now)). \
                Alerts are answered "try again", and nothing new is decided. What looks new here may not be recorded. \
                See to its disk.</p>
                """
        }
        return health.isReady
            ? nil : "<p class=\"alarm\">Tocsin is reading its log. Nothing is decided until it has.</p>"
    }

    func name(_ user: UserID?) -> String { user.map { directory.name(of: $0) } ?? "" }

    /// An instant with its distance: "Tue 03:12, 4 min ago".
    func when(_ at: Instant) -> HTML {
        """
        <time datetime="\(at.rfc3339)">\(clock.moment(at, now: now))</time>, \(LocalTime.distance(from: at, to: now))
        """
    }

    static func option(_ value: String, _ words: String, isChosen: Bool = false) -> HTML {
        let chosen: HTML = isChosen ? " selected" : ""
        return "<option value=\"\(value)\"\(chosen)>\(words)</option>"
    }

    /// "Acting as", with the remembered person chosen.
    var actingSelect: HTML {
        let users = directory.users.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        let options = users.map { user -> HTML in
            Self.option(user.id.rawValue, user.name, isChosen: user.id == acting)
        }
        return """
            <label>Acting as <select name="as"><option value="">(choose who you are)</option>\(options)</select></label>
            """
    }
}

extension Severity {
    /// The level and a word, so that nobody depends on the colour.
    var words: String {
        switch self {
        case .sev1: "SEV1 critical"
        case .sev2: "SEV2 major"
        case .sev3: "SEV3 minor"
        case .sev4: "SEV4 info"
        }
    }

    var badge: HTML { "<span class=\"sev \(rawValue)\">\(words)</span>" }
}
