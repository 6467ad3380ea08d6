import Documents
import Engine
import Foundation
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

/// Recorded logs and the drafts made of them. With `TOCSIN_WRITE_GOLDEN=1` the drafts are written anew, and a log that
/// is missing is recorded; read the difference before you keep it.
@Suite("Drafts of post-mortems from recorded logs")
struct PostmortemGoldenTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/Postmortem")
    static let templates = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "templates").path
    static let render = PostmortemTemplates(folder: nil, shipped: templates).renderer { Issue.record("\($0)") }
    private static let mayWrite = ProcessInfo.processInfo.environment["TOCSIN_WRITE_GOLDEN"] == "1"

    static func file(_ night: RecordedNight, _ ending: String) -> URL {
        folder.appending(path: "\(night.rawValue).\(ending)")
    }

    static func records(_ night: RecordedNight) throws -> [Record] {
        let file = file(night, "jsonl")
        if mayWrite, !FileManager.default.fileExists(atPath: file.path) {
            try Data(RecordedLog.text(night.erased(night.record().all)).utf8).write(to: file)
        }
        return try RecordedLog.records(String(contentsOf: file, encoding: .utf8))
    }

    static func draft(_ night: RecordedNight) throws -> PostmortemDraft {
        let stream = Event.Stream.incident(RecordedNight.incident).description
        let records = try records(night).filter { $0.stream == stream }
        return try #require(
            try PostmortemDraft(records, directory: night.directory, zone: night.zone))
    }

    @Test(
        "the drafts of the recorded logs are, byte for byte, those that were read and kept",
        arguments: RecordedNight.allCases)
    func golden(_ night: RecordedNight) throws {
        let draft = try Self.draft(night)
        for format in PostmortemFormat.allCases {
            let text = Self.render(draft, format)
            let file = Self.file(night, format.fileExtension)
            if Self.mayWrite { try Data(text.utf8).write(to: file) }
            let kept = try String(contentsOf: file, encoding: .utf8)
            #expect(text == kept, "\(file.lastPathComponent): \(Self.difference(kept, text))")
        }
    }

    @Test("the recorded logs are whole", arguments: RecordedNight.allCases)
    func whole(_ night: RecordedNight) throws {
        let report = try LogVerifier.verify(MemoryStore(records: Self.records(night)))
        #expect(report.problem == nil && report.count > 10)
    }

    @Test("an erased text is said to be erased, and is nowhere in the draft")
    func erased() throws {
        let draft = try Self.draft(.reopened)
        for format in PostmortemFormat.allCases {
            let text = Self.render(draft, format)
            #expect(text.contains("(erased)") && !text.contains("555") && !text.contains("sister"))
        }
    }

    static func difference(_ kept: String, _ text: String) -> String {
        let (kept, text) = (kept.split(separator: "\n"), text.split(separator: "\n"))
        for (a, b) in zip(kept, text) where a != b { return "\n- \(a)\n+ \(b)" }
        return "\(kept.count) lines were \(text.count)"
    }
}

extension RecordedNight {
    var zone: ZoneRules? { self == .storm ? Self.zone : nil }

    /// What somebody had erased from it later.
    func erased(_ records: [Record]) -> [Record] {
        records.map { record in
            var record = record
            if self == .reopened, record.text?.contains("sister") == true {
                record.text = nil
                record.textSalt = nil
            }
            return record
        }
    }
}
