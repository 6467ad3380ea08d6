import OnCall
import Timekeeping

/// Bars, lanes and what stands below them.
extension DutyPicture {
    private var clock: LocalTime { chart.days.clock }

    /// Nothing shorter can be seen, and a hole must be.
    private static let thinnestHole = 4.0

    func draw(
        _ svg: inout SVGText, _ strip: DutyStrip, _ bar: DutyChart.Bar, y: Double, height: Double, isNamed: Bool
    ) {
        guard let (x, width) = strip.place(bar.from, bar.until) else { return }
        let person = chart.people[bar.person]
        svg.add("<g role=\"img\"><title>\(SVGText.escape(chart.sentence(bar)))</title>")
        let own: String =
            switch bar.cause {
            case .plan: ""
            case .override: " override"
            case .timeOffCover: " cover"
            }
        svg.rect(x + 0.5, y, max(width - 1, 0.5), height, "c\(person.colour)\(own)", radius: min(3, width / 4))
        for night in person.nights {
            guard let (from, length) = strip.place(max(night.from, bar.from), min(night.until, bar.until)), length > 0
            else { continue }
            svg.rect(max(from, x + 0.5), y + height - 5, min(length, x + width - 0.5 - max(from, x + 0.5)), 5, "dark")
        }
        if isNamed {
            let room = width - 8
            let name = [person.name, firstName(person.name), person.initials].first { SVGText.length($0, 12) <= room }
            let tight = name ?? (SVGText.length(person.initials, 10) <= width - 2 ? person.initials : nil)
            if let tight {
                let size = name == nil ? " small" : ""
                svg.words(
                    tight, x: x + width / 2, y: y + (height - 5) / 2 + 4, "t\(person.colour) middle\(size)",
                    room: width, size: name == nil ? 10 : 12)
            }
        }
        svg.add("</g>")
    }

    private func firstName(_ name: String) -> String { String(name.prefix { $0 != " " }) }

    func draw(_ svg: inout SVGText, _ strip: DutyStrip, _ hole: DutyChart.Hole, y: Double, height: Double) {
        guard let (x, width) = strip.place(hole.from, hole.until) else { return }
        let seen = max(width, Self.thinnestHole)
        svg.add("<g role=\"img\"><title>\(SVGText.escape(hole.sentence(clock)))</title>")
        svg.rect(x, y - 2, seen, height + 4, "hole", fill: "url(#\(mark)-hole)")
        let word = ["nobody", "!"].first { SVGText.length($0, 12) + 8 <= seen }
        if let word {
            let length = SVGText.length(word, 12) + 8
            svg.rect(x + seen / 2 - length / 2, y + height / 2 - 8, length, 16, "hole-b", radius: 3)
            svg.words(word, x: x + seen / 2, y: y + height / 2 + 4, "hole-ink middle", room: seen)
        }
        svg.add("</g>")
    }

    /// Somebody's own time: their nights, their absences, their hours.
    func lane(_ svg: inout SVGText, _ strip: DutyStrip, _ index: Int, top: Double) {
        let person = chart.people[index]
        let load = chart.load(of: index)
        let whole = load.whole == .zero ? "not on call" : DutyWords.hours(load.whole)
        let hours = whole + (load.night > .zero ? ", \(DutyWords.hours(load.night)) at night" : "")
        let (x, y) = (strip.left, isNarrow ? top + 16 : top + 4)
        let height = 22.0
        if isNarrow {
            svg.rect(8, top + 3, 9, 9, "c\(person.colour)", radius: 2)
            let about = "\(person.clock.place), \(hours)"
            let room = width - 40 - SVGText.length(about, 10.5)
            svg.words(person.name, x: 21, y: top + 12, "strong", room: max(room, 60))
            svg.words(about, x: width - 8, y: top + 12, "quiet end", room: width - 90, size: 10.5)
        } else {
            svg.rect(8, top + 6, 10, 10, "c\(person.colour)", radius: 2)
            svg.words(person.name, x: 24, y: top + 15, "strong", room: strip.left - 32)
            let room = strip.left - 30
            let fits = SVGText.length("\(person.clock.place), \(hours)", 10.5) <= room
            svg.words(
                "\(person.clock.place), \(fits ? hours : whole)", x: 24, y: top + 28, "quiet", room: room, size: 10.5)
        }
        svg.rect(x, y, strip.x(strip.until) - x, height, "lane")
        for night in person.nights {
            guard let (from, length) = strip.place(night.from, night.until) else { continue }
            svg.rect(from, y, length, height, "night")
        }
        for absence in person.absences {
            guard let (from, length) = strip.place(absence.from, absence.until) else { continue }
            let words = "\(person.name) is off, \(DutyWords.span(absence.from, absence.until, clock))"
            svg.add("<g role=\"img\"><title>\(SVGText.escape(words))</title>")
            svg.rect(from, y, length, height, "away", fill: "url(#\(mark)-off)")
            svg.add("</g>")
        }
        for bar in chart.bars where bar.person == index {
            draw(&svg, strip, bar, y: y + 4, height: height - 8, isNamed: false)
        }
        for change in person.changes where person.clock.zone.id != clock.zone.id {
            guard let x = strip.x(within: change.at) else { continue }
            svg.add("<g role=\"img\"><title>\(SVGText.escape(change.sentence(person.clock)))</title>")
            svg.line(x, y - 2, x, y + height + 2, "change")
            svg.add("</g>")
        }
    }

    // MARK: Below

    /// Signs and their meaning, in lines; answers where it ends.
    func legend(_ svg: inout SVGText, top: Double) -> Double {
        var (x, y) = (8.0, top + 12)
        func place(_ words: String) -> Double {
            let length = 24 + SVGText.length(words, 11)
            if x + length > width - 4 { (x, y) = (8, y + 18) }
            defer { x += length + 14 }
            return x
        }
        func sign(_ svg: inout SVGText, _ words: String, _ draw: (inout SVGText, Double, Double) -> Void) {
            let left = place(words)
            draw(&svg, left, y - 10)
            svg.words(words, x: left + 20, y: y, "legend", room: width - left - 24, size: 11)
        }
        if chart.days.days.count > 7 {
            for person in chart.people where chart.bars.contains(where: { chart.people[$0.person].user == person.user })
            {
                sign(&svg, "\(person.initials) \(person.name), \(person.clock.place)") {
                    $0.rect($1, $2, 14, 12, "c\(person.colour)", radius: 2)
                }
            }
        }
        let isSingle = chart.days.days.count <= 7
        if isSingle {
            sign(&svg, "their night, 22:00 to 07:00") { svg, x, y in
                svg.rect(x, y, 14, 12, "lane")
                svg.rect(x + 5, y, 9, 12, "night")
            }
        }
        sign(&svg, "on call in their night\(isSingle ? "" : ", 22:00 to 07:00")") { svg, x, y in
            svg.rect(x, y, 14, 12, "c1", radius: 2)
            svg.rect(x, y + 7, 14, 5, "dark")
        }
        if chart.bars.contains(where: { if case .override = $0.cause { true } else { false } }) {
            sign(&svg, "by an override") { $0.rect($1 + 1, $2 + 1, 12, 10, "c1 override", radius: 2) }
        }
        if chart.bars.contains(where: { if case .timeOffCover = $0.cause { true } else { false } }) {
            sign(&svg, "covers for somebody who is off") { $0.rect($1 + 1, $2 + 1, 12, 10, "c1 cover", radius: 2) }
        }
        if isSingle, chart.people.contains(where: { !$0.absences.isEmpty }) {
            sign(&svg, "off") { [mark] in $0.rect($1, $2, 14, 12, "away", fill: "url(#\(mark)-off)") }
        }
        if !chart.holes.isEmpty {
            sign(&svg, "nobody is on call") { [mark] in $0.rect($1, $2, 14, 12, "hole", fill: "url(#\(mark)-hole)") }
        }
        for line in chart.clockChanges {
            (x, y) = (8, y + 18)
            svg.words(line, x: x, y: y, "legend", room: width - 16, size: 11)
        }
        return y + 4
    }

    /// One line of time without words, to be stretched as wide as the page: who, their nights, and where nobody is.
    public static func thin(_ chart: DutyChart, mark: String) -> String {
        var svg = SVGText()
        let strip = DutyStrip(
            days: chart.days.days, left: 0,
            scale: 1000 / Double(max((chart.days.until - chart.days.from).milliseconds, 1)))
        let picture = DutyPicture(chart, width: 1000, theme: nil, mark: mark)
        svg.rect(0, 0, 1000, 20, "lane")
        for bar in chart.bars {
            let height = 20 / Double(chart.tracks)
            picture.draw(&svg, strip, bar, y: Double(bar.track) * height, height: height, isNamed: false)
        }
        for day in strip.days.dropFirst() { svg.line(strip.x(day.from), 0, strip.x(day.from), 20, "tick") }
        for hole in chart.holes {
            guard let (x, width) = strip.place(hole.from, hole.until) else { continue }
            svg.add("<g role=\"img\"><title>\(SVGText.escape(hole.sentence(chart.days.clock)))</title>")
            svg.rect(x, 0, max(width, 6), 20, "hole", fill: "url(#\(mark)-hole)")
            svg.add("</g>")
        }
        if let now = chart.now, let x = strip.x(within: now) { svg.rect(max(x - 2, 0), 0, 4, 20, "now") }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="duty thin" role="group" \
            aria-label="\(SVGText.escape(chart.schedule.id.rawValue)): the next days" viewBox="0 0 1000 20" \
            preserveAspectRatio="none">
            <defs><pattern id="\(mark)-hole" width="14" height="8" patternUnits="userSpaceOnUse">\
            <rect class="hole-a" width="14" height="8"/><rect class="hole-b" width="7" height="8"/></pattern></defs>
            \(svg.text)</svg>

            """
    }
}
