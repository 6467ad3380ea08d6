import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// When a provider's account is left alone, and when it is tried again.
@Suite struct ChannelGateTests {
    private var gate = ChannelGate()
    private var now = SteadyInstant(milliseconds: 0)

    private mutating func attempt(_ result: AttemptOutcome.Result, retryAfter: Duration? = nil, for person: UserID) {
        #expect(gate.admit(for: person, at: now) == .go)
        gate.ended(result, retryAfter: retryAfter, for: person, at: now)
    }

    @Test("who asks for patience gets it, up to two minutes, and then one attempt goes first")
    mutating func askedForPatience() {
        attempt(.failedForNow, retryAfter: .seconds(30), for: "ana")
        #expect(gate.cause == .askedForPatience)
        now = now + .seconds(29)
        #expect(gate.admit(for: "ana", at: now) == .paused(.seconds(1)))
        now = now + .seconds(1)
        #expect(gate.pausedUntil(at: now) == nil)
        #expect(gate.admit(for: "ana", at: now) == .go)
        #expect(gate.admit(for: "ana", at: now) == .paused(.zero), "one tries, the others wait for what it finds")
        gate.ended(.sent, for: "ana", at: now)
        #expect(gate.admit(for: "ana", at: now) == .go)
        #expect(gate.admit(for: "ana", at: now) == .go)
        #expect(gate.inFlight == 2)

        var greedy = ChannelGate()
        _ = greedy.admit(for: "ana", at: now)
        greedy.ended(.failedForNow, retryAfter: .hours(1), for: "ana", at: now)
        #expect(greedy.admit(for: "ana", at: now) == .paused(.minutes(2)))
    }

    @Test("five failures in a row of two people's pages pause it, longer each time, and a success ends that")
    mutating func failsAgainAndAgain() {
        for person in ["ana", "ben", "ana", "ben"] as [UserID] { attempt(.failedForNow, for: person) }
        attempt(.inDoubt, for: "ana")
        #expect(gate.cause == .failsAgainAndAgain)
        for seconds in [5, 10, 20, 30, 30] as [Int64] {
            #expect(gate.admit(for: "ana", at: now) == .paused(.seconds(seconds)))
            now = now + .seconds(seconds)
            attempt(.failedForNow, for: "ana")
        }
        #expect(gate.admit(for: "cyd", at: now) == .go, "who has not met it may find that it works")
        gate.ended(.failedForNow, for: "cyd", at: now)
        #expect(gate.admit(for: "cyd", at: now) == .paused(.seconds(30)))
        now = now + .seconds(30)
        attempt(.delivered, for: "ana")
        #expect(gate.failuresInARow == 0 && gate.cause == nil)
        for _ in 1...4 { attempt(.failedForNow, for: "ben") }
        #expect(gate.pausedUntil(at: now) == nil)
    }

    @Test("one person's address that is always busy holds up nobody else")
    mutating func onePerson() {
        for _ in 1...20 { attempt(.failedForNow, for: "ana") }
        #expect(gate.pausedUntil(at: now) == nil)
        var own = ChannelGate(isPersonal: true)
        for _ in 1...5 {
            #expect(own.admit(for: "ana", at: now) == .go)
            own.ended(.inDoubt, for: "ana", at: now)
        }
        #expect(own.admit(for: "ana", at: now) == .paused(.seconds(5)))
    }

    @Test("what can only fail for its own reasons says nothing against the account, and ends a trial well")
    mutating func failuresForGood() {
        for person in ["ana", "ben", "ana", "ben", "ana", "ben"] as [UserID] { attempt(.failedForGood, for: person) }
        #expect(gate.pausedUntil(at: now) == nil && gate.failuresInARow == 0)
        attempt(.failedForNow, retryAfter: .seconds(10), for: "ana")
        now = now + .seconds(10)
        attempt(.failedForGood, for: "ana")
        #expect(gate.admit(for: "ana", at: now) == .go)
        #expect(gate.admit(for: "ana", at: now) == .go)
    }

    @Test("an answer that was under way when it asked for patience does not take that back")
    mutating func lateAnswer() {
        #expect(gate.admit(for: "ana", at: now) == .go)
        attempt(.failedForNow, retryAfter: .seconds(60), for: "ana")
        gate.ended(.sent, for: "ben", at: now)
        #expect(gate.admit(for: "ana", at: now) == .paused(.seconds(60)))
        #expect(gate.lastSuccess == now)
    }

    @Test("a trial that never ends keeps nobody out for ever")
    mutating func lostTrial() {
        attempt(.failedForNow, retryAfter: .seconds(1), for: "ana")
        now = now + .seconds(1)
        #expect(gate.admit(for: "ana", at: now) == .go)
        now = now + .seconds(49)
        #expect(gate.admit(for: "ana", at: now) == .paused(.zero))
        now = now + .seconds(1)
        #expect(gate.admit(for: "ana", at: now) == .go)
    }
}
