import Foundation
import Integrations
import Synchronization

/// Everything the demo started, and how to end it: the toy model server, Tocsin, the watcher, the folder.
final class DemoWorld: Sendable {
    private struct Parts {
        var models: ToyModelServer?
        var folder: DemoFolder?
        var tocsin: ChildServer?
        var watching: Task<Void, any Error>?
        var access: Access?
        var program = TocsinProgram()
        var isTold = false
    }

    /// Where Tocsin listens, and what lets one in.
    struct Access: Sendable {
        let server: String
        let token: String
    }

    let stage: DemoStage
    let client = CurlClient()
    private let keepsFolder: Bool
    private let parts = Mutex(Parts())

    init(stage: DemoStage, keepsFolder: Bool) {
        self.stage = stage
        self.keepsFolder = keepsFolder
    }

    /// The story came to its end.
    var isTold: Bool {
        get { parts.withLock { $0.isTold } }
        set { parts.withLock { $0.isTold = newValue } }
    }

    // MARK: Starting

    /// The toy model server, with version 1 of the model loaded, and the folder.
    func startModels() async throws -> (ToyModelServer, DemoFolder) {
        let models = try await ToyModelServer(
            model: DemoFolder.model, versions: [1: .good], loading: .milliseconds(200))
        parts.withLock { $0.models = models }
        let folder = try DemoFolder(modelServer: models.url)
        parts.withLock { $0.folder = folder }
        return (models, folder)
    }

    /// Tocsin, when it listens.
    func startTocsin(_ arguments: [String], in folder: DemoFolder) async throws -> (ChildServer, Access) {
        let program = parts.withLock { $0.program }
        let tocsin = try ChildServer(program, arguments: arguments, folder: folder.url)
        parts.withLock { $0.tocsin = tocsin }
        let settings = try await until("Tocsin listens") { () -> [String: String]? in
            guard tocsin.isRunning else { throw DemoFailure("Tocsin ended as soon as it was started.") }
            return try? Self.settings(in: folder.file("server.env"))
        }
        guard let server = settings["TOCSIN_SERVER"], let token = settings["TOCSIN_TOKEN"] else {
            throw DemoFailure("Tocsin did not say where it listens.")
        }
        let access = Access(server: server, token: token)
        parts.withLock { parts in
            parts.program = parts.program.with(settings)
            parts.access = access
        }
        return (tocsin, access)
    }

    /// The watcher, until the end.
    func start(_ watcher: ModelWatcher) {
        // Unstructured, because it goes on after the story when everything is kept running; `end()` ends it.
        parts.withLock { $0.watching = Task { try await watcher.run() } }
    }

    private static func settings(in file: URL) throws -> [String: String] {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        return Dictionary(
            lines.compactMap { line in
                let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
                return parts.count == 2 ? (parts[0], parts[1]) : nil
            }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: What there is

    var access: Access? { parts.withLock { $0.access } }
    var modelsURL: String { parts.withLock { $0.models }?.url ?? "" }
    var folderPath: String { parts.withLock { $0.folder }?.url.path ?? "" }

    /// From now on pages are shown as they come.
    func showPages() { parts.withLock { $0.tocsin }?.onPage { [stage] in stage.page($0) } }

    // MARK: Commands

    /// Shows a command of Tocsin's, runs it as it stands there, and shows what it printed.
    /// - Throws: `DemoFailure` when it did not end well.
    @discardableResult
    func run(_ arguments: String..., showing limit: Int = 40) async throws -> [String] {
        let (program, folder) = parts.withLock { ($0.program, $0.folder) }
        guard let folder else { throw DemoFailure("There is no folder to run commands in.") }
        let typed = "tocsin " + arguments.map(Self.quoted).joined(separator: " ")
        stage.command(typed)
        let ran = try await program.run(arguments, in: folder.url)
        let lines = Array(ran.lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
        stage.output(lines, atMost: limit)
        guard ran.status == 0 else { throw DemoFailure("`\(typed)` ended with status \(ran.status).") }
        return lines
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy {
            $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\"")
        }
        return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }

    // MARK: Ending

    /// The end of Tocsin's log, for a step that went wrong.
    var lastWords: [String] { parts.withLock { $0.tocsin }?.lastWords ?? [] }

    /// Ends everything that was started, and removes the folder unless it is to stay. Returns when nothing is left.
    func end() async {
        let parts = parts.withLock { $0 }
        parts.watching?.cancel()
        _ = try? await parts.watching?.value
        await parts.tocsin?.stop()
        await parts.models?.stop()
        client.shutdown()
        if !keepsFolder { parts.folder?.remove() }
    }

    /// What is left, for the last line.
    var farewell: String {
        guard keepsFolder, let folder = parts.withLock({ $0.folder }) else {
            return "Everything that was started has ended, and the folder is gone."
        }
        return "Everything that was started has ended. The folder is still there: \(folder.url.path)"
    }
}
