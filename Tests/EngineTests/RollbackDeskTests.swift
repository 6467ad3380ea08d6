import Engine
import EngineCore
import Incidents
import LogDoubles
import Logging
import OnCall
import Testing
import Timekeeping

/// Rollbacks as people say them, carried out by a real engine on a serving layer that a test scripts.
@Suite struct RollbackDeskTests {
    static let ana = Speaker(user: "ana", via: .slack)
    static let ben = Speaker(user: "ben", via: .slack)

    static let directory = {
        var directory = EngineTests.directory
        directory.services["ranker"]?.rollback = .brief
        return directory
    }()

    /// INC-1 is open, version 2 is served, and version 1 was declared good.
    static func open(
        _ serving: ScriptedServing = ScriptedServing(), policy: RollbackPolicy = .brief
    ) async throws -> (Engine, Desk, MemoryStore) {
        let store = MemoryStore()
        var directory = Self.directory
        directory.services["ranker"]?.rollback = policy
        var log = Logger(label: "test")
        log.logLevel = .critical
        let engine = try Engine(
            store: store, configuration: Configuration(directory: directory),
            pagers: [.inbox: LedgerPager(.delivered)], publicURL: "http://tocsin.test", version: "test", log: log,
            serving: { _ in serving })
        try await engine.start()
        await engine.seesServing("ranker")
        let desk = Desk(engine: engine)
        let good = await desk.answer("rollback good ranker 1", from: ana, here: nil, request: nil)
        try #require(good.kind == .done && good.text.contains("Version 1 of ranker"), "\(good)")
        _ = await engine.submit(EngineTests.alert("db"))
        return (engine, desk, store)
    }

    @Test("of many versions the newest twenty are named, and the others counted")
    func manyVersions() async throws {
        for (count, words) in [(20, "There are: 1, 2, 3,"), (1000, "There are: 981, 982,")] {
            let serving = ScriptedServing(available: (1...count).map(String.init))
            let (_, desk, _) = try await Self.open(serving)
            let answer = await say(desk, "rollback status 1").text
            #expect(answer.contains(words), "\(answer)")
            #expect(answer.contains(count == 20 ? ", 19, 20." : ", 999, 1000, and 980 older."), "\(answer)")
        }
    }

    private func say(_ desk: Desk, _ line: String, _ speaker: Speaker = Self.ana) async -> DeskAnswer {
        await desk.answer(line, from: speaker, here: nil, request: nil)
    }

    @Test("planned, approved, verified: the answers say what would change, whose yes it needs and what was seen")
    func life() async throws {
        let serving = ScriptedServing(bad: ["2"])
        let (engine, desk, store) = try await Self.open(serving)
        let planned = await say(desk, "rollback")
        #expect(planned.kind == .done)
        for words in [
            "ranker: version 2 is served → version 1, the last good one.", "Nothing has changed yet",
            "readiness and golden request", "One yes is enough", "rollback approve 1-1",
        ] {
            #expect(planned.text.contains(words), "\(words): \(planned.text)")
        }
        #expect(planned.choices.map(\.line) == ["rollback approve 1-1", "rollback cancel INC-1"])
        #expect(serving.changes.isEmpty)

        let approved = await say(desk, planned.choices[0].line)
        #expect(approved.kind == .done && approved.text.contains("Ana (Slack) said yes"), "\(approved)")
        await engine.rollbackEnds(1)
        let status = await say(desk, "rollback status", Speaker(user: nil, via: .slack))
        for words in [
            "It succeeded at", "every check passed", "Version 1 is served", "Before: readiness passed",
            "golden request failed (y is 0.9, not <0.5>)", "After: readiness passed", "rollback undo INC-1",
        ] {
            #expect(status.text.contains(words), "\(words): \(status.text)")
        }
        #expect(status.kind == .information && status.choices.isEmpty)
        #expect(serving.changes.map(\.to) == ["1"])
        #expect(try LogVerifier.verify(store).isSound)
    }

    @Test("a yes to a plan that is void does nothing, and says which plan waits instead")
    func stale() async throws {
        let serving = ScriptedServing()
        let (engine, desk, _) = try await Self.open(serving)
        _ = await say(desk, "rollback to 3")
        #expect(await say(desk, "rollback cancel").text.contains("It was called off by Ana (Slack)"))
        _ = await say(desk, "rollback")
        let pressed = await say(desk, "rollback approve 1-1")
        #expect(pressed.kind == .refused && pressed.text.contains("Plan 1-1 is void. It was called off."), "\(pressed)")
        #expect(pressed.text.contains("The latest is 1-2"))
        #expect(await say(desk, "rollback break-glass 1-1 nobody answers").kind == .refused)
        #expect(await say(desk, "rollback approve 1-7").text.contains("There is no rollback 1-7"))
        #expect(engine.read { $0.book.incidents[Incident.ID(1)]?.rollbacks.last?.waitsForApproval } == true)
        #expect(serving.changes.isEmpty)
    }

    @Test("where nothing shows that a version is good a second person is asked for, and one alone breaks the glass")
    func secondPerson() async throws {
        let (engine, desk, _) = try await Self.open()
        let planned = await say(desk, "rollback to 3")
        #expect(planned.text.contains("Two people must say yes, because nothing shows that this version is good"))
        #expect(planned.text.contains("rollback break-glass 1-1 WHY"))
        let first = await say(desk, "rollback approve 1-1")
        #expect(first.text.contains("It waits for a second yes"), "\(first)")
        #expect(first.text.contains("Asked for a second yes: Ben."), "\(first)")
        let twice = await say(desk, "rollback approve 1-1")
        #expect(twice.kind == .refused && twice.text.contains("A second person has to approve it"), "\(twice)")
        let alone = await say(desk, "rollback break-glass 1-1 everybody else is on a plane")
        #expect(alone.kind == .done && alone.text.contains("Ana (Slack) went on alone at"), "\(alone)")
        #expect(alone.text.contains(": everybody else is on a plane."))
        await engine.rollbackEnds(1)
        #expect(await say(desk, "rollback status").text.contains("It succeeded"))
    }

    @Test("what made nothing better is taken back, and the answer says so with both looks")
    func reverted() async throws {
        let (engine, desk, _) = try await Self.open(ScriptedServing(bad: ["1"]))
        _ = await say(desk, "rollback")
        _ = await say(desk, "rollback approve")
        await engine.rollbackEnds(1)
        let status = await say(desk, "rollback status")
        #expect(status.text.contains("It made nothing better and was taken back at"), "\(status)")
        #expect(status.text.contains("After: readiness passed (version 1 is ready and answers), golden request failed"))
        #expect(status.text.contains("Version 2 is served."))
    }

    @Test("undoing plans the way back, which needs a yes as well")
    func undo() async throws {
        let serving = ScriptedServing()
        let (engine, desk, _) = try await Self.open(serving)
        _ = await say(desk, "rollback")
        _ = await say(desk, "rollback approve")
        await engine.rollbackEnds(1)
        let undo = await say(desk, "rollback undo")
        #expect(undo.text.contains("version 1 is served → version 2, what was served before the last rollback"))
        #expect(serving.changes.map(\.to) == ["1"])
        _ = await say(desk, "rollback approve")
        await engine.rollbackEnds(1)
        #expect(serving.changes.map(\.to) == ["1", "2"])
    }

    @Test("a stranger sees how it is and plans, approves, stops and vouches for nothing")
    func strangers() async throws {
        let (engine, desk, _) = try await Self.open()
        _ = await say(desk, "rollback")
        let stranger = Speaker(user: nil, via: .slack)
        for line in [
            "rollback approve 1-1", "rollback 1", "rollback break-glass 1 I may", "rollback cancel 1",
            "rollback undo 1",
            "rollback good ranker 3",
        ] {
            #expect(await say(desk, line, stranger).text.contains("not known here"), "\(line)")
        }
        #expect(await say(desk, "rollback status 1", stranger).text.contains("It waits for a yes"))
        #expect(engine.read { $0.book.incidents[Incident.ID(1)]?.activeRollback?.approvals.isEmpty } == true)
    }

    @Test("where nothing was planned the status says what is served, and where nothing can be, that")
    func unplanned() async throws {
        let (_, desk, _) = try await Self.open()
        let status = await say(desk, "rollback status 1")
        #expect(status.text.contains("ranker: version 2 is served, since"), "\(status)")
        #expect(status.text.contains("Last good: version 1. There are: 1, 2, 3."))
        let (engine, bare, _) = try await DeskTests.open()
        _ = await engine.submit(EngineTests.alert("db"))
        #expect(await say(bare, "rollback status 1").text.contains("none is configured for its service"))
        #expect(await say(bare, "rollback 1").text.contains("has no rollback configured"))
    }

    @Test("a retry of the yes is answered and does nothing again")
    func retry() async throws {
        let serving = ScriptedServing()
        let (engine, desk, store) = try await Self.open(serving)
        _ = await say(desk, "rollback")
        for _ in 1...3 {
            let answer = await desk.answer("rollback approve 1-1", from: Self.ana, here: nil, request: "slack:7")
            #expect(answer.kind == .done)
        }
        await engine.rollbackEnds(1)
        #expect(store.all.count { $0.kind == "rollbackApproved" } == 1 && serving.changes.count == 1)
    }
}
