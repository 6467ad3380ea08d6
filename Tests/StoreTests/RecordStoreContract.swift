import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import SQLiteStore
import Testing
import Timekeeping

/// What every store promises, tried on each.
@Suite struct RecordStoreContract {
    enum Kind: String, CaseIterable, Sendable {
        case memory, sqlite
    }

    private let folder = TemporaryFolder()

    private func makeStore(_ kind: Kind) throws -> any RecordStore {
        switch kind {
        case .memory: MemoryStore()
        case .sqlite: try SQLiteStore(path: folder.path("tocsin.db"))
        }
    }

    static let start = Story.start

    /// Seals events onto a chain, one of each payload.
    static func seal(_ chain: inout HashChain, _ payloads: [EventPayload], request: RequestID? = nil) -> [Record] {
        let next = chain.lastSequence + 1
        return chain.seal(
            payloads.enumerated().map { index, payload in
                Event(
                    sequence: next + Int64(index), at: start + .seconds(next), request: request, payload: payload,
                    text: EventText(title: "été \u{0} 🔥", body: "\(index)"))
            })
    }

    static func opened(_ number: Int, _ service: ServiceID = "ranker") -> EventPayload {
        .incidentOpened(
            .init(incident: Incident.ID(number), service: service, severity: .sev1, urgency: .high, routing: "route 1"))
    }

    static func summary(
        _ number: Int, _ state: Incident.State = .triggered, _ service: ServiceID = "ranker", liveUntil: Instant? = nil
    ) -> IncidentSummary {
        IncidentSummary(
            incident: Incident.ID(number), service: service, title: "incident \(number)", state: state, severity: .sev1,
            urgency: .high, owner: state == .triggered ? nil : "ana", openedAt: start,
            acknowledgedAt: state == .triggered ? nil : start + .seconds(1),
            resolvedAt: state == .resolved ? start + .seconds(2) : nil, alertCount: 2, firingCount: 1,
            liveUntil: state == .resolved ? liveUntil ?? start + .hours(48) : nil)
    }

    @Test("what was appended is read back exactly, odd characters and all", arguments: Kind.allCases)
    func exact(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        var records = Self.seal(&chain, [Self.opened(1), .holdEnded(.init(incident: Incident.ID(1)))])
        records += Self.seal(&chain, [.holdEnded(.init(incident: Incident.ID(1)))], request: "a\u{0}b'\"é")
        records += chain.seal([
            Event(
                sequence: 4, at: Instant(milliseconds: -1),
                payload: .alertsCounted(.init(incident: Incident.ID(1), repeats: 3)))
        ])
        try store.append(records, summaries: [Self.summary(1)])
        #expect(try store.records(after: 0, limit: 10) == records)
        #expect(try LogVerifier.verify(store).isSound)
    }

    @Test("an empty store has nothing and begins at nothing", arguments: Kind.allCases)
    func empty(kind: Kind) throws {
        let store = try makeStore(kind)
        let live = try store.live(at: Self.start)
        #expect(live.records.isEmpty && live.lastSequence == 0 && live.lastHash == "" && live.lastIncident == 0)
        #expect(try store.records(after: 0, limit: 10).isEmpty)
        #expect(try store.records(stream: "engine").isEmpty)
        #expect(try store.lastRecord(kind: "engineStarted") == nil)
        #expect(try store.summaries(IncidentQuery()).isEmpty)
        try store.append([], summaries: [])
    }

    @Test(
        "a record that does not follow the last one is a conflict, and nothing of its batch is kept",
        arguments: Kind.allCases)
    func conflict(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        let first = Self.seal(&chain, [Self.opened(1), Self.opened(2)])
        try store.append(first, summaries: [Self.summary(1), Self.summary(2)])
        let next = Self.seal(&chain, [Self.opened(3), Self.opened(4), Self.opened(5)])
        #expect(throws: RecordStoreError.conflict(expected: 3, got: 1)) { try store.append(first, summaries: []) }
        #expect(throws: RecordStoreError.conflict(expected: 3, got: 4)) {
            try store.append(Array(next.dropFirst()), summaries: [Self.summary(4)])
        }
        #expect(throws: RecordStoreError.conflict(expected: 4, got: 5)) {
            try store.append([next[0], next[2]], summaries: [Self.summary(3)])
        }
        #expect(try store.records(after: 0, limit: 10) == first)
        #expect(try store.summaries(IncidentQuery()).map(\.incident.number) == [2, 1])
        #expect(try store.live(at: Self.start).lastHash == first[1].hash)
        try store.append(next, summaries: [])
        #expect(try store.live(at: Self.start).lastSequence == 5)
    }

    @Test("a record sealed after another than the last one is refused: two chains never mix", arguments: Kind.allCases)
    func forked(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        try store.append(Self.seal(&chain, [Self.opened(1)]), summaries: [])
        var other = HashChain(lastSequence: 1, lastHash: String(repeating: "0", count: 64))
        #expect(throws: RecordStoreError.forked(sequence: 2)) {
            try store.append(Self.seal(&other, [Self.opened(2)]), summaries: [Self.summary(2)])
        }
        #expect(try store.live(at: Self.start).lastIncident == 0)
    }

    @Test(
        "live is what can still matter: open incidents, recent ones, overrides, starts, the last directory",
        arguments: Kind.allCases)
    func live(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        func directory(_ version: Int) -> EventPayload {
            .directoryApplied(.init(version: version, digest: "d\(version)", sources: [], zones: []))
        }
        let override = EventSamples.events(of: .overrideAdded)[0].payload
        let end = Self.start + .hours(48)
        let records = Self.seal(
            &chain,
            [
                .engineStarted(.init(incarnation: 1, version: "1")), directory(1), Self.opened(1), Self.opened(2),
                override, .holdEnded(.init(incident: Incident.ID(1))), directory(2), Self.opened(3),
                .engineStarted(.init(incarnation: 2, version: "1")),
            ])
        try store.append(
            records,
            summaries: [Self.summary(1, .resolved, liveUntil: end), Self.summary(2), Self.summary(3, .resolved)])
        #expect(try store.live(at: end - .milliseconds(1)).records == records.filter { $0.sequence != 2 })
        let later = try store.live(at: end)
        #expect(later.records.map(\.sequence) == [1, 4, 5, 7, 9])
        #expect(later.lastIncident == 3, "numbers of retired incidents are not given out again")
        #expect(later.lastSequence == 9 && later.lastHash == records[8].hash)
    }

    @Test(
        "a silence is live until a day after its end, and its number is never given out again", arguments: Kind.allCases
    )
    func silences(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        func silence(_ id: Int) -> EventPayload {
            .silenceAdded(
                .init(
                    silence: Silence(
                        id: id, matchers: [], services: ["ranker"], from: Self.start, until: Self.start + .hours(1),
                        by: Actor(user: nil, via: .api), createdAt: Self.start)))
        }
        #expect(try store.live(at: Self.start).lastSilence == 0)
        let alert = AlertKey(integration: "prom", key: "disk")
        let records = Self.seal(
            &chain,
            [
                silence(9), silence(10),
                .alertSuppressed(
                    .init(silence: 10, alert: alert, service: "ranker", labels: [:], since: Self.start)),
                .silenceEnded(.init(id: 10, by: nil)),
                .suppressionEnded(.init(silence: 10, alert: alert, reason: .released)),
            ])
        try store.append(records, summaries: [])
        let end = records[3].at + .hours(24)
        #expect(try store.live(at: end - .milliseconds(1)).records.count == 5)
        let later = try store.live(at: end)
        #expect(later.records.map(\.sequence) == [1])
        #expect(later.lastSilence == 10)
    }

    @Test("an incident that is open again is live again", arguments: Kind.allCases)
    func reopened(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        let end = Self.start + .hours(1)
        try store.append(Self.seal(&chain, [Self.opened(1)]), summaries: [Self.summary(1, .resolved, liveUntil: end)])
        #expect(try store.live(at: end).records.isEmpty)
        let again = Self.seal(&chain, [.incidentTriggered(.init(incident: Incident.ID(1), reason: .refired))])
        try store.append(again, summaries: [Self.summary(1)])
        #expect(try store.live(at: end + .days(1000)).records.count == 2)
    }

    @Test(
        "an incident without a row in the list is live: better folded in vain than forgotten",
        arguments: Kind.allCases)
    func unlisted(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        try store.append(Self.seal(&chain, [Self.opened(1)]), summaries: [])
        #expect(try store.live(at: .distantFuture).records.count == 1)
    }

    @Test("a stream is read whole, in order, without its neighbours", arguments: Kind.allCases)
    func stream(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        let records = Self.seal(
            &chain,
            [Self.opened(1), Self.opened(12), .holdEnded(.init(incident: Incident.ID(1))), Self.opened(2)])
        try store.append(records, summaries: [])
        #expect(try store.records(stream: "incident/1").map(\.sequence) == [1, 3])
        #expect(try store.records(stream: "incident/3").isEmpty)
    }

    @Test("the log is read page by page, and the last of a kind is found", arguments: Kind.allCases)
    func pages(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        try store.append(Self.seal(&chain, (1...10).map { Self.opened($0) }), summaries: [])
        #expect(try store.records(after: 0, limit: 4).map(\.sequence) == [1, 2, 3, 4])
        #expect(try store.records(after: 8, limit: 4).map(\.sequence) == [9, 10])
        #expect(try store.records(after: 10, limit: 4).isEmpty)
        #expect(try store.records(after: 0, limit: 0).isEmpty)
        #expect(try store.lastRecord(kind: "incidentOpened")?.sequence == 10)
        #expect(try store.lastRecord(kind: "holdEnded") == nil)
    }

    @Test("where the records of a kind are is told without the others, and from any place on", arguments: Kind.allCases)
    func marks(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        let hold = EventPayload.holdEnded(.init(incident: Incident.ID(1)))
        let records = Self.seal(&chain, [Self.opened(1), hold, Self.opened(2), hold, hold])
        try store.append(records, summaries: [])
        func marks(_ kind: String, after: Int64) throws -> [RecordMark] { try store.marks(kind: kind, after: after) }
        let holds = records.filter { $0.kind == "holdEnded" }.map { RecordMark(sequence: $0.sequence, at: $0.at) }
        #expect(holds.map(\.sequence) == [2, 4, 5])
        #expect(try marks("holdEnded", after: 0) == holds)
        #expect(try marks("holdEnded", after: 2) == Array(holds.dropFirst()))
        #expect(try marks("holdEnded", after: 5).isEmpty)
        #expect(try marks("directoryApplied", after: 0).isEmpty)
    }

    @Test("the incident list holds each incident once, as it was last told", arguments: Kind.allCases)
    func summaries(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        try store.append(Self.seal(&chain, [Self.opened(1)]), summaries: [Self.summary(1)])
        #expect(try store.summaries(IncidentQuery()) == [Self.summary(1)])
        let ended = Self.seal(&chain, [.holdEnded(.init(incident: Incident.ID(1)))])
        try store.append(ended, summaries: [Self.summary(1, .resolved)])
        #expect(try store.summaries(IncidentQuery()) == [Self.summary(1, .resolved)])
    }

    @Test("the incident list is asked by state, service and page, newest first", arguments: Kind.allCases)
    func queries(kind: Kind) throws {
        let store = try makeStore(kind)
        var chain = HashChain()
        let rows = (1...30).map { number in
            Self.summary(number, Incident.State.allCases[number % 3], number % 2 == 0 ? "ranker" : "search")
        }
        try store.append(Self.seal(&chain, rows.map { Self.opened($0.incident.number, $0.service) }), summaries: rows)
        let states: [Set<Incident.State>] = [
            [], [.triggered], [.triggered, .acknowledged], Set(Incident.State.allCases),
        ]
        for states in states {
            for service in [nil, "ranker", "nothing"] as [ServiceID?] {
                for before in [nil, 17, 1] as [Int?] {
                    for limit in [0, 1, 4, 50] {
                        let query = IncidentQuery(
                            states: states, service: service, before: before.map { Incident.ID($0) }, limit: limit)
                        let expected = rows.reversed().filter { row in
                            (states.isEmpty || states.contains(row.state)) && (service == nil || row.service == service)
                                && row.incident.number < before ?? .max
                        }
                        #expect(try store.summaries(query) == Array(expected.prefix(limit)), "\(query)")
                    }
                }
            }
        }
    }

    @Test("a secret is 32 random bytes, the same ever after, and another for every name", arguments: Kind.allCases)
    func secrets(kind: Kind) throws {
        let store = try makeStore(kind)
        let links = try store.secret("links")
        #expect(links.count == 32)
        #expect(try store.secret("links") == links)
        #expect(try store.secret("admin-token") != links)
    }

    @Test(
        "a log written by the core is sound and its list agrees, and what is live folds into the core's own book",
        arguments: Kind.allCases)
    func story(kind: Kind) throws {
        let store = try makeStore(kind)
        var story = try Story(in: store)
        try story.fire("db", "cache")
        try story.wait(.minutes(6))
        try story.tell(.acknowledge(Incident.ID(1), by: "ana", via: .link), request: "r-1")
        try story.resolve("db")
        try story.fire("index", app: "search")
        try story.wait(.minutes(40))
        try story.tell(.resolve(Incident.ID(2), by: Actor(user: "ben", via: .console)))
        let report = try LogVerifier.verify(store)
        #expect(report.problem == nil && report.head == story.chain)
        #expect(try LogVerifier.readModelProblems(store, report) == [])
        let live = try store.live(at: story.now)
        var recovery = Recovery(lastNumber: live.lastIncident, lastSequence: live.lastSequence)
        for record in live.records { recovery.fold(try EventCodec.decode(record)) }
        #expect(recovery.book.agrees(with: story.core.book))
    }
}
