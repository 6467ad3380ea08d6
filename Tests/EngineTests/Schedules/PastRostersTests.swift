import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Synchronization
import Testing
import Timekeeping

@Suite("What was known then")
struct PastRostersTests {
    private static let monday = instant("2026-11-02T00:00:00Z")

    /// A log written one event at a time, each at its own moment.
    private struct Log {
        let store = MemoryStore()
        private var chain = HashChain()

        mutating func add(_ payload: EventPayload, after: Duration) throws {
            let event = Event(
                sequence: chain.lastSequence + 1, at: PastRostersTests.monday + after, payload: payload)
            try store.append(chain.seal([event]), summaries: [])
        }

        mutating func apply(_ version: Int, after: Duration) throws {
            let source = SourceFile(path: "tocsin.yaml", text: "\(version)")
            try add(
                .directoryApplied(
                    DirectoryApplied(version: version, digest: "\(version)", sources: [source], zones: [])),
                after: after)
        }
    }

    /// Version 1 has ana on call all the time, version 2 ben, and so on.
    private static func directory(_ applied: DirectoryApplied) -> Directory {
        let people: [UserID] = ["ana", "ben", "chi"]
        let layer = Layer(
            name: "week", eras: [Era(people: [people[(applied.version - 1) % 3]])], turn: .weeks(1),
            handoff: Handoff(time: .midnight))
        let sun = Schedule(id: "sun", zone: "UTC", plan: .layers([layer]))
        return Directory(
            users: Dictionary(uniqueKeysWithValues: people.map { ($0, .init(id: $0, name: $0.rawValue, zone: "UTC")) }),
            roster: Roster(schedules: ["sun": sun], zones: ["UTC": .utc]), policies: [:], services: [:],
            unrouted: "none", lastResort: [.user("ana")])
    }

    private static func cover(_ id: Int, _ user: UserID, made: Duration) -> EventPayload {
        .overrideAdded(
            OverrideAdded(
                override: Override(
                    id: id, schedule: "sun", from: monday, until: monday + .days(30), kind: .cover(user),
                    createdAt: monday + made)))
    }

    private static func who(_ past: PastRosters, _ store: MemoryStore, _ after: Duration) throws -> [UserID] {
        let at = monday + after
        let known = try past.known(at: at, in: store)
        return known.directory.roster.onCall("sun", at: at, amendments: known.amendments).duties.map(\.user)
    }

    private func story() throws -> Log {
        var log = Log()
        try log.apply(1, after: .hours(1))
        try log.add(Self.cover(1, "chi", made: .hours(10)), after: .hours(10))
        let actor = Actor(user: nil, via: .cli)
        try log.add(.overrideRemoved(OverrideRemoved(id: 1, by: actor)), after: .hours(20))
        try log.apply(2, after: .hours(30))
        return log
    }

    @Test("An override counts from when it was made until it was taken back, and a configuration from when it came")
    func answers() throws {
        let log = try story()
        let past = PastRosters { applied, _ in Self.directory(applied) }
        for (hours, user) in [(1, "ana"), (9, "ana"), (10, "chi"), (19, "chi"), (20, "ana"), (29, "ana"), (30, "ben")]
            as [(Int64, UserID)]
        {
            #expect(try Self.who(past, log.store, .hours(hours)) == [user], "\(hours) h")
        }
        let before = try past.known(at: Self.monday + .hours(10) - .milliseconds(1), in: log.store)
        #expect(before.amendments == .none && before.logBegins == nil)
        #expect(before.asKnownAt == Self.monday + .hours(10) - .milliseconds(1) && before.directory.version == 1)
    }

    @Test("Before the log begins the oldest configuration answers, and says when that is")
    func beforeTheLog() throws {
        let log = try story()
        let past = PastRosters { applied, _ in Self.directory(applied) }
        let known = try past.known(at: Self.monday - .days(100), in: log.store)
        #expect(known.logBegins == Self.monday + .hours(1))
        #expect(known.asKnownAt == Self.monday + .hours(1))
        #expect(known.directory.version == 1 && known.amendments == .none)
        let question = DutyQuestion(
            moment: AskedMoment(Self.monday - .days(100)), zone: .utc, why: true, now: Self.monday + .days(9))
        let answer = try #require(question.answer("sun", from: [known]))
        #expect(
            answer.note == "The log begins at 2026-11-02T01:00:00+00:00, so the oldest configuration answers.")
        #expect(answer.explanation?.last == "As known at 2026-11-02T01:00:00+00:00, version 1 of the configuration.")
    }

    @Test("An empty log, or a version that can no longer be read, is said")
    func trouble() throws {
        struct Trouble: Error, CustomStringConvertible { let description = "line 3 is wrong" }
        let log = try story()
        #expect(throws: PastRosterError.nothing) {
            try PastRosters { applied, _ in Self.directory(applied) }.known(at: Self.monday, in: MemoryStore())
        }
        let past = PastRosters { _, _ in throw Trouble() }
        #expect(throws: PastRosterError.unreadable(version: 1, why: "line 3 is wrong")) {
            try past.known(at: Self.monday, in: log.store)
        }
    }

    @Test("A version is made once however often it is asked about, new ones are seen, and no more than some are kept")
    func kept() throws {
        var log = Log()
        let made = Mutex([Int]())
        let past = PastRosters { applied, _ in
            made.withLock { $0.append(applied.version) }
            return Self.directory(applied)
        }
        for version in 1...(PastRosters.keptVersions + 2) {
            try log.apply(version, after: .hours(Int64(version)))
            for _ in 0..<3 { _ = try Self.who(past, log.store, .hours(Int64(version))) }
        }
        #expect(made.withLock { $0 } == Array(1...(PastRosters.keptVersions + 2)))
        _ = try Self.who(past, log.store, .hours(3))
        #expect(made.withLock { $0.count } == PastRosters.keptVersions + 2)
        _ = try Self.who(past, log.store, .hours(1))
        #expect(made.withLock { $0.last } == 1)
    }

    @Test("A span falls into stretches wherever something was learnt, without gap or overlap")
    func stretches() throws {
        let log = try story()
        let past = PastRosters { applied, _ in Self.directory(applied) }
        let (from, until) = (Self.monday, Self.monday + .hours(48))
        let stretches = try past.stretches(from: from, until: until, in: log.store)
        #expect(stretches.map { $0.from - Self.monday } == [0, 1, 10, 20, 30].map { .hours($0) })
        #expect(stretches.map { $0.until - Self.monday } == [1, 10, 20, 30, 48].map { .hours($0) })
        #expect(stretches.map(\.known.directory.version) == [1, 1, 1, 1, 2])
        #expect(stretches.map(\.known.amendments.overrides.count) == [0, 0, 1, 0, 0])
        #expect(try past.stretches(from: until, until: from, in: log.store).isEmpty)
    }

    @Test("When the clock was set back, a moment still knows exactly what was recorded with an earlier time")
    func steppedClock() throws {
        var log = Log()
        try log.apply(1, after: .zero)
        try log.add(Self.cover(1, "chi", made: .hours(10)), after: .hours(10))
        try log.add(Self.cover(2, "ben", made: .hours(5)), after: .hours(5))
        let past = PastRosters { applied, _ in Self.directory(applied) }
        #expect(try Self.who(past, log.store, .hours(4)) == ["ana"])
        #expect(try Self.who(past, log.store, .hours(6)) == ["ben"])
        #expect(try past.known(at: Self.monday + .hours(11), in: log.store).amendments.overrides.count == 2)
    }
}
