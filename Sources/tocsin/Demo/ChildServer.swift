import Foundation
import Synchronization

/// `tocsin serve` in a process of its own, with the pages it prints.
///
/// It ends when its standard input does, so that nothing of it is left even if this process is killed.
///
/// `@unchecked`: Foundation's `Process` is only started, asked and signalled, which it allows from any thread.
final class ChildServer: @unchecked Sendable {
    private struct Heard {
        var unread: [UInt8] = []
        var frame: [String]?
        var pages: [[String]] = []
        var onPage: (@Sendable ([String]) -> Void)?
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let heard = Mutex(Heard())
    private let log: URL

    /// Starts it in `folder`, with what it logs in `server.log` there.
    init(_ program: TocsinProgram, arguments: [String], folder: URL) throws {
        log = folder.appending(path: "server.log")
        guard FileManager.default.createFile(atPath: log.path, contents: nil) else {
            throw DemoFailure("\(log.path) cannot be written.")
        }
        process.executableURL = program.executable
        process.arguments = ["serve"] + arguments + ["--show-secrets", "--until-input-ends"]
        process.environment = program.environment
        process.currentDirectoryURL = folder
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: log)
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.hear(Array(data))
        }
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// The pages it printed so far, line by line.
    var pages: [[String]] { heard.withLock { $0.pages } }

    /// What to do with pages from now on.
    func onPage(_ act: @escaping @Sendable ([String]) -> Void) { heard.withLock { $0.onPage = act } }

    /// The end of what it logged.
    var lastWords: [String] {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(12).map(String.init)
    }

    /// Returns when the process is gone: asked first, killed when it does not listen.
    func stop() async {
        try? input.fileHandleForWriting.close()
        if process.isRunning { process.terminate() }
        let patience = ContinuousClock.now + .seconds(10)
        while process.isRunning {
            if ContinuousClock.now > patience { kill(process.processIdentifier, SIGKILL) }
            // Not a task's sleep: that ends at once when the task was cancelled, as it is after Ctrl-C.
            await withCheckedContinuation { next in
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(20)) { next.resume() }
            }
        }
        output.fileHandleForReading.readabilityHandler = nil
    }

    private func hear(_ bytes: [UInt8]) {
        let (new, act) = heard.withLock { heard in
            heard.unread += bytes
            var new: [[String]] = []
            while let end = heard.unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: heard.unread[..<end], as: UTF8.self)
                heard.unread.removeSubrange(...end)
                if line.hasPrefix("┌") { heard.frame = [] }
                heard.frame?.append(line)
                if line.hasPrefix("└"), let frame = heard.frame {
                    new.append(frame)
                    heard.frame = nil
                }
            }
            heard.pages += new
            return (new, heard.onPage)
        }
        if let act { new.forEach(act) }
    }
}
