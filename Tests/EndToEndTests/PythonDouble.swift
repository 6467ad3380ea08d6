import Foundation
import Testing

/// A server of Tests/Python, run in the environment that `deploy/python.sh` makes, and ended with the test.
///
/// `@unchecked`: the process is started once and ended once.
final class PythonDouble: @unchecked Sendable {
    private let process = Process()
    private let folder: URL
    /// What it wrote into its ready file: its ports.
    let ready: [String: Int]

    var port: Int { ready["port"] ?? 0 }
    var control: String { "http://127.0.0.1:\(ready["control_port"] ?? port)" }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    init(_ script: String, _ arguments: [String] = []) async throws {
        let python = Self.root.appending(path: ".venv-tests/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Trouble("no \(python.path): run deploy/python.sh first")
        }
        folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-python-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let ready = folder.appending(path: "ready.json")
        let output = folder.appending(path: "output.log")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        process.executableURL = python
        process.arguments =
            [Self.root.appending(path: "Tests/Python/\(script)").path, "--ready", ready.path] + arguments
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: output)
        try process.run()
        do {
            self.ready = try await eventually("\(script) listens") {
                guard let data = try? Data(contentsOf: ready) else { return nil }
                return try? JSONDecoder().decode([String: Int].self, from: data)
            }
        } catch {
            let said = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
            throw Trouble("\(script) does not listen; it said: \(said)")
        }
    }

    func stop() {
        // Not SIGTERM: a child may have been started with it blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}
