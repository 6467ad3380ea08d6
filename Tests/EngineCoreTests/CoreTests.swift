import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// The core by hand: one input at a time, and what it wants done.
@Suite struct CoreTests {
    static let start = Instant(seconds: 1_790_000_000)

    static func directory(methods: Set<ContactMethod> = [.inbox]) -> Directory {
        Directory(
            users: [
                "ana": .init(id: "ana", name: "Ana", zone: "UTC", reachableBy: methods),
                "ben": .init(id: "ben", name: "Ben", zone: "UTC"),
            ],
            roster: Roster(schedules: [:], zones: [:]),
            policies: ["ml": EscalationPolicy(id: "ml", steps: [.init(page: [.user("ana")], wait: .minutes(5))])],
            services: ["ranker": .init(id: "ranker", policy: "ml")], unrouted: "ranker", lastResort: [.user("ben")],
            integrations: ["prod": .init(id: "prod")])
    }

    /// A core that has read an empty log and begun.
    static func ready(_ limits: Limits = Limits(), _ directory: Directory = directory()) -> Core {
        var core = Core(directory: directory, version: "test", limits: limits, now: start)
        let effects = core.handle(.recovered(Recovery()), now: start)
        #expect(effects.batches.count == 1)
        _ = core.handle(.appended(batch: 1), now: start)
        return core
    }

    static func alert(_ key: String, group: String? = nil) -> AlertSignal {
        AlertSignal(
            alert: AlertKey(integration: "prod", key: key), status: .firing, episode: "e1", group: group,
            severity: .sev1, title: "it is down")
    }

    static func alerts(_ keys: String...) -> Submission {
        .alerts(keys.map { alert($0) }, unreadable: [], from: "prod")
    }

    @Test("nothing is answered and nothing leaves before the batch is in the log")
    func order() throws {
        var core = Self.ready()
        let decided = core.handle(.submitted(Ticket(1), Self.alerts("db")), now: Self.start)
        #expect(decided.count == 1 && decided.batches.count == 1)
        let committed = core.handle(.appended(batch: decided.batches[0].number), now: Self.start)
        #expect(committed.replies == [Ticket(1): .done(incidents: [Incident.ID(1)])])
        #expect(committed.begun.map(\.user.id) == ["ana"])
    }

    @Test("what arrives while a batch is on its way makes the next batch, in order of arrival")
    func grouping() throws {
        var core = Self.ready()
        _ = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start)
        for number in 2...5 {
            #expect(core.handle(.submitted(Ticket(number), Self.alerts("a\(number)")), now: Self.start).isEmpty)
        }
        let effects = core.handle(.appended(batch: 2), now: Self.start)
        let opened = try #require(effects.batches.first).events.compactMap { event -> Int? in
            guard case .incidentOpened(let e) = event.payload else { return nil }
            return e.incident.number
        }
        #expect(opened == [2, 3, 4, 5])
    }

    @Test("a full inbox turns away with a time to come back, and keeps what it has")
    func shedding() throws {
        var limits = Limits()
        limits.inbox = 3
        var core = Self.ready(limits)
        _ = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start)
        _ = core.handle(.submitted(Ticket(2), Self.alerts("b", "c")), now: Self.start)
        let full = core.handle(.submitted(Ticket(3), Self.alerts("d", "e")), now: Self.start)
        #expect(full.replies == [Ticket(3): .unavailable(retryAfter: limits.retryAfter)])
        let next = core.handle(.appended(batch: 2), now: Self.start)
        #expect(next.batches.count == 1)
        #expect(core.handle(.appended(batch: 3), now: Self.start).replies.keys.contains(Ticket(2)))
    }

    @Test("a request larger than the whole inbox is taken when the inbox is empty: it could never be, otherwise")
    func larger() {
        var limits = Limits()
        limits.inbox = 2
        var core = Self.ready(limits)
        let effects = core.handle(.submitted(Ticket(1), Self.alerts("a", "b", "c")), now: Self.start)
        #expect(effects.batches.count == 1)
    }

    @Test("attempts beyond the slots are owed, and begin as others end")
    func slots() throws {
        var limits = Limits()
        limits.slotsPerMethod = 2
        var core = Self.ready(limits)
        _ = core.handle(.submitted(Ticket(1), Self.alerts("a", "b", "c", "d")), now: Self.start)
        var effects = core.handle(.appended(batch: 2), now: Self.start)
        #expect(effects.begun.count == 2)
        let first = try #require(effects.begun.first).attempt
        effects = core.handle(.attemptEnded(first, AttemptOutcome(.delivered, evidence: "ok")), now: Self.start)
        effects = core.handle(.appended(batch: try #require(effects.batches.first).number), now: Self.start)
        #expect(effects.begun.count == 1)
        #expect(core.inFlight.count == 2)
    }

    @Test("a failed append answers everybody 'try again' and reads the log anew; what had left goes on")
    func doubtfulAppend() throws {
        var core = Self.ready()
        _ = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start)
        _ = core.handle(.submitted(Ticket(2), Self.alerts("b")), now: Self.start)
        let effects = core.handle(.appendFailed(batch: 2), now: Self.start)
        #expect(effects.replies.count == 2)
        #expect(effects.wantsRecovery)
        #expect(!core.isReady)
        #expect(core.handle(.submitted(Ticket(3), Self.alerts("c")), now: Self.start).replies.count == 1)
        #expect(core.handle(.appended(batch: 2), now: Self.start).isEmpty, "too late to count")
    }

    @Test("an append that never answers counts as failed, and after half a minute somebody is told without the log")
    func silentStore() throws {
        var core = Self.ready()
        _ = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start)
        let next = core.nextDeadline()
        let deadline = try #require(next)
        #expect(deadline == Self.start + core.limits.appendTime)
        #expect(core.handle(.tick, now: deadline).wantsRecovery)
        _ = core.handle(.recoveryFailed, now: deadline)
        let effects = core.handle(.tick, now: deadline + core.limits.alarmAfter)
        #expect(effects.contains { if case .alarm(.storeUnavailable) = $0 { true } else { false } })
    }

    @Test("a client's retry is answered as the first time, and done once")
    func idempotency() {
        var core = Self.ready()
        let declare = Command.declare(
            "ranker", title: "odd", body: "", severity: .sev2, by: Actor(user: "ana", via: .api))
        _ = core.handle(.submitted(Ticket(1), .command(declare, request: "r1")), now: Self.start)
        let first = core.handle(.appended(batch: 2), now: Self.start)
        // Whatever else is on its way, the retry brings no further incident.
        _ = core.handle(.submitted(Ticket(2), .command(declare, request: "r1")), now: Self.start)
        let second = core.handle(.appended(batch: 3), now: Self.start)
        let replies = first.replies.merging(second.replies) { a, _ in a }
        #expect(replies[Ticket(1)] == .done(incidents: [Incident.ID(1)]))
        #expect(core.book.lastNumber == 1)
    }

    @Test("a store that reads but does not write is tried again after a pause, not at once for ever")
    func readOnlyStore() throws {
        var core = Self.ready()
        _ = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start)
        #expect(core.handle(.appendFailed(batch: 2), now: Self.start).wantsRecovery)
        let probe = core.handle(.recovered(Self.recovery()), now: Self.start)
        #expect(probe.batches.first?.events.contains { $0.payload.isLogRecovered } == true)
        let second = core.handle(.appendFailed(batch: try #require(probe.batches.first).number), now: Self.start)
        #expect(!second.wantsRecovery)
        let next = core.nextDeadline()
        #expect(next == Self.start + core.limits.recoveryInterval)
        #expect(core.handle(.tick, now: Self.start + core.limits.recoveryInterval).wantsRecovery)
    }

    @Test(
        "after one failed append the store proves itself at once, so nobody is told half a minute later that it is down"
    )
    func hiccup() throws {
        var core = Self.ready()
        _ = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start)
        _ = core.handle(.appendFailed(batch: 2), now: Self.start)
        let probe = core.handle(.recovered(Self.recovery()), now: Self.start)
        #expect(!core.isReady)
        _ = core.handle(.appended(batch: try #require(probe.batches.first).number), now: Self.start)
        #expect(core.isReady && core.storeUnavailableSince == nil)
        #expect(core.handle(.tick, now: Self.start + .minutes(1)).isEmpty)
    }

    @Test("a log that a try shows to be unwritable takes nothing in, tells somebody, and is back after one append")
    func provedUnwritable() throws {
        var core = Self.ready()
        #expect(core.handle(.logUnwritable, now: Self.start).wantsRecovery)
        #expect(!core.isReady && core.storeUnavailableSince == Self.start)
        let turnedAway = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start).replies
        #expect(turnedAway == [Ticket(1): .unavailable(retryAfter: core.limits.retryAfter)])
        let probe = core.handle(.recovered(Self.recovery()), now: Self.start)
        _ = core.handle(.appendFailed(batch: try #require(probe.batches.first).number), now: Self.start)
        let late = Self.start + core.limits.alarmAfter
        #expect(
            core.handle(.tick, now: late).contains { if case .alarm(.storeUnavailable) = $0 { true } else { false } })
        let again = core.handle(.recovered(Self.recovery()), now: late)
        let back = core.handle(.appended(batch: try #require(again.batches.first).number), now: late)
        #expect(back.contains { if case .alarm(.storeAvailable) = $0 { true } else { false } })
        #expect(core.isReady && core.storeUnavailableSince == nil)
    }

    @Test("a wall clock that is hours behind the log at a start does not make the waits stand still")
    func clockBehind() throws {
        var core = Self.ready()
        let decided = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start)
        var log = Self.recovery()
        for event in try #require(decided.batches.first).events { log.fold(event) }
        var next = Core(directory: Self.directory(), version: "test", now: Self.start - .hours(3))
        let begun = next.handle(.recovered(log), now: Self.start - .hours(3))
        _ = next.handle(.appended(batch: try #require(begun.batches.first).number), now: Self.start - .hours(3))
        let deadline = next.nextDeadline()
        #expect(try #require(deadline) <= Self.start - .hours(3) + .minutes(5))
        #expect(begun.batches.first?.events.contains { $0.payload.isClockStepped } == true)
    }

    @Test("an override asked for twice under one name is made once and answered alike, though it pages somebody")
    func overrideIdempotency() throws {
        let roster = Roster(
            schedules: [
                "sun": Schedule(
                    id: "sun", zone: "UTC",
                    plan: .layers([
                        Layer(
                            name: "all", eras: [Era(people: ["ana"])], turn: .weeks(1),
                            handoff: Handoff(weekday: .monday, time: .midnight))
                    ]))
            ], zones: ["UTC": .utc])
        var directory = Self.directory()
        directory.roster = roster
        directory.policies["ml"] = EscalationPolicy(
            id: "ml", steps: [.init(page: [.schedule("sun")], wait: .minutes(5))])
        var core = Self.ready(Limits(), directory)
        _ = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start)
        _ = core.handle(.appended(batch: 2), now: Self.start)
        let swap = Command.addOverride(
            "sun", from: Self.start, until: Self.start + .hours(8), kind: .cover("ben"), leaveHole: false,
            by: Actor(user: "ana", via: .cli))
        _ = core.handle(.submitted(Ticket(2), .command(swap, request: "r1")), now: Self.start)
        _ = core.handle(.submitted(Ticket(3), .command(swap, request: "r1")), now: Self.start)
        var replies: [Ticket: Reply] = [:]
        for batch in 3...6 {
            let effects = core.handle(.appended(batch: batch), now: Self.start)
            replies.merge(effects.replies) { first, _ in first }
            for transmission in effects.begun {
                let outcome = AttemptOutcome(.delivered, evidence: "ok")
                replies.merge(core.handle(.attemptEnded(transmission.attempt, outcome), now: Self.start).replies) { $1 }
            }
        }
        #expect(replies[Ticket(2)] == .overrideAdded(id: 1))
        #expect(replies[Ticket(3)] == .overrideAdded(id: 1))
        #expect(core.book.overrides.count == 1)
        #expect(core.book.incidents[Incident.ID(1)]?.pages.contains { $0.user == "ben" } == true)
    }

    /// The log as the first start left it.
    static func recovery() -> Recovery {
        var core = Core(directory: directory(), version: "test", now: start)
        var recovery = Recovery()
        for event in core.handle(.recovered(Recovery()), now: start).batches.flatMap(\.events) { recovery.fold(event) }
        return recovery
    }

    @Test("an attempt without an answer is in doubt, and the next one says it is a repeat")
    func silentPager() throws {
        var core = Self.ready()
        _ = core.handle(.submitted(Ticket(1), Self.alerts("a")), now: Self.start)
        let begun = core.handle(.appended(batch: 2), now: Self.start).begun
        #expect(begun.map(\.isRepeat) == [false])
        let later = Self.start + core.limits.attemptTime
        var effects = core.handle(.tick, now: later)
        effects = core.handle(.appended(batch: try #require(effects.batches.first).number), now: later)
        #expect(effects.begun.map(\.isRepeat) == [true])
        let tooLate = core.handle(.attemptEnded(begun[0].attempt, AttemptOutcome(.sent, evidence: "")), now: later)
        #expect(tooLate.isEmpty)
    }
}

extension [Effect] {
    var batches: [Batch] { compactMap { if case .append(let batch) = $0 { batch } else { nil } } }
    var begun: [Transmission] { compactMap { if case .begin(let transmission) = $0 { transmission } else { nil } } }
    var wantsRecovery: Bool { contains { if case .recover = $0 { true } else { false } } }
    var replies: [Ticket: Reply] {
        var all: [Ticket: Reply] = [:]
        for case .reply(let ticket, let reply) in self { all[ticket] = reply }
        return all
    }
}

extension EventPayload {
    var isLogRecovered: Bool { if case .logRecovered = self { true } else { false } }
    var isClockStepped: Bool { if case .clockStepped = self { true } else { false } }
}
