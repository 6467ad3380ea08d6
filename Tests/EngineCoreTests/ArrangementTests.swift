import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// Time off, cover requests, handoffs told and calendars: decided once, kept across a restart, answered again as before.
@Suite struct ArrangementTests {
    static let ana = Actor(user: "ana", via: .cli)
    static let start = House.start

    /// Days of ana, ben and chi in turn; `solo` is ana's alone, and `back` stands behind `sun`.
    static var directory: Directory {
        var directory = CoreTests.directory()
        directory.users["chi"] = Directory.User(id: "chi", name: "Chi", zone: "UTC", reachableBy: [.inbox])
        directory.users["dee"] = Directory.User(id: "dee", name: "Dee", zone: "UTC", reachableBy: [.inbox])
        directory.teams["ml"] = Directory.Team(id: "ml", members: ["ana"])
        func layer(_ people: [UserID]) -> Plan {
            .layers([Layer(name: "all", eras: [Era(people: people)], turn: .days(1), handoff: Handoff(time: .midnight))]
            )
        }
        directory.roster = Roster(
            schedules: [
                "sun": Schedule(id: "sun", zone: "UTC", plan: layer(["ana", "ben", "chi"])),
                "solo": Schedule(id: "solo", zone: "UTC", plan: layer(["ana"])),
                "back": Schedule(id: "back", zone: "UTC", plan: .behind("sun", by: 1)),
            ], zones: ["UTC": .utc])
        return directory
    }

    /// The midnight after the start, and who is on call in `sun` from it on.
    static func days(_ house: House) -> (midnight: Instant, people: [UserID]) {
        let day: Int64 = 86_400_000
        let midnight = Instant(milliseconds: (house.now.milliseconds / day + 1) * day)
        let people = (0..<6).compactMap { Self.onCall(house, at: midnight + .days($0)).first }
        return (midnight, people)
    }

    static func onCall(_ house: House, _ schedule: ScheduleID = "sun", at: Instant) -> [UserID] {
        house.core.directory.roster.onCall(schedule, at: at, amendments: house.core.book.amendments).duties.map(\.user)
    }

    @Test("time off gives the turn to the next, moves nobody else's, and is refused where it leaves a hole")
    func timeOff() throws {
        var house = House(Self.directory)
        let (midnight, people) = Self.days(house)
        let before = (0..<30).map { Self.onCall(house, at: midnight + .days($0)) }
        let away = people[1]
        let off = Command.addTimeOff(
            away, from: midnight + .days(1), until: midnight + .days(2), leaveHole: false, by: Self.ana)
        if away == "ana" {
            #expect(house.say(off) == .refused(.leavesHole("solo", at: midnight + .days(1))))
        }
        let reply = house.say(
            .addTimeOff(away, from: midnight + .days(1), until: midnight + .days(2), leaveHole: true, by: Self.ana),
            request: "r1")
        #expect(reply == .timeOffAdded(id: 1))
        #expect(house.say(off, request: "r1") == .timeOffAdded(id: 1))
        let after = (0..<30).map { Self.onCall(house, at: midnight + .days($0)) }
        #expect(after[1] == [people[2]])
        for day in after.indices where day != 1 { #expect(after[day] == before[day]) }

        house.restart()
        #expect(house.core.book.timeOff.map(\.source) == [.entered(id: 1)])
        #expect(house.say(off, request: "r1") == .timeOffAdded(id: 1))
        #expect(house.say(.removeTimeOff(1, by: Self.ana)) == .done(incidents: []))
        #expect(house.say(.removeTimeOff(1, by: Self.ana)) == .refused(.noSuchTimeOff(1)))
        #expect((0..<30).map { Self.onCall(house, at: midnight + .days($0)) } == before)
    }

    @Test("the only person of a schedule cannot be off without saying that a hole is meant; everybody at once neither")
    func holes() {
        var house = House(Self.directory)
        let (midnight, _) = Self.days(house)
        func off(_ user: UserID, _ leaveHole: Bool = false) -> Command {
            .addTimeOff(user, from: midnight, until: midnight + .hours(5), leaveHole: leaveHole, by: Self.ana)
        }
        #expect(house.say(off("ana")) == .refused(.leavesHole("solo", at: midnight)))
        #expect(house.say(off("ana", true)) == .timeOffAdded(id: 1))
        // `sun` is covered with one person left, and nobody is left to stand behind.
        #expect(house.say(off("ben")) == .refused(.leavesHole("back", at: midnight)))
        #expect(house.say(off("ben", true)) == .timeOffAdded(id: 2))
        #expect(house.say(off("chi")) == .refused(.leavesHole("sun", at: midnight)))
        #expect(house.say(off("dee")) == .timeOffAdded(id: 3))
        #expect(Self.onCall(house, at: midnight) == ["chi"])
    }

    @Test("holidays take the place of what the calendar said before, and the same again is not recorded")
    func holidays() {
        var house = House(Self.directory)
        let (midnight, people) = Self.days(house)
        func day(_ user: UserID, _ number: Int64) -> TimeOff {
            TimeOff(
                user: user, from: midnight + .days(number), until: midnight + .days(number + 1),
                source: .holiday(calendar: "de", name: "Tag \(number)"))
        }
        let read = Command.readHolidays(calendar: "de", digest: "d1", [day(people[0], 0), day("zoe", 0)])
        #expect(house.say(read) == .done(incidents: []))
        #expect(Self.onCall(house, at: midnight) == [people[1]])
        let known = house.now
        let count = house.log.count
        #expect(house.say(read) == .done(incidents: []))
        #expect(house.log.count == count)
        house.pass(.hours(1))
        #expect(
            house.say(.readHolidays(calendar: "de", digest: "d2", [day(people[0], 0), day(people[2], 2)]))
                == .done(incidents: []))
        // Who is not in the configuration is left out, and what was known keeps its moment.
        #expect(house.core.book.timeOff.map(\.user) == [people[0], people[2]])
        #expect(house.core.book.timeOff.map(\.createdAt) == [known, house.now])
        #expect(house.say(.readHolidays(calendar: "us", digest: "d1", [])) == .done(incidents: []))
        #expect(house.core.book.timeOff.count == 2)
        #expect(house.say(.readHolidays(calendar: "de", digest: "d3", [])) == .done(incidents: []))
        #expect(house.core.book.timeOff.isEmpty)
        #expect(house.say(.readHolidays(calendar: "", digest: "d3", [])) == .refused(.emptyText))
    }

    @Test(
        "whoever accepts a swap stands in for the other, and the other for them; a retry is answered and not repeated")
    func swap() {
        var house = House(Self.directory)
        let (midnight, people) = Self.days(house)
        let inReturn = CoverRequest.Stretch(from: midnight + .days(4), until: midnight + .days(5))
        let wanted = Command.requestCover(
            "sun", people[0], from: midnight, until: midnight + .days(1), inReturn: inReturn, asked: [], by: Self.ana)
        #expect(house.say(wanted, request: "q") == .coverRequested(id: 1))
        #expect(house.say(wanted, request: "q") == .coverRequested(id: 1))
        // Only the second has the day that is wanted in return.
        let wrong = Command.answerCover(1, accept: true, by: people[2], via: .slack)
        #expect(house.say(wrong) == .refused(.nothingToCover(people[2], "sun")))
        let answer = Command.answerCover(1, accept: true, by: people[1], via: .slack)
        #expect(house.say(answer, request: "a") == .done(incidents: []))
        house.restart()
        #expect(house.say(answer, request: "a") == .done(incidents: []))
        #expect(house.say(answer) == .refused(.noSuchCover(1)))
        #expect(Self.onCall(house, at: midnight) == [people[1]])
        #expect(Self.onCall(house, at: midnight + .days(4)) == [people[0]])
        let origin = Override.Origin(coverRequest: 1, isSwap: true)
        #expect(house.core.book.overrides.map(\.origin) == [origin, origin])
        #expect(house.core.book.coverRequests.isEmpty)
        let reason = house.core.directory.roster.onCall(
            "sun", at: midnight, amendments: house.core.book.amendments
        ).duties[0].reason
        #expect(
            reason.explanation
                == "is on call in place of \(people[0]) by override 1, a swap agreed on (cover request 1)")
    }

    @Test("only those asked may answer, not who asks; a request that all have declined is closed")
    func asking() {
        var house = House(Self.directory)
        let (midnight, people) = Self.days(house)
        func ask(_ asked: [UserID], from: Instant) -> Reply? {
            house.say(
                .requestCover(
                    "sun", people[0], from: from, until: from + .hours(3), inReturn: nil, asked: asked, by: Self.ana))
        }
        #expect(ask([people[0]], from: midnight) == .refused(.cannotCoverOneself))
        #expect(ask(["zoe"], from: midnight) == .refused(.noSuchUser("zoe")))
        #expect(ask([], from: midnight + .days(1)) == .refused(.nothingToCover(people[0], "sun")))
        #expect(ask([people[1], "dee", people[1]], from: midnight) == .coverRequested(id: 1))
        func answer(_ id: Int, _ accept: Bool, _ user: UserID) -> Reply? {
            house.say(.answerCover(id, accept: accept, by: user, via: .slack))
        }
        #expect(answer(1, true, people[0]) == .refused(.cannotCoverOneself))
        #expect(answer(1, true, people[2]) == .refused(.notAsked(1)))
        #expect(answer(1, false, "dee") == .done(incidents: []))
        let count = house.log.count
        #expect(answer(1, false, "dee") == .done(incidents: []))
        #expect(house.log.count == count)
        #expect(house.core.book.coverRequests[1]?.declined == ["dee"])
        #expect(answer(1, false, people[1]) == .done(incidents: []))
        #expect(house.core.book.coverRequests[1] == nil)

        // Nobody named: whoever shares the rotation.
        #expect(ask([], from: midnight) == .coverRequested(id: 2))
        #expect(answer(2, true, "dee") == .refused(.notAsked(2)))
        house.pass(midnight - house.now)
        #expect(house.core.book.openCoverRequests(at: house.now).isEmpty)
        #expect(answer(2, true, people[1]) == .refused(.coverOver(2)))
        #expect(house.say(.withdrawCover(2, by: Self.ana)) == .refused(.coverOver(2)))
    }

    @Test("where nobody shares the rotation, anybody may accept")
    func soloRotation() {
        var house = House(Self.directory)
        let (midnight, _) = Self.days(house)
        let wanted = Command.requestCover(
            "solo", "ana", from: midnight, until: midnight + .hours(2), inReturn: nil, asked: [], by: Self.ana)
        #expect(house.say(wanted) == .coverRequested(id: 1))
        #expect(house.say(.answerCover(1, accept: true, by: "dee", via: .link)) == .done(incidents: []))
        #expect(Self.onCall(house, "solo", at: midnight) == ["dee"])
        #expect(Self.onCall(house, "solo", at: midnight + .hours(2)) == ["ana"])
    }

    @Test("a handoff is told to each person once, anew after they were told otherwise, and forgotten when it is over")
    func handoffs() {
        var house = House(Self.directory)
        let (midnight, people) = Self.days(house)
        let tell = Command.tellHandoff("sun", at: midnight, incoming: [people[0]], outgoing: [])
        let count = house.log.count
        #expect(house.say(tell) == .done(incidents: []))
        #expect(house.say(tell) == .done(incidents: []))
        #expect(house.log.count == count + 1)
        let other = Command.tellHandoff("sun", at: midnight, incoming: [people[1]], outgoing: [people[0]])
        #expect(house.say(other) == .done(incidents: []))
        #expect(house.log.count == count + 2)
        let known = ToldHandoff(incoming: [people[1]], outgoing: [people[0]])
        #expect(house.core.book.toldHandoffs == ["sun": [midnight: known]])
        _ = house.say(.tellHandoff("sun", at: midnight, incoming: people.prefix(2).map(\.self), outgoing: []))
        #expect(house.log.count == count + 3)
        house.pass(.days(30))
        let later = midnight + .days(30)
        #expect(house.say(tell) == .refused(.handoffNotNear))
        #expect(
            house.say(.tellHandoff("sun", at: later, incoming: [people[0]], outgoing: [])) == .done(incidents: []))
        #expect(house.core.book.toldHandoffs == ["sun": [later: ToldHandoff(incoming: [people[0]])]])
        #expect(
            house.say(.tellHandoff("moon", at: later, incoming: [], outgoing: []))
                == .refused(.noSuchSchedule("moon")))
    }

    @Test("calendars are numbered, bounded and revoked; only what exists has one")
    func calendars() {
        var house = House(Self.directory)
        #expect(house.say(.issueCalendar(.person("zoe"), by: Self.ana)) == .refused(.noSuchUser("zoe")))
        #expect(house.say(.issueCalendar(.schedule("moon"), by: Self.ana)) == .refused(.noSuchSchedule("moon")))
        #expect(house.say(.issueCalendar(.team("db"), by: Self.ana)) == .refused(.noSuchTeam("db")))
        for number in 1...Decider.mostCalendars {
            #expect(house.say(.issueCalendar(.person("ana"), by: Self.ana)) == .calendarIssued(id: number))
        }
        #expect(
            house.say(.issueCalendar(.person("ana"), by: Self.ana))
                == .refused(.tooManyCalendars(limit: Decider.mostCalendars)))
        #expect(house.say(.revokeCalendar(3, by: Self.ana)) == .done(incidents: []))
        #expect(house.say(.revokeCalendar(3, by: Self.ana)) == .refused(.noSuchCalendar(3)))
        let next = Decider.mostCalendars + 1
        #expect(house.say(.issueCalendar(.team("ml"), by: Self.ana), request: "c") == .calendarIssued(id: next))
        house.restart()
        #expect(house.say(.issueCalendar(.team("ml"), by: Self.ana), request: "c") == .calendarIssued(id: next))
        #expect(house.core.book.calendars[next] == .team("ml"))
        #expect(house.core.book.calendars[3] == nil)
    }

    @Test("strangers arrange nothing")
    func strangers() {
        var house = House(Self.directory)
        let (midnight, people) = Self.days(house)
        let zoe = Actor(user: "zoe", via: .cli)
        let count = house.log.count
        for command: Command in [
            .addTimeOff("ana", from: midnight, until: midnight + .hours(1), leaveHole: true, by: zoe),
            .requestCover(
                "sun", people[0], from: midnight, until: midnight + .hours(1), inReturn: nil, asked: [], by: zoe),
            .issueCalendar(.person("ana"), by: zoe), .revokeCalendar(1, by: zoe),
            .answerCover(1, accept: true, by: "zoe", via: .api),
        ] {
            #expect(house.say(command) == .refused(.noSuchUser("zoe")))
        }
        #expect(
            house.say(.addTimeOff("ana", from: midnight, until: midnight, leaveHole: true, by: Self.ana))
                == .refused(.emptyTime))
        #expect(
            house.say(
                .addTimeOff("dee", from: midnight, until: midnight + .days(400), leaveHole: true, by: Self.ana))
                == .refused(.timeTooLong(days: 366)))
        #expect(house.log.count == count)
    }
}
