/// A date on the wall calendar (proleptic Gregorian), belonging to no time zone.
public struct CivilDate: Hashable, Sendable {
    public let year: Int
    /// 1...12
    public let month: Int
    /// 1...31
    public let day: Int

    /// Nil unless the date exists and its year has at most four digits (0...9999), as ISO 8601 writes it.
    public init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= Self.dayCount(year: year, month: month)
        else { return nil }
        self.init(uncheckedYear: year, month: month, day: day)
    }

    /// Exactly "YYYY-MM-DD".
    public init?(_ text: String) {
        var cursor = ASCIICursor(Array(text.utf8))
        guard let date = CivilDate(reading: &cursor), cursor.isAtEnd else { return nil }
        self = date
    }

    /// The date that many days after 1970-01-01, before it when negative. Every instant's date can be written this
    /// way, also outside the years 0...9999.
    public init(daysSinceEpoch: Int) {
        // Years begin on 1 March here, so that the leap day is the last of its year and eras of 400 years are alike.
        let (era, dayOfEra) = (daysSinceEpoch + Self.daysFromMarchOfYearZeroToEpoch)
            .flooredQuotientAndRemainder(dividingBy: Self.daysPerEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / (Self.daysPerEra - 1)) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(
            uncheckedYear: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    /// Days from 1970-01-01; negative before.
    public var daysSinceEpoch: Int {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredQuotientAndRemainder(dividingBy: 400)
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysPerEra + dayOfEra - Self.daysFromMarchOfYearZeroToEpoch
    }

    public var weekday: Weekday {
        // 1970-01-01 was a Thursday, three days after a Monday.
        let daysAfterMonday = (daysSinceEpoch + 3).flooredQuotientAndRemainder(dividingBy: 7).remainder
        guard let weekday = Weekday(rawValue: daysAfterMonday + 1) else {
            preconditionFailure("A remainder by seven lies in 0...6.")
        }
        return weekday
    }

    public func adding(days: Int) -> CivilDate { CivilDate(daysSinceEpoch: daysSinceEpoch + days) }

    /// The same day of the month `months` later; the month's last day where that day does not exist, so that a month
    /// after 31 January is 28 or 29 February.
    public func adding(months: Int) -> CivilDate {
        let (yearsMore, monthIndex) = (month - 1 + months).flooredQuotientAndRemainder(dividingBy: 12)
        let (newYear, newMonth) = (year + yearsMore, monthIndex + 1)
        let lastDay = Self.dayCount(year: newYear, month: newMonth)
        return CivilDate(uncheckedYear: newYear, month: newMonth, day: min(day, lastDay))
    }

    static func isLeap(year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// The number of days in that month, which must be 1...12.
    static func dayCount(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func firstDay(ofYear year: Int) -> CivilDate { CivilDate(uncheckedYear: year, month: 1, day: 1) }

    init(uncheckedYear year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init?(reading cursor: inout ASCIICursor) {
        guard let year = cursor.number(digits: 4, in: 0...9999), cursor.take("-"),
            let month = cursor.number(digits: 2, in: 1...12), cursor.take("-"),
            let day = cursor.number(digits: 2, in: 1...31)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    private static let daysPerEra = 146_097
    private static let daysFromMarchOfYearZeroToEpoch = 719_468
}

extension CivilDate: Comparable {
    public static func < (a: CivilDate, b: CivilDate) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }
}

extension CivilDate: CustomStringConvertible {
    /// "2026-11-02"
    public var description: String {
        "\(zeroPadded(year, width: 4))-\(zeroPadded(month, width: 2))-\(zeroPadded(day, width: 2))"
    }
}

/// Encoded as the string "2026-11-02".
extension CivilDate: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let date = CivilDate(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a date such as 2026-11-02."
            )
        }
        self = date
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
