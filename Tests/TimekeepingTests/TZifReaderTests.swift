import Testing
import Timekeeping

@Suite("TZif files")
struct TZifReaderTests {
    private static let small = TZifFixture(
        types: [
            .init(offset: 3208, name: "LMT"), .init(offset: 3600, name: "CET"),
            .init(offset: 7200, isDaylight: true, name: "CEST"),
        ],
        transitions: [(-2_422_054_408, 1), (323_830_800, 2), (338_950_800, 1)],
        footer: "CET-1CEST,M3.5.0,M10.5.0/3"
    )

    @Test("every version is read", arguments: [nil, "2", "3", "4", "5"] as [Character?])
    func versions(version: Character?) throws {
        var file = Self.small
        file.version = version
        if version == nil { file.transitions.removeFirst() }
        let rules = try file.rules()
        #expect(rules.abbreviation(at: Instant(seconds: 323_830_799)) == (version == nil ? "LMT" : "CET"))
        #expect(rules.abbreviation(at: Instant(seconds: 323_830_800)) == "CEST")
        #expect(rules.abbreviation(at: Instant(seconds: -2_422_054_409)) == "LMT")
        // Version 1 has no rule for later years.
        #expect(rules.abbreviation(at: instant("2026-07-01T00:00:00Z")) == (version == nil ? "CET" : "CEST"))
    }

    @Test("without a rule for later years the last change stands")
    func emptyFooter() throws {
        var file = Self.small
        file.footer = ""
        let rules = try file.rules()
        #expect(rules.abbreviation(at: instant("2026-07-01T00:00:00Z")) == "CET")
        #expect(rules.nextTransition(after: Instant(seconds: 338_950_800)) == nil)
    }

    @Test("a change at the Big Bang is before all time")
    func bigBang() throws {
        var file = Self.small
        file.transitions.insert((-1 << 59, 1), at: 0)
        #expect(try file.rules().abbreviation(at: .distantPast) == "CET")
        file.transitions[0].second = .min
        #expect(try file.rules().abbreviation(at: .distantPast) == "CET")
    }

    @Test("a file cut short anywhere is an error", arguments: [small.bytes, try SystemZones.bytes("Pacific/Apia")])
    func truncation(whole: [UInt8]) throws {
        _ = try ZoneRules(id: "Test/Whole", tzif: whole)
        for length in 0..<whole.count {
            #expect(throws: ZoneRulesError.self, "\(length) of \(whole.count) bytes") {
                try ZoneRules(id: "Test/Cut", tzif: Array(whole.prefix(length)))
            }
        }
    }

    /// The second block begins at 54, its data 44 later: three times, three indices, three types of six bytes, names.
    @Test(
        "a damaged file says what is wrong with it",
        arguments: [
            (0, UInt8(ascii: "t"), "not in TZif format"),
            (4, UInt8(ascii: "1"), "version"),
            (54 + 31, 1, "leap seconds"),
            (54 + 23, 2, "indicators"),
            (54 + 27, 2, "indicators"),
            (54 + 39, 0, "no local time types"),
            (54 + 44 + 8, 0x80, "out of order"),
            (54 + 44 + 16, 0x70, "too far away"),
            (54 + 44 + 24 + 1, 3, "no local time type"),
            (54 + 44 + 27, 0x10, "beyond a day"),
            (54 + 44 + 27 + 4, 2, "neither yes nor no"),
            (54 + 44 + 27 + 5, 13, "has no end"),
            (54 + 44 + 27 + 18 + 1, 0x07, "unprintable"),
            (54 + 44 + 27 + 18 + 12, UInt8(ascii: "X"), "has no end"),
            (54 + 44 + 27 + 18 + 13, 0, "last line"),
        ] as [(Int, UInt8, String)])
    func explains(position: Int, value: UInt8, sentence: String) throws {
        var bytes = Self.small.bytes
        bytes[position] = value
        let error = #expect(throws: ZoneRulesError.self) { try ZoneRules(id: "Test/Bad", tzif: bytes) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "read without error")")
        #expect(error?.description.contains("Test/Bad") == true)
    }

    @Test("files with leap seconds are refused")
    func rightZones() throws {
        let error = #expect(throws: ZoneRulesError.self) { try SystemZones.rules("right/Europe/Berlin") }
        #expect(error?.description.contains("leap seconds") == true)
    }

    @Test(
        "random damage is an error or a zone that still answers",
        arguments: [
            (small.bytes, 12_000), (try SystemZones.bytes("Pacific/Apia"), 3_000),
        ] as [([UInt8], Int)])
    func randomDamage(whole: [UInt8], rounds: Int) {
        var generator = SeededGenerator(seed: 9636)
        var readable = 0
        for _ in 0..<rounds {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] =
                    Bool.random(using: &generator)
                    ? bytes[place] ^ (1 << UInt8.random(in: 0...7, using: &generator))
                    : UInt8.random(in: 0...255, using: &generator)
            }
            guard let rules = try? ZoneRules(id: "Test/Damaged", tzif: bytes) else { continue }
            readable += 1
            exercise(rules)
        }
        #expect(readable > rounds / 20 && readable < rounds, "\(readable) of \(rounds) were readable")
    }

    /// Whatever the rules are, an instant's local time resolves to a range that holds the instant.
    private func exercise(_ rules: ZoneRules) {
        var moments = [Instant.distantPast, Instant(seconds: 323_830_800), .distantFuture]
        var next = rules.nextTransition(after: .distantPast)
        while let transition = next, moments.count < 8 {
            moments.append(transition)
            next = rules.nextTransition(after: transition)
        }
        for moment in moments {
            let second = moment - .milliseconds(moment.milliseconds % 1000)
            let clock = rules.civil(at: second)
            #expect(rules.firstInstant(of: clock) <= second && second <= rules.lastInstant(of: clock))
        }
    }
}
