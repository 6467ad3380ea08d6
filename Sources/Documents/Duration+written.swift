import Timekeeping

extension Duration {
    /// `30s`, `5m`, `1h30m`, `15 min`, `2 days`, `now`: whole numbers with units, each unit at most once and the
    /// largest first. Nil for anything else; a bare number has no unit and is nothing.
    package init?(written text: String) {
        if text == "now" {
            self = .zero
            return
        }
        var rest = text[...]
        var total = Duration.zero
        var last = Int64.max
        repeat {
            let digits = rest.prefix(while: \.isASCIIDigit)
            rest = rest.dropFirst(digits.count).drop { $0 == " " }
            let word = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(word.count).drop { $0 == " " }
            guard digits.count <= 9, let number = Int64(digits), let unit = Self.seconds(in: word), unit < last
            else { return nil }
            last = unit
            total += .seconds(number * unit)
        } while !rest.isEmpty
        self = total
    }

    /// As a configuration would have it: `1h30m`.
    var written: String {
        if self == .zero { return "0s" }
        var seconds = components.seconds
        var text = ""
        for (unit, letter) in [(Int64(86400), "d"), (3600, "h"), (60, "m"), (1, "s")] where seconds >= unit {
            text += "\(seconds / unit)\(letter)"
            seconds %= unit
        }
        return text
    }

    private static func seconds(in unit: Substring) -> Int64? {
        switch unit {
        case "s", "sec", "second", "seconds": 1
        case "m", "min", "minute", "minutes": 60
        case "h", "hour", "hours": 3600
        case "d", "day", "days": 86400
        default: nil
        }
    }
}

extension Field {
    /// A duration within `range`; else nil, and that is said, with `whyNotLonger` where it is too long.
    func duration(in range: ClosedRange<Duration>, whyNotLonger: String = "") -> Duration? {
        guard let text = text("Write it like 30s, 5m or 1h30m.") else { return nil }
        guard let duration = Duration(written: text) else {
            error("\(quoted(text)) is not a duration", "Write it like 30s, 5m or 1h30m.")
            return nil
        }
        let limits = "Write a duration from \(range.lowerBound.written) to \(range.upperBound.written)."
        if duration < range.lowerBound {
            error("\(quoted(text)) is too short", limits)
            return nil
        }
        if duration > range.upperBound {
            error("\(quoted(text)) is too long", whyNotLonger.isEmpty ? limits : "\(limits) \(whyNotLonger)")
            return nil
        }
        return duration
    }

    /// A whole number within `range`; else nil, and that is said.
    func number(in range: ClosedRange<Int>) -> Int? {
        let hint = "Write a whole number from \(range.lowerBound) to \(range.upperBound)."
        guard let text = text(hint) else { return nil }
        let isPlain = text.utf8.count <= 9 && text.allSatisfy(\.isASCIIDigit)
        guard isPlain, let number = Int(text), range.contains(number) else {
            error("\(quoted(text)) is not a number that can be used here", hint)
            return nil
        }
        return number
    }
}
