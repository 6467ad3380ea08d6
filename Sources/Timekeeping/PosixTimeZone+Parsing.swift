extension PosixTimeZone {
    /// Reads a TZ string; nil if any of it is not understood.
    ///
    /// Daylight saving time without a rule ("EST5EDT") is refused: POSIX leaves its dates to the system, and a TZif
    /// file may not rely on that.
    init?(_ footer: some Collection<UInt8>) {
        var cursor = ASCIICursor(Array(footer))
        guard let standardName = Self.readName(from: &cursor),
            let secondsWest = Self.readOffset(from: &cursor)
        else { return nil }
        standard = LocalTimeType(offsetSeconds: -secondsWest, isDaylight: false, abbreviation: standardName)
        if cursor.isAtEnd {
            daylight = nil
            return
        }

        guard let daylightName = Self.readName(from: &cursor) else { return nil }
        var offset = standard.offsetSeconds + 3600
        if cursor.next != UInt8(ascii: ",") {
            guard let secondsWest = Self.readOffset(from: &cursor) else { return nil }
            offset = -secondsWest
        }
        guard cursor.take(","), let start = YearlyMoment(reading: &cursor),
            cursor.take(","), let end = YearlyMoment(reading: &cursor), cursor.isAtEnd
        else { return nil }
        daylight = Daylight(
            type: LocalTimeType(offsetSeconds: offset, isDaylight: true, abbreviation: daylightName),
            start: start,
            end: end
        )
    }

    private static func readName(from cursor: inout ASCIICursor) -> String? {
        let name: ArraySlice<UInt8>
        if cursor.take("<") {
            name = cursor.take { $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2B || $0 == 0x2D }
            guard cursor.take(">") else { return nil }
        } else {
            name = cursor.take(while: \.isASCIILetter)
        }
        return name.count >= 3 ? String(decoding: name, as: UTF8.self) : nil
    }

    private static func readOffset(from cursor: inout ASCIICursor) -> Int? {
        Self.readTime(from: &cursor, hours: 0...24)
    }

    /// [+-]h[:mm[:ss]] in seconds.
    fileprivate static func readTime(from cursor: inout ASCIICursor, hours: ClosedRange<Int>) -> Int? {
        let isNegative = cursor.take("-")
        if !isNegative { _ = cursor.take("+") }
        guard let hour = cursor.number(digits: 1...3, in: hours) else { return nil }
        var seconds = hour * 3600
        for unit in [60, 1] {
            guard cursor.take(":") else { break }
            guard let part = cursor.number(digits: 1...2, in: 0...59) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }
}

extension PosixTimeZone.YearlyMoment {
    fileprivate init?(reading cursor: inout ASCIICursor) {
        guard let day = Self.readDay(from: &cursor) else { return nil }
        self.day = day
        guard cursor.take("/") else {
            secondsFromMidnight = 2 * 3600
            return
        }
        guard let time = PosixTimeZone.readTime(from: &cursor, hours: 0...167) else { return nil }
        secondsFromMidnight = time
    }

    private static func readDay(from cursor: inout ASCIICursor) -> Day? {
        if cursor.take("M") {
            guard let month = cursor.number(digits: 1...2, in: 1...12), cursor.take("."),
                let week = cursor.number(digits: 1, in: 1...5), cursor.take("."),
                let weekday = cursor.number(digits: 1, in: 0...6)
            else { return nil }
            return .inMonth(month, week: week, weekday: weekday)
        }
        if cursor.take("J") { return cursor.number(digits: 1...3, in: 1...365).map(Day.julian) }
        return cursor.number(digits: 1...3, in: 0...365).map(Day.zeroBased)
    }
}
