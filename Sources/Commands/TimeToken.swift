import Timekeeping

/// One piece of a time as it is written, before anybody asks which instant it is.
struct TimeToken {
    enum Meaning: Hashable {
        case length([Amount])
        case number(Int)
        case unit(Amount.Unit)
        case clock(CivilTime)
        case meridiem(isAfternoon: Bool)
        case date(CivilDate)
        case local(CivilDateTime)
        case instant(Instant)
        case weekday(Weekday)
        case today, tomorrow, now
        /// "3/4": day and month, or month and day; with the year if there is one.
        case dayAndMonth(Int, Int, year: Int?)
        case from, until, dash, lasting, at, and
        /// "an hour"
        case one
    }

    let meaning: Meaning
    /// Where it stands in the line.
    let range: Range<Int>

    /// No single piece of a time is longer.
    private static let longest = 40

    /// The pieces of one word: "18:00-22:00" has three. Nil when it is no time.
    static func read(_ word: Word) -> [TimeToken]? {
        guard !word.isQuoted, word.range.count <= longest else { return nil }
        let letters = Array(word.lowered.unicodeScalars)
        guard letters.count == word.range.count else { return nil }
        func atom(_ part: Range<Int>) -> TimeToken? {
            guard !part.isEmpty, let ascii = ascii(letters[part]), let meaning = Meaning(ascii) else { return nil }
            let start = word.range.lowerBound
            return TimeToken(meaning: meaning, range: start + part.lowerBound..<start + part.upperBound)
        }
        if let whole = atom(0..<letters.count) { return [whole] }
        for split in letters.indices where letters[split].isDash {
            let sides = [0..<split, split + 1..<letters.count].filter { !$0.isEmpty }
            let found = sides.compactMap(atom)
            guard found.count == sides.count else { continue }
            let start = word.range.lowerBound + split
            let dash = TimeToken(meaning: .dash, range: start..<start + 1)
            return split == 0 ? [dash] + found : Array(found.prefix(1)) + [dash] + Array(found.dropFirst())
        }
        return nil
    }

    /// Dates may have any dash that is typed for the ASCII one.
    private static func ascii(_ letters: ArraySlice<Unicode.Scalar>) -> String? {
        guard letters.allSatisfy(\.isASCII) else { return nil }
        return String(String.UnicodeScalarView(letters))
    }
}

/// "90 min", "2 days".
struct Amount: Hashable {
    enum Unit: Int, Comparable {
        case minutes = 60, hours = 3600, days = 86400, weeks = 604_800

        static let names: [String: Unit] = [
            "m": .minutes, "min": .minutes, "mins": .minutes, "minute": .minutes, "minutes": .minutes,
            "h": .hours, "hr": .hours, "hrs": .hours, "hour": .hours, "hours": .hours,
            "d": .days, "day": .days, "days": .days, "w": .weeks, "week": .weeks, "weeks": .weeks,
        ]

        static func < (a: Unit, b: Unit) -> Bool { a.rawValue < b.rawValue }
    }

    /// At most nine digits.
    let count: Int
    let unit: Unit

    var seconds: Int64 { Int64(count) * Int64(unit.rawValue) }
}

extension TimeToken.Meaning {
    private static let words: [String: Self] = [
        "from": .from, "starting": .from, "until": .until, "till": .until, "til": .until, "to": .until,
        "for": .lasting, "at": .at, "on": .at, "@": .at, "and": .and, "a": .one, "an": .one, "now": .now,
        "today": .today, "tomorrow": .tomorrow, "noon": .clock(CivilTime(secondsFromMidnight: 43200)),
        "am": .meridiem(isAfternoon: false), "pm": .meridiem(isAfternoon: true),
    ]

    /// Reads a lower-case ASCII word.
    init?(_ text: String) {
        if let word = Self.words[text] {
            self = word
        } else if let day = Self.weekday(text) {
            self = .weekday(day)
        } else if let unit = Amount.Unit.names[text] {
            self = .unit(unit)
        } else if let date = CivilDate(text) {
            self = .date(date)
        } else if let moment = Self.moment(text) {
            self = moment
        } else if let meaning = Self.digits(Array(text.utf8)) {
            self = meaning
        } else {
            return nil
        }
    }

    private static func weekday(_ text: String) -> Weekday? {
        switch text {
        case "tues": .tuesday
        case "weds": .wednesday
        case "thur", "thurs": .thursday
        default: Weekday(abbreviation: text)
        }
    }

    /// RFC 3339 with or without seconds and offset. Without an offset it is local.
    private static func moment(_ text: String) -> Self? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 16, bytes[10] == UInt8(ascii: "t"), let date = CivilDate(String(text.prefix(10))) else {
            return nil
        }
        if let time = CivilTime(String(text.dropFirst(11))) { return .local(CivilDateTime(date: date, time: time)) }
        if let instant = Instant(rfc3339: text) { return .instant(instant) }
        return Instant(rfc3339: "\(text.prefix(16)):00\(text.dropFirst(16))").map { .instant($0) }
    }

    /// What begins with a digit: "6", "18:00", "6:30pm", "1h30m", "3/4".
    private static func digits(_ bytes: [UInt8]) -> Self? {
        var position = 0
        func number() -> Int? {
            let start = position
            while position < bytes.count, position - start < 9, bytes[position].isASCIIDigit { position += 1 }
            return Int(String(decoding: bytes[start..<position], as: UTF8.self))
        }
        func letters() -> String {
            let start = position
            while position < bytes.count, bytes[position].isASCIILower { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        guard let first = number() else { return nil }
        if position == bytes.count { return .number(first) }
        switch bytes[position] {
        case UInt8(ascii: ":"):
            let digitsOfHour = position
            position += 1
            let start = position
            guard digitsOfHour <= 2, let minute = number(), position - start == 2 else { return nil }
            var second = 0
            if position < bytes.count, bytes[position] == UInt8(ascii: ":") {
                position += 1
                let start = position
                guard let given = number(), position - start == 2 else { return nil }
                second = given
            }
            if position == bytes.count { return CivilTime(hour: first, minute: minute, second: second).map(Self.clock) }
            let half = letters()
            return position == bytes.count ? twelveHour(first, minute, second, half) : nil
        case UInt8(ascii: "/"), UInt8(ascii: "."): return dayAndMonth(bytes)
        default:
            var amounts: [Amount] = []
            var count: Int? = first
            while let n = count {
                let name = letters()
                if amounts.isEmpty, position == bytes.count, let clock = twelveHour(n, 0, 0, name) { return clock }
                guard let unit = Amount.Unit.names[name] else { return nil }
                amounts.append(Amount(count: n, unit: unit))
                if position == bytes.count { return .length(amounts) }
                count = number()
            }
            return nil
        }
    }

    static func twelveHour(_ hour: Int, _ minute: Int, _ second: Int, _ half: String) -> Self? {
        guard (1...12).contains(hour), half == "am" || half == "pm" else { return nil }
        return CivilTime(hour: hour % 12 + (half == "pm" ? 12 : 0), minute: minute, second: second).map(Self.clock)
    }

    private static func dayAndMonth(_ bytes: [UInt8]) -> Self? {
        let separator = bytes.first { !$0.isASCIIDigit } ?? 0
        let parts = bytes.split(separator: separator, omittingEmptySubsequences: false)
        let numbers = parts.map { part in
            part.count <= 4 && part.allSatisfy(\.isASCIIDigit) ? Int(String(decoding: part, as: UTF8.self)) : nil
        }
        guard (2...3).contains(parts.count), let day = numbers[0], let month = numbers[1] else { return nil }
        if parts.count == 2 || parts[2].isEmpty { return .dayAndMonth(day, month, year: nil) }
        guard let year = numbers[2] else { return nil }
        return .dayAndMonth(day, month, year: parts[2].count == 2 ? 2000 + year : year)
    }
}
