extension Instant {
    /// Reads a timestamp of RFC 3339, section 5.6, such as "2026-11-23T09:34:00.443Z"; nil for anything else.
    ///
    /// Up to nine fractional digits, cut to the millisecond. Also accepted, because senders write them: a lower-case
    /// "t" or "z", a space for the "T", and an offset without its colon. The leap second 23:59:60 UTC becomes the last
    /// millisecond before it, because instants do not count leap seconds.
    public init?(rfc3339 text: String) { self.init(rfc3339: text.utf8) }

    /// The same for text still in UTF-8.
    public init?(rfc3339 utf8: some Collection<UInt8>) {
        guard utf8.count <= Self.longestTimestamp else { return nil }
        var cursor = ASCIICursor(Array(utf8))
        guard let date = CivilDate(reading: &cursor),
            cursor.take("T") || cursor.take("t") || cursor.take(" "),
            let hour = cursor.number(digits: 2, in: 0...23), cursor.take(":"),
            let minute = cursor.number(digits: 2, in: 0...59), cursor.take(":"),
            let second = cursor.number(digits: 2, in: 0...60),
            let fraction = Self.readMilliseconds(from: &cursor),
            let offset = Self.readOffset(from: &cursor),
            cursor.isAtEnd
        else { return nil }

        let isLeapSecond = second == 60
        let seconds =
            Int64(date.daysSinceEpoch) * 86400
            + Int64(hour * 3600 + minute * 60 + min(second, 59) - offset)
        if isLeapSecond, seconds.flooredQuotientAndRemainder(dividingBy: 86400).remainder != 86399 { return nil }
        self.init(milliseconds: seconds * 1000 + Int64(isLeapSecond ? 999 : fraction))
    }

    /// Always in UTC: "2026-11-23T09:34:00.443Z", without the fraction when it is zero.
    public var rfc3339: String {
        let (seconds, fraction) = milliseconds.flooredQuotientAndRemainder(dividingBy: 1000)
        let utc = CivilDateTime(secondsSinceEpoch: seconds)
        let time = [utc.time.hour, utc.time.minute, utc.time.second].map { zeroPadded($0, width: 2) }
        let decimals = fraction == 0 ? "" : "." + zeroPadded(Int(fraction), width: 3)
        return "\(utc.date)T\(time.joined(separator: ":"))\(decimals)Z"
    }

    /// "2026-11-23T09:34:00.443123456+00:00"
    private static let longestTimestamp = 35

    private static func readMilliseconds(from cursor: inout ASCIICursor) -> Int? {
        guard cursor.take(".") else { return 0 }
        let digits = cursor.take(while: \.isASCIIDigit)
        guard (1...9).contains(digits.count) else { return nil }
        let firstThree = digits.prefix(3).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return firstThree * [100, 10, 1][min(digits.count, 3) - 1]
    }

    /// Seconds east of Greenwich.
    private static func readOffset(from cursor: inout ASCIICursor) -> Int? {
        if cursor.take("Z") || cursor.take("z") { return 0 }
        let isWest = cursor.take("-")
        guard isWest || cursor.take("+"), let hours = cursor.number(digits: 2, in: 0...23) else { return nil }
        _ = cursor.take(":")
        guard let minutes = cursor.number(digits: 2, in: 0...59) else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
