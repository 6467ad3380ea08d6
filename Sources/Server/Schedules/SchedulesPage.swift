import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Every schedule: who is on call, who is next, the next week in one line, and where nobody will be.
struct SchedulesPage {
    let guest: Guest
    let items: [Item]

    struct Item {
        let answer: Roll.Answer
        /// From today on, `Self.lookahead` days.
        let chart: DutyChart
        /// The first hole after those days, if there is one within `CoverageWatch.horizon`.
        let later: CoverageHole?
    }

    /// How far ahead holes are told of, and shifts listed.
    static let lookahead = 14
    /// Of these the first are drawn.
    static let drawn = 7

    private var viewer: Viewer { guest.viewer }

    var html: HTML {
        Layout.shared(
            guest, title: "Schedules",
            """
            <h1>Who is on call</h1>
            \(items.isEmpty ? "<p class=\"card\">There is no schedule in the configuration.</p>" as HTML : nil)
            \(items.enumerated().map { card($0.element, $0.offset) })
            """)
    }

    private func card(_ item: Item, _ place: Int) -> HTML {
        let id = item.answer.schedule.id
        let picture = SafeHTML(uncheckedText: DutyPicture.thin(item.chart.first(Self.drawn), mark: "s\(place)"))
        return """
            <div class="card">
            <a class="title" href="/schedules/\(Form.encode(id.rawValue))">\(HTML.foreign(id.rawValue))</a>
            <span class="quiet small">planned in \(item.answer.schedule.zone.rawValue)</span>
            \(DutyNow.html(item.answer, viewer))
            \(HTML(picture))
            <p class="quiet small who">\(item.chart.swatches(Self.drawn))</p>
            \(DutyNow.next(item.answer, item.chart, viewer))
            \(HoleAlarm.html(item.chart, viewer))
            \(item.later.map { HoleAlarm.later($0, viewer) })
            </div>
            """
    }
}

/// Who is on call, in words.
enum DutyNow {
    static func html(_ answer: Roll.Answer, _ viewer: Viewer) -> HTML {
        let people = answer.people.map { person -> HTML in
            let until: HTML =
                person.until.map { "until \(viewer.clock.moment($0, now: viewer.now))" } ?? "for more than a year"
            return """
                <p><b>\(HTML.foreign(person.name))</b> · \(person.clock.place) \(person.clock.clock(answer.at)) · \
                \(until)</p>
                """
        }
        guard let hole = answer.hole else { return "\(people)" }
        let until: HTML? = answer.nextChange.map { ", until \(viewer.clock.moment($0, now: viewer.now))" }
        return "<p class=\"state triggered\">Nobody is on call: \(hole)\(until)</p>"
    }

    /// Who comes then.
    static func next(_ answer: Roll.Answer, _ chart: DutyChart, _ viewer: Viewer) -> HTML? {
        guard let at = answer.nextChange else { return nil }
        let who = chart.bars.filter { $0.from <= at && at < $0.until }.map { chart.people[$0.person].name }
        guard at < chart.days.until else { return nil }
        let names: HTML = who.isEmpty ? "nobody" : "\(HTML.foreign(who.joined(separator: " and ")))"
        return "<p class=\"small\">From \(viewer.clock.moment(at, now: viewer.now)): \(names)</p>"
    }
}

/// Where nobody will be on call, as loud as it is.
enum HoleAlarm {
    private static let most = 4

    /// - Parameter take: a link to where a hole can be filled.
    static func html(_ chart: DutyChart, _ viewer: Viewer, take: ((DutyChart.Hole) -> HTML)? = nil) -> HTML? {
        let ahead = chart.holes.filter { $0.until > viewer.now }
        guard !ahead.isEmpty else { return nil }
        let lines = ahead.prefix(most).map { "<p>\($0.sentence(viewer.clock)) \(take?($0))</p>" as HTML }
        let more: HTML? = ahead.count > most ? "<p>And \(ahead.count - most) more in these days.</p>" : nil
        return "<div class=\"alarm\"><b>Nobody is on call for some of the time.</b>\(lines)\(more)</div>"
    }
}

extension HoleAlarm {
    /// A hole too far away for the picture.
    static func later(_ hole: CoverageHole, _ viewer: Viewer) -> HTML {
        """
        <div class="alarm"><b>Nobody is on call</b> from \(DutyWords.moment(hole.from, viewer.clock)) to \
        \(DutyWords.moment(hole.until, viewer.clock)), \(viewer.clock.place) time.</div>
        """
    }
}

extension Roll {
    /// The first stretch in which nobody is on call that begins after these days.
    func hole(of schedule: ScheduleID, after days: DutyDays, now: Instant) -> CoverageHole? {
        let end = now + CoverageWatch.horizon
        guard days.until < end else { return nil }
        // A moment earlier, so that a hole that reaches into these days is told from one that begins with their end.
        let from = days.until - .milliseconds(1)
        return directory.roster.proveCoverage(of: schedule, from: from, until: end, amendments: amendments)
            .holes.first { $0.from > from }
    }
}

extension DutyChart {
    /// The colours and names of whoever is on call in its first days.
    func swatches(_ days: Int) -> [HTML] {
        let present = Set(first(days).bars.map(\.person))
        return people.indices.filter { present.contains($0) }.map { index in
            """
            <span><svg class="duty swatch" viewBox="0 0 10 10" aria-hidden="true">\
            <rect class="c\(people[index].colour)" width="10" height="10"/></svg>\(HTML.foreign(people[index].name))</span>
            """
        }
    }
}
