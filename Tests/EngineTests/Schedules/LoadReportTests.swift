import Engine
import EngineCore
import Foundation
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

@Suite("The report on load")
struct LoadReportTests {
    private static let start = instant("2026-10-19T00:00:00Z")

    private struct Random {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    private static let people: [UserID] = ["ana", "ben", "chi", "dia"]
    private static let zones: [ZoneID] = ["Europe/London", "America/New_York", "Asia/Tokyo", "Pacific/Apia"]

    private static func directory(_ schedules: [Schedule]) -> Directory {
        let rules = Dictionary(uniqueKeysWithValues: (zones + ["UTC"]).map { ($0, zoneRules($0)) })
        return Directory(
            users: Dictionary(
                uniqueKeysWithValues: zip(people, zones).map {
                    ($0, .init(id: $0, name: $0.rawValue.capitalized, zone: $1, reachableBy: [.push, .inbox]))
                }),
            roster: Roster(
                schedules: Dictionary(uniqueKeysWithValues: schedules.map { ($0.id, $0) }), zones: rules),
            policies: [
                "ml": EscalationPolicy(id: "ml", steps: [.init(page: [.schedule("sun")], wait: .minutes(5))])
            ],
            services: ["ranker": .init(id: "ranker", name: "Ranker", policy: "ml")], unrouted: "ranker",
            lastResort: [.user("ana")])
    }

    private static func schedule(_ id: ScheduleID, _ random: inout Random) -> Schedule {
        let layers = (0...random.below(3)).map { number in
            let members = (0...random.below(4)).map { _ in people[random.below(4)] }
            let turns: [TurnLength] = [.hours(8), .hours(12), .days(1), .days(3), .weeks(1)]
            let hours = Restriction(start: CivilTime("08:00")!, end: CivilTime("20:00")!)
            return Layer(
                name: "\(number)", eras: [Era(people: members)], turn: turns[random.below(turns.count)],
                handoff: Handoff(time: CivilTime("09:30")!), restrictions: random.below(2) == 0 ? [hours] : [],
                also: random.below(3) == 0)
        }
        return Schedule(id: id, zone: zones[random.below(4)], plan: .layers(layers))
    }

    private static func log(_ directory: Directory, at: Instant) throws -> (MemoryStore, PastRosters) {
        let store = MemoryStore()
        var chain = HashChain()
        let applied = DirectoryApplied(version: 1, digest: "1", sources: [], zones: [])
        let event = Event(sequence: 1, at: at, payload: .directoryApplied(applied))
        try store.append(chain.seal([event]), summaries: [])
        return (store, PastRosters { _, _ in directory })
    }

    /// A night's log behind the configuration it went by, which the core alone does not record.
    private static func recorded(_ night: MemoryStore) throws -> MemoryStore {
        let applied = DirectoryApplied(version: 1, digest: "1", sources: [], zones: [])
        let told = try night.all.map { try EventCodec.decode($0) }
        let first = Event(sequence: 1, at: try #require(told.first).at, payload: .directoryApplied(applied))
        let rest = told.map {
            Event(sequence: $0.sequence + 1, at: $0.at, request: $0.request, payload: $0.payload, text: $0.text)
        }
        let store = MemoryStore()
        var chain = HashChain()
        try store.append(chain.seal([first] + rest), summaries: night.summaries(IncidentQuery()))
        return store
    }

    @Test("The hours of all persons are the hours of all shifts, and no night or weekend is longer than they are")
    func sums() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = Random(state: seed)
            let directory = Self.directory([Self.schedule("sun", &random)])
            let from = Self.start + .minutes(Int64(random.below(10_000)))
            let until = from + .minutes(Int64(1 + random.below(30_000)))
            let (store, past) = try Self.log(directory, at: Self.start)
            let report = try LoadReport(from: from, until: until, zone: .utc, past: past, store: store)
            let shifts = directory.roster.shifts("sun", from: from, until: until, amendments: .none)
            let expected = shifts.reduce(Duration.zero) {
                $0 + ($1.until - $1.from) * Set($1.duties.map(\.user)).count
            }
            let people = report.load.people
            #expect(people.reduce(Duration.zero) { $0 + $1.onCall } == expected, "seed \(seed)")
            for person in people {
                #expect(person.nights <= person.onCall && person.weekends <= person.onCall, "seed \(seed)")
                #expect(person.shifts > 0 && person.onCall <= until - from)
            }
        }
    }

    @Test("Shifts go by what was known when they were held: an override taken back afterwards was still worked")
    func asKnown() throws {
        let layer = Layer(
            name: "week", eras: [Era(people: ["ana"])], turn: .weeks(1), handoff: Handoff(time: .midnight))
        let directory = Self.directory([Schedule(id: "sun", zone: "UTC", plan: .layers([layer]))])
        let store = MemoryStore()
        var chain = HashChain()
        let override = Override(
            id: 1, schedule: "sun", from: Self.start, until: Self.start + .days(2), kind: .cover("ben"),
            createdAt: Self.start + .hours(6))
        let payloads: [(EventPayload, Int64)] = [
            (.directoryApplied(DirectoryApplied(version: 1, digest: "1", sources: [], zones: [])), 0),
            (.overrideAdded(OverrideAdded(override: override)), 6),
            (.overrideRemoved(OverrideRemoved(id: 1, by: Actor(user: "ana", via: .cli))), 30),
        ]
        for (index, (payload, hours)) in payloads.enumerated() {
            let event = Event(sequence: Int64(index + 1), at: Self.start + .hours(hours), payload: payload)
            try store.append(chain.seal([event]), summaries: [])
        }
        let report = try LoadReport(
            from: Self.start, until: Self.start + .days(2), zone: .utc, past: PastRosters { _, _ in directory },
            store: store)
        #expect(report.load.people.map(\.user) == ["ana", "ben"])
        #expect(report.load.people.map(\.onCall) == [.hours(6 + 18), .hours(24)])
        #expect(report.load.people.map(\.shifts) == [2, 1])
        #expect(report.logBegins == nil && report.note == nil)
    }

    @Test("Pages are counted when an attempt did not fail, from a log that the core wrote")
    func pages() throws {
        let layer = Layer(
            name: "week", eras: [Era(people: ["chi"])], turn: .weeks(1), handoff: Handoff(time: .midnight))
        let directory = Self.directory([Schedule(id: "sun", zone: "UTC", plan: .layers([layer]))])
        // 02:00 in Tokyo, where chi lives.
        var night = try NightShift(directory, at: instant("2026-10-20T17:00:00Z"))
        night.outcome = { transmission in
            transmission.method == .push
                ? (.seconds(1), AttemptOutcome(.delivered, evidence: "200 OK"))
                : (.seconds(1), AttemptOutcome(.failedForGood, evidence: "no inbox"))
        }
        let alert = AlertSignal(
            alert: AlertKey(integration: "prod", key: "db"), status: .firing, episode: "1", severity: .sev2,
            title: "db is down")
        try night.alerts([alert])
        try night.wait(.minutes(2))
        try night.tell(.resolve(Incident.ID(1), by: Actor(user: "chi", via: .console)))
        let report = try LoadReport(
            from: instant("2026-10-20T00:00:00Z"), until: instant("2026-10-21T00:00:00Z"), zone: .utc,
            past: PastRosters { _, _ in directory }, store: try Self.recorded(night.store))
        let chi = try #require(report.load.people.first { $0.user == "chi" })
        #expect(chi.pages == 1 && chi.incidents == 1 && chi.interruptions == 1)
        #expect(report.note?.contains("The log begins at 2026-10-20T17:00:00+00:00.") == true)
    }

    @Test(
        "Lengths read as people compare them",
        arguments: [
            (Duration.hours(168), "168 h"), (.minutes(450), "7.5 h"), (.minutes(25), "25 min"), (.zero, "0 h"),
            (.minutes(62), "1 h"), (.minutes(63), "1.1 h"),
        ])
    func lengths(duration: Duration, expected: String) { #expect(LoadReport.hours(duration) == expected) }
}
