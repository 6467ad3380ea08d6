import Foundation
import Testing

/// The walls, held by a test and not by memory.
@Suite struct TidyTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let pure = ["Timekeeping", "OnCall", "Incidents", "EngineCore", "Commands"]

    static func sources(in folder: String) throws -> [URL] {
        let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
        return try #require(files).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .sorted { $0.path < $1.path }
    }

    /// The code of a file, without comments and string literals' help.
    static func lines(of file: URL) throws -> [(number: Int, text: String)] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated().map { ($0.offset + 1, String($0.element)) }
            .filter { !$0.1.drop(while: { $0 == " " }).hasPrefix("//") }
    }

    @Test("pure targets import nothing but each other and swift-collections", arguments: pure + ["Simulation"])
    func imports(module: String) throws {
        let allowed = Set(Self.pure + ["DequeModule", "HeapModule"])
        for file in try Self.sources(in: "Sources/\(module)") {
            for (number, line) in try Self.lines(of: file) where line.contains("import ") {
                let words = line.split(separator: " ").map(String.init)
                guard let index = words.firstIndex(of: "import"), index < 2 else { continue }
                #expect(allowed.contains(words[index + 1]), "\(file.lastPathComponent):\(number): \(line)")
            }
        }
    }

    @Test("pure targets know no clock, no randomness, no tasks", arguments: pure + ["Simulation"])
    func purity(module: String) throws {
        let forbidden = [
            "Date()", "UUID()", ".random(", "Task {", "Task.", " async ", "await ", "ContinuousClock", "DispatchQueue",
        ]
        for file in try Self.sources(in: "Sources/\(module)") {
            for (number, line) in try Self.lines(of: file) {
                for word in forbidden {
                    #expect(!line.contains(word), "\(file.lastPathComponent):\(number): \(word)")
                }
            }
        }
    }

    @Test("the shell stays under 400 lines, because the simulation never runs it")
    func shell() throws {
        let shell = ["Engine.swift", "EventLog.swift", "AlarmClock.swift", "HostClock.swift"]
        let count = try Self.sources(in: "Sources/Engine").filter { shell.contains($0.lastPathComponent) }
            .reduce(0) { try $0 + Self.lines(of: $1).filter { !$0.text.isEmpty }.count }
        #expect(count > 0 && count < 400, "\(count) lines")
    }

    @Test("every module has its paragraph in the contributor page")
    func paragraphs() throws {
        let page = try String(contentsOf: Self.root.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
        for module in try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path) {
            #expect(page.contains("**\(module)**"), "CONTRIBUTING.md says nothing of \(module)")
        }
    }

    @Test("every rule built has a scenario")
    func scenarios() throws {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appending(path: "Tests/Scenarios").path)
        for rule in ["s1", "s2", "s3", "s6", "s9", "s11", "s12", "s13", "s14", "s15"] {
            #expect(names.contains { $0.hasPrefix("\(rule)-") }, "no scenario for \(rule)")
        }
    }

    @Test("no folder or type is called Manager, Helper or Util")
    func names() throws {
        for file in try Self.sources(in: "Sources") {
            for word in ["Manager", "Helper", "Util"] where !file.lastPathComponent.hasPrefix("FileManager") {
                #expect(!file.lastPathComponent.contains(word), "\(file.lastPathComponent)")
            }
        }
    }
}
