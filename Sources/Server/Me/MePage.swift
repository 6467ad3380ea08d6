import Engine
import EngineCore
import Incidents
import OnCall

/// One person's ways of being reached: what works, what waits, and what to do about the rest.
struct MePage {
    let person: Directory.User
    let lines: [ContactLine]
    let viewer: Viewer
    /// Whether it is the viewer's own, by a personal link; otherwise it is looked at from the console.
    let isOwn: Bool
    /// A topic nobody can guess.
    let suggestedTopic: String
    let shifts: ShiftsPanel
    /// The numbers and addresses pages come from.
    let card: ContactCard
    var news: News?
    var trouble: Trouble?
    var tested: (method: ContactMethod, outcome: AttemptOutcome)?

    /// What a form asks for.
    enum Deed: String {
        case add, verify, test, remove
    }

    /// What the form before this page did.
    enum News: String {
        case sent, proved, removed
        case asked, accepted, declined, withdrawn, away, back, subscribed, unsubscribed

        var words: String {
            switch self {
            case .sent: "A code is on its way. Type it in below, within ten minutes."
            case .proved: "The address is yours. Pages come there from now on."
            case .removed: "Removed. No page goes there any more."
            case .asked: "Asked. Until somebody accepts, it stays your shift."
            case .accepted: "It is yours now."
            case .declined: "Your no is recorded."
            case .withdrawn: "The request is taken back. It stays your shift."
            case .away: "Entered. Whoever is next in the rotation covers."
            case .back: "Taken back. Your turns count again."
            case .subscribed: "The address is at the end of this page. Keep it to yourself."
            case .unsubscribed: "Revoked. Nothing can be read there any more."
            }
        }
    }

    /// What was wrong with a form, and what had been typed into it.
    struct Trouble {
        let method: ContactMethod
        let deed: Deed
        let words: String
        let typed: String
    }

    static let wayIn = "Say \"contacts\" to Tocsin in the chat, or ask whoever runs Tocsin for a personal link."

    /// For who has no session.
    static let door = Layout.plain(
        title: "How you can be reached",
        """
        <h1>How you can be reached</h1>
        <p>This page is opened by a personal link. \(wayIn)</p>
        <p><a href="/login?next=%2Fme">Log in with the admin token</a></p>
        """)

    static func choice(_ viewer: Viewer) -> HTML {
        Layout.console(viewer, title: "Contacts", "<h1>How people can be reached</h1>\(select(viewer, nil))")
    }

    private static func select(_ viewer: Viewer, _ chosen: UserID?) -> HTML {
        let people = viewer.directory.users.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }.map {
            Viewer.option($0.id.rawValue, $0.name, isChosen: $0.id == chosen)
        }
        return """
            <form class="card" method="get" action="/me">
            <label>Whose contacts? <select name="user">\(people)</select></label>
            <div class="buttons"><button class="big">Show</button></div>
            </form>
            """
    }

    var html: HTML {
        let content: HTML = """
            <h1>How \(HTML.foreign(person.name)) can be reached</h1>
            \(news.map { "<p class=\"notice\" role=\"status\">\($0.words)</p>" as HTML })
            \(shifts.call)
            <p><a href="#shifts">Next shifts, cover and time off</a></p>
            \(lines.map(card))
            \(vcard)
            \(shifts.html)
            """
        guard isOwn else {
            return Layout.console(viewer, title: "Contacts", "\(Self.select(viewer, person.id))\(content)")
        }
        return Layout.personal(title: "How you can be reached", name: person.name, guards: csrf, content)
    }

    private var vcard: HTML? {
        guard !card.isEmpty else { return nil }
        let senders = (card.numbers.map(\.text) + card.addresses.map(\.description)).joined(separator: ", ")
        return """
            <div class="card" id="card">
            <p class="title">Let pages through when your phone is silent</p>
            <p class="quiet small">Pages come from \(senders). Add them to your contacts, and allow that contact in the \
            phone's "Do Not Disturb".</p>
            <p><a href="/me/tocsin.vcf">Add to contacts (vCard)</a></p>
            </div>
            """
    }

    // MARK: One method

    private func card(_ line: ContactLine) -> HTML {
        let deeds = deeds(line)
        return """
            <div class="card method" id="\(line.method.rawValue)">
            <p class="title">\(line.method.title)</p>
            <p class="quiet small">\(line.method.purpose)</p>
            <p>\(line.masked.map { "<b>\($0)</b> · " as HTML })\(state(line))\(line.source.flatMap(origin))</p>
            \(outcome(line.method))
            \(troubleWithoutForm(line, deeds))
            \(deeds.map { form(line, $0) })
            </div>
            """
    }

    /// What can be done about a line now, in the order of its forms.
    private func deeds(_ line: ContactLine) -> [Deed] {
        var deeds: [Deed] = []
        if line.pending != nil { deeds.append(.verify) }
        if line.obstacle == nil { deeds.append(.test) }
        if line.canBeEntered { deeds.append(.add) }
        if line.source == .own || line.pending != nil { deeds.append(.remove) }
        return deeds
    }

    private func form(_ line: ContactLine, _ deed: Deed) -> HTML {
        switch deed {
        case .verify: codeForm(line)
        case .test: testForm(line)
        case .add: addForm(line)
        case .remove: removeForm(line)
        }
    }

    /// A form that was sent from an older page may have no place on this one.
    private func troubleWithoutForm(_ line: ContactLine, _ deeds: [Deed]) -> HTML? {
        guard let trouble, trouble.method == line.method, !deeds.contains(trouble.deed) else { return nil }
        return "<p class=\"alarm\" role=\"alert\">\(trouble.words)</p>"
    }

    private func state(_ line: ContactLine) -> HTML {
        if line.obstacle == nil { return "<span class=\"state resolved\">works</span>" }
        if line.pending != nil { return "<span class=\"state\">waits for its code</span>" }
        return "<span class=\"state triggered\">cannot be used</span>: \(line.obstacle)"
    }

    private func origin(_ source: ContactLine.Source) -> HTML? {
        switch source {
        case .own, .builtIn: nil
        case .file: " <span class=\"quiet small\">(from the contacts file)</span>"
        case .directory: " <span class=\"quiet small\">(from the configuration)</span>"
        }
    }

    private func outcome(_ method: ContactMethod) -> HTML? {
        guard let tested, tested.method == method else { return nil }
        let words = tested.outcome.result.fate
        let evidence: HTML? =
            tested.outcome.evidence.isEmpty
            ? nil : "<br><span class=\"quiet small\">\(HTML.foreign(tested.outcome.evidence))</span>"
        let kind: HTML = tested.outcome.result.isGood ? "notice" : "alarm"
        return "<p class=\"\(kind)\" role=\"status\">\(words)\(evidence)</p>"
    }

    // MARK: Forms

    private var csrf: HTML {
        "<input type=\"hidden\" name=\"csrf\" value=\"\(viewer.sessions.csrf(viewer.session))\">"
    }

    private func form(_ line: ContactLine, _ deed: Deed, _ button: String, isFirst: Bool = false, _ fields: HTML? = nil)
        -> HTML
    {
        let wrong = trouble.flatMap { $0.method == line.method && $0.deed == deed ? $0 : nil }
        let first: HTML = " first"
        return """
            <form method="post" action="/me#\(line.method.rawValue)">
            \(csrf)
            \(isOwn ? nil : "<input type=\"hidden\" name=\"user\" value=\"\(person.id.rawValue)\">" as HTML)
            <input type="hidden" name="method" value="\(line.method.rawValue)">
            \(wrong.map { "<p class=\"alarm\" role=\"alert\">\($0.words)</p>" as HTML })
            \(fields)
            <div class="buttons"><button class="big\(isFirst ? first : nil)" name="do" value="\(deed.rawValue)">\
            \(button)</button></div>
            </form>
            """
    }

    /// What was typed into this form before, if it came to nothing.
    private func typed(_ line: ContactLine, _ deed: Deed) -> String? {
        trouble.flatMap { $0.method == line.method && $0.deed == deed ? $0.typed : nil }
    }

    private func codeForm(_ line: ContactLine) -> HTML {
        form(
            line, .verify, "This is the code", isFirst: true,
            """
            <label>The code that was sent to \(line.pending)
            <input name="typed" value="\(typed(line, .verify))" inputmode="numeric" autocomplete="one-time-code" \
            maxlength="40" required></label>
            """)
    }

    private func testForm(_ line: ContactLine) -> HTML { form(line, .test, "Page me now") }
    private func removeForm(_ line: ContactLine) -> HTML {
        form(line, .remove, line.source == .own ? "Remove" : "Forget the code")
    }

    private func addForm(_ line: ContactLine) -> HTML {
        let other = line.masked == nil ? "" : "another "
        if line.method == .sms || line.method == .call {
            return form(
                line, .add, line.method == .sms ? "Send a code there" : "Call there with a code",
                isFirst: line.masked == nil && line.pending == nil,
                """
                <label>\(line.masked == nil ? "Your phone number, with its country" : "Another phone number")
                <input name="typed" value="\(typed(line, .add))" inputmode="tel" autocomplete="tel" type="tel" \
                placeholder="+49 151 23456789" maxlength="40" required></label>
                """)
        }
        if line.method == .push {
            return form(
                line, .add, "Send a code there", isFirst: line.masked == nil && line.pending == nil,
                """
                <p class="small">A topic is a password: whoever knows it can read your pages. This one nobody can \
                guess. Subscribe to it in the app first.</p>
                <label>An \(other)ntfy topic
                <input name="typed" value="\(typed(line, .add) ?? suggestedTopic)" maxlength="200" \
                autocomplete="off" autocapitalize="off" spellcheck="false" required></label>
                """)
        }
        return form(
            line, .add, "Send a code there", isFirst: line.masked == nil && line.pending == nil,
            """
            <label>\(line.masked == nil ? "Your address" : "Another address")
            <input name="typed" value="\(typed(line, .add))" inputmode="email" autocomplete="email" \
            maxlength="300" autocapitalize="off" spellcheck="false" required></label>
            """)
    }
}
