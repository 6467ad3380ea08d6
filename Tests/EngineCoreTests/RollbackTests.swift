import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// A rollback is a transaction: approved, made once, and ended in a state that is known (DESIGN §5, S19).
@Suite struct RollbackTests {
    static let one = Incident.ID(1)
    static let ana = Actor(user: "ana", via: .slack)
    static let policy = RollbackPolicy(
        target: "model ranker at http://triton:8000", checks: [.readiness, .golden, .metric], verify: .minutes(1),
        minSamples: 3, automatic: .init(matchers: [LabelMatcher(label: "check", value: "canary")], after: .minutes(3)))

    static func directory(_ policy: RollbackPolicy = policy) -> Directory {
        var directory = House.directory
        directory.users["cid"] = Directory.User(id: "cid", name: "Cid", zone: "UTC", role: "manager")
        directory.users["eve"] = Directory.User(id: "eve", name: "Eve", zone: "UTC")
        directory.policies["ml"] = EscalationPolicy(
            id: "ml",
            steps: [.init(page: [.user("ana")], wait: .minutes(5)), .init(page: [.user("ben")], wait: .minutes(5))])
        directory.services["ranker"]?.rollback = policy
        return directory
    }

    /// Version 1 is known to be good, version 2 is served and bad, and an incident is open that Ana has.
    static func house(_ policy: RollbackPolicy = policy) -> House {
        var house = House(directory(policy))
        house.pass(.seconds(1))
        _ = house.say(.declareGood("ranker", version: "1", by: ana))
        house.alert("p99")
        _ = house.say(.acknowledge(one, by: "ana", via: .slack))
        return house
    }

    static func approve(_ user: UserID = "ana", _ reason: String? = nil) -> Command {
        .approveRollback(one, by: user, via: .slack, breakGlass: reason)
    }

    private func expectRefused(_ reply: Reply?, _ refusal: RollbackRefusal, _ at: SourceLocation = #_sourceLocation) {
        #expect(reply == .refused(.rollback(refusal)), sourceLocation: at)
        #expect(refusal.explanation.hasSuffix("."), sourceLocation: at)
    }

    @Test("what serves is believed within its time, and no later, also where nobody has looked at the time since")
    func late() throws {
        for (wait, isBelieved) in [(Duration.seconds(14), true), (.seconds(16), false)] {
            var house = House(Self.directory())
            house.layer.isSilent = true
            house.layer.deploy("3")
            house.restart()
            house.answer(try #require(house.layer.silenced.last), late: wait)
            #expect((house.core.book.serving["ranker"]?.state.version == "3") == isBelieved, "after \(wait)")
        }
    }

    @Test("what was seen while the log was read anew is known afterwards, and no younger for it")
    func seenMeanwhile() throws {
        for (wait, isGround) in [(Duration.seconds(20), true), (.seconds(130), false)] {
            var house = Self.house()
            house.layer.isSilent = true
            house.layer.deploy("3")
            let before = house.layer.silenced.count
            house.pass(.seconds(31))
            try #require(house.layer.silenced.count > before)
            house.answerWhileLogIsAway(try #require(house.layer.silenced.last), wait)
            #expect(house.core.book.serving["ranker"]?.state.version == "3")
            _ = house.say(.planRollback(Incident.ID(1), to: "1", by: Actor(user: "ana", via: .cli)))
            #expect(house.incident.rollbacks.map(\.from.version) == (isGround ? ["3"] : []), "after \(wait)")
        }
    }

    @Test("planned, approved by whoever is on call, made once and verified: it succeeds")
    func succeeds() throws {
        var house = Self.house()
        #expect(house.say(.planRollback(Self.one, to: nil, by: Self.ana)) == .done(incidents: [Self.one]))
        let plan = try #require(house.incident.activeRollback)
        #expect(plan.to == "1" && plan.from.version == "2" && plan.kind == .lastGood && plan.waitsForApproval)
        #expect(plan.before?.map(\.result) == [.passed, .failed, .passed] && house.layer.changes.isEmpty)
        house.pass(.minutes(10))
        #expect(house.layer.changes.isEmpty)
        #expect(house.say(Self.approve()) == .done(incidents: [Self.one]))
        #expect(house.layer.changes == ["1"])
        house.pass(.seconds(50))
        #expect(house.incident.activeRollback != nil, "not verified for long enough")
        house.pass(.minutes(1))
        #expect(house.incident.rollbacks.map(\.end) == [.succeeded] && house.layer.version == "1")
        #expect(house.core.book.serving["ranker"]?.state.version == "1")
        #expect(house.incident.rollbacks[0].after.allSatisfy { $0.result == .passed })
        #expect(house.say(Self.approve()) == .refused(.rollback(.nothingPlanned(Self.one))))
    }

    @Test("what makes nothing better is taken back, and whoever has the incident is asked")
    func reverts() {
        var house = Self.house()
        house.layer.bad = ["1", "2"]
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        let pages = house.incident.pages.count
        house.pass(.minutes(2))
        #expect(house.incident.rollbacks.map(\.end) == [.reverted] && house.layer.changes == ["1", "2"])
        #expect(house.layer.version == "2")
        #expect(house.incident.ask?.reason == .rollback && house.incident.pages.count > pages)
        house.pass(.minutes(5))
        #expect(house.incident.state == .triggered, "nobody answered, so the next step is called")
    }

    @Test("while nobody has it, those it called hear of it, and nobody for whom it was the wrong hour")
    func heldBack() {
        var directory = Self.directory()
        directory.roster = Roster(
            schedules: directory.roster.schedules,
            zones: directory.roster.zones.merging(["Far": .fixed(id: "Far", offsetSeconds: 12 * 3600)]) { $1 })
        directory.users["ben"]?.zone = "Far"
        let hour = ZoneRules.utc.civil(at: House.start).time.secondsFromMidnight / 3600 * 3600
        let hours = Restriction(
            start: CivilTime(secondsFromMidnight: hour), end: CivilTime(secondsFromMidnight: hour + 3600))
        directory.policies["ml"] = EscalationPolicy(
            id: "ml",
            steps: [
                .init(page: [.user("ana"), .user("ben")], wait: .minutes(20), recipientHours: WeeklyHours([hours]))
            ])
        var house = House(directory)
        house.pass(.seconds(1))
        _ = house.say(.declareGood("ranker", version: "1", by: Self.ana))
        house.alert("p99")
        house.layer.bad = ["1", "2"]
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        #expect(house.say(Self.approve()) == .done(incidents: [Self.one]))
        house.pass(.minutes(2))
        #expect(house.incident.rollbacks.map(\.end) == [.reverted] && house.incident.state == .triggered)
        #expect(house.incident.runs.map(\.reason) == [.step, .rollback])
        #expect(house.incident.runs.allSatisfy { $0.user == "ana" })
    }

    @Test("no data is never health: without it the rollback freezes, and a person is called")
    func inconclusive() {
        var house = Self.house()
        house.layer.hasNoData = true
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        house.pass(.minutes(4))
        #expect(house.incident.rollbacks.map(\.end) == [.frozen] && house.layer.changes == ["1"])
        #expect(house.incident.ask?.reason == .rollback)
        // A person goes on from there: back to what was, or on to something else.
        #expect(house.say(.undoRollback(Self.one, by: Self.ana)) == .done(incidents: [Self.one]))
        _ = house.say(Self.approve())
        house.pass(.minutes(1))
        #expect(house.incident.rollbacks.map(\.end) == [.frozen, .succeeded] && house.layer.version == "2")
    }

    @Test("a plan is void as soon as something else is served, and never executes on it")
    func stale() {
        var house = Self.house()
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        house.layer.deploy("3")
        _ = house.say(Self.approve())
        house.pass(.seconds(10))
        #expect(house.incident.rollbacks.map(\.end) == [.refused] && house.layer.changes.isEmpty)
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        house.layer.deploy("2")
        house.pass(.seconds(10))
        #expect(house.incident.rollbacks.map(\.end) == [.refused, .refused])
        expectRefused(house.say(Self.approve()), .nothingPlanned(Self.one))
    }

    @Test("what the change itself was seen to bring is ground for the next plan: it can be undone at once")
    func undoneAtOnce() {
        var policy = Self.policy
        policy.verifyMilliseconds = 1000
        policy.minSamples = 1
        var house = Self.house(policy)
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        house.pass(.seconds(3))
        #expect(house.incident.rollbacks.map(\.end) == [.succeeded])
        #expect(house.say(.undoRollback(Self.one, by: Self.ana)) == .done(incidents: [Self.one]))
    }

    @Test("a change in doubt is never sent again: what is served tells, or it freezes", arguments: [true, false])
    func doubt(wasMade: Bool) {
        var house = Self.house()
        house.layer.change = wasMade ? .madeUnseen : .lost
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        house.layer.change = .made
        house.pass(.minutes(20))
        #expect(house.layer.changes == (wasMade ? ["1"] : []))
        #expect(house.incident.rollbacks.map(\.end) == [wasMade ? .succeeded : .frozen])
    }

    @Test("a crash in the middle of the change is a change in doubt", arguments: [true, false])
    func crash(wasMade: Bool) throws {
        var house = Self.house()
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        house.pass(.seconds(1))
        house.layer.isSilent = true
        _ = house.say(Self.approve())
        let call = try #require(house.layer.silenced.last)
        guard case .change(let change) = call.kind else { throw ExpectationFailedError() }
        #expect(change.to == "1" && change.expected.version == "2")
        house.layer.isSilent = false
        if wasMade { house.layer.deploy("1") }
        house.restart()
        house.pass(.minutes(20))
        #expect(house.layer.changes.isEmpty && house.incident.rollbacks.map(\.end) == [wasMade ? .succeeded : .frozen])
    }

    private struct ExpectationFailedError: Error {}

    @Test("a restart while it is verified begins the looking anew")
    func restartWhileVerifying() {
        var house = Self.house()
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        house.pass(.seconds(50))
        house.restart()
        house.pass(.seconds(50))
        #expect(house.incident.activeRollback != nil)
        house.pass(.seconds(30))
        #expect(house.incident.rollbacks.map(\.end) == [.succeeded] && house.layer.changes == ["1"])
    }

    @Test("what never left is tried again, three times, and then it is refused")
    func unsent() {
        var house = Self.house()
        house.layer.change = .notSent
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        house.pass(.seconds(4))
        house.layer.change = .made
        house.pass(.seconds(2))
        #expect(house.layer.changes == ["1"])
        house = Self.house()
        house.layer.change = .notSent
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        house.pass(.minutes(1))
        #expect(house.incident.rollbacks.map(\.end) == [.refused] && house.incident.rollbacks[0].unsent == 3)
    }

    @Test("what the serving layer refuses is refused, with its words; what cannot be brought back is frozen")
    func refused() {
        var house = Self.house()
        house.layer.change = .refused
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        #expect(house.incident.rollbacks.map(\.end) == [.refused])
        #expect(house.incident.ask?.reason == .rollback)
        house.layer.change = .made
        house.layer.bad = ["1", "2"]
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        house.layer.change = .refused
        house.pass(.minutes(2))
        #expect(house.incident.rollbacks.map(\.end) == [.refused, .frozen] && house.layer.version == "1")
    }

    @Test("what cannot be done is refused with the way out, and nothing is touched")
    func refusals() {
        var house = House(Self.directory())
        house.layer.isUnreachable = true
        house.pass(.minutes(3))
        house.alert("p99")
        let plan = Command.planRollback(Self.one, to: nil, by: Self.ana)
        expectRefused(house.say(plan), .unseen("ranker", why: "connection refused"))
        house.layer.isUnreachable = false
        house.pass(.seconds(40))
        expectRefused(house.say(plan), .noLastGood("ranker"))
        expectRefused(house.say(.planRollback(Self.one, to: "2", by: Self.ana)), .alreadyServed("2"))
        expectRefused(
            house.say(.planRollback(Self.one, to: "9", by: Self.ana)),
            .missing(version: "9", available: ["1", "2", "3"]))
        expectRefused(house.say(.planRollback(Self.one, to: "a b", by: Self.ana)), .badVersion)
        expectRefused(house.say(.undoRollback(Self.one, by: Self.ana)), .nothingToUndo(Self.one))
        expectRefused(house.say(.cancelRollback(Self.one, by: Self.ana)), .nothingPlanned(Self.one))
        expectRefused(house.say(Self.approve()), .nothingPlanned(Self.one))
        expectRefused(
            house.say(.declareGood("ranker", version: "9", by: Self.ana)),
            .missing(version: "9", available: ["1", "2", "3"]))
        expectRefused(house.say(.declareGood("ranker", version: "1", by: Self.ana)), .tooLateToVouch("ranker"))
        let pipeline = Actor(user: nil, via: .api)
        #expect(house.say(.declareGood("ranker", version: "1", by: pipeline)) == .done(incidents: []))
        #expect(house.say(plan) == .done(incidents: [Self.one]))
        #expect(house.say(plan) == .already(Self.one, owner: nil))
        expectRefused(house.say(Self.approve("eve")), .notOnCall("eve", "ranker"))
        #expect(house.say(.cancelRollback(Self.one, by: Self.ana)) == .done(incidents: [Self.one]))
        #expect(house.incident.rollbacks.map(\.end) == [.cancelled] && house.layer.changes.isEmpty)
        house.pass(.seconds(1))
        house.layer.isUnreachable = true
        house.pass(.minutes(3))
        expectRefused(house.say(plan), .unseen("ranker", why: "connection refused"))
    }

    @Test("a version that nothing shows to be good needs a second person, who is paged; then the next are")
    func secondPerson() {
        var house = Self.house()
        _ = house.say(.planRollback(Self.one, to: "3", by: Self.ana))
        #expect(house.incident.activeRollback?.secondPerson == .unproved)
        #expect(house.say(Self.approve()) == .done(incidents: [Self.one]))
        expectRefused(house.say(Self.approve()), .needsSecondPerson)
        #expect(house.incident.pages.last?.user == "ben" && house.incident.pages.last?.reason == .approval)
        let pages = house.incident.pages.count
        house.pass(.minutes(6))
        #expect(house.incident.activeRollback?.asked == 2 && house.incident.pages.count >= pages)
        #expect(house.layer.changes.isEmpty)
        #expect(house.say(Self.approve("ben")) == .done(incidents: [Self.one]))
        #expect(house.layer.changes == ["3"])
    }

    @Test("one person goes on alone with a reason, and a manager is told at once")
    func breakGlass() {
        var house = Self.house(
            RollbackPolicy(target: Self.policy.target, needsSecondPerson: true, checks: [.readiness, .golden]))
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        expectRefused(house.say(Self.approve("ana", " ")), .needsReason)
        #expect(house.say(Self.approve("ana", "everybody else is on a plane")) == .done(incidents: [Self.one]))
        #expect(house.layer.changes == ["1"] && house.incident.rollbacks[0].isBreakGlass)
        #expect(house.incident.pages.last?.user == "cid" && house.incident.pages.last?.reason == .breakGlass)
        var strict = Self.house(
            RollbackPolicy(target: Self.policy.target, needsSecondPerson: true, allowsBreakGlass: false))
        _ = strict.say(.planRollback(Self.one, to: nil, by: Self.ana))
        expectRefused(strict.say(Self.approve("ana", "please")), .noBreakGlass("ranker"))
    }

    @Test("nobody approves in time: the plan expires")
    func expires() {
        var house = Self.house()
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        house.pass(.minutes(31))
        #expect(house.incident.rollbacks.map(\.end) == [.expired] && house.layer.changes.isEmpty)
    }

    @Test("unacknowledged and allowed by the alert, it is rolled back by itself, once")
    func automatic() {
        var house = House(Self.directory())
        house.pass(.seconds(1))
        _ = house.say(.declareGood("ranker", version: "1", by: Self.ana))
        house.alert("p99", labels: ["check": "canary"])
        house.pass(.minutes(2))
        #expect(house.layer.changes.isEmpty)
        house.pass(.minutes(4))
        #expect(house.layer.changes == ["1"] && house.incident.rollbacks.map(\.end) == [.succeeded])
        #expect(house.incident.rollbacks[0].plannedBy == nil && house.incident.rollbacks[0].approvals == [nil])
        house.layer.deploy("2")
        house.alert("p98", group: nil, labels: ["check": "canary"])
        house.pass(.minutes(30))
        #expect(house.core.book.incidents[Self.one]?.rollbacks.count == 1)
    }

    @Test("acknowledged, it is not rolled back by itself; and what speaks against it is recorded")
    func automaticNot() {
        var house = House(Self.directory())
        house.pass(.seconds(1))
        _ = house.say(.declareGood("ranker", version: "1", by: Self.ana))
        house.alert("p99", labels: ["check": "canary"])
        _ = house.say(.acknowledge(Self.one, by: "ana", via: .slack))
        house.pass(.minutes(10))
        #expect(house.incident.rollbacks.isEmpty && house.layer.changes.isEmpty)
        var blind = House(Self.directory())
        blind.pass(.seconds(1))
        blind.alert("p99", labels: ["check": "canary"])
        blind.pass(.minutes(10))
        #expect(blind.incident.rollbacks.isEmpty)
        let refusals = blind.log.filter { if case .automaticRollbackRefused = $0.payload { true } else { false } }
        #expect(refusals.count == 1)
    }

    @Test("a day without an incident proves a version; an incident begins the day anew")
    func proved() {
        var house = House(Self.directory())
        house.pass(.hours(23))
        house.alert("p99")
        _ = house.say(.resolve(Self.one, by: Self.ana))
        house.pass(.hours(23))
        #expect(house.core.book.serving["ranker"]?.proved == [])
        house.pass(.hours(2))
        #expect(house.core.book.serving["ranker"]?.proved == ["2"])
        house.layer.deploy("3")
        house.pass(.minutes(1))
        #expect(house.core.book.serving["ranker"]?.lastGood == "2")
        house.restart()
        house.pass(.hours(25))
        #expect(house.core.book.serving["ranker"]?.proved == ["2", "3"])
    }

    @Test("a plan that nobody has said yes to makes room for another, and for the end of the incident")
    func superseded() {
        var house = Self.house()
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        #expect(house.say(.planRollback(Self.one, to: "3", by: Self.ana)) == .done(incidents: [Self.one]))
        let first = RollbackID(incident: Self.one, ordinal: 1)
        let yes = Command.approveRollback(Self.one, by: "ana", via: .slack, breakGlass: nil, plan: first)
        expectRefused(house.say(yes), .planVoid(first))
        #expect(house.incident.rollbacks.map(\.end) == [.cancelled, nil])
        _ = house.say(Self.approve())
        expectRefused(
            house.say(.planRollback(Self.one, to: nil, by: Self.ana)),
            .inFlight(RollbackID(incident: Self.one, ordinal: 2)))
        _ = house.say(.resolve(Self.one, by: Self.ana))
        #expect(house.incident.rollbacks.map(\.end) == [.cancelled, .cancelled])
        #expect(house.incident.state == .resolved && house.layer.changes.isEmpty)
    }

    @Test("replaying the log ends in the same book")
    func replay() {
        var house = Self.house()
        _ = house.say(.planRollback(Self.one, to: nil, by: Self.ana))
        _ = house.say(Self.approve())
        house.pass(.minutes(3))
        var book = IncidentBook()
        for event in house.log { book.evolve(event) }
        #expect(book.agrees(with: house.core.book))
    }
}
