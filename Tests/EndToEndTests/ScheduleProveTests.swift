import Engine
import Foundation
import Incidents
import OnCall
import SQLiteStore
import Testing
import Timekeeping

@Suite("tocsin schedule prove, as CI runs it")
struct ScheduleProveTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "prove-\(UUID().uuidString)")

    private static let steps = "[{page: [schedule sun], wait: 5m}]"

    private func prove(_ configuration: String, _ arguments: String...) throws -> (status: Int32, said: String) {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "tocsin.yaml")
        let output = folder.appending(path: "said.txt")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let process = Process()
        process.executableURL = try Installation.binary()
        process.arguments = ["schedule", "prove", "--config", file.path, "--from", "2026-11-23"] + arguments
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.standardError
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }

    private static let uncounted =
        "Overrides, time off and holidays by address that the server recorded are not counted. "
        + "Give --database to count them.\n"

    /// A database in which these were recorded.
    private func database(_ payloads: [EventPayload]) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "tocsin.db").path
        let store = try SQLiteStore(path: path)
        var chain = HashChain()
        let at = try #require(Instant(rfc3339: "2026-11-01T00:00:00Z"))
        for (index, payload) in payloads.enumerated() {
            try store.append(
                chain.seal([Event(sequence: Int64(index + 1), at: at, payload: payload)]), summaries: [])
        }
        return path
    }

    private static func timeOff(_ user: UserID, _ day: String, _ source: TimeOff.Source) -> TimeOff {
        let from = Instant(rfc3339: "\(day)T00:00:00Z")!
        return TimeOff(user: user, from: from, until: from + .days(1), source: source, createdAt: from - .days(9))
    }

    @Test("With a database, time off and holidays that the server recorded make their holes; without one that is said")
    func recorded() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = Installation.configuration(webhook: "http://127.0.0.1:9/", steps: Self.steps)
        let actor = Actor(user: nil, via: .cli)
        let database = try database([
            .timeOffAdded(TimeOffAdded(timeOff: Self.timeOff("chi", "2026-12-01", .entered(id: 1)), by: actor)),
            .timeOffAdded(TimeOffAdded(timeOff: Self.timeOff("ben", "2026-12-02", .entered(id: 2)), by: actor)),
            .timeOffRemoved(TimeOffRemoved(id: 2, by: actor)),
            .holidaysRead(
                HolidaysRead(
                    calendar: "de", digest: "1",
                    timeOff: [Self.timeOff("ana", "2026-12-24", .holiday(calendar: "de", name: "Eve"))])),
        ])
        let without = try prove(whole, "sun", "--years", "1")
        #expect(without.status == 0 && without.said.hasSuffix(Self.uncounted), "\(without.said)")
        let with = try prove(whole, "sun", "--years", "1", "--database", database)
        #expect(with.status == 1 && !with.said.contains("not counted"), "\(with.said)")
        #expect(with.said.contains("tue 2026-12-01 00:00 to tue 2026-12-01 08:00 (UTC)"), "\(with.said)")
        #expect(with.said.contains("thu 2026-12-24 08:00 to thu 2026-12-24 16:00 (UTC)"), "\(with.said)")
        #expect(!with.said.contains("2026-12-02"), "\(with.said)")
        #expect(try prove(whole, "--database", "\(database)-none").status != 0)
    }

    @Test("Against the zones of another folder each handoff that moves is told; against the same none is")
    func againstZoneinfo() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let zones = folder.appending(path: "zoneinfo")
        for area in ["America", "Asia", "Europe"] {
            try FileManager.default.createDirectory(
                at: zones.appending(path: area), withIntermediateDirectories: true)
        }
        for zone in ["UTC", "America/New_York", "Asia/Tokyo", "Asia/Singapore"] {
            try FileManager.default.copyItem(
                at: URL(filePath: "/usr/share/zoneinfo/\(zone)").resolvingSymlinksInPath(),
                to: zones.appending(path: zone))
        }
        let source = folder.appending(path: "berlin.txt")
        try Data("Zone Europe/Berlin 1:00 - CET\n".utf8).write(to: source)
        _ = try Installation.run(URL(filePath: "/usr/sbin/zic"), ["-d", zones.path, source.path])

        let whole = Installation.configuration(webhook: "http://127.0.0.1:9/", steps: Self.steps)
            .replacingOccurrences(of: "zone: UTC", with: "zone: Europe/Berlin")
        let moved = try prove(whole, "sun", "--years", "1", "--against-zoneinfo", zones.path)
        #expect(moved.status == 0, "\(moved.said)")
        #expect(moved.said.contains("The rules of Europe/Berlin changed: these "), "\(moved.said)")
        #expect(
            moved.said.contains(
                "sun: was sun 2027-03-28 08:00 (2027-03-28T07:00:00Z), chi to ana. "
                    + "Now sun 2027-03-28 08:00 (2027-03-28T06:00:00Z), chi to ana."),
            "\(moved.said)")
        let same = try prove(whole, "sun", "--years", "1", "--against-zoneinfo", "/usr/share/zoneinfo")
        #expect(same.said.contains("No zone's rules changed: no handoff moves."), "\(same.said)")

        struct Report: Decodable {
            struct Move: Decodable { let schedule: String, was: String?, now: String?, incoming: [String] }
            let handoffMoves: [Move]
        }
        let json = try prove(whole, "sun", "--years", "1", "--json", "--against-zoneinfo", zones.path)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let moves = try decoder.decode(Report.self, from: Data(json.said.utf8)).handoffMoves
        let morning = moves.first { $0.now == "2027-03-28T06:00:00Z" }
        #expect(morning?.was == "2027-03-28T07:00:00Z" && morning?.incoming == ["ana"])
    }

    @Test("Proved exits 0, a hole 1, a configuration that cannot be used 2; JSON lists each hole")
    func exits() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = Installation.configuration(webhook: "http://127.0.0.1:9/", steps: Self.steps)
        let proved = try prove(whole)
        #expect(proved.status == 0, "\(proved.said)")
        #expect(proved.said.hasPrefix("sun: covered until 2036-11-23: "), "\(proved.said)")

        let late = whole.replacingOccurrences(of: "hours: \"16:00-24:00\"", with: "hours: \"17:00-24:00\"")
        let hole = try prove(late)
        #expect(hole.status == 1)
        let first = "nobody is on call from mon 2026-11-23 16:00 to mon 2026-11-23 17:00 (UTC), every day, 3653 times"
        #expect(hole.said.contains(first), "\(hole.said)")
        #expect(hole.said.contains("for chi: tue 2026-11-24 01:00 to tue 2026-11-24 02:00 (Asia/Tokyo)"))

        struct Report: Decodable {
            struct Proof: Decodable {
                struct Schedule: Decodable {
                    struct Hole: Decodable { let from: String, until: String }
                    let holeCount: Int, holes: [Hole]
                }
                let proved: Bool, schedules: [Schedule]
            }
            let proof: Proof
        }
        let json = try prove(late, "sun", "--years", "1", "--json")
        #expect(json.status == 1)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let report = try decoder.decode(Report.self, from: Data(json.said.utf8))
        #expect(!report.proof.proved)
        #expect(report.proof.schedules.map(\.holeCount) == [365])
        #expect(report.proof.schedules.first?.holes.first?.from == "2026-11-23T16:00:00Z")

        #expect(try prove(whole.replacingOccurrences(of: "zone: UTC", with: "zone: Mars/Olympus")).status == 2)
        #expect(try prove(whole, "moon").status == 2)
    }
}
