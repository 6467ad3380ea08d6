import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

@Suite("The server proves by itself that somebody is on call")
struct CoverageWatchTests {
    private struct House {
        let engine: Engine
        let desk: ConfigurationDesk
        let watch: CoverageWatch

        /// `ana` alone is on call in `sun`, always; in `night` nobody ever is.
        init(_ store: MemoryStore = MemoryStore()) async throws {
            var directory = EngineTests.directory
            directory.users["ana"] = .init(id: "ana", name: "Ana", zone: "UTC", reachableBy: [.inbox, .mail])
            func schedule(_ id: ScheduleID, _ people: [UserID]) -> Schedule {
                let layer = Layer(
                    name: "all", eras: [Era(people: people)], turn: .weeks(1), handoff: Handoff(time: .midnight))
                return Schedule(id: id, zone: "UTC", plan: .layers([layer]))
            }
            directory.roster = Roster(
                schedules: ["sun": schedule("sun", ["ana"]), "night": schedule("night", [])], zones: ["UTC": .utc])
            directory.policies = [
                "ml": EscalationPolicy(
                    id: "ml", steps: [.init(page: [.schedule("sun"), .schedule("night")], wait: .minutes(5))])
            ]
            let configuration = Configuration(directory: directory)
            let book = try ContactBook(store: store, configuration: configuration)
            engine = try await EngineTests.engine(store, configuration, [.inbox: LedgerPager(.delivered)])
            desk = ConfigurationDesk(engine: engine, book: book, read: { configuration })
            watch = CoverageWatch(desk)
        }

        var lines: [String] { desk.news.flatMap(\.lines) }

        func holiday(_ digest: String, in wait: Duration) async {
            let from = engine.now + wait
            let day = TimeOff(
                user: "ana", from: from, until: from + .days(1), source: .holiday(calendar: "us", name: "Labour Day"))
            _ = await engine.submit(
                .command(.readHolidays(calendar: "us", digest: digest, [day]), request: nil))
        }
    }

    @Test("a hole that a holiday leaves is said once, with why; what was a hole before is not")
    func holiday() async throws {
        let house = try await House()
        await house.watch.look()
        #expect(house.lines.isEmpty)
        await house.holiday("d1", in: .days(20))
        await house.watch.look()
        let line = try #require(house.lines.first)
        #expect(house.lines.count == 1)
        #expect(line.hasPrefix("Nobody is on call in sun from "))
        #expect(line.contains("because ana (layer all) has a holiday (Labour Day, calendar us)."))
        await house.watch.look()
        #expect(house.lines.count == 1)
        await house.holiday("d2", in: .days(40))
        await house.watch.look()
        #expect(house.lines.count == 2)
        await house.holiday("d3", in: .days(200))
        await house.watch.look()
        #expect(house.lines.count == 2)
    }

    @Test("a hole that a person made, having been told, is not said again when something else changes")
    func madeByPerson() async throws {
        let house = try await House()
        let from = house.engine.now + .days(3)
        let off = Command.addTimeOff(
            "ana", from: from, until: from + .hours(8), leaveHole: true, by: Actor(user: "ana", via: .console))
        guard case .timeOffAdded = await house.engine.submit(.command(off, request: nil)) else {
            Issue.record("the time off is not recorded")
            return
        }
        await house.watch.look(saying: false)
        await house.watch.look()
        #expect(house.lines.isEmpty)
    }
}
