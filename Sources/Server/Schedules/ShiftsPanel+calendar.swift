import Engine
import Incidents
import OnCall

/// One's shifts as a calendar: its secret address, shown to its person, who can make and revoke it.
extension ShiftsPanel {
    var calendar: HTML {
        let mine = book.calendars.filter { $0.value == .person(person.id) }.keys.sorted()
        let lines = mine.map { id -> HTML in
            let url = links.calendar(id)
            // Programs that subscribe to calendars open this scheme; what they ask for is https all the same.
            let open = url.firstRange(of: "://").map { "webcal\(url[$0.lowerBound...])" } ?? url
            return """
                <li><div><a href="\(open)">Subscribe</a><br><code class="small">\(url)</code></div>
                \(form("<input type=\"hidden\" name=\"id\" value=\"\(id)\">", .unsubscribe, "Revoke", isPlain: true))</li>
                """
        }
        return """
            <h2 id="calendar">As a calendar</h2>
            <p class="quiet small">A secret address for Google, Apple, Outlook and others. Whoever has it can see these \
            shifts. Calendars may lag by a day, so pages never depend on them.</p>
            \(lines.isEmpty ? nil : "<ul class=\"shifts\">\(lines)</ul>" as HTML)
            \(form(.empty, .subscribe, lines.isEmpty ? "Make an address" : "Make another address"))
            """
    }
}
