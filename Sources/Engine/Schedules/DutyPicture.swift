import OnCall
import Timekeeping

/// A chart as SVG: one strip of time a week, and of a single week a lane for each person with their nights. No script,
/// no font, no address of anything; every name is escaped; every bar has its words.
public struct DutyPicture: Sendable {
    public enum Theme: String, Sendable, CaseIterable {
        /// As the reader's system says.
        case light, dark, auto
    }

    let chart: DutyChart
    let width: Double
    /// Nil leaves the style to the page around it.
    let theme: Theme?
    /// Makes ids unique where one page has several.
    let mark: String
    /// Days outside this month stand back; nil lets all stand out.
    let month: CivilDate?

    /// For a desk, and for a phone.
    public static let wide = 960.0
    public static let narrow = 358.0

    public init(_ chart: DutyChart, width: Double = wide, theme: Theme?, mark: String = "duty", month: CivilDate? = nil)
    {
        self.chart = chart
        self.width = width
        self.theme = theme
        self.mark = mark
        self.month = month
    }

    var isNarrow: Bool { width < 560 }
    private var hasLanes: Bool { chart.days.days.count <= 7 }
    private var clock: LocalTime { chart.days.clock }

    public var svg: String {
        var svg = SVGText()
        var y = 0.0
        if theme != nil { y = title(&svg) }
        let weeks = stride(from: 0, to: chart.days.days.count, by: 7).map {
            Array(chart.days.days[$0..<min($0 + 7, chart.days.days.count)])
        }
        let labels = hasLanes && !isNarrow ? 176.0 : 8.0
        let longest = weeks.map { $0.reduce(Duration.zero) { $0 + ($1.until - $1.from) } }.max() ?? .zero
        let scale = (width - labels - 8) / Double(max(longest.milliseconds, 1))
        for week in weeks {
            let strip = DutyStrip(days: week, left: labels, scale: scale)
            y = row(&svg, strip, top: y)
        }
        y = legend(&svg, top: y + 8)
        return document(svg.text, height: y + 6)
    }

    private func document(_ content: String, height: Double) -> String {
        let first = chart.days.days.first?.date ?? CivilDate(daysSinceEpoch: 0)
        let last = chart.days.days.last?.date ?? first
        let words =
            "\(chart.schedule.id.rawValue): who is on call, \(DutyWords.dates(first, last)), \(clock.place) time"
        let style = theme.map { "<style>\(Self.css($0))</style>\n" } ?? ""
        let size = theme == nil ? "" : " width=\"\(SVGText.number(width))\" height=\"\(SVGText.number(height))\""
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="duty" role="group" aria-label="\(SVGText.escape(words))"\
            \(size) viewBox="0 0 \(SVGText.number(width)) \(SVGText.number(height))">
            \(style)<defs>
            <pattern id="\(mark)-hole" width="8" height="8" patternUnits="userSpaceOnUse" \
            patternTransform="rotate(45)"><rect class="hole-a" width="8" height="8"/>\
            <rect class="hole-b" width="4" height="8"/></pattern>
            <pattern id="\(mark)-off" width="6" height="6" patternUnits="userSpaceOnUse" \
            patternTransform="rotate(-45)"><rect class="off" width="1.5" height="6"/></pattern>
            </defs>
            \(theme == nil ? "" : "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n")\(content)</svg>

            """
    }

    private func title(_ svg: inout SVGText) -> Double {
        guard let first = chart.days.days.first, let last = chart.days.days.last else { return 0 }
        let name = PlainText.printable(chart.schedule.id.rawValue)
        let dates = "\(DutyWords.dates(first.date, last.date)), \(clock.place) time"
        svg.words(name, x: 8, y: 22, "head", room: width - 16)
        if isNarrow {
            svg.words(dates, x: 8, y: 40, "quiet", room: width - 16)
            return 48
        }
        svg.words(dates, x: width - 8, y: 22, "quiet end", room: width / 2)
        return 34
    }

    // MARK: One strip

    private var barHeight: Double { isNarrow ? 24 : 28 }
    private var laneHeight: Double { isNarrow ? 42 : 34 }

    /// Draws a week and answers where the next begins.
    private func row(_ svg: inout SVGText, _ strip: DutyStrip, top: Double) -> Double {
        let hasChange = chart.days.changes.contains { strip.x(within: $0.at) != nil }
        let head = hasLanes || hasChange ? 34.0 : 21.0
        let body = top + head
        let duty = Double(chart.tracks) * (barHeight + 4) + 6
        let lanes = hasLanes ? Double(chart.people.count) * laneHeight : 0
        let bottom = body + duty + lanes

        calendar(&svg, strip, top: top, body: body, bottom: bottom)
        if hasLanes, !isNarrow { svg.words("On call", x: 8, y: body + 22, "strong", room: 160) }
        if hasLanes {
            for person in chart.people.indices {
                lane(&svg, strip, person, top: body + duty + Double(person) * laneHeight)
            }
        }
        lines(&svg, strip, top: top, body: body, bottom: bottom)
        for bar in chart.bars {
            draw(&svg, strip, bar, y: body + 4 + Double(bar.track) * (barHeight + 4), height: barHeight, isNamed: true)
        }
        for hole in chart.holes { draw(&svg, strip, hole, y: body + 4, height: barHeight) }
        change(&svg, strip, top: top, bottom: bottom)
        if let now = chart.now, let x = strip.x(within: now) {
            svg.line(x, body - 12, x, bottom, "now")
            svg.add(
                "<path class=\"now\" d=\"M\(SVGText.number(x - 5)) \(SVGText.number(body - 14))h10l-5 7z\">"
                    + "<title>Now, \(SVGText.escape(clock.clock(now)))</title></path>")
        }
        return bottom + (hasLanes ? 4 : 10)
    }

    private func calendar(_ svg: inout SVGText, _ strip: DutyStrip, top: Double, body: Double, bottom: Double) {
        for day in strip.days {
            let (x, until) = (strip.x(day.from), strip.x(day.until))
            let isOutside = month.map { $0.month != day.date.month || $0.year != day.date.year } ?? false
            if day.date.weekday >= .saturday {
                svg.rect(x, top + 2, until - x, bottom - top - 2, "weekend")
            }
            let isFirst = day.date.day == 1 || day == chart.days.days.first
            let full = isFirst ? DutyWords.day(day.date) : "\(DutyWords.weekday(day.date)) \(day.date.day)"
            let brief = "\(DutyWords.weekday(day.date).prefix(2)) \(day.date.day)"
            let words = SVGText.length(full, 12) < until - x - 10 ? full : brief
            svg.words(words, x: x + 4, y: top + 15, isOutside ? "quiet" : "strong", room: until - x - 4)
            guard hasLanes, !isNarrow else { continue }
            for hour in [6, 12, 18] {
                let local = CivilDateTime(date: day.date, time: CivilTime(secondsFromMidnight: hour * 3600))
                let x = strip.x(clock.zone.firstInstant(of: local))
                svg.words("\(hour)", x: x, y: top + 29, "tiny middle", room: 20, size: 9)
                svg.line(x, body, x, bottom, "hour")
            }
        }
    }

    private func lines(_ svg: inout SVGText, _ strip: DutyStrip, top: Double, body: Double, bottom: Double) {
        for edge in strip.days.map(\.from) + [strip.until] {
            let x = strip.x(edge)
            guard hasLanes, isNarrow else {
                svg.line(x, top + 4, x, bottom, "day")
                continue
            }
            // Names stand above their lanes there, and must not be crossed out.
            let lanes = bottom - Double(chart.people.count) * laneHeight
            svg.line(x, top + 4, x, lanes, "day")
            for lane in chart.people.indices {
                let end = lanes + Double(lane + 1) * laneHeight - 4
                svg.line(x, end - 22, x, end, "day")
            }
        }
        svg.line(strip.left, body, strip.x(strip.until), body, "day")
        svg.line(hasLanes ? 8 : strip.left, bottom, strip.x(strip.until), bottom, "day")
    }

    /// Where clocks along the top are set.
    private func change(_ svg: inout SVGText, _ strip: DutyStrip, top: Double, bottom: Double) {
        for change in chart.days.changes {
            guard let x = strip.x(within: change.at) else { continue }
            svg.line(x, top + 18, x, bottom, "change")
            let words = "clocks \(change.short)"
            let length = SVGText.length(words, 10) + 8
            let left = min(max(x - length / 2, strip.left), width - length - 2)
            svg.add("<g role=\"img\"><title>\(SVGText.escape(change.sentence(clock)))</title>")
            svg.rect(left, top + 19, length, 14, "flag", radius: 3)
            svg.words(words, x: left + length / 2, y: top + 29.5, "flag-ink middle", room: length, size: 10)
            svg.add("</g>")
        }
    }
}
