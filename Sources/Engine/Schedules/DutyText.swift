import OnCall
import Timekeeping

/// A chart drawn with letters, for a terminal. Nothing depends on colour: initials name the bars, and holes are
/// exclamation marks.
public struct DutyText: Sendable {
    /// Columns.
    public var width: Int
    /// ECMA-48 colours, those that 256-colour terminals know.
    public var isColoured: Bool

    public static let narrowest = 48
    public static let widest = 400

    public init(width: Int = 100, isColoured: Bool = false) {
        self.width = min(max(width, Self.narrowest), Self.widest)
        self.isColoured = isColoured
    }

    /// Lines, the last of them ended too.
    public func draw(_ chart: DutyChart) -> String {
        let names = chart.people.map { "\($0.initials) \($0.name), \($0.clock.place)" }
        let label = min(max((names.map(TextWidth.columns).max() ?? 0) + 2, 9), max(14, width / 4))
        let grid = width - label
        let daysAbreast = Self.daysAbreast(chart.days.days.count, columns: grid)
        var lines = [heading(chart), ""]
        var rest = chart.days.days[...]
        while !rest.isEmpty {
            let row = DutyGrid(
                Array(rest.prefix(daysAbreast)), columns: grid, of: daysAbreast, zone: chart.days.clock.zone)
            rest = rest.dropFirst(daysAbreast)
            lines += block(chart, row, label: label)
            lines.append("")
        }
        lines += legend(chart)
        return lines.map { String($0.reversed().drop { $0 == " " }.reversed()) + "\n" }.joined()
    }

    /// As many as leave three columns a day, in whole weeks if there is more than one.
    private static func daysAbreast(_ days: Int, columns: Int) -> Int {
        let most = max(columns / 3, 1)
        guard days > most else { return max(days, 1) }
        return most >= 7 ? most / 7 * 7 : most
    }

    private func heading(_ chart: DutyChart) -> String {
        let clock = chart.days.clock
        guard let first = chart.days.days.first, let last = chart.days.days.last else { return "" }
        let plan = chart.schedule.zone == clock.zone.id ? "" : ", planned in \(chart.schedule.zone.rawValue)"
        let title = PlainText.printable(chart.schedule.id.rawValue)
        return "\(bold(title)), \(DutyWords.dates(first.date, last.date)), \(clock.zone.id.rawValue) time\(plan)"
    }

    // MARK: One row of days

    private func block(_ chart: DutyChart, _ grid: DutyGrid, label: Int) -> [String] {
        var lines = [pad("", label) + grid.days.indices.map { day(grid, $0, chart) }.joined()]
        if let now = chart.now, let cell = grid.cells.firstIndex(where: { $0.from <= now && now < $0.until }) {
            let words = "now \(chart.days.clock.clock(now))"
            let room = grid.cells.count - cell
            let line =
                room > words.count + 1
                ? String(repeating: " ", count: cell) + "▼ " + words
                : String(repeating: " ", count: max(cell - words.count - 1, 0)) + words + " ▼"
            lines.append(pad("", label) + line)
        }
        for track in 0..<chart.tracks {
            lines.append(pad(track == 0 ? "on call" : "besides", label) + duty(chart, grid, track))
        }
        for person in chart.people.indices {
            let someone = chart.people[person]
            let text = pad("\(someone.initials) \(someone.name), \(someone.clock.place)", label)
            lines.append(colour(text, someone.colour) + lane(chart, grid, person))
        }
        return lines
    }

    private func day(_ grid: DutyGrid, _ index: Int, _ chart: DutyChart) -> String {
        let day = grid.days[index]
        let change = chart.days.changes.first { day.from <= $0.at && $0.at < day.until }
        let plain = "\(DutyWords.weekday(day.date)) \(day.date.day)"
        let star = change == nil ? "" : "*"
        let words = [plain + (change.map { " \($0.short)" } ?? ""), plain + star, "\(day.date.day)\(star)"]
        return pad(words.first { $0.count < grid.perDay } ?? "", grid.perDay)
    }

    private func duty(_ chart: DutyChart, _ grid: DutyGrid, _ track: Int) -> String {
        let bars = chart.bars.filter { $0.track == track }
        let cells = grid.cells.map { cell -> Mark in
            if track == 0, chart.holes.contains(where: { cell.overlap($0.from, $0.until) > .zero }) { return .hole }
            let best = bars.max { cell.overlap($0.from, $0.until) < cell.overlap($1.from, $1.until) }
            guard let best, cell.overlap(best.from, best.until) > .zero else { return .nothing }
            return .bar(best)
        }
        var text = ""
        var index = 0
        while index < cells.count {
            let end = cells[index...].firstIndex { $0 != cells[index] } ?? cells.count
            text += run(cells[index], end - index, chart)
            index = end
        }
        return text
    }

    private enum Mark: Hashable {
        case nothing, hole
        case bar(DutyChart.Bar)
    }

    private func run(_ mark: Mark, _ length: Int, _ chart: DutyChart) -> String {
        switch mark {
        case .nothing: return String(repeating: " ", count: length)
        case .hole:
            let text =
                length >= 10
                ? "!! NOBODY " + String(repeating: "!", count: length - 10) : String(repeating: "!", count: length)
            return isColoured ? "\u{1B}[1;97;41m\(text)\u{1B}[0m" : text
        case .bar(let bar):
            let person = chart.people[bar.person]
            let name = TextWidth.columns(person.name) + 1 < length ? person.name : person.initials
            var text = TextWidth.cut(name, to: length)
            let room = length - TextWidth.columns(text)
            if room > 0 { text += String(repeating: "─", count: room - 1) + "│" }
            guard isColoured else { return text }
            let (ground, ink) = DutyColours.terminal[person.colour]
            return "\u{1B}[48;5;\(ground);38;5;\(ink)m\(text)\u{1B}[0m"
        }
    }

    private func lane(_ chart: DutyChart, _ grid: DutyGrid, _ person: Int) -> String {
        let someone = chart.people[person]
        let bars = chart.bars.filter { $0.person == person }
        let marks = grid.cells.map { cell -> (Character, Bool) in
            let half = cell.length / 2
            func most(_ spans: [(Instant, Instant)]) -> Bool {
                let sum = spans.reduce(Duration.zero) { $0 + cell.overlap($1.0, $1.1) }
                return sum > .zero && sum >= half
            }
            let isNight = most(someone.nights.map { ($0.from, $0.until) })
            if most(bars.map { ($0.from, $0.until) }) { return (isNight ? "▒" : "█", true) }
            if most(someone.absences.map { ($0.from, $0.until) }) { return ("/", false) }
            return (isNight ? "·" : " ", false)
        }
        var text = ""
        var index = 0
        while index < marks.count {
            let end = marks[index...].firstIndex { $0.1 != marks[index].1 } ?? marks.count
            let piece = String(marks[index..<end].map(\.0))
            text += marks[index].1 ? colour(piece, someone.colour) : piece
            index = end
        }
        return text
    }

    // MARK: Below

    private func legend(_ chart: DutyChart) -> [String] {
        let clock = chart.days.clock
        var signs = ["█ on call", "▒ on call in their night", "· their night (22:00 to 07:00)"]
        if chart.people.contains(where: { !$0.absences.isEmpty }) { signs.append("/ off") }
        if !chart.holes.isEmpty { signs.append("! nobody") }
        var lines = [signs.joined(separator: "   ")]
        for person in chart.people.indices {
            let load = chart.load(of: person)
            guard load.whole > .zero else { continue }
            let night = load.night > .zero ? ", \(DutyWords.hours(load.night)) of it in their night" : ""
            lines.append("\(chart.people[person].name): \(DutyWords.hours(load.whole))\(night)")
        }
        lines += chart.clockChanges
        for override in chart.overrides {
            let words = PlainText.printable(
                override.kind.sentence { user in
                    chart.people.first { $0.user == user }?.name ?? user.rawValue
                })
            lines.append("Override \(override.id): \(words), \(DutyWords.span(override.from, override.until, clock)).")
        }
        lines += chart.holes.prefix(Self.mostHoles).map { hole in
            let text = hole.sentence(clock).replacing("Nobody from", with: "NOBODY from", maxReplacements: 1)
            return isColoured ? "\u{1B}[1;31m\(text)\u{1B}[0m" : text
        }
        if chart.holes.count > Self.mostHoles { lines.append("And \(chart.holes.count - Self.mostHoles) holes more.") }
        return lines
    }

    private static let mostHoles = 10

    private func pad(_ text: String, _ columns: Int) -> String {
        let cut = TextWidth.cut(text, to: columns - 1)
        return cut + String(repeating: " ", count: columns - TextWidth.columns(cut))
    }

    private func bold(_ text: String) -> String { isColoured ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    private func colour(_ text: String, _ colour: Int) -> String {
        isColoured ? "\u{1B}[38;5;\(DutyColours.terminal[colour].0)m\(text)\u{1B}[0m" : text
    }
}

extension Override.Kind {
    /// "Chi Tanaka covers"
    public func sentence(_ name: (UserID) -> String) -> String {
        switch self {
        case .cover(let user): "\(name(user)) covers"
        case .replace(let user, let other): "\(name(other)) instead of \(name(user))"
        case .remove(let user): "without \(name(user))"
        case .add(let user): "\(name(user)) besides"
        }
    }
}
