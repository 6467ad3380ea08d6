import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// On `/me`: when one is on call next, what one is asked to take over, and what one asked for.
struct ShiftsPanel {
    let person: Directory.User
    let guest: Guest
    let book: Book
    /// Makes the addresses of calendars.
    let links: Links

    /// What it is drawn from, read at one moment.
    struct Book {
        let directory: Directory
        let amendments: Amendments
        /// Open ones, by number.
        let requests: [CoverRequest]
        /// Every calendar that was issued, by number.
        let calendars: [Int: CalendarScope]

        init(_ engine: Engine, at now: Instant) {
            (directory, amendments, requests, calendars) = engine.read {
                ($0.directory, $0.book.amendments, $0.book.openCoverRequests(at: now), $0.book.calendars)
            }
        }
    }

    /// How far ahead one's shifts are listed.
    static let lookahead = 28
    private static let mostShifts = 12
    private static let mostOffers = 30
    /// Where the forms go.
    static let path = "/schedules/mine"

    private var clock: LocalTime { LocalTime(zone: book.directory.zone(of: person.id)) }
    private var now: Instant { guest.viewer.now }

    var html: HTML {
        let charts = charts
        return """
            <h2 id="shifts">Next shifts</h2>
            <p class="quiet small">The next four weeks, \(clock.place) time.</p>
            \(shifts(charts))
            \(asked)
            \(own)
            \(away)
            \(calendar)
            """
    }

    private var charts: [DutyChart] {
        let days = DutyDays(from: clock.zone.civil(at: now).date, count: Self.lookahead, zone: clock.zone)
        return book.directory.roster.schedules.keys.sorted().compactMap {
            DutyChart($0, directory: book.directory, amendments: book.amendments, days: days, now: now)
        }
    }

    // MARK: Shifts

    private struct Stint {
        let chart: DutyChart
        let bar: DutyChart.Bar
    }

    private func stints(_ charts: [DutyChart], _ isWanted: (UserID) -> Bool) -> [Stint] {
        charts.flatMap { chart in
            chart.bars.filter { $0.until > now && isWanted(chart.people[$0.person].user) }
                .map { Stint(chart: chart, bar: $0) }
        }.sorted { ($0.bar.from, $0.chart.schedule.id) < ($1.bar.from, $1.chart.schedule.id) }
    }

    private func shifts(_ charts: [DutyChart]) -> HTML {
        let mine = stints(charts) { $0 == person.id }
        guard !mine.isEmpty else { return "<p class=\"card\">None: not on call in these weeks.</p>" }
        let lines = mine.prefix(Self.mostShifts).map { stint -> HTML in
            let id = stint.chart.schedule.id
            let isNow: HTML? = stint.bar.from <= now ? "<b>Now</b> · " : nil
            return """
                <li><div>\(isNow)<b>\(span(stint.bar.from, stint.bar.until))</b><br>\
                <a href="/schedules/\(Form.encode(id.rawValue))">\(HTML.foreign(id.rawValue))</a> \
                <span class="quiet small">\(stint.bar.reason.explanation(naming: guest.viewer.name))</span></div>\(ask(stint))</li>
                """
        }
        let more = mine.count - Self.mostShifts
        return """
            <ul class="shifts">\(lines)</ul>
            \(more > 0 ? "<p class=\"quiet small\">And \(more) more.</p>" as HTML : nil)
            """
    }

    private func span(_ from: Instant, _ until: Instant) -> String { DutyWords.span(from, until, clock) }

    /// "Cover me": of anybody, of one person, or for a shift of somebody's in return.
    private func ask(_ stint: Stint) -> HTML {
        let id = stint.chart.schedule.id
        let others = book.directory.users.values.filter { $0.id != person.id }.sorted {
            ($0.name, $0.id) < ($1.name, $1.id)
        }
        let people = others.map { Viewer.option("user \($0.id.rawValue)", $0.name) }
        let offers = stints([stint.chart]) { $0 != person.id }
            .filter { $0.bar.from > now && ($0.bar.until <= stint.bar.from || $0.bar.from >= stint.bar.until) }
            .prefix(Self.mostOffers)
            .map { offer -> HTML in
                let user = offer.chart.people[offer.bar.person]
                let value = "\(CoverForm.write(offer.bar.from, offer.bar.until)) \(user.user.rawValue)"
                return Viewer.option(value, "\(user.name), \(span(offer.bar.from, offer.bar.until))")
            }
        return """
            <details><summary>Ask to be covered</summary>
            \(form(
                """
                <input type="hidden" name="schedule" value="\(id.rawValue)">
                <input type="hidden" name="hours" value="\(CoverForm.write(stint.bar.from, stint.bar.until))">
                <label>Ask <select name="asked"><option value="">anybody of the rotation</option>\(people)</select></label>
                <label>In return, take <select name="return"><option value="">nothing</option>\(Array(offers))</select>
                </label>
                """, .ask, "Ask"))
            </details>
            """
    }

    // MARK: Requests

    private var waiting: [CoverRequest] {
        book.requests.filter {
            $0.user != person.id && !$0.declined.contains(person.id)
                && book.directory.people(askedBy: $0).contains(person.id)
        }
    }

    /// For the top of the page, when somebody waits for an answer.
    var call: HTML? {
        guard !waiting.isEmpty else { return nil }
        let names = Set(waiting.map { guest.viewer.name($0.user) }).sorted().joined(separator: ", ")
        return "<p class=\"alarm\"><a href=\"#asked\">Asked to cover for</a> \(HTML.foreign(names)).</p>"
    }

    private var asked: HTML {
        let waiting = waiting
        guard !waiting.isEmpty else { return .empty }
        let cards = waiting.map { request -> HTML in
            """
            <div class="card"><p><b>\(HTML.foreign(guest.viewer.name(request.user)))</b> asks to be covered in \
            \(HTML.foreign(request.schedule.rawValue)).</p>\(hours(request))
            \(form("<input type=\"hidden\" name=\"id\" value=\"\(request.id)\">", .accept, "I take it",
                second: (.decline, "No, I cannot")))
            </div>
            """
        }
        return "<h2 id=\"asked\">Asked of \(mine ? "you" : person.name)</h2>\(cards)"
    }

    private var own: HTML {
        let open = book.requests.filter { $0.user == person.id }
        guard !open.isEmpty else { return .empty }
        let cards = open.map { request -> HTML in
            let declined = request.declined.map { guest.viewer.name($0) }
            let no: HTML? =
                declined.isEmpty
                ? nil : "<p class=\"quiet small\">\(HTML.foreign(declined.joined(separator: ", "))) cannot.</p>"
            return """
                <div class="card"><p>Cover wanted in \(HTML.foreign(request.schedule.rawValue)).</p>\(hours(request))\(no)
                \(form("<input type=\"hidden\" name=\"id\" value=\"\(request.id)\">", .withdraw, "Take the request back"))
                </div>
                """
        }
        return "<h2>Waiting for an answer</h2>\(cards)"
    }

    private func hours(_ request: CoverRequest) -> HTML {
        let back: HTML? = request.inReturn.map { "<dt>In return for</dt><dd>\(span($0.from, $0.until))</dd>" }
        return "<dl><dt>From</dt><dd>\(span(request.from, request.until))</dd>\(back)</dl>"
    }

    // MARK: Time off

    private var away: HTML {
        let lines = book.amendments.timeOff.filter { $0.user == person.id && $0.until > now }
            .sorted { $0.from < $1.from }
            .map { absence -> HTML in
                let words: HTML
                var back: HTML?
                switch absence.source {
                case .configuration: words = "from the configuration"
                case .holiday(_, let name): words = "\(HTML.foreign(name))"
                case .entered(let id):
                    words = .empty
                    back = form(
                        "<input type=\"hidden\" name=\"id\" value=\"\(id)\">", .comeBack, "Take back", isPlain: true)
                }
                return """
                    <li><div>\(span(absence.from, absence.until)) <span class="quiet small">\(words)</span></div>\
                    \(back)</li>
                    """
            }
        let hour = Instant(seconds: (now.milliseconds / 3_600_000 + 1) * 3600)
        func field(_ name: String, _ label: String, _ at: Instant) -> HTML {
            """
            <label>\(label) (\(clock.place) time)
            <input type="datetime-local" name="\(name)" value="\(OverrideForm.write(at, clock))" required></label>
            """
        }
        return """
            <h2 id="away">Time off</h2>
            \(lines.isEmpty ? nil : "<ul class=\"shifts\">\(lines)</ul>" as HTML)
            <details class="card"><summary>Enter time off</summary>
            \(form(
                """
                <input type="hidden" name="zone" value="\(clock.zone.id.rawValue)">
                <div class="pair">\(field("from", "From", hour))\(field("until", "Until", hour + .days(1)))</div>
                <p class="quiet small">Turns do not move: whoever is next in the rotation covers.</p>
                <label class="tick"><input type="checkbox" name="leave_hole" value="yes">It may leave nobody on call</label>
                """, .away, "I am off then"))
            </details>
            """
    }

    // MARK: Forms

    private var mine: Bool { guest.own != nil }

    func form(
        _ fields: HTML, _ deed: CoverForm.Deed, _ button: HTML, second: (CoverForm.Deed, HTML)? = nil,
        isPlain: Bool = false
    ) -> HTML {
        let first: HTML = second == nil ? "big" : "big first"
        let kind: HTML = isPlain ? "plain" : first
        let other: HTML? = second.map {
            "<button class=\"big\" name=\"do\" value=\"\($0.0.rawValue)\">\($0.1)</button>"
        }
        return """
            <form method="post" action="\(Self.path)">
            \(guest.viewer.guards)
            <input type="hidden" name="user" value="\(person.id.rawValue)">
            \(fields)
            <div class="buttons"><button class="\(kind)" name="do" value="\(deed.rawValue)">\(button)</button>\(other)</div>
            </form>
            """
    }
}
