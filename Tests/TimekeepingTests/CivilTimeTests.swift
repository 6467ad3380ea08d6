import Foundation
import Testing
import Timekeeping

@Suite("Times on the wall clock")
struct CivilTimeTests {
    @Test(
        "a time is read and written the same way",
        arguments: [
            ("00:00", 0), ("00:01", 60), ("16:00", 57_600), ("16:00:30", 57_630), ("23:59:59", 86_399),
            ("24:00", 86_400),
        ])
    func roundTrips(text: String, seconds: Int) {
        let time = CivilTime(secondsFromMidnight: seconds)
        #expect(CivilTime(text) == time)
        #expect(time.description == text)
        #expect(CivilTime(hour: time.hour, minute: time.minute, second: time.second) == time)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "16", "16:0", "6:00", "16:60", "16:00:60", "24:01", "24:00:01", "25:00", "-1:00", "16:00 ", "16:00:",
            "16.00",
        ])
    func refuses(text: String) {
        #expect(CivilTime(text) == nil)
    }

    @Test("24:00 is after every other time of the day, and is midnight of the next")
    func endOfDay() throws {
        let (midnight, last, end) = (CivilTime.midnight, try #require(CivilTime("23:59:59")), CivilTime.endOfDay)
        #expect(midnight < last && last < end)
        #expect(local("2026-12-31 24:00") == local("2027-01-01 00:00"))
        #expect(local("2026-12-31 24:00").description == "2027-01-01 00:00")
        #expect(local("2026-12-31 23:59:59") < local("2026-12-31 24:00"))
        #expect(local("2026-11-02 16:00").description == "2026-11-02 16:00")
    }

    @Test("in JSON a time is a string, and a zone is its bare name")
    func isCodable() throws {
        let times = [CivilTime(secondsFromMidnight: 57_600), .endOfDay]
        #expect(String(decoding: try JSONEncoder().encode(times), as: UTF8.self) == "[\"16:00\",\"24:00\"]")
        #expect(try JSONDecoder().decode([CivilTime].self, from: Data("[\"16:00\",\"24:00\"]".utf8)) == times)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([CivilTime].self, from: Data("[\"4 pm\"]".utf8))
        }
        let zones: [ZoneID] = ["UTC", "Asia/Tokyo"]
        #expect(try JSONDecoder().decode([ZoneID].self, from: try JSONEncoder().encode(zones)) == zones)
        #expect(String(decoding: try JSONEncoder().encode([ZoneID(rawValue: "UTC")]), as: UTF8.self) == "[\"UTC\"]")
        #expect(zones.sorted() == ["Asia/Tokyo", "UTC"])
    }
}
