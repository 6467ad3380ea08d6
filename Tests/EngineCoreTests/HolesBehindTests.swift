import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// A schedule that stands behind another is emptied by what is laid over that one (S9).
@Suite struct HolesBehindTests {
    @Test("an override or an agreement that leaves nobody behind is refused, though its own schedule is covered")
    func holesBehind() {
        var directory = ArrangementTests.directory
        func layer(_ name: String, _ people: [UserID]) -> Layer {
            Layer(
                name: name, eras: [Era(people: people)], turn: .days(1), handoff: Handoff(time: .midnight))
        }
        directory.roster = Roster(
            schedules: [
                "sun": Schedule(
                    id: "sun", zone: "UTC",
                    plan: .layers([layer("base", ["dee"]), layer("all", ["ana", "ben"])])),
                "back": Schedule(id: "back", zone: "UTC", plan: .behind("sun", by: 1)),
                "last": Schedule(id: "last", zone: "UTC", plan: .behind("back", by: 1)),
            ], zones: ["UTC": .utc])
        var house = House(directory)
        let (midnight, people) = ArrangementTests.days(house)
        func remove(leaveHole: Bool) -> Command {
            .addOverride(
                "sun", from: midnight, until: midnight + .days(1), kind: .remove(people[0]), leaveHole: leaveHole,
                by: ArrangementTests.ana)
        }
        // Dee is on call then, and alone in her layer.
        #expect(house.say(remove(leaveHole: false)) == .refused(.leavesHole("back", at: midnight)))
        #expect(house.say(remove(leaveHole: true)) == .overrideAdded(id: 1))
        #expect(ArrangementTests.onCall(house, at: midnight) == ["dee"])
        #expect(ArrangementTests.onCall(house, "back", at: midnight).isEmpty)
        // With both of the rotation in turn on call and behind, an outsider's cover empties nothing.
        #expect(
            house.say(
                .requestCover(
                    "sun", people[1], from: midnight + .days(1), until: midnight + .days(2), inReturn: nil,
                    asked: ["chi"], by: ArrangementTests.ana)) == .coverRequested(id: 1))
        #expect(house.say(.answerCover(1, accept: true, by: "chi", via: .cli)) == .done(incidents: []))
        #expect(ArrangementTests.onCall(house, at: midnight + .days(1)) == ["chi"])
        #expect(ArrangementTests.onCall(house, "back", at: midnight + .days(1)) == [people[0]])
        #expect(ArrangementTests.onCall(house, "last", at: midnight + .days(1)) == [people[1]])
    }
}
