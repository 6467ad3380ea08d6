import Foundation

/// This very program, for running its other commands as a person would type them.
struct TocsinProgram: Sendable {
    let executable: URL
    /// Of the commands it runs: this process's, without what would lead them to another Tocsin.
    private(set) var environment: [String: String]

    init() {
        executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TOCSIN_") }
    }

    func with(_ settings: [String: String]) -> TocsinProgram {
        var copy = self
        copy.environment.merge(settings) { $1 }
        return copy
    }

    /// What a command printed, on both outputs, and how it ended.
    struct Ran {
        let lines: [String]
        let status: Int32
    }

    func run(_ arguments: [String], in folder: URL) async throws -> Ran {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        // A file and not a pipe, which would fill up while nobody reads it.
        let place = folder.appending(path: ".output-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: place.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: place) }
        let file = try FileHandle(forWritingTo: place)
        process.standardOutput = file
        process.standardError = file
        let status = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                done.resume(throwing: error)
            }
        }
        let text = String(decoding: try Data(contentsOf: place), as: UTF8.self)
        return Ran(
            lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init), status: status)
    }
}
