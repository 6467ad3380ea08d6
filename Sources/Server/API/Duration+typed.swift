import Timekeeping

extension Duration {
    /// `2h`, `90m`, `1h30m`, `45 min`: hours and minutes as people type them, the hours first. Nil for anything else; a
    /// bare number has no unit and is nothing.
    init?(typed text: String) {
        var rest = text[...]
        var minutes: Int64 = 0
        var last = Int64.max
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count).drop { $0 == " " }
            let word = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(word.count).drop { $0 == " " }
            guard digits.count <= 6, let number = Int64(digits), let unit = Self.minutes(in: word), unit < last
            else { return nil }
            last = unit
            minutes += number * unit
        } while !rest.isEmpty
        self = .minutes(minutes)
    }

    private static func minutes(in unit: Substring) -> Int64? {
        switch unit {
        case "m", "min", "minute", "minutes": 1
        case "h", "hour", "hours": 60
        default: nil
        }
    }
}
