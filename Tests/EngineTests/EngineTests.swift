import Engine
import EngineCore
import Incidents
import LogDoubles
import Logging
import OnCall
import Synchronization
import Testing
import Timekeeping

/// The shell around the core, with a store and a pager that are little models.
@Suite struct EngineTests {
    static let directory = Directory(
        users: [
            "ana": .init(id: "ana", name: "Ana", zone: "UTC"),
            "ben": .init(id: "ben", name: "Ben", zone: "UTC"),
        ],
        roster: Roster(schedules: [:], zones: [:]),
        policies: ["ml": EscalationPolicy(id: "ml", steps: [.init(page: [.user("ana")], wait: .minutes(5))])],
        services: ["ranker": .init(id: "ranker", policy: "ml")], unrouted: "ranker", lastResort: [.user("ben")])

    static func engine(_ store: MemoryStore, _ pager: LedgerPager, limits: Limits = Limits()) async throws -> Engine {
        try await engine(store, Configuration(directory: directory), [.inbox: pager], limits: limits)
    }

    static func engine(
        _ store: MemoryStore, _ configuration: Configuration, _ pagers: [ContactMethod: any Pager],
        limits: Limits = Limits()
    ) async throws -> Engine {
        var log = Logger(label: "test")
        log.logLevel = .critical
        let engine = try Engine(
            store: store, configuration: configuration, pagers: pagers,
            publicURL: "http://tocsin.test", version: "test", log: log, limits: limits)
        try await engine.start()
        return engine
    }

    static func alert(_ key: String) -> Submission {
        let signal = AlertSignal(
            alert: AlertKey(integration: "prod", key: key), status: .firing, episode: "1", title: "\(key) is down")
        return .alerts([signal], unreadable: [], from: "prod")
    }

    @Test("a hundred requests at once are all answered, each incident is in the log once and is paged for")
    func manyAtOnce() async throws {
        let store = MemoryStore()
        let pager = LedgerPager(.delivered)
        let engine = try await Self.engine(store, pager)
        let replies = await withTaskGroup(of: Reply.self, returning: [Reply].self) { group in
            for number in 1...100 { group.addTask { await engine.submit(Self.alert("db\(number)")) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let incidents = replies.flatMap { reply -> [Incident.ID] in
            if case .done(let incidents) = reply { incidents } else { [] }
        }
        #expect(Set(incidents).count == 100)
        #expect(store.all.count { $0.kind == "incidentOpened" } == 100)
        await pager.wait(for: 100)
        #expect(try LogVerifier.verify(store).isSound)
    }

    @Test("an append that fails is answered 'try again', and the next request is decided as if nothing had been")
    func failedAppend() async throws {
        let store = MemoryStore()
        let engine = try await Self.engine(store, LedgerPager(.delivered))
        store.failNextAppend(with: RecordStoreError.notDurable("the disk is full"))
        let first = await engine.submit(Self.alert("db"))
        guard case .unavailable = first else {
            Issue.record("answered \(first)")
            return
        }
        var second = await engine.submit(Self.alert("db"))
        // Until the log is read anew the door stays shut; a sender comes again, and so does this one.
        while case .unavailable = second { second = await engine.submit(Self.alert("db")) }
        #expect(second == .done(incidents: [Incident.ID(1)]))
        #expect(store.all.count { $0.kind == "incidentOpened" } == 1)
        #expect(engine.health.isReady)
    }

    @Test("a page under way when the process ended is repeated by the next one, and says so")
    func restart() async throws {
        let store = MemoryStore()
        let silent = LedgerPager(nil)
        let first = try await Self.engine(store, silent)
        _ = await first.submit(Self.alert("db"))
        await silent.wait(for: 1)

        let pager = LedgerPager(.delivered)
        let second = try await Self.engine(store, pager)
        await pager.wait(for: 1)
        #expect(pager.ledger.map(\.isRepeat) == [true])
        #expect(pager.ledger.map(\.id) == silent.ledger.map(\.id))
        #expect(second.health.incarnation == 2)
    }

    @Test("when the log cannot be written, the last resort is told directly")
    func storeAlarm() async throws {
        let store = MemoryStore()
        let pager = LedgerPager(.delivered)
        var limits = Limits()
        limits.alarmAfter = .zero
        let engine = try await Self.engine(store, pager, limits: limits)
        store.failNextAppend(with: RecordStoreError.notDurable("the disk is full"))
        _ = await engine.submit(Self.alert("db"))
        await pager.wait(for: 1)
        #expect(pager.notices.first?.user == "ben")
        #expect(pager.notices.first?.title.hasPrefix("SEV1 Tocsin cannot write its log") == true)
    }

    @Test("a link acknowledges for its page and person until it ends, and cannot be made or changed by others")
    func links() async throws {
        let engine = try await Self.engine(MemoryStore(), LedgerPager(.delivered))
        let now = Instant(seconds: 1_790_000_000)
        let page = try #require(PageID("42-3"))
        let url = engine.links.acknowledge(page, user: "ana", expiresAt: now + .hours(1))
        let token = try #require(url.split(separator: "/").last.map(String.init))
        let link = try engine.links.readAcknowledge(token: token, now: now).get()
        #expect(link.page == page && link.user == "ana" && link.expiresAt == now + .hours(1))
        #expect(throws: Links.Problem.expired) {
            try engine.links.readAcknowledge(token: token, now: now + .hours(1)).get()
        }
        let bytes = Array(token.utf8)
        for index in bytes.indices where bytes[index] != UInt8(ascii: ".") {
            var forged = bytes
            forged[index] = forged[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: forged, as: UTF8.self)
            if let accepted = try? engine.links.readAcknowledge(token: text, now: now).get() {
                // Base64 has a few unused bits at its end; what they spell must be the same claim.
                #expect(accepted == link, "changed at \(index)")
            }
        }
        let other = try await Self.engine(MemoryStore(), LedgerPager(.delivered))
        #expect(throws: Links.Problem.invalid) { try other.links.readAcknowledge(token: token, now: now).get() }
    }
}

/// A pager that writes down what it is given, answers as told or not at all, and lets a test wait for an entry.
final class LedgerPager: Pager {
    private struct State {
        var ledger: [PageMessage] = []
        var notices: [Notice] = []
        var waiting: [(Int, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let result: AttemptOutcome.Result?

    init(_ result: AttemptOutcome.Result?) { self.result = result }

    var ledger: [PageMessage] { state.withLock { $0.ledger } }
    var notices: [Notice] { state.withLock { $0.notices } }

    func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        enter(done) { $0.ledger.append(message) }
    }

    func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        enter(done) { $0.notices.append(notice) }
    }

    private func enter(_ done: @Sendable (AttemptOutcome) -> Void, _ body: (inout State) -> Void) {
        let ready = state.withLock { state in
            body(&state)
            let count = state.ledger.count + state.notices.count
            let ready = state.waiting.filter { $0.0 <= count }
            state.waiting.removeAll { $0.0 <= count }
            return ready.map(\.1)
        }
        for continuation in ready { continuation.resume() }
        if let result { done(AttemptOutcome(result, evidence: "in the ledger")) }
    }

    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.ledger.count + state.notices.count >= count { return true }
                state.waiting.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
