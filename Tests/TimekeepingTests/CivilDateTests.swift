import Foundation
import Testing
import Timekeeping

@Suite("Dates on the wall calendar")
struct CivilDateTests {
    /// Counts days one by one from 1600-01-01, a Saturday.
    private struct Counted {
        var (year, month, day) = (1600, 1, 1)
        var weekday = 6
        var daysSinceEpoch = -135_140

        var monthLength: Int {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        }

        mutating func advance() {
            daysSinceEpoch += 1
            weekday = weekday % 7 + 1
            day += 1
            if day > monthLength { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test("every day from 1600 to 2400 has the number and the weekday that counting gives")
    func agreesWithCounting() {
        var counted = Counted()
        var previous = CivilDate(daysSinceEpoch: counted.daysSinceEpoch - 1)
        var mismatches: [String] = []
        while counted.year <= 2400 {
            let date = CivilDate(daysSinceEpoch: counted.daysSinceEpoch)
            let agrees =
                (date.year, date.month, date.day) == (counted.year, counted.month, counted.day)
                && date.daysSinceEpoch == counted.daysSinceEpoch
                && date.weekday.rawValue == counted.weekday
                && CivilDate(year: counted.year, month: counted.month, day: counted.day) == date
                && CivilDate(year: counted.year, month: counted.month, day: counted.monthLength + 1) == nil
                && previous < date && previous.adding(days: 1) == date && date.adding(days: -1) == previous
            if !agrees { mismatches.append("\(date)") }
            previous = date
            counted.advance()
        }
        #expect(mismatches == [])
        #expect(counted.daysSinceEpoch == 157_420, "2401-01-01")
        #expect(CivilDate(daysSinceEpoch: 0) == CivilDate(year: 1970, month: 1, day: 1))
    }

    @Test(
        "dates far outside the calendar are still counted",
        arguments: [
            -400_000_000, -800_000, 4_000_000, 400_000_000,
        ])
    func countsFarAway(days: Int) {
        let date = CivilDate(daysSinceEpoch: days)
        #expect(date.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days + 146_097).year == date.year + 400)
    }

    @Test(
        "months later, the 31st becomes the last day there is",
        arguments: [
            ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-01-31", 3, "2026-04-30"),
            ("2026-01-31", 2, "2026-03-31"), ("2026-11-02", 2, "2027-01-02"), ("2026-11-02", -11, "2025-12-02"),
            ("2026-01-15", -1, "2025-12-15"), ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", -48, "2020-02-29"),
            ("2026-05-31", 0, "2026-05-31"), ("2026-12-31", -10, "2026-02-28"),
        ])
    func addsMonths(start: String, months: Int, end: String) throws {
        #expect(try #require(CivilDate(start)).adding(months: months).description == end)
    }

    @Test("a date is written YYYY-MM-DD, in JSON too")
    func isCodable() throws {
        let date = try #require(CivilDate(year: 2026, month: 11, day: 2))
        #expect(date.description == "2026-11-02")
        #expect(CivilDate("2026-11-02") == date)
        #expect(CivilDate("0033-04-03")?.description == "0033-04-03")
        #expect(String(decoding: try JSONEncoder().encode([date]), as: UTF8.self) == "[\"2026-11-02\"]")
        #expect(try JSONDecoder().decode([CivilDate].self, from: Data("[\"2026-11-02\"]".utf8)) == [date])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([CivilDate].self, from: Data("[\"2026-02-30\"]".utf8))
        }
    }

    @Test(
        "what is no date is refused",
        arguments: [
            "", "2026-11-2", "2026-1-02", "26-11-02", "2026-11-31", "2026-13-01", "2026-00-10", "2026-10-00",
            "2025-02-29",
            "1900-02-29", "2026-11-02 ", "2026-11-02T", "-2026-11-02", "2026/11/02", "20261102",
        ])
    func refuses(text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test("a weekday is known by three letters or by its name")
    func weekdays() {
        #expect(Weekday.allCases.map(\.abbreviation) == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
        #expect(Weekday.allCases.compactMap { Weekday(abbreviation: $0.abbreviation.uppercased()) } == Weekday.allCases)
        #expect(Weekday(abbreviation: "Wednesday") == .wednesday)
        #expect(Weekday(abbreviation: "SUNDAY") == .sunday)
        for text in ["", "m", "mo", "mond", "weds", "mon "] { #expect(Weekday(abbreviation: text) == nil) }
        #expect(Weekday.monday.rawValue == 1 && Weekday.sunday.rawValue == 7)
    }
}
