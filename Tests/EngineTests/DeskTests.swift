import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

/// Lines that people type, carried out by a real engine.
@Suite struct DeskTests {
    static func open() async throws -> (Engine, Desk, MemoryStore) {
        let store = MemoryStore()
        let engine = try await EngineTests.engine(store, LedgerPager(.delivered))
        return (engine, Desk(engine: engine, chatIDs: { ["U0BEN": "ben"] }), store)
    }

    static let ana = Speaker(user: "ana", via: .slack)
    static let stranger = Speaker(user: nil, via: .slack)

    private static func state(_ engine: Engine, _ number: Int) -> Incident.State? {
        engine.read { $0.book.incidents[Incident.ID(number)]?.state }
    }

    @Test("an incident's whole life in words")
    func life() async throws {
        let (engine, desk, store) = try await Self.open()
        let declared = await desk.answer("declare sev1 ranker: p99 is high", from: Self.ana, here: nil, request: nil)
        #expect(declared.kind == .done && declared.incidents == [Incident.ID(1)], "\(declared)")
        #expect(await desk.answer("list", from: Self.stranger, here: nil, request: nil).text.contains("p99 is high"))

        let acknowledged = await desk.answer("ack", from: Self.ana, here: nil, request: nil)
        #expect(acknowledged.kind == .done && acknowledged.text.contains("acknowledged by Ana"), "\(acknowledged)")
        #expect(Self.state(engine, 1) == .acknowledged)
        let again = await desk.answer("ack 1", from: Self.ana, here: nil, request: nil)
        #expect(again.kind == .done && again.text.contains("already"), "\(again)")

        let snoozed = await desk.answer("snooze 2h", from: Self.ana, here: Incident.ID(1), request: nil)
        #expect(
            snoozed.kind == .done && snoozed.text.contains("is snoozed") && snoozed.text.contains("until"), "\(snoozed)"
        )
        #expect(engine.read { $0.book.incidents[Incident.ID(1)]?.snoozedUntil } != nil)
        #expect(await desk.answer("sev3 1", from: Self.ana, here: nil, request: nil).kind == .done)
        #expect(engine.read { $0.book.incidents[Incident.ID(1)]?.severity } == .sev3)
        let paged = await desk.answer("page <@U0BEN> 1", from: Self.ana, here: nil, request: nil)
        #expect(paged.kind == .done && paged.text.contains("Paging Ben"), "\(paged)")
        let handed = await desk.answer("assign 1 to <@U0BEN>", from: Self.ana, here: nil, request: nil)
        #expect(handed.kind == .done && handed.text.contains("Paging Ben to take INC-1"), "\(handed)")
        #expect(engine.read { $0.book.incidents[Incident.ID(1)]?.owner } == "ana")
        #expect(await desk.answer("note 1 rolled it back", from: Self.ana, here: nil, request: nil).kind == .done)
        #expect(await desk.answer("resolve 1", from: Self.ana, here: nil, request: nil).kind == .done)
        #expect(Self.state(engine, 1) == .resolved)
        let draft = await desk.answer("postmortem 1", from: Self.stranger, here: nil, request: nil)
        #expect(draft.kind == .information && draft.text.hasSuffix(": http://tocsin.test/incidents/1/postmortem"))
        #expect(await desk.answer("reopen 1", from: Self.ana, here: nil, request: nil).kind == .done)
        #expect(await desk.answer("escalate 1", from: Self.ana, here: nil, request: nil).kind == .done)
        #expect(Self.state(engine, 1) == .triggered)
        #expect(store.all.contains { $0.kind == "noteAdded" && $0.text?.contains("rolled it back") == true })
        #expect(try LogVerifier.verify(store).isSound)
    }

    @Test("somebody unknown looks and does not act")
    func strangers() async throws {
        let (engine, desk, _) = try await Self.open()
        _ = await engine.submit(EngineTests.alert("db"))
        let count = engine.read { $0.decider.lastSequence }
        for line in ["ack 1", "resolve 1", "note 1 x", "declare ranker: x", "page ben 1", "snooze 1 1h", "contacts"] {
            let answer = await desk.answer(line, from: Self.stranger, here: nil, request: nil)
            #expect(
                [.refused, .mistake].contains(answer.kind) && answer.text.contains("not known"), "\(line): \(answer)")
        }
        #expect(Self.state(engine, 1) == .triggered)
        #expect(engine.read { $0.decider.lastSequence } >= count)
        #expect(await desk.answer("who", from: Self.stranger, here: nil, request: nil).kind == .information)
        #expect(await desk.answer("help", from: Self.stranger, here: nil, request: nil).text.contains("ack"))
    }

    @Test("a retry of one request is answered and not done again, also when it names several incidents")
    func retries() async throws {
        let (engine, desk, store) = try await Self.open()
        for key in ["a", "b"] { _ = await engine.submit(EngineTests.alert(key)) }
        for _ in 1...3 {
            let answer = await desk.answer("note 1 once", from: Self.ana, here: nil, request: "slack:1")
            #expect(answer.kind == .done)
            _ = await desk.answer("ack 1 2", from: Self.ana, here: nil, request: "slack:2")
        }
        #expect(store.all.count { $0.kind == "noteAdded" } == 1)
        #expect(store.all.count { $0.kind == "acknowledged" } == 2)
    }

    @Test("the ambiguous is answered with choices that work, and what is not built says so")
    func unclear() async throws {
        let (engine, desk, _) = try await Self.open()
        for key in ["a", "b"] { _ = await engine.submit(EngineTests.alert(key)) }
        let question = await desk.answer("ack", from: Self.ana, here: nil, request: nil)
        #expect(question.kind == .question && question.choices.count >= 2, "\(question)")
        #expect(Self.state(engine, 1) == .triggered && Self.state(engine, 2) == .triggered)
        let choice = try #require(question.choices.first { $0.line.contains("2") })
        #expect(await desk.answer(choice.line, from: Self.ana, here: nil, request: nil).kind == .done)
        #expect(Self.state(engine, 2) == .acknowledged)
        #expect(await desk.answer("do not ack 1", from: Self.ana, here: nil, request: nil).kind == .mistake)
    }

    @Test("a silence is made, listed and ended in words, and what it held back is paged then")
    func silences() async throws {
        let (engine, desk, _) = try await Self.open()
        func say(_ line: String, from speaker: Speaker = Self.ana) async -> DeskAnswer {
            await desk.answer(line, from: speaker, here: nil, request: nil)
        }
        #expect(await say("silence list").text == "Nothing is silenced.")
        #expect(await say("silence ranker 2h", from: Self.stranger).kind == .mistake)
        let made = await say("silence ranker 2h deploying build 18")
        #expect(made.kind == .done && made.text.hasPrefix("Silence 1: alerts of service ranker page nobody"), "\(made)")
        _ = await engine.submit(EngineTests.alert("db"))
        #expect(engine.read { $0.book.incidents.isEmpty })
        let list = await say("silences", from: Self.stranger)
        #expect(list.text.contains("holds back 1, by Ana: deploying build 18"), "\(list)")
        let wide = await say("silence everything 1h")
        #expect(wide.kind == .question)
        #expect(await say(try #require(wide.choices.first).line).kind == .done)
        #expect(await say("silence remove 2").kind == .done)
        #expect(await say("unsilence 1").kind == .done)
        #expect(Self.state(engine, 1) == .triggered)
        #expect(await say("unsilence 1").kind == .refused)
    }

    @Test("a personal link is for the asker's eyes")
    func personalLink() async throws {
        let (engine, desk, _) = try await Self.open()
        let answer = await desk.answer("contacts", from: Self.ana, here: nil, request: nil)
        #expect(answer.isPrivate)
        let token = try #require(answer.text.split(whereSeparator: \.isWhitespace).first { $0.contains("/me/") })
            .split(separator: "/").last
        #expect(try engine.links.readPersonal(token: String(#require(token)), now: engine.now).get().user == "ana")
        #expect(throws: (any Error).self) {
            try engine.links.readAcknowledge(token: String(#require(token)), now: engine.now).get()
        }
    }
}
