import Engine
import EngineCore
import Incidents
import LogDoubles
import Logging
import OnCall
import Synchronization
import Testing
import Timekeeping

/// Incidents of a real engine in a chat that is a little model. The paces are short, for a test waits only for what it
/// expects.
@Suite struct ChatPublisherTests {
    static let room = ChatRoom(platform: "slack", name: "#ml")
    static let directory = Directory(
        users: ["ana": .init(id: "ana", name: "Ana", zone: "UTC"), "ben": .init(id: "ben", name: "Ben", zone: "UTC")],
        teams: ["ml": .init(id: "ml", members: ["ana"], chat: room)],
        roster: Roster(schedules: [:], zones: [:]),
        policies: ["ml": EscalationPolicy(id: "ml", steps: [.init(page: [.user("ana")], wait: .minutes(5))])],
        services: ["ranker": .init(id: "ranker", name: "Ranker", team: "ml", policy: "ml")], unrouted: "ranker",
        lastResort: [.user("ben")])

    struct House {
        let engine: Engine
        let publisher: ChatPublisher
        let recorded = RecordedEvents()

        init(_ store: MemoryStore, _ chat: LedgerChat) async throws {
            var log = Logger(label: "test")
            log.logLevel = .critical
            var pace = ChatPace()
            (pace.updateInterval, pace.tellInterval) = (.milliseconds(2), .milliseconds(2))
            (pace.roomInterval, pace.refusalInterval) = (.milliseconds(1), .milliseconds(20))
            engine = try Engine(
                store: store, configuration: Configuration(directory: ChatPublisherTests.directory),
                pagers: [.inbox: LedgerPager(.delivered)], publicURL: "http://tocsin.test", version: "test", log: log)
            try await engine.start()
            publisher = ChatPublisher(
                engine: engine, platforms: ["slack": chat], installation: "t1", log: log, pace: pace)
            engine.watch { [recorded] in recorded.note($0) }
            publisher.start()
        }
    }

    @Test("opened, acknowledged, resolved: one message, kept up to date, a thread, and the log knows of both")
    func wholeIncident() async throws {
        let (store, chat) = (MemoryStore(), LedgerChat())
        let house = try await House(store, chat)
        _ = await house.engine.submit(EngineTests.alert("db"))
        await chat.wait { $0.messages.count == 1 }
        await chat.wait { $0.messages[0].thread.count == 1 }
        let card = chat.now.messages[0].card
        #expect(card.title == "db is down" && card.state == .triggered && card.service == "Ranker")
        #expect(card.paging.map(\.name) == ["Ana"] && card.url == "http://tocsin.test/incidents/1")
        #expect(chat.now.messages[0].key == "t1/INC-1/card/first")
        let told = chat.now.messages[0].thread[0].lines.map(\.sentence)
        #expect(told.count == 2 && told[0].hasPrefix("Opened as sev2") && told[1].hasPrefix("Step 1 of policy ml: Ana"))

        let id = Incident.ID(1)
        _ = await house.engine.submit(.command(.acknowledge(id, by: "ana", via: .slack), request: nil))
        await chat.wait { $0.messages[0].card.owner?.name == "Ana" && $0.messages[0].thread.count == 2 }
        let note = Command.note(id, text: "restarting it", by: Actor(user: "ana", via: .slack))
        _ = await house.engine.submit(.command(note, request: nil))
        await chat.wait { $0.messages[0].thread.count == 3 }
        #expect(chat.now.messages[0].thread[2].lines.map(\.body) == ["restarting it"])
        _ = await house.engine.submit(.command(.resolve(id, by: Actor(user: "ana", via: .slack)), request: nil))
        await chat.wait { $0.messages[0].card.state == .resolved && $0.messages[0].thread.count == 4 }
        #expect(chat.now.messages.count == 1)
        await house.recorded.wait(for: .chatTold, count: 4)
        #expect(store.all.count { $0.kind == "chatPosted" } == 1)
        #expect(try LogVerifier.verify(store).isSound)
        house.publisher.stop()
    }

    @Test("a restart posts nothing twice, and shows what happened meanwhile")
    func restart() async throws {
        let (store, chat) = (MemoryStore(), LedgerChat())
        let first = try await House(store, chat)
        _ = await first.engine.submit(EngineTests.alert("db"))
        _ = await first.engine.submit(EngineTests.alert("web"))
        await chat.wait { $0.messages.count == 2 }
        await first.recorded.wait(for: .chatTold, count: 2)
        first.publisher.stop()
        // Nobody publishes this.
        _ = await first.engine.submit(.command(.acknowledge(Incident.ID(1), by: "ana", via: .api), request: nil))

        let second = try await House(store, chat)
        await chat.wait { $0.messages[0].card.state == .acknowledged }
        await chat.wait { $0.messages.allSatisfy { !$0.thread.isEmpty } }
        #expect(chat.now.messages.map(\.card.incident.number) == [1, 2])
        let told = chat.now.messages.map { $0.thread.flatMap(\.lines).count { $0.sentence.hasPrefix("Opened") } }
        #expect(told == [1, 1])
        second.publisher.stop()
    }

    @Test("a platform that refuses us opens an incident of Tocsin's own, which is resolved when it takes us back")
    func refused() async throws {
        let (store, chat) = (MemoryStore(), LedgerChat())
        chat.refuse("token_revoked")
        let house = try await House(store, chat)
        _ = await house.engine.submit(EngineTests.alert("db"))
        await house.recorded.wait(for: .incidentOpened, count: 2)
        #expect(house.publisher.refusal(of: "slack") == "token_revoked")
        let titles = house.engine.read { core in core.briefings[Incident.ID(2)]?.title }
        #expect(titles == "Slack does not accept Tocsin")
        chat.refuse(nil)
        await house.recorded.wait(for: .incidentResolved, count: 1)
        await chat.wait { $0.messages.count == 2 }
        #expect(house.publisher.refusal(of: "slack") == nil)
        house.publisher.stop()
    }

    @Test("a platform that is not configured is neither asked nor complained of; once it is, open incidents are shown")
    func addedLater() async throws {
        let (store, chat) = (MemoryStore(), LedgerChat())
        chat.configure(false)
        chat.refuse("not_authed")
        let house = try await House(store, chat)
        _ = await house.engine.submit(EngineTests.alert("db"))
        _ = await house.engine.submit(.command(.acknowledge(Incident.ID(1), by: "ana", via: .api), request: nil))
        #expect(house.publisher.count == 0 && house.publisher.refusal(of: "slack") == nil)
        #expect(house.engine.read { $0.book.lastNumber } == 1)
        chat.refuse(nil)
        chat.configure(true)
        house.publisher.catchUp()
        await chat.wait { $0.messages.first?.card.state == .acknowledged && !$0.messages[0].thread.isEmpty }
        house.publisher.stop()
    }

    @Test("a platform added to the configuration is noticed at the next news of any incident")
    func noticed() async throws {
        let (store, chat) = (MemoryStore(), LedgerChat())
        chat.configure(false)
        let house = try await House(store, chat)
        _ = await house.engine.submit(EngineTests.alert("db"))
        chat.configure(true)
        _ = await house.engine.submit(EngineTests.alert("web"))
        await chat.wait { Set($0.messages.map(\.card.incident.number)) == [1, 2] }
        house.publisher.stop()
    }

    @Test("a platform taken out of the configuration while it refuses us is not complained of any more")
    func removed() async throws {
        let (store, chat) = (MemoryStore(), LedgerChat())
        chat.refuse("token_revoked")
        let house = try await House(store, chat)
        _ = await house.engine.submit(EngineTests.alert("db"))
        await house.recorded.wait(for: .incidentOpened, count: 2)
        chat.configure(false)
        house.publisher.catchUp()
        await house.recorded.wait(for: .incidentResolved, count: 1)
        #expect(house.publisher.refusal(of: "slack") == nil && chat.now.messages.isEmpty)
        house.publisher.stop()
    }
}

/// Counts what an engine records, and lets a test wait for it.
final class RecordedEvents: Sendable {
    private struct State {
        var kinds: [String: Int] = [:]
        var waiting: [(kind: String, count: Int, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func note(_ events: [Event]) {
        let ready = state.withLock { state in
            for event in events { state.kinds[event.payload.kind.rawValue, default: 0] += 1 }
            let kinds = state.kinds
            let ready = state.waiting.filter { kinds[$0.kind, default: 0] >= $0.count }
            state.waiting.removeAll { kinds[$0.kind, default: 0] >= $0.count }
            return ready.map(\.2)
        }
        for continuation in ready { continuation.resume() }
    }

    func wait(for kind: EventKind, count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.kinds[kind.rawValue, default: 0] >= count { return true }
                state.waiting.append((kind.rawValue, count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
