import Timekeeping

/// Columns of letters for some days: as many for each day, each as long on the clock. Where clocks are set a column is
/// shorter or longer than it looks.
struct DutyGrid {
    let days: [DutyDays.Day]
    let perDay: Int
    let cells: [Cell]

    struct Cell: Hashable {
        let from: Instant
        let until: Instant

        var length: Duration { until - from }

        func overlap(_ first: Instant, _ last: Instant) -> Duration {
            let (from, until) = (max(from, first), min(until, last))
            return from < until ? until - from : .zero
        }
    }

    /// - Parameter abreast: how many days a full row has; the last may have fewer, in the same columns.
    init(_ days: [DutyDays.Day], columns: Int, of abreast: Int, zone: ZoneRules) {
        self.days = days
        let most = max(columns / max(abreast, 1), 1)
        let perDay = [48, 24, 12, 8, 6, 4, 3, 2].first { $0 <= most } ?? 1
        self.perDay = perDay
        cells = days.flatMap { day in
            let edges = (0...perDay).map { index -> Instant in
                guard index > 0 else { return day.from }
                guard index < perDay else { return day.until }
                let time = CivilTime(secondsFromMidnight: index * 86_400 / perDay)
                let instant = zone.firstInstant(of: CivilDateTime(date: day.date, time: time))
                return min(max(instant, day.from), day.until)
            }
            return (0..<perDay).map { Cell(from: edges[$0], until: edges[$0 + 1]) }
        }
    }
}

/// How many columns of a terminal a text takes: two for each letter of the scripts that are drawn wide, none for marks
/// that stand on others (Unicode Standard Annex 11, by its large blocks).
enum TextWidth {
    static func columns(_ text: String) -> Int { text.reduce(0) { $0 + columns($1) } }

    /// What fits, the last column "…" when some is missing.
    static func cut(_ text: String, to columns: Int) -> String {
        guard self.columns(text) > columns else { return text }
        var (kept, used) = ("", 0)
        for character in text {
            used += self.columns(character)
            guard used < columns else { break }
            kept.append(character)
        }
        return columns < 1 ? "" : columns < 3 ? String(text.prefix(columns)) : kept + "…"
    }

    private static func columns(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
