import Engine
import Incidents
import Timekeeping

/// What being on call cost each person: a picture, what was too much, and the numbers.
struct LoadPage {
    let viewer: Viewer
    let report: LoadReport
    let days: Int64

    static let choices: [Int64] = [7, 28, 90, 365]

    var html: HTML {
        let load = report.load
        return Layout.console(
            viewer, title: "Load and rest",
            """
            <h1>Load and rest</h1>
            <p>The last \(Self.choices.map(choice)) days: \(viewer.clock.day(load.from, now: viewer.now)) – \
            \(viewer.clock.day(load.until, now: viewer.now)).</p>
            \(report.note.map { "<p class=\"quiet small\">\($0)</p>" as HTML })
            \(load.people.isEmpty ? "<p class=\"card\">Nobody was on call, and nobody was paged.</p>" as HTML : picture)
            <h2>Too much</h2>
            \(load.findings.isEmpty ? "<p class=\"card good\">Nobody was asked for too much.</p>" as HTML : nil)
            \(report.sentences.map { "<p class=\"card sev2\">\($0)</p>" as HTML })
            \(load.people.isEmpty ? nil : table)
            <p class="quiet small">Nights are 22:00–07:00 and weekends Saturday and Sunday on each person's own clock. \
            Pages to the inbox and by mail break nobody's sleep; ringing ones within \
            \(Int(DutyLoad.sameInterruption.components.seconds / 60)) minutes of each other break it once. \
            After that, 11 hours of rest are due (Directive 2003/88/EC, article 3), and more than 2 incidents in 12 hours \
            of a shift are too many (Site Reliability Engineering, chapter 11).</p>
            """)
    }

    private func choice(_ count: Int64) -> HTML {
        count == days ? "<b>\(Int(count))</b> " : "<a href=\"/reports/load?days=\(Int(count))\">\(Int(count))</a> "
    }

    // MARK: The picture

    /// One bar a person, as long as their hours on call, the part that was night dark.
    private var picture: HTML {
        let longest = max(report.load.people.map(\.onCall.components.seconds).max() ?? 0, 1)
        return """
            <div class="card bars">
            \(report.load.people.map { bar($0, longest) })
            <p class="quiet small"><span class="swatch night"></span> at night \
            <span class="swatch day"></span> by day \
            <span class="mark">●</span> sleep broken</p>
            </div>
            """
    }

    private func bar(_ person: DutyLoad.Person, _ longest: Int64) -> HTML {
        // Thousandths of the picture's width, so that whole numbers will do.
        func width(_ length: Duration) -> Int { Int(length.components.seconds * 1000 / longest) }
        let (night, whole) = (width(person.nights), width(person.onCall))
        let shown = min(person.interruptions, Self.marksShown)
        let marks = String(repeating: "●", count: shown) + (person.interruptions > shown ? "…" : "")
        let title =
            "\(LoadReport.hours(person.onCall)) on call, \(LoadReport.hours(person.nights)) of them at night, "
            + "sleep broken \(person.interruptions) times"
        return """
            <p class="bar"><span>\(HTML.foreign(report.name(person.user)))</span>
            <svg viewBox="0 0 1000 60" preserveAspectRatio="none" role="img" aria-label="\(title)">\
            <title>\(title)</title>\
            <rect class="day" x="0" y="8" width="\(whole)" height="44"/>\
            <rect class="night" x="0" y="8" width="\(night)" height="44"/></svg>
            <span class="small">\(LoadReport.hours(person.onCall)) <span class="mark">\(marks)</span></span></p>
            """
    }

    private static let marksShown = 10

    // MARK: The numbers

    private var table: HTML {
        """
        <h2>In numbers</h2>
        <div class="scroll"><table class="numbers">
        <tr><th>Person</th><th>On call</th><th>At night</th><th>Weekend</th><th>Shifts</th><th>Incidents</th>\
        <th>Pages</th><th>Sleep broken</th></tr>
        \(report.load.people.map(row))
        </table></div>
        """
    }

    private func row(_ person: DutyLoad.Person) -> HTML {
        """
        <tr><td>\(HTML.foreign(report.name(person.user)))</td><td>\(LoadReport.hours(person.onCall))</td>\
        <td>\(LoadReport.hours(person.nights))</td><td>\(LoadReport.hours(person.weekends))</td>\
        <td>\(person.shifts)</td><td>\(person.incidents)</td><td>\(person.pages)</td>\
        <td>\(person.interruptions)</td></tr>
        """
    }
}

extension LocalTime {
    /// "23 Nov", with the year if it is another than that of `now`.
    fileprivate func day(_ at: Instant, now: Instant) -> String {
        let (date, today) = (zone.civil(at: at).date, zone.civil(at: now).date)
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][date.month - 1]
        return "\(date.day) \(name)\(date.year == today.year ? "" : " \(date.year)")"
    }
}
