import Documents
import Foundation
import Testing
import Timekeeping

/// Calendars of holidays, compared with what Python's `icalendar` and `recurring-ical-events` make of them.
@Suite struct HolidayOracleTests {
    private struct Read: Decodable {
        let events: [Row]
        struct Row: Decodable { let from: String, until: String, summary: String }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `from until name` of each, for 2026 to 2029, in order.
    private func python(_ text: String) throws -> [String] {
        let python = Self.root.appending(path: ".venv-tests/bin/python")
        try #require(
            FileManager.default.isExecutableFile(atPath: python.path), "Run deploy/python.sh first: \(python.path).")
        let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-ical-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (asked, answered) = (folder.appending(path: "asked.ics"), folder.appending(path: "answered.json"))
        try Data(text.utf8).write(to: asked)
        try Data().write(to: answered)
        let process = Process()
        process.executableURL = python
        process.arguments = [
            Self.root.appending(path: "Tests/Python/ical_events.py").path, asked.path, "2026-01-01", "2030-01-01",
        ]
        process.standardOutput = try FileHandle(forWritingTo: answered)
        try process.run()
        process.waitUntilExit()
        let read = try JSONDecoder().decode(Read.self, from: Data(contentsOf: answered))
        return read.events.map { "\($0.from) \($0.until) \($0.summary)" }.sorted()
    }

    private func ours(_ text: String) -> [String] {
        let (calendar, problems) = HolidayCalendar.read(text, now: Reading.now) { name in
            ConfigurationReader(environment: [:]).zone(name)
        }
        #expect(problems.isEmpty)
        return calendar.holidays.map { holiday in
            switch holiday.span {
            case .days(let from, let until): "\(from) \(until) \(holiday.name)"
            case .instants(let from, let until): "\(from.rfc3339) \(until.rfc3339) \(holiday.name)"
            case .local(let from, let until): "\(from) \(until) \(holiday.name)"
            }
        }
        .filter { $0 >= "2026" && $0 < "2030" }.sorted()
    }

    @Test("each sample is read as Python's libraries read it", arguments: HolidaySamples.sound.map(\.name))
    func agrees(name: String) throws {
        let text = try #require(HolidaySamples.sound.first { $0.name == name }?.text)
        let expected = try python(text)
        #expect(!expected.isEmpty)
        #expect(ours(text) == expected)
    }
}
