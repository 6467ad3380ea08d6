import Foundation
import Testing

/// `tocsin demo`, the built program, as somebody would start it.
@Suite(.serialized)
struct DemoTests {
    /// What one run said and how it ended.
    private struct Run {
        let text: String
        let status: Int32
    }

    /// A place of its own for what the demo leaves, so that it can be seen to leave nothing.
    private final class Place {
        let folder: URL
        let output: URL
        let process = Process()

        /// - Parameter terminal: what is set where it plays on a terminal of 44 columns; nil for a file.
        init(_ arguments: [String], terminal: [String: String]? = nil) throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "demo-test-\(UUID().uuidString)")
            output = folder.appendingPathExtension("txt")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            _ = FileManager.default.createFile(atPath: output.path, contents: nil)
            process.executableURL = try Installation.binary()
            process.arguments = ["demo"] + arguments
            process.environment = ["TMPDIR": folder.path, "PATH": "/usr/bin:/bin"].merging(terminal ?? [:]) { $1 }
            if terminal != nil {
                let typed =
                    "stty cols 44; exec '\(try Installation.binary().path)' demo \(arguments.joined(separator: " "))"
                process.executableURL = URL(filePath: "/usr/bin/script")
                process.arguments = ["-qec", typed, "/dev/null"]
            }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: output)
        }

        func start() throws { try process.run() }

        func end() async throws -> Run {
            try await eventually("the demo ends; it said: \(text)", within: .seconds(90)) {
                process.isRunning ? nil : true
            }
            return Run(text: text, status: process.terminationStatus)
        }

        var text: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

        /// What is in the folder that everything was to be made in.
        var left: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }

        /// Whose working folder is in it.
        var processes: [String] {
            let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return all.filter { id in
                guard Int(id) != nil,
                    let at = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd")
                else { return false }
                return at.hasPrefix(folder.path)
            }
        }

        func remove() {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            try? FileManager.default.removeItem(at: folder)
            try? FileManager.default.removeItem(at: output)
        }
    }

    @Test("the whole story is told, each step shows that it happened, and nothing is left")
    func story() async throws {
        let place = try Place(["--fast"])
        defer { place.remove() }
        try place.start()
        let run = try await place.end()
        #expect(run.status == 0, "\(run.text)")
        var rest = Substring(run.text)
        for words in Self.story {
            guard let found = rest.range(of: words) else {
                Issue.record("\"\(words)\" is missing, or not in its place, in:\n\(run.text)")
                return
            }
            rest = rest[found.upperBound...]
        }
        #expect(!run.text.contains("\u{1B}"), "colours, and nobody looks")
        #expect(place.left.isEmpty && place.processes.isEmpty)
    }

    /// In this order.
    private static let story = [
        "1 of 14", "✓ Version 1 is ready", "2 of 14", "✓ Tocsin serves at http://127.0.0.1:", "3 of 14",
        "$ tocsin oncall",
        "Ana Lindt", "4 of 14", "$ tocsin rollback good ranker 1", "✓ Tocsin sees version 1 served", "5 of 14",
        "✓ Version 1 scored 0.73", "Version 2 scores 0.45", "6 of 14", "✓ INC-1 is open", "7 of 14",
        "│ For      Ana Lindt", "│ Ack      http://127.0.0.1:", "8 of 14", "INC-1 is acknowledged by Ana Lindt",
        "✓ INC-1 is Ana's", "9 of 14", "$ tocsin runbook show bad-canary", "10 of 14", "$ tocsin rollback plan INC-1",
        "version 2  version 1, the last good one", "✓ Nothing is changed yet", "11 of 14",
        "$ tocsin rollback approve INC-1 --by ana", "$ tocsin rollback status INC-1", "It succeeded",
        "✓ Version 1 answers again: 0.73", "12 of 14", "$ tocsin incident timeline 1", "The rollback succeeded",
        "Resolved: all its alerts are over", "✓ INC-1 is resolved", "13 of 14", "$ tocsin postmortem INC-1",
        "Post-mortem of INC-1", "✓ The draft is in postmortem.md", "14 of 14", "$ tocsin log verify",
        "The log is whole",
        "Everything that was started",
    ]

    @Test(
        "on a terminal it is in colours, unless NO_COLOR says no, and as narrow as that is", arguments: [true, false])
    func terminal(isColoured: Bool) async throws {
        let place = try Place(
            ["--fast"], terminal: ["TERM": "xterm"].merging(isColoured ? [:] : ["NO_COLOR": "1"]) { $1 })
        defer { place.remove() }
        try place.start()
        let run = try await place.end()
        #expect(run.status == 0, "\(run.text)")
        #expect(run.text.contains("\u{1B}[32m✓") == isColoured)
        #expect(run.text.contains("\u{1B}") == isColoured)
        // What programs wrote stays as it is, for the links in it.
        for line in run.text.split(whereSeparator: \.isNewline) where !line.contains("  ") && !line.hasPrefix("│") {
            let plain = line.replacing("\u{1B}[0m", with: "").drop { $0 == "\u{1B}" }.drop {
                "[0123456789m".contains($0)
            }
            #expect(plain.count <= 44 || !plain.contains(" "), "\(line)")
        }
    }

    @Test("Ctrl-C in the middle ends and removes everything")
    func interrupted() async throws {
        let place = try Place([])
        defer { place.remove() }
        try place.start()
        try await eventually("Tocsin serves: \(place.text)") { place.text.contains("✓ Tocsin serves") ? true : nil }
        #expect(!place.left.isEmpty && !place.processes.isEmpty)
        kill(place.process.processIdentifier, SIGINT)
        let run = try await place.end()
        #expect(run.status == 130, "\(run.text)")
        #expect(place.left.isEmpty && place.processes.isEmpty)
    }

    @Test("killed in the middle, it leaves no server behind")
    func killed() async throws {
        let place = try Place([])
        defer { place.remove() }
        try place.start()
        try await eventually("Tocsin serves: \(place.text)") { place.text.contains("✓ Tocsin serves") ? true : nil }
        #expect(!place.processes.isEmpty)
        kill(place.process.processIdentifier, SIGKILL)
        try await eventually("its server ends too") { place.processes.isEmpty ? true : nil }
    }

    @Test("kept, everything runs until Ctrl-C, the console can be opened, and the folder stays")
    func kept() async throws {
        let place = try Place(["--fast", "--keep"])
        defer { place.remove() }
        try place.start()
        let url = try await eventually("it says how to log in: \(place.text)", within: .seconds(90)) { () -> String? in
            guard place.text.contains("until you press Ctrl-C") else { return nil }
            let line = place.text.split(separator: "\n").last { $0.contains("Console") }
            return line?.split(separator: " ").last.map(String.init)
        }
        #expect(try Installation.run(URL(filePath: "/usr/bin/curl"), ["-sSL", url]).contains("Tocsin"))
        kill(place.process.processIdentifier, SIGINT)
        let run = try await place.end()
        #expect(run.status == 0, "\(run.text)")
        #expect(place.left.count == 1 && place.processes.isEmpty)
        let database = place.folder.appending(path: "\(try #require(place.left.first))/tocsin.db")
        #expect(
            try Installation.run(Installation.binary(), ["log", "verify", "--database", database.path])
                .contains("The log is whole"))
    }

    @Test("a step that did not do what it says is told, and the demo exits 1 and leaves nothing")
    func failure() async throws {
        let place = try Place([])
        defer { place.remove() }
        try place.start()
        try await eventually("Tocsin serves: \(place.text)") { place.text.contains("✓ Tocsin serves") ? true : nil }
        for server in place.processes.compactMap({ Int32($0) }) { kill(server, SIGKILL) }
        let run = try await place.end()
        #expect(run.status == 1 && run.text.contains("✗ "), "\(run.text)")
        #expect(place.left.isEmpty && place.processes.isEmpty)
    }
}
