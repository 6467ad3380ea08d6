import Incidents
import OnCall
import Testing
import Timekeeping

@testable import Engine

@Suite struct OutageTellingTests {
    private let ana = Directory.User(id: "ana", name: "Ana", zone: "UTC")
    private let ben = Directory.User(id: "ben", name: "Ben", zone: "UTC")
    private let start = Instant(milliseconds: 1_800_000_000_000)

    @Test("each person is told once of an outage, and again only when no way took it")
    func once() {
        var telling = OutageTelling()
        #expect(telling.due([ana, ben], since: start, at: start + .seconds(30)).map(\.id) == ["ana", "ben"])
        telling.reached(ana, since: start)
        #expect(telling.due([ana, ben], since: start, at: start + .minutes(5)).map(\.id) == ["ben"])
        telling.reached(ben, since: start)
        #expect(telling.due([ana, ben], since: start, at: start + .minutes(10)).isEmpty)
    }

    @Test("the end is told to those who heard of the outage, once")
    func end() {
        var telling = OutageTelling()
        _ = telling.due([ana, ben], since: start, at: start + .seconds(30))
        telling.reached(ana, since: start)
        let over = telling.over(at: start + .minutes(2))
        #expect(over?.users.map(\.id) == ["ana"] && over?.since == start)
        #expect(telling.over(at: start + .minutes(3)) == nil)
    }

    @Test("a log that comes and goes does not ring each time, but an outage that lasts is told")
    func flapping() {
        var telling = OutageTelling()
        _ = telling.due([ana], since: start, at: start + .seconds(30))
        telling.reached(ana, since: start)
        _ = telling.over(at: start + .minutes(1))
        let second = start + .minutes(2)
        #expect(telling.due([ana], since: second, at: second + .seconds(30)).isEmpty)
        #expect(telling.over(at: second + .minutes(1)) == nil, "nobody heard that it began")
        let third = start + .minutes(10)
        #expect(telling.due([ana], since: third, at: third + .seconds(30)).isEmpty)
        #expect(telling.due([ana], since: third, at: start + .minutes(16)).map(\.id) == ["ana"])
    }
}
