import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// How much people, and scripts by mistake, may arrange; and what is forgotten.
@Suite struct ArrangementLimitTests {
    @Test("open overrides of a schedule and open time off of a person are bounded; what is over makes room")
    func boundedEntries() {
        var house = House(ArrangementTests.directory)
        let (midnight, _) = ArrangementTests.days(house)
        func off(_ index: Int, of user: UserID = "dee") -> Reply? {
            let from = midnight + .days(Int64(index))
            return house.say(
                .addTimeOff(user, from: from, until: from + .hours(1), leaveHole: true, by: ArrangementTests.ana))
        }
        for index in 0..<100 { #expect(off(index) == .timeOffAdded(id: index + 1)) }
        #expect(off(100) == .refused(.tooManyTimeOff("dee", limit: 100)))
        #expect(off(100, of: "chi") == .timeOffAdded(id: 101))
        let admin = Actor(user: nil, via: .api)
        func override(_ index: Int, in schedule: ScheduleID = "sun") -> Reply? {
            let from = midnight + .days(Int64(index))
            return house.say(
                .addOverride(
                    schedule, from: from, until: from + .hours(1), kind: .add("dee"), leaveHole: true, by: admin))
        }
        for index in 0..<200 { #expect(override(index) == .overrideAdded(id: index + 1)) }
        #expect(override(200) == .refused(.tooManyOverrides("sun", limit: 200)))
        #expect(override(200, in: "solo") == .overrideAdded(id: 201))
        house.pass(.days(2))
        #expect(off(100) == .timeOffAdded(id: 102))
        #expect(override(200) == .overrideAdded(id: 202))
    }

    @Test("nothing begins more than two years ahead")
    func notTooFar() {
        var house = House(ArrangementTests.directory)
        let far = house.now + .days(733)
        let refused = Reply.refused(.tooFarAhead(years: 2))
        #expect(
            house.say(.addTimeOff("dee", from: far, until: far + .days(1), leaveHole: true, by: ArrangementTests.ana))
                == refused)
        #expect(
            house.say(
                .addOverride(
                    "sun", from: far, until: far + .days(1), kind: .add("dee"), leaveHole: true,
                    by: Actor(user: nil, via: .api))) == refused)
        let near = house.now + .days(731)
        #expect(
            house.say(.addTimeOff("dee", from: near, until: near + .days(1), leaveHole: true, by: ArrangementTests.ana))
                == .timeOffAdded(id: 1))
    }

    @Test("a person has ten open requests for cover at a time, and makes twenty a day, whoever makes them")
    func boundedRequests() {
        var house = House(ArrangementTests.directory)
        let start = house.now + .days(3)
        func ask() -> Reply? {
            house.say(
                .requestCover(
                    "solo", "ana", from: start, until: start + .hours(1), inReturn: nil, asked: ["ben"],
                    by: Actor(user: nil, via: .api)))
        }
        for id in 1...10 { #expect(ask() == .coverRequested(id: id)) }
        #expect(ask() == .refused(.tooManyCoverRequests(limit: 10)))
        for id in 1...10 { _ = house.say(.withdrawCover(id, by: ArrangementTests.ana)) }
        for id in 11...20 { #expect(ask() == .coverRequested(id: id)) }
        for id in 11...20 { _ = house.say(.withdrawCover(id, by: ArrangementTests.ana)) }
        #expect(ask() == .refused(.tooManyCoverRequestsToday(limit: 20)))
        house.pass(.hours(24))
        #expect(ask() == .coverRequested(id: 21))
    }

    @Test("an hourly rotation told for a year leaves no more behind than for two days")
    func handoffsAreForgotten() {
        var book = IncidentBook()
        let start = House.start
        var most = 0
        for hour in 0..<(365 * 24) {
            let at = start + .hours(Int64(hour))
            book.evolve(
                Event(
                    sequence: Int64(hour + 1), at: at - .hours(1),
                    payload: .handoffTold(.init(schedule: "sun", at: at, incoming: ["ana"], outgoing: ["ben"]))))
            most = max(most, book.toldHandoffs.values.reduce(0) { $0 + $1.count })
        }
        #expect(most <= 26)
    }
}
