import Testing
import Timekeeping

@Suite("Timestamps of RFC 3339")
struct InstantRFC3339Tests {
    @Test(
        "what senders write is read to the millisecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.001Z", 1),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-23T09:34:00.443Z", 1_795_426_440_443),
            ("2026-11-23T09:34:00.443999999Z", 1_795_426_440_443),
            ("2026-11-23T09:34:00.4Z", 1_795_426_440_400),
            ("2026-11-23T09:34:00.44Z", 1_795_426_440_440),
            ("2026-11-23T10:34:00.443+01:00", 1_795_426_440_443),
            ("2026-11-23T10:34:00.443+0100", 1_795_426_440_443),
            ("2026-11-23T04:04:00-05:30", 1_795_426_440_000),
            ("2026-11-23T09:34:00-00:00", 1_795_426_440_000),
            ("2026-11-23t09:34:00z", 1_795_426_440_000),
            ("2026-11-23 09:34:00Z", 1_795_426_440_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("1969-12-31T23:59:59.9999Z", -1),
            ("2016-12-31T23:59:60Z", 1_483_228_799_999),
            ("2016-12-31T23:59:60.5Z", 1_483_228_799_999),
            ("2016-12-31T15:59:60-08:00", 1_483_228_799_999),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) {
        #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
        #expect(Instant(rfc3339: Array(text.utf8))?.milliseconds == milliseconds)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "Z", "2026-11-23", "2026-11-23T09:34:00", "2026-11-23T09:34Z", "2026-11-23T09:34:00.Z",
            "2026-11-23T09:34:00.1234567890Z", "2026-11-23T09:34:00,5Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-04-00T00:00:00Z", "2026-11-23T24:00:00Z",
            "2026-11-23T09:60:00Z", "2026-11-23T09:34:61Z", "2026-11-23T09:34:60Z", "2026-11-23T09:34:00+24:00",
            "2026-11-23T09:34:00+01:60", "2026-11-23T09:34:00+1:00", "2026-11-23T09:34:00+01", "2026-11-23T09:34:00Z ",
            " 2026-11-23T09:34:00Z", "26-11-23T09:34:00Z", "+2026-11-23T09:34:00Z", "2026-11-23T09:34:00ZZ",
            "2026-11-23T09:34:00 Z", "2026/11/23T09:34:00Z", "２026-11-23T09:34:00Z", "2026-11-23T09:34:0٣Z",
        ])
    func refuses(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(
        "writing is always in UTC, with milliseconds only where there are some",
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_795_426_440_443, "2026-11-23T09:34:00.443Z"),
            (1_795_426_440_040, "2026-11-23T09:34:00.040Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func writes(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).rfc3339 == text)
    }

    @Test("what is written is read back, for the years 0 to 9999")
    func roundTrips() {
        var generator = SeededGenerator(seed: 3339)
        for _ in 0..<5_000 {
            let milliseconds = Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &generator)
            let instant = Instant(milliseconds: milliseconds)
            #expect(Instant(rfc3339: instant.rfc3339) == instant)
        }
    }

    @Test("no bytes stop the reader")
    func survivesNoise() {
        let alphabet = Array("0123456789-:.TZtz+ \u{0}é".utf8)
        var generator = SeededGenerator(seed: 5)
        let seed = Array("2026-11-23T09:34:00.443+01:00".utf8)
        for _ in 0..<10_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = alphabet.randomElement(using: &generator) ?? 0
            }
            if let instant = Instant(rfc3339: bytes) {
                #expect(Instant(rfc3339: instant.rfc3339) == instant, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }
}
