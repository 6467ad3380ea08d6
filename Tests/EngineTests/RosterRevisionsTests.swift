import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

@Suite("The latest change behind a shift")
struct RosterRevisionsTests {
    /// SplitMix64: the same logs in every run.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % UInt64(sides))
        }
    }

    private struct Change {
        let sequence: Int64
        let schedule: ScheduleID?
        let user: UserID?
        let from: Instant
        let until: Instant
    }

    private static let people: [UserID] = ["ana", "ben", "chi", "dia"]
    private static let schedules: [ScheduleID] = ["primary", "second", "night"]

    private static func hour(_ number: Int) -> Instant { Instant(seconds: Int64(number) * 3600) }

    private func log(_ dice: inout Dice, length: Int) -> (events: [Event], changes: [Change]) {
        var (events, changes) = ([Event](), [Change]())
        for number in 1...length {
            let from = dice.roll(30)
            let (start, end) = (Self.hour(from), Self.hour(from + 1 + dice.roll(8)))
            let isOverride = dice.roll(2) == 0
            let (user, schedule) = (Self.people[dice.roll(4)], Self.schedules[dice.roll(3)])
            let payload: EventPayload =
                isOverride
                ? .overrideAdded(
                    OverrideAdded(
                        override: Override(
                            id: number, schedule: schedule, from: start, until: end, kind: .cover(user),
                            createdAt: start)))
                : .timeOffAdded(
                    TimeOffAdded(
                        timeOff: TimeOff(user: user, from: start, until: end, source: .entered(id: number)),
                        by: Actor(user: nil, via: .cli)))
            events.append(Event(sequence: Int64(number + 1), at: Self.hour(number), payload: payload))
            changes.append(
                Change(
                    sequence: Int64(number + 1), schedule: isOverride ? schedule : nil, user: isOverride ? nil : user,
                    from: start, until: end))
        }
        return (events, changes)
    }

    @Test("is that of the latest record that touches it, as looking at every record finds it", arguments: 0..<60)
    func bruteForce(seed: Int) {
        var dice = Dice(state: UInt64(seed))
        let (events, changes) = log(&dice, length: 1 + seed % 20)
        let configured = RosterHistory.Revision(sequence: Int64(1 + dice.roll(5)), at: Self.hour(0))
        let history = RosterHistory(configured: configured, events: events)
        let (lineage, members): ([ScheduleID], Set<UserID>) = (["second", "primary"], ["ana", "ben"])
        let revisions = history.revisions(in: lineage, members: members)
        for _ in 0..<200 {
            let from = dice.roll(45) - 4
            let (start, end) = (
                dice.roll(9) == 0 ? nil : Self.hour(from) + .minutes(Int64(dice.roll(2) * 30)),
                dice.roll(9) == 0 ? nil : Self.hour(from + 1 + dice.roll(5)) - .minutes(Int64(dice.roll(2) * 30))
            )
            let user = Self.people[dice.roll(4)]
            let shift = DutyShift(
                schedule: "second", user: user, from: start, until: end, position: 0, reasons: [])
            let touching = changes.filter { change in
                change.from <= end ?? .distantFuture && change.until >= start ?? .distantPast
                    && (change.schedule.map(lineage.contains)
                        ?? change.user.map { $0 == user || members.contains($0) } ?? false)
            }
            let expected = max(configured.sequence, touching.map(\.sequence).max() ?? 0)
            #expect(revisions.revision(of: shift).sequence == expected)
        }
    }

    @Test("A file that is fetched again is not made anew because a calendar was issued or a handoff told")
    func unmoved() async throws {
        let layer = Layer(
            name: "week", eras: [Era(people: ["ana", "ben"])], turn: .weeks(1), handoff: Handoff(time: .midnight))
        var directory = EngineTests.directory
        directory.roster = Roster(
            schedules: ["sun": Schedule(id: "sun", zone: "UTC", plan: .layers([layer]))], zones: ["UTC": .utc])
        let store = MemoryStore()
        let engine = try await EngineTests.engine(
            store, Configuration(directory: directory), [.inbox: LedgerPager(.delivered)])
        let desk = CalendarDesk(engine: engine)
        let actor = Actor(user: nil, via: .cli)
        func submit(_ command: Command) async { _ = await engine.submit(.command(command, request: nil)) }
        func readings() -> Int { store.streamsRead.count { $0 == "overrides" } }
        await submit(.issueCalendar(.schedule("sun"), by: actor))
        let first = try #require(try await desk.file(of: 1))
        let before = readings()
        await submit(.issueCalendar(.person("ana"), by: actor))
        await submit(.revokeCalendar(2, by: actor))
        #expect(try await desk.file(of: 1) == first)
        #expect(readings() == before)
        let now = engine.now
        await submit(
            .addTimeOff("ana", from: now + .hours(1), until: now + .hours(9), leaveHole: false, by: actor))
        #expect(try await desk.file(of: 1) != first)
        #expect(readings() == before + 1)
    }
}
