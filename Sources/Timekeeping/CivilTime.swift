/// A time on the wall clock, belonging to no date and no time zone.
///
/// 24:00 is a time of its own, the end of the day: "18:00 to 24:00" must not read as "18:00 to 00:00".
public struct CivilTime: Hashable, Sendable {
    /// 0...86400; 86400 is 24:00.
    public let secondsFromMidnight: Int

    public static let midnight = CivilTime(secondsFromMidnight: 0)
    public static let endOfDay = CivilTime(secondsFromMidnight: secondsPerDay)

    /// Traps outside 0...86400; input from outside comes through `init?(_:)`.
    public init(secondsFromMidnight: Int) {
        precondition((0...Self.secondsPerDay).contains(secondsFromMidnight), "A day has 86400 seconds.")
        self.secondsFromMidnight = secondsFromMidnight
    }

    /// Nil unless the time lies between 00:00:00 and 24:00:00.
    public init?(hour: Int, minute: Int, second: Int = 0) {
        guard (0...24).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
        let seconds = hour * 3600 + minute * 60 + second
        guard seconds <= Self.secondsPerDay else { return nil }
        self.init(secondsFromMidnight: seconds)
    }

    /// "HH:MM" or "HH:MM:SS", from "00:00" to "24:00".
    public init?(_ text: String) {
        var cursor = ASCIICursor(Array(text.utf8))
        guard let hour = cursor.number(digits: 2, in: 0...24), cursor.take(":"),
            let minute = cursor.number(digits: 2, in: 0...59)
        else { return nil }
        var second = 0
        if cursor.take(":") {
            guard let given = cursor.number(digits: 2, in: 0...59) else { return nil }
            second = given
        }
        guard cursor.isAtEnd else { return nil }
        self.init(hour: hour, minute: minute, second: second)
    }

    /// 0...24
    public var hour: Int { secondsFromMidnight / 3600 }
    public var minute: Int { secondsFromMidnight / 60 % 60 }
    public var second: Int { secondsFromMidnight % 60 }

    static let secondsPerDay = 86400
}

extension CivilTime: Comparable {
    public static func < (a: CivilTime, b: CivilTime) -> Bool { a.secondsFromMidnight < b.secondsFromMidnight }
}

extension CivilTime: CustomStringConvertible {
    /// "16:00", or "16:00:30" when there are seconds.
    public var description: String {
        let toTheMinute = "\(zeroPadded(hour, width: 2)):\(zeroPadded(minute, width: 2))"
        return second == 0 ? toTheMinute : "\(toTheMinute):\(zeroPadded(second, width: 2))"
    }
}

/// Encoded as the string "16:00".
extension CivilTime: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = CivilTime(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a time such as 16:00."
            )
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
