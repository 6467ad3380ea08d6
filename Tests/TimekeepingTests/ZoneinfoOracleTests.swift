import Foundation
import Testing
import Timekeeping

@Suite("Agreement with Python's zoneinfo")
struct ZoneinfoOracleTests {
    @Test("every zone of the system shows the same clocks around every change")
    func allZones() throws {
        let zones = try ZoneinfoOracle.zoneNames()
        #expect(zones.count > 400, "\(SystemZones.folder.path) is no whole tz database")
        let files = try ZoneinfoOracle.distinctFiles(of: zones)
        let rules = Dictionary(
            uniqueKeysWithValues: try files.map { file in
                (file.path, try ZoneRules(id: file.zone, tzif: file.bytes))
            })
        let tally = try compare(rules, in: files.map(\.path))
        #expect(tally.files == files.count)
        #expect(tally.transitions > 20_000 && tally.comparisons > 400_000)
        print(
            """
            zoneinfo: \(zones.count) zones in \(tally.files) different files, \(tally.transitions) transitions \
            1970-2040, \(tally.instants) instants, \(tally.localTimes) local times, \(tally.comparisons) comparisons.
            """)
    }

    /// The system's files have tables until 2037; here the rule for later years speaks from the start.
    @Test("the rule for later years alone shows the same clocks")
    func footers() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("footers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        let files = try ZoneinfoOracle.distinctFiles(of: try ZoneinfoOracle.zoneNames())
        let real = Set(files.compactMap { $0.bytes.split(separator: UInt8(ascii: "\n")).last })
            .map { String(decoding: $0, as: UTF8.self) }
        // Without days counted from zero and without 28 February by number: there Python 3.11 is a day off, while the
        // C library agrees with us (PosixFooterTests).
        let invented = [
            "AAA0BBB,M3.2.0/-167,M11.1.0/167", "AAA5BBB3:30,J60,J300/-26", "<+01>9<-01>-9,M6.4.6/49,M2.1.3/-5:06:07",
            "AAA0BBB1,M10.5.0,M3.5.0/1", "AAA-14BBB,J90/0,J270/24", "AAA12BBB11:15,J101/3,J250",
        ]
        var rules: [String: ZoneRules] = [:]
        for (number, footer) in (real + invented).sorted().enumerated() {
            let path = folder.appendingPathComponent("\(number)").path
            let bytes = TZifFixture(version: "3", footer: footer).bytes
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            rules[path] = try ZoneRules(id: ZoneID(rawValue: footer), tzif: bytes)
        }
        let tally = try compare(rules, in: rules.keys.sorted())
        #expect(tally.files == rules.count)
        print("Footers: \(tally.files), \(tally.transitions) transitions, \(tally.comparisons) comparisons.")
    }

    private struct Tally {
        var (files, transitions, instants, localTimes, comparisons) = (0, 0, 0, 0, 0)
        var problems: [String] = []
    }

    private func compare(_ rules: [String: ZoneRules], in paths: [String]) throws -> Tally {
        let answers = try ZoneinfoOracle.answers(
            to: paths.map { path in
                (path, rules[path].map(Self.transitions) ?? [])
            })
        var tally = Tally()
        var current = ZoneRules.utc
        var theirs: Set<Int64> = []

        func expect(_ agrees: Bool, _ what: @autoclosure () -> String) {
            tally.comparisons += 1
            if !agrees { tally.problems.append("\(current.id): \(what())") }
        }
        func finishZone() {
            let ours = Set(Self.transitions(of: current).filter(Self.scannedSeconds.contains))
            expect(ours == theirs, "transitions differ: \(ours.symmetricDifference(theirs).sorted().prefix(3))")
            tally.transitions += theirs.count
            theirs = []
        }

        for line in answers {
            let words = line.split(separator: " ").map(String.init)
            let numbers = words.map { Int64($0) ?? 0 }
            switch words[0] {
            case "Z":
                if tally.files > 0 { finishZone() }
                tally.files += 1
                current = try #require(rules[words[1]])
            case "T":
                theirs.insert(numbers[1])
            case "I":
                tally.instants += 1
                let moment = Instant(seconds: numbers[1])
                expect(current.offsetSeconds(at: moment) == numbers[2], "offset at \(moment.rfc3339), not \(words[2])")
                expect(current.abbreviation(at: moment) == words[4], "name at \(moment.rfc3339), not \(words[4])")
                expect(current.isDaylight(at: moment) == (words[3] == "1"), "daylight at \(moment.rfc3339)")
            case "L":
                tally.localTimes += 1
                let clock = ZoneRules.utc.civil(at: Instant(seconds: numbers[1]))
                let resolution = current.resolve(clock)
                expect(resolution == Self.resolution(words, numbers), "\(clock) is \(resolution), not \(words)")
            default:
                Issue.record("The oracle wrote \(words)")
            }
        }
        if tally.files > 0 { finishZone() }
        #expect(tally.problems.isEmpty, "\(tally.problems.count) differences, such as \(tally.problems.prefix(8))")
        return tally
    }

    private static func resolution(_ words: [String], _ numbers: [Int64]) -> LocalTimeResolution? {
        switch words[2] {
        case "U": .unique(Instant(seconds: numbers[3]))
        case "R": .repeated(first: Instant(seconds: numbers[3]), last: Instant(seconds: numbers[4]))
        case "S": .skipped(transition: Instant(seconds: numbers[3]))
        default: nil
        }
    }

    /// 1970-01-01 to 2041-01-01, where the oracle looks for changes itself.
    private static let scannedSeconds: Range<Int64> = 1..<2_240_524_800

    /// Every change our reader knows of from 1970 to 2060.
    private static func transitions(of rules: ZoneRules) -> [Int64] {
        var seconds: [Int64] = []
        var next = rules.nextTransition(after: Instant(seconds: 0))
        while let transition = next, transition < instant("2060-01-01T00:00:00Z") {
            seconds.append(transition.milliseconds / 1000)
            next = rules.nextTransition(after: transition)
        }
        return seconds
    }
}
