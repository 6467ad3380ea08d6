import OnCall
import Timekeeping

/// How days, lengths and shifts are said beside a picture.
public enum DutyWords {
    /// "Sun 25 Oct"
    public static func day(_ date: CivilDate) -> String { "\(weekday(date)) \(date.day) \(month(date))" }

    /// "Sun"
    public static func weekday(_ date: CivilDate) -> String {
        let name = date.weekday.abbreviation
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    /// "Oct"
    public static func month(_ date: CivilDate) -> String { months[date.month - 1] }

    /// "Sun 25 Oct 08:00"
    public static func moment(_ at: Instant, _ clock: LocalTime) -> String {
        "\(day(clock.zone.civil(at: at).date)) \(clock.clock(at))"
    }

    /// "Sun 25 Oct 08:00 to 16:00", with the second day where it is another.
    public static func span(_ from: Instant, _ until: Instant, _ clock: LocalTime) -> String {
        let (first, last) = (clock.zone.civil(at: from), clock.zone.civil(at: until))
        if last.time == .midnight, last.date == first.date.adding(days: 1) {
            return "\(moment(from, clock)) to 24:00"
        }
        return "\(moment(from, clock)) to \(first.date == last.date ? clock.clock(until) : moment(until, clock))"
    }

    /// "3 days 4 h", "1 h 30 min", "20 s": the two largest units.
    public static func length(_ length: Duration) -> String {
        let seconds = length.components.seconds
        let parts = [
            (seconds / 86_400, seconds / 86_400 == 1 ? "day" : "days"), (seconds / 3600 % 24, "h"),
            (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        let said = parts.drop { $0.0 == 0 }.prefix(2).filter { $0.0 > 0 }
        return said.isEmpty ? "no time" : said.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// "56 h", with minutes where they are not whole.
    public static func hours(_ length: Duration) -> String {
        let minutes = length.components.seconds / 60
        return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
    }

    /// "23 to 29 Nov 2026"
    public static func dates(_ first: CivilDate, _ last: CivilDate) -> String {
        let start =
            first.year != last.year
            ? "\(first.day) \(month(first)) \(first.year)"
            : first.month != last.month ? "\(first.day) \(month(first))" : "\(first.day)"
        return "\(start) to \(last.day) \(month(last)) \(last.year)"
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

extension DutyChart.Hole {
    /// "Nobody from Sun 25 Oct 22:00 to 24:00 (2 h): no layer covers this time."
    public func sentence(_ clock: LocalTime) -> String {
        "Nobody from \(DutyWords.span(from, until, clock)) (\(DutyWords.length(until - from))): \(reason.explanation)."
    }
}
