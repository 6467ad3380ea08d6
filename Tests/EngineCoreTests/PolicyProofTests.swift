import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite("What a policy does at each instant, proved")
struct PolicyProofTests {
    static let from = CoreTests.start
    static let until = from + .days(28)

    /// `day` covers 08:00-18:00 UTC and is ana's; `always` is ben's.
    static func directory(_ steps: [EscalationPolicy.Step], lastResort: [Target] = [.user("dia")]) -> Directory {
        func schedule(_ id: ScheduleID, _ user: UserID, _ hours: [Restriction]) -> Schedule {
            Schedule(
                id: id, zone: "UTC",
                plan: .layers([
                    Layer(
                        name: "only", eras: [Era(people: [user])], turn: .weeks(1),
                        handoff: Handoff(time: .midnight), restrictions: hours)
                ]))
        }
        let hours = Restriction(
            start: CivilTime(secondsFromMidnight: 8 * 3600), end: CivilTime(secondsFromMidnight: 18 * 3600))
        let users = ["ana", "ben", "dia", "eva"].map { name in
            Directory.User(
                id: UserID(rawValue: name), name: name, zone: "UTC",
                reachableBy: name == "eva" ? [.inbox] : [.inbox, .webhook])
        }
        return Directory(
            users: Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0) }),
            roster: Roster(
                schedules: ["day": schedule("day", "ana", [hours]), "always": schedule("always", "ben", [])],
                zones: ["UTC": .utc]),
            policies: ["ml": EscalationPolicy(id: "ml", steps: steps)],
            services: [
                "ranker": Directory.Service(id: "ranker", policy: "ml"),
                "batch": Directory.Service(id: "batch", policy: "ml"),
            ],
            routes: [Directory.Route(matchers: [], service: "batch", severity: .sev3)],
            unrouted: "ranker", lastResort: lastResort,
            integrations: ["prod": Directory.Integration(id: "prod", service: "batch")])
    }

    static func prove(_ directory: Directory, inboxCounts: Bool = false) -> DirectoryProof {
        var directory = directory
        directory.inboxCounts = inboxCounts
        return DirectoryProof(directory, from: from, until: until, amendments: .none)
    }

    static func step(_ page: Target..., when: EscalationPolicy.Condition? = nil) -> EscalationPolicy.Step {
        EscalationPolicy.Step(page: page, wait: .minutes(5), when: when)
    }

    @Test("A first step that always reaches somebody is proved at every severity")
    func proved() {
        let proof = Self.prove(Self.directory([Self.step(.schedule("always")), Self.step(.schedule("day"))]))
        #expect(proof.policies.map(\.severity) == Severity.allCases)
        #expect(proof.policies.allSatisfy { $0.gaps.isEmpty && $0.firstStep == 0 })
        #expect(proof.lastResortGaps.isEmpty)
    }

    @Test("A first step that is barren at night is covered by the second: a fallback, and so a hole unless allowed")
    func fallback() throws {
        let proof = Self.prove(Self.directory([Self.step(.schedule("day")), Self.step(.schedule("always"))]))
        let sev1 = try #require(proof.proof(of: "ml", .sev1))
        #expect(sev1.gaps.allSatisfy { $0.fallback == .step(1) })
        #expect(sev1.holes(allowFallback: false).count == 28)
        #expect(sev1.holes(allowFallback: true).isEmpty)
        #expect(proof.holes(allowFallback: true), "The schedule itself has nights without anybody.")
    }

    @Test("Two targets of one step cover for each other")
    func twoTargets() throws {
        let proof = Self.prove(Self.directory([Self.step(.schedule("day"), .schedule("always"))]))
        #expect(proof.proof(of: "ml", .sev2)?.gaps.isEmpty == true)
    }

    @Test("Nobody but the last resort at night; for low urgency nobody at all")
    func lastResort() throws {
        let proof = Self.prove(Self.directory([Self.step(.schedule("day"))]))
        #expect(proof.proof(of: "ml", .sev2)?.gaps.allSatisfy { $0.fallback == .lastResort } == true)
        let low = try #require(proof.proof(of: "ml", .sev3))
        #expect(low.gaps.count == 28)
        #expect(low.gaps.allSatisfy { $0.fallback == .nobody })
        #expect(low.holes(allowFallback: true).count == 28)
    }

    @Test("A severity that no step applies to: the last resort for a high one, nobody on purpose for a low one")
    func conditions() throws {
        let only = EscalationPolicy.Condition(.equal, .sev1)
        let proof = Self.prove(Self.directory([Self.step(.schedule("always"), when: only)]))
        #expect(proof.proof(of: "ml", .sev1)?.gaps.isEmpty == true)
        let sev2 = try #require(proof.proof(of: "ml", .sev2))
        #expect(sev2.firstStep == nil)
        #expect(sev2.gaps == [.init(from: Self.from, until: Self.until, fallback: .lastResort)])
        let sev4 = try #require(proof.proof(of: "ml", .sev4))
        #expect(sev4.pagesNobodyOnPurpose)
        #expect(sev4.holes(allowFallback: false).isEmpty)
    }

    @Test("Somebody whom only the inbox reaches covers nothing, unless the inbox is all there is")
    func inboxOnly() throws {
        let directory = Self.directory([Self.step(.user("eva"))], lastResort: [.user("eva")])
        let proof = Self.prove(directory)
        #expect(proof.proof(of: "ml", .sev1)?.gaps.map(\.fallback) == [.nobody])
        #expect(proof.lastResortGaps == [.init(from: Self.from, until: Self.until, fallback: .nobody)])
        let small = Self.prove(directory, inboxCounts: true)
        #expect(small.policies.allSatisfy { $0.gaps.isEmpty })
        #expect(small.lastResortGaps.isEmpty)
    }

    @Test("Somebody whose rules for high urgency are the inbox is not woken, and is still reached by the last resort")
    func rulesThatWakeNobody() throws {
        var directory = Self.directory([Self.step(.user("ana"))], lastResort: [.user("ana")])
        directory.users["ana"]?.rules[.high] = [NotificationRule(.inbox)]
        let proof = Self.prove(directory)
        #expect(proof.proof(of: "ml", .sev1)?.gaps.map(\.fallback) == [.lastResort])
        #expect(proof.proof(of: "ml", .sev4)?.gaps.isEmpty == true)
    }

    @Test(
        "What the proof calls covered is what the escalation takes: the same people count for both",
        arguments: [false, true])
    func agreesWithTheEscalation(inboxCounts: Bool) throws {
        var directory = Self.directory(
            [Self.step(.user("eva"), .schedule("day")), Self.step(.user("ana")), Self.step(.schedule("always"))])
        directory.users["ana"]?.rules = [.high: [NotificationRule(.inbox)], .low: [NotificationRule(.inbox)]]
        directory.users["ben"]?.reachableBy = [.inbox]
        directory.inboxCounts = inboxCounts
        let proof = DirectoryProof(directory, from: Self.from, until: Self.until, amendments: .none)
        for severity in Severity.allCases {
            let gaps = try #require(proof.proof(of: "ml", severity)).gaps
            for hour in stride(from: 0, to: 24 * 28, by: 1) as StrideTo<Int64> {
                let at = Self.from + .hours(hour)
                let first = try #require(directory.trace("ml", severity, at: at, amendments: .none)?.events.first)
                let gap = gaps.first { $0.from <= at && at < $0.until }
                let expected: PolicyTrace.Kind =
                    switch gap?.fallback {
                    case nil: .step(0, round: 0)
                    case .step(let step)?: .step(step, round: 0)
                    case .lastResort?: .lastResort
                    case .nobody?: severity.urgency == .low ? .givenUp : .lastResort
                    }
                #expect(first.kind == expected, "\(severity) at \(at.rfc3339)")
            }
        }
    }

    @Test("Every way in is listed with what it makes of a severity")
    func entrances() {
        let entrances = Self.prove(Self.directory([Self.step(.user("ana"))])).entrances
        #expect(entrances.map(\.reason) == [.route(1), .integration, .unrouted, .declared, .declared])
        #expect(entrances[0].severities[.sev1] == .sev3)
        #expect(entrances[1].integration == "prod")
        #expect(entrances.map(\.service) == ["batch", "batch", "ranker", "batch", "ranker"])
    }

    @Test("A trace goes step by step to the last resort, each step looked up when it is taken")
    func trace() throws {
        let directory = Self.directory([
            Self.step(.schedule("day")), Self.step(.schedule("always"), when: .init(.atLeast, .sev2)),
            Self.step(.schedule("day"), .user("dia")),
        ])
        let evening = try #require(Instant(rfc3339: "2026-11-23T17:58:00Z"))
        let trace = try #require(directory.trace("ml", .sev2, at: evening, amendments: .none))
        #expect(
            trace.events.map(\.kind) == [.step(0, round: 0), .step(1, round: 0), .step(2, round: 0), .lastResort])
        #expect(trace.events.map(\.at) == [0, 5, 10, 15].map { evening + .minutes($0) })
        #expect(trace.events.map { $0.people.map(\.user) } == [["ana"], ["ben"], ["dia"], ["dia"]])
        let low = try #require(directory.trace("ml", .sev3, at: evening + .minutes(5), amendments: .none))
        #expect(low.events.map(\.kind) == [.step(2, round: 0), .givenUp])
        #expect(low.events[0].passedOver.map(\.reason) == [.barren, .conditionFalse])
        #expect(directory.trace("none", .sev1, at: evening, amendments: .none) == nil)
    }

    @Test("At every hour the trace begins with the step that the proof says")
    func agree() throws {
        let directory = Self.directory([
            Self.step(.schedule("day"), when: .init(.atLeast, .sev3)),
            Self.step(.schedule("always"), when: .init(.atMost, .sev2)),
        ])
        let proof = Self.prove(directory)
        for hour in 0..<96 as Range<Int64> {
            let now = Self.from + .minutes(60 * hour + 7)
            for severity in Severity.allCases {
                let trace = try #require(directory.trace("ml", severity, at: now, amendments: .none))
                let policy = try #require(proof.proof(of: "ml", severity))
                let gap = policy.gaps.first { $0.from <= now && now < $0.until }
                let expected: PolicyTrace.Kind
                switch gap?.fallback {
                case nil: expected = .step(try #require(policy.firstStep), round: 0)
                case .step(let step): expected = .step(step, round: 0)
                case .lastResort: expected = .lastResort
                case .nobody: expected = .givenUp
                }
                #expect(trace.events.first?.kind == expected, "\(severity) at \(now.rfc3339)")
            }
        }
    }
}
