import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Synchronization
import Testing
import Timekeeping

/// The gates of the providers' accounts, as the engine stands behind them.
@Suite struct ChannelsTests {
    @Test("a channel that asks for patience gets no further page, and the page fails over and stays owed")
    func paused() async throws {
        let store = MemoryStore()
        let pager = PatientPager()
        let engine = try await EngineTests.engine(
            store, Configuration(directory: EngineTests.directory), [.inbox: pager])
        _ = await engine.submit(EngineTests.alert("db"))
        await pager.waitForFirst()
        while engine.channels.health(at: engine.now).first?.pausedUntil == nil { await Task.yield() }
        _ = await engine.submit(EngineTests.alert("web"))
        while store.all.count(where: { $0.kind == "attemptEnded" }) < 2 { await Task.yield() }

        #expect(pager.count == 1, "the second page did not leave")
        let health = try #require(engine.channels.health(at: engine.now).first)
        #expect(health.name == "inbox" && !health.isPersonal && health.inFlight == 0)
        #expect(health.cause == .askedForPatience && health.failuresInARow == 1 && health.lastSuccess == nil)
        let asked = try #require(health.pausedUntil) - #require(health.lastFailure)
        #expect(asked == .seconds(60))
        let evidence = try store.all.compactMap { record -> String? in
            guard case .attemptEnded(let e) = try EventCodec.decode(record).payload else { return nil }
            return e.outcome.evidence
        }
        #expect(evidence.last?.hasPrefix("inbox: not sent, since it is left alone for another") == true, "\(evidence)")
        #expect(engine.health.owed == 2)
        #expect(engine.read { $0.book.waitingPages }[.inbox]?.count == 2)
    }

    @Test("what a server refuses is told, though it closes no gate")
    func refused() {
        let channels = Channels { SteadyInstant(milliseconds: 0) }
        let mail = Channels.Account(.mail)
        for person in ["ana", "ben", "chi", "dia", "eve", "fay"] as [UserID] {
            #expect(channels.admit(mail, for: person) == .go)
            channels.ended(mail, .failedForNow, isAboutAccount: false, for: person)
        }
        #expect(channels.health(at: Instant(seconds: 9)).map(\.failuresInARow) == [6])
        #expect(channels.health(at: Instant(seconds: 9)).first?.lastFailure == Instant(seconds: 9))
        channels.ended(mail, .sent, for: "ana")
        #expect(channels.health(at: Instant(seconds: 9)).map(\.failuresInARow) == [0])
    }

    @Test("accounts are told apart, and one that is one person's stops nobody else")
    func apart() {
        let now = Mutex(SteadyInstant(milliseconds: 0))
        let channels = Channels { now.withLock { $0 } }
        let own = Channels.Account("webhook of ana", isPersonal: true)
        let shared = Channels.Account(.webhook)
        for _ in 1...5 {
            #expect(channels.admit(own, for: "ana") == .go)
            channels.ended(own, .inDoubt, for: "ana")
        }
        #expect(channels.admit(own, for: "ana") == .paused(.seconds(5)))
        #expect(channels.admit(shared, for: "ben") == .go)
        let health = channels.health(at: Instant(seconds: 1000))
        #expect(health.map(\.name) == ["webhook", "webhook of ana"])
        #expect(health[0].inFlight == 1 && health[0].pausedUntil == nil)
        #expect(health[1].pausedUntil == Instant(seconds: 1005) && health[1].cause == .failsAgainAndAgain)
        now.withLock { $0 = SteadyInstant(milliseconds: 5000) }
        #expect(channels.admit(own, for: "ana") == .go)
    }
}

/// Asks everybody to come back in a minute.
private final class PatientPager: Pager {
    private let state = Mutex((count: 0, waiting: [CheckedContinuation<Void, Never>]()))

    var count: Int { state.withLock { $0.count } }

    func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        let waiting = state.withLock { state in
            state.count += 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
        done(AttemptOutcome(.failedForNow, evidence: "HTTP 429", retryAfter: .seconds(60)))
    }

    func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        done(AttemptOutcome(.sent, evidence: "told"))
    }

    func waitForFirst() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.count > 0 { return true }
                state.waiting.append(continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
