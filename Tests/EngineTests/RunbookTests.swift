import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

/// Runbooks on their way to people.
@Suite struct RunbookTests {
    static var configuration: Configuration {
        var directory = EngineTests.directory
        directory.runbooks = [RunbookRule(id: "slow", title: "It is slow")]
        directory.services["ranker"]?.runbooks = ["slow"]
        return Configuration(directory: directory)
    }

    static func open() async throws -> (Engine, LedgerPager) {
        let pager = LedgerPager(.delivered)
        let engine = try await EngineTests.engine(MemoryStore(), configuration, [.inbox: pager])
        _ = await engine.submit(EngineTests.alert("a"))
        return (engine, pager)
    }

    @Test("its link works for a day, for that incident, and for nothing else")
    func link() async throws {
        let (engine, _) = try await Self.open()
        let (now, one) = (engine.now, Incident.ID(1))
        let link = engine.links.runbook(
            LinkedRunbook(id: "slow", title: "It is slow"), one, expiresAt: now + .hours(24))
        #expect(link.title == "It is slow" && link.url.hasPrefix("http://tocsin.test/runbooks/slow?page="))
        let token = try #require(link.url.split(separator: "=", maxSplits: 1).last).description
        #expect(try engine.links.readRunbooks(token: token, now: now).get() == one)
        #expect(throws: Links.Problem.expired) {
            try engine.links.readRunbooks(token: token, now: now + .hours(24)).get()
        }
        for bad in ["", token + "x", String(token.dropLast()), "MQ.MQ"] {
            #expect(throws: Links.Problem.invalid) { try engine.links.readRunbooks(token: bad, now: now).get() }
        }
        #expect(throws: Links.Problem.invalid) { try engine.links.readAcknowledge(token: token, now: now).get() }
        #expect(throws: Links.Problem.invalid) { try engine.links.readPersonal(token: token, now: now).get() }
    }

    @Test("who asks for runbooks gets titles and links, and is told when there are none")
    func desk() async throws {
        let (engine, _) = try await Self.open()
        let desk = Desk(engine: engine)
        let answer = await desk.answer("runbook INC-1", from: DeskTests.stranger, here: nil, request: nil)
        #expect(answer.kind == .information)
        #expect(answer.text.contains("It is slow: http://tocsin.test/runbooks/slow?incident=1"), "\(answer)")
        let bare = try await EngineTests.engine(MemoryStore(), LedgerPager(.delivered))
        _ = await bare.submit(EngineTests.alert("a"))
        let none = await Desk(engine: bare).answer("runbook", from: DeskTests.stranger, here: nil, request: nil)
        #expect(none.text.hasPrefix("No runbook is for INC-1"), "\(none)")
    }

    @Test("the timeline says which and why, and so does the thread in chat")
    func timeline() async throws {
        let (engine, _) = try await Self.open()
        let sentences = try await engine.timeline(of: Incident.ID(1)).map(\.sentence)
        #expect(sentences.contains("Runbook “It is slow” (slow) is for this: service ranker names it"))
        let event = EventSamples.events(of: .runbookLinked)[0]
        #expect(TimelineEntry(event, directory: EngineTests.directory).page == nil)
    }
}
