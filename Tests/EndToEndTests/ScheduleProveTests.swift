import Foundation
import Testing

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
