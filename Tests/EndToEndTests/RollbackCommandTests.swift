import Engine
import EngineCore
import Foundation
import Incidents
import LogDoubles
import Logging
import OnCall
import Server
import ServiceLifecycle
import Testing
import Timekeeping

/// `tocsin rollback …`, the built program, against a server whose serving layer a test scripts.
@Suite struct RollbackCommandTests {
    private static let directory: Directory = {
        var directory = Story.directory
        directory.services["ranker"]?.rollback = .brief
        return directory
    }()

    /// Runs the commands that `body` asks for against a server with an open INC-1, version 2 served and 1 good.
    private func serve(
        _ serving: ScriptedServing, _ body: @escaping @Sendable (Engine, Commands) async throws -> Void
    ) async throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = Configuration(directory: Self.directory)
        let store = MemoryStore()
        let engine = try Engine(
            store: store, configuration: configuration, pagers: [:], publicURL: "http://tocsin.test",
            version: "test", log: log, serving: { $0 == "ranker" ? serving : nil })
        try await engine.start()
        await engine.seesServing("ranker")
        let actor = Actor(user: "ana", via: .api)
        _ = await engine.submit(.command(.declareGood("ranker", version: "1", by: actor), request: nil))
        _ = await engine.submit(
            .command(.declare("ranker", title: "p99", body: "", severity: .sev2, by: actor), request: nil))
        let book = try ContactBook(store: store, configuration: configuration)
        let contacts = ContactDesk(engine: engine, book: book, pagers: [:])
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = TocsinServer(
            engine: engine, hooks: HookTable([:]), chat: [:], contacts: contacts,
            configuration: ConfigurationDesk(engine: engine, book: book, read: { configuration }),
            desk: Desk(engine: engine),
            postmortems: Postmortems(render: { "\($1): \($0.incident)" }, zone: { _ in nil }),
            past: PastRosters { _, _ in throw PastRosterError.nothing },
            zones: ZoneFinder(find: { _ in nil }, nearest: { _ in nil }),
            settings: ServerSettings(port: 0, version: "test"), metrics: PrometheusText(), log: log
        ) { port.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [server], logger: log))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let bound = try #require(await ports.first { _ in true })
            try await body(engine, Commands(server: "http://127.0.0.1:\(bound)", token: engine.adminToken))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    struct Commands {
        let server: String
        let token: String

        struct Result: Sendable {
            let status: Int32
            let output: String
        }

        /// Off the cooperative threads, which the server needs.
        func callAsFunction(_ arguments: String...) async throws -> Result {
            let all = ["rollback"] + arguments + ["--server", server, "--token", token]
            return try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(with: Swift.Result { try run(all) })
                }
            }
        }

        private func run(_ arguments: [String]) throws -> Result {
            let process = Process()
            process.executableURL = try Installation.binary()
            process.arguments = arguments
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return Result(status: process.terminationStatus, output: String(decoding: said, as: UTF8.self))
        }
    }

    @Test("run plans, approves, tells each step and ends well only when the rollback did")
    func run() async throws {
        try await serve(ScriptedServing(bad: ["2"])) { _, rollback in
            let run = try await rollback("run", "INC-1", "--by", "ana")
            #expect(run.status == 0, "\(run.output)")
            for words in [
                "version 2  version 1, the last good one", "Ana Souza (command line) approved it",
                "Rolling back: version 1 instead of 2", "The rollback succeeded", "It succeeded at",
            ] {
                #expect(run.output.contains(words), "\(words): \(run.output)")
            }
            let status = try await rollback("status", "1")
            #expect(status.status == 0 && status.output.contains("golden request failed (y is 0.9"))
            #expect(try await rollback("status", "1", "--json").output.contains(#""end":"succeeded""#))
        }
    }

    @Test("run fails when what it brought is no better, and says what is served now")
    func reverted() async throws {
        try await serve(ScriptedServing(bad: ["1"])) { _, rollback in
            let run = try await rollback("run", "1", "--by", "ana")
            #expect(run.status == 1)
            #expect(run.output.contains("made nothing better and was taken back"), "\(run.output)")
            #expect(run.output.contains("Version 2 is served."))
        }
    }

    @Test("step by step: a plan is a small table and changes nothing, and each refusal fails with its sentence")
    func steps() async throws {
        let serving = ScriptedServing()
        try await serve(serving) { engine, rollback in
            let none = try await rollback("status", "1")
            #expect(none.output.contains("No rollback of INC-1 was planned.\nVersion 2 is served. Last good: 1."))
            let early = try await rollback("approve", "1", "--by", "ana")
            #expect(early.status != 0 && early.output.contains("Plan one first"))
            let plan = try await rollback("plan", "1", "--to", "3", "--by", "ana")
            #expect(plan.status == 0 && plan.output.contains("served  version 2  version 3"), "\(plan.output)")
            #expect(plan.output.contains("Two people must say yes"))
            #expect(try await rollback("cancel", "1").output.contains("It was called off"))
            #expect(serving.changes.isEmpty)
            #expect(
                try await rollback("good", "ranker", "3", "--by", "ana").output.contains(
                    "An incident of ranker is open"))
            let good = try await rollback("good", "ranker", "3")
            #expect(good.output.contains("Version 3 of ranker is known to be good. A rollback goes to version 3."))
            _ = try await rollback("plan", "1")
            let stale = try await rollback("approve", "1", "--by", "ana", "--plan", "1-1")
            #expect(stale.status != 0 && stale.output.contains("Plan 1-1 is void"))
            #expect(try await rollback("approve", "1", "--by", "ana", "--plan", "1-2").status == 0)
            await engine.rollbackEnds(1)
            #expect(try await rollback("undo", "1").output.contains("what was served before the last rollback"))
        }
    }
}
