import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// One schedule: its picture, who is on call now and next, what lies over the plan, and how to change that.
struct SchedulePage {
    let guest: Guest
    let answer: Roll.Answer
    let view: DutyView
    /// The days looked at.
    let chart: DutyChart
    /// From today on, `SchedulesPage.lookahead` days.
    let ahead: DutyChart
    /// Those that are not over, by beginning.
    let overrides: [Override]
    var form = OverrideForm()
    var news: News?

    /// What the form before this page did.
    enum News: String {
        case added, removed

        var words: String {
            switch self {
            case .added: "Done. It is in the picture below."
            case .removed: "Taken back. The plan below counts again."
            }
        }
    }

    private var viewer: Viewer { guest.viewer }
    private var clock: LocalTime { viewer.clock }
    private var id: String { answer.schedule.id.rawValue }
    private var path: String { "/schedules/\(Form.encode(id))" }
    /// The plan's own clocks.
    private var planned: LocalTime { LocalTime(zone: viewer.directory.roster.zones[answer.schedule.zone] ?? .utc) }
    private static let mostShifts = 12

    var html: HTML {
        Layout.shared(
            guest, title: id,
            """
            \(news.map { "<p class=\"notice\" role=\"status\">\($0.words)</p>" as HTML })
            <p class="quiet"><a href="/schedules">Schedules</a> · planned in \(answer.schedule.zone.rawValue)</p>
            <h1>\(HTML.foreign(id))</h1>
            \(form.trouble.map { "<p class=\"alarm\" role=\"alert\">\($0)</p>" as HTML })
            <div class="card">\(DutyNow.html(answer, viewer))\(why)</div>
            \(HoleAlarm.html(ahead, viewer) { take($0.from, $0.until) })
            \(ways)
            \(picture)
            \(form.html(guest, schedule: answer.schedule.id, path: path))
            \(inForce)
            \(shifts)
            """)
    }

    private var why: [HTML] {
        answer.people.map { "<p class=\"quiet small\">\(HTML.foreign($0.name)) \($0.why).</p>" }
    }

    // MARK: The picture

    private var ways: HTML {
        let other: DutyView.Length = view.length == .week ? .month : .week
        func way(_ words: String, _ length: DutyView.Length, _ date: CivilDate?) -> HTML {
            let from: HTML? = date.map { "&amp;from=\($0.description)" }
            return "<a href=\"\(path)?view=\(length.rawValue)\(from)\">\(words)</a>"
        }
        let name = view.length.rawValue
        return """
            <p class="ways">\(way("‹ Previous \(name)", view.length, view.date(-1)))\
            \(way("Today", view.length, nil))\(way("Next \(name) ›", view.length, view.date(1)))\
            \(way(other == .month ? "Month" : "Week", other, view.date))</p>
            """
    }

    private var picture: HTML {
        func draw(_ width: Double, _ mark: String) -> HTML {
            let picture = DutyPicture(chart, width: width, theme: nil, mark: mark, month: view.month)
            return HTML(SafeHTML(uncheckedText: picture.svg))
        }
        let (first, last) = (chart.days.days.first?.date, chart.days.days.last?.date)
        let dates = first.flatMap { first in last.map { DutyWords.dates(first, $0) } } ?? ""
        return """
            <p class="quiet small">\(dates), \(chart.days.clock.place) time</p>
            <div class="card picture"><div class="wide">\(draw(DutyPicture.wide, "w"))</div>\
            <div class="narrow">\(draw(DutyPicture.narrow, "n"))</div></div>
            """
    }

    // MARK: Next

    private var shifts: HTML {
        let next = ahead.bars.filter { $0.from > viewer.now }.prefix(Self.mostShifts)
        guard !next.isEmpty else { return "<h2>Next shifts</h2><p>Nothing changes in the next two weeks.</p>" }
        let lines = next.map { bar -> HTML in
            let person = ahead.people[bar.person]
            let take: HTML = person.user == guest.own ? .empty : take(bar.from, bar.until)
            return """
                <li><div><b>\(HTML.foreign(person.name))</b><br>\(both(bar.from, bar.until))<br>\
                <span class="quiet small">\(bar.reason.explanation(naming: viewer.name))</span></div>\(take)</li>
                """
        }
        return "<h2>Next shifts</h2><ul class=\"shifts\">\(lines)</ul>"
    }

    /// Leads to the form, with these hours in it.
    private func take(_ from: Instant, _ until: Instant) -> HTML {
        let hours = "\(from.milliseconds / 1000)-\(until.milliseconds / 1000)"
        return "<a href=\"\(path)?hours=\(hours)#change\">Take these hours</a>"
    }

    /// On the viewer's clocks, and on the plan's where they are others.
    private func both(_ from: Instant, _ until: Instant) -> HTML {
        let own: HTML =
            "<time datetime=\"\(from.rfc3339)\">\(DutyWords.span(from, until, clock))</time>"
        guard planned.zone.id != clock.zone.id else { return own }
        return """
            \(own) <span class="quiet small">(\(planned.place): \(DutyWords.span(from, until, planned)))</span>
            """
    }

    // MARK: What lies over the plan

    private var inForce: HTML {
        guard !overrides.isEmpty else { return .empty }
        let lines = overrides.map { override -> HTML in
            let words = override.kind.sentence { viewer.name($0) }
            let by: HTML? = override.by.map { " · by \(HTML.foreign(viewer.name($0)))" }
            let state: HTML = override.from <= viewer.now ? "in force" : "to come"
            return """
                <li><div><b>\(HTML.foreign(words))</b> <span class="quiet small">\(state)\(by)</span><br>\
                \(both(override.from, override.until))</div>\(takeBack(override))</li>
                """
        }
        return "<h2>Laid over the plan</h2><ul class=\"shifts\">\(lines)</ul>"
    }

    private func takeBack(_ override: Override) -> HTML {
        guard guest.own == nil || override.by == guest.own else { return .empty }
        return """
            <form method="post" action="\(path)/overrides/\(override.id)/remove">\(viewer.guards)\
            <button class="plain">Take back</button></form>
            """
    }
}
