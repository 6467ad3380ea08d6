import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Synchronization
import Testing
import Timekeeping

@Suite("Calendars of holidays by address")
struct HolidayReadingTests {
    /// Answers what it is told to, and remembers what was asked.
    private final class Calendars: Sendable {
        let answer: Mutex<FetchedCalendar>
        let asked = Mutex<[FetchedCalendar.Name?]>([])

        init(_ answer: FetchedCalendar) { self.answer = Mutex(answer) }

        func fetch(_ name: FetchedCalendar.Name?) -> FetchedCalendar {
            asked.withLock { $0.append(name) }
            return answer.withLock { $0 }
        }
    }

    private struct House {
        let engine: Engine
        let desk: ConfigurationDesk
        let reading: HolidayReading

        init(
            _ store: MemoryStore, _ calendars: Calendars, users: [UserID] = ["ana"],
            directory: Directory = EngineTests.directory
        ) async throws {
            var configuration = Configuration(directory: directory)
            configuration.holidayFeeds = [HolidayFeed(name: "us", url: "https://example.com/us.ics", users: users)]
            let book = try ContactBook(store: store, configuration: configuration)
            engine = try await EngineTests.engine(store, configuration, [.inbox: LedgerPager(.delivered)])
            desk = ConfigurationDesk(engine: engine, book: book, read: { [configuration] in configuration })
            reading = HolidayReading(
                configuration: desk, fetch: { _, name in calendars.fetch(name) },
                read: { text, calendar, zones, now in
                    guard text != "moved" else { return ([], ["this is no calendar"]) }
                    let title = String(text.prefix { $0 != "\n" })
                    let days = zones.keys.sorted().map { user in
                        let day = ZoneRules.utc.civil(at: now).date.adding(days: 90)
                        let zone = zones[user] ?? .utc
                        return TimeOff(
                            user: user, from: zone.firstInstant(of: CivilDateTime(date: day, time: .midnight)),
                            until: zone.firstInstant(of: CivilDateTime(date: day.adding(days: 1), time: .midnight)),
                            source: .holiday(calendar: calendar, name: title))
                    }
                    return (days, [])
                }, jitter: { .zero })
        }

        var off: [UserID] { engine.read { $0.book.timeOff.map(\.user) } }
    }

    private static func text(_ text: String) -> FetchedCalendar { .text(text, .init(tag: "\"\(text)\"", date: nil)) }

    @Test("what a calendar says is recorded once, and is not asked for again before its time")
    func once() async throws {
        let (store, calendars) = (MemoryStore(), Calendars(Self.text("Thanksgiving")))
        let house = try await House(store, calendars)
        await house.reading.look()
        await house.reading.look()
        #expect(house.off == ["ana"])
        #expect(store.all.count { $0.kind == "holidaysRead" } == 1)
        #expect(calendars.asked.withLock { $0.count } == 1)
        let again = try await House(store, calendars)
        await again.reading.look()
        #expect(store.all.count { $0.kind == "holidaysRead" } == 1)
    }

    @Test("what was last read stays when a calendar fails or turns into something else, and that is said")
    func lastGood() async throws {
        let (store, calendars) = (MemoryStore(), Calendars(Self.text("Thanksgiving")))
        try await House(store, calendars).reading.look()
        for (answer, said) in [
            (FetchedCalendar.failed("the server answered 500"), "the server answered 500; what was last read stays"),
            (Self.text("moved"), "nothing in it could be read: this is no calendar"),
        ] {
            calendars.answer.withLock { $0 = answer }
            let house = try await House(store, calendars)
            await house.reading.look()
            #expect(house.off == ["ana"])
            #expect(house.desk.calendarTroubles == ["us": said])
        }
    }

    @Test("other people, or none, are recorded anew; a calendar that is gone from the configuration holds nobody off")
    func otherPeople() async throws {
        let (store, calendars) = (MemoryStore(), Calendars(Self.text("Thanksgiving")))
        try await House(store, calendars).reading.look()
        let both = try await House(store, calendars, users: ["ben", "ana"])
        await both.reading.look()
        #expect(both.off == ["ana", "ben"])
        var bare = both.engine.configuration
        bare.holidayFeeds = []
        _ = await both.engine.apply(bare)
        await both.reading.look()
        #expect(both.off.isEmpty)
        let records = store.all.count { $0.kind == "holidaysRead" }
        await both.reading.look()
        #expect(store.all.count { $0.kind == "holidaysRead" } == records)
    }

    @Test("a calendar that its server stamps anew each time is recorded once; one that says something else, again")
    func stamps() async throws {
        let (store, calendars) = (MemoryStore(), Calendars(Self.text("Thanksgiving\nDTSTAMP:1")))
        try await House(store, calendars).reading.look()
        for (text, records) in [("Thanksgiving\nDTSTAMP:2", 1), ("Thanksgiving\nDTSTAMP:3", 1), ("Easter", 2)] {
            calendars.answer.withLock { $0 = Self.text(text) }
            try await House(store, calendars).reading.look()
            #expect(store.all.count { $0.kind == "holidaysRead" } == records, "\(text)")
        }
    }

    @Test("new rules of a time zone move the days of who lives there, though the calendar is the same")
    func newZoneRules() async throws {
        func town(_ hours: Int) -> Directory {
            var directory = EngineTests.directory
            directory.users["ana"] = .init(id: "ana", name: "Ana", zone: "Test/Town")
            let rules = ZoneRules.fixed(id: "Test/Town", offsetSeconds: hours * 3600)
            directory.roster = Roster(schedules: [:], zones: ["Test/Town": rules])
            return directory
        }
        let (store, calendars) = (MemoryStore(), Calendars(Self.text("Thanksgiving")))
        let house = try await House(store, calendars, directory: town(1))
        await house.reading.look()
        let before = house.engine.read { $0.book.timeOff }
        var moved = house.engine.configuration
        moved.directory = town(3)
        moved.zones["Test/Town"] = [3]
        _ = await house.engine.apply(moved)
        await house.reading.look()
        let after = house.engine.read { $0.book.timeOff }
        #expect(before.count == 1 && after.map(\.from) == before.map { $0.from - .hours(2) })
        #expect(calendars.asked.withLock { $0.count } == 1)
    }

    @Test("another address that fails is not asked again at once, and what was read at the old one stays")
    func anotherAddress() async throws {
        let (store, calendars) = (MemoryStore(), Calendars(Self.text("Thanksgiving")))
        let house = try await House(store, calendars)
        await house.reading.look()
        calendars.answer.withLock { $0 = .failed("the server answered 500") }
        var moved = house.engine.configuration
        moved.holidayFeeds[0].url = "https://example.com/moved.ics"
        _ = await house.engine.apply(moved)
        for _ in 0..<3 { await house.reading.look() }
        #expect(calendars.asked.withLock { $0 } == [nil, nil])
        #expect(house.off == ["ana"])
    }
}
