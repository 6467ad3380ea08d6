import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// What silences hold back, how much of it, and what a restart knows of it.
@Suite struct SilenceTests {
    static let ana = Actor(user: "ana", via: .cli)

    private func wanted(_ house: House, for length: Duration = .hours(1), in services: [ServiceID] = ["ranker"])
        -> WantedSilence
    {
        WantedSilence(services: services, from: house.now, until: house.now + length, reason: "deploying")
    }

    private func add(_ house: inout House, _ wanted: WantedSilence, isConfirmed: Bool = false) -> Reply? {
        house.say(.addSilence(wanted, isConfirmed: isConfirmed, by: Self.ana))
    }

    @Test("a silence that is long or holds everything is asked about, with how many services and how long")
    func asksTwice() {
        var house = House()
        #expect(
            add(&house, wanted(house, in: []))
                == .refused(.silenceIsWide(services: 1, length: .hours(1), holdsEverything: true)))
        #expect(
            add(&house, wanted(house, for: .hours(25)))
                == .refused(.silenceIsWide(services: 1, length: .hours(25), holdsEverything: false)))
        var narrow = wanted(house, in: [])
        narrow.matchers = [LabelMatcher(label: "env", comparison: .notEqual, value: "prod")]
        #expect(
            add(&house, narrow) == .refused(.silenceIsWide(services: 1, length: .hours(1), holdsEverything: true)))
        narrow.matchers.append(LabelMatcher(label: "host", value: "a"))
        #expect(add(&house, narrow) == .silenceAdded(id: 1))
        #expect(add(&house, wanted(house, for: .hours(24))) == .silenceAdded(id: 2))
        #expect(add(&house, wanted(house, for: .days(300), in: []), isConfirmed: true) == .silenceAdded(id: 3))
    }

    @Test("what makes no sense is refused")
    func nonsense() {
        var house = House()
        var wrong = wanted(house, for: .zero)
        #expect(add(&house, wrong) == .refused(.emptyTime))
        wrong = WantedSilence(services: ["ranker"], from: house.now - .hours(2), until: house.now - .hours(1))
        #expect(add(&house, wrong) == .refused(.emptyTime))
        #expect(add(&house, wanted(house, in: ["nothing"])) == .refused(.noSuchService("nothing")))
        #expect(add(&house, wanted(house, for: .days(367)), isConfirmed: true) == .refused(.silenceTooLong(days: 366)))
        wrong = wanted(house)
        wrong.reason = String(repeating: "x", count: 501)
        #expect(add(&house, wrong) == .refused(.textTooLong(limit: 500)))
        wrong = wanted(house)
        wrong.matchers = Array(repeating: LabelMatcher(label: "a", value: "b"), count: 21)
        #expect(add(&house, wrong) == .refused(.tooManyMatchers(limit: 20)))
        #expect(house.say(.removeSilence(1, by: Self.ana)) == .refused(.noSuchSilence(1)))
        let stranger = Actor(user: "zed", via: .cli)
        #expect(
            house.say(.addSilence(wanted(house), isConfirmed: true, by: stranger)) == .refused(.noSuchUser("zed")))
    }

    @Test("the same request makes one silence, and ends one")
    func once() {
        var house = House()
        let command = Command.addSilence(wanted(house), isConfirmed: false, by: Self.ana)
        #expect(house.say(command, request: "q") == .silenceAdded(id: 1))
        #expect(house.say(command, request: "q") == .silenceAdded(id: 1))
        #expect(house.core.book.openSilences.count == 1)
        #expect(house.say(.removeSilence(1, by: Self.ana), request: "r") == .done(incidents: []))
        #expect(house.say(.removeSilence(1, by: Self.ana), request: "r") == .done(incidents: []))
    }

    @Test("open silences are bounded, and one that is over makes room")
    func bounded() {
        var house = House()
        for id in 1...Decider.mostSilences { #expect(add(&house, wanted(house)) == .silenceAdded(id: id)) }
        #expect(add(&house, wanted(house)) == .refused(.tooManySilences(limit: Decider.mostSilences)))
        house.pass(.hours(2))
        #expect(add(&house, wanted(house)) == .silenceAdded(id: Decider.mostSilences + 1))
    }

    @Test("when no more can be held back, and when labels are too long, alerts page and are not lost")
    func full() {
        var house = House()
        #expect(add(&house, wanted(house)) == .silenceAdded(id: 1))
        house.alert("long", labels: ["a": String(repeating: "x", count: Decider.longestLabels)])
        #expect(house.incident.isOpen)
        for number in 0..<Decider.mostSuppressed { house.alert("a\(number)") }
        #expect(house.core.book.suppressedCount == Decider.mostSuppressed)
        #expect(house.core.book.incidents.count == 1)
        house.alert("one more")
        #expect(house.core.book.incidents.count == 2)
        house.alert("a0")
        #expect(house.core.book.incidents.count == 2, "what is held back stays so")
    }

    @Test("a restart knows what is held back, with its words, and decides it when the silence is over")
    func restarts() throws {
        var house = House()
        #expect(add(&house, wanted(house)) == .silenceAdded(id: 1))
        house.alert("db", labels: ["env": "prod"])
        house.restart()
        let held = try #require(house.core.book.heldBack.first)
        #expect(house.core.book.heldBack.count == 1 && held.labels == ["env": "prod"] && held.silence == 1)
        #expect(house.core.decider.silenceTexts.reasons == [1: "deploying"])
        #expect(house.core.decider.silenceTexts.alerts[held.alert]?.title == "it is down")
        house.pass(.hours(1))
        #expect(house.incident.state == .triggered && house.incident.pages.count == 1)
        #expect(house.core.briefings[house.incident.id]?.title == "it is down")
        #expect(house.core.briefings[house.incident.id]?.labels == ["env": "prod"])
        #expect(house.core.book.heldBack.isEmpty && house.core.book.silences.isEmpty)
        #expect(house.core.decider.silenceTexts.alerts.isEmpty && house.core.decider.silenceTexts.reasons.isEmpty)
        house.restart()
        #expect(house.core.book.heldBack.isEmpty)
        #expect(add(&house, wanted(house)) == .silenceAdded(id: 2), "numbers are not given out again")
    }

    @Test("an alert that a silence does not fit any more is decided when it is next heard of")
    func labelsChange() {
        var house = House()
        var narrow = wanted(house)
        narrow.matchers = [LabelMatcher(label: "env", value: "test")]
        #expect(add(&house, narrow) == .silenceAdded(id: 1))
        house.alert("db", labels: ["env": "test"])
        #expect(house.core.book.incidents.isEmpty && house.core.book.suppressedCount == 1)
        house.alert("db", labels: ["env": "prod"])
        #expect(house.incident.state == .triggered && house.core.book.suppressedCount == 0)
    }
}
