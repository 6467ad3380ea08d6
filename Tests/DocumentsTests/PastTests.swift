import Documents
import Engine
import Foundation
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

/// The past, from configurations as they are recorded and zone rules as they were.
@Suite("What was known then, from recorded configurations")
struct PastTests {
    private static let first = Reading.now
    private static let second = Reading.now + .days(10)

    private static func text(_ people: String) -> String {
        """
        defaults: {unrouted: ranker, last_resort: {page: [user ana]}}
        users: {ana: {name: Ana, zone: Test/Town}, ben: {name: Ben, zone: Test/Town}}
        schedules:
          sun: {zone: Test/Town, layers: [{people: \(people), turn: 1 day, handoff: "09:00"}]}
        policies: {ml: {steps: [{page: [schedule sun], wait: 5 min}]}}
        services: {ranker: {policy: ml}}
        """
    }

    /// A tz database with one town at that offset, made by the zone compiler.
    private func zoneinfo(_ offset: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zones-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let source = folder.appending(path: "town.txt")
        try Data("Zone Test/Town \(offset) - TWN\n".utf8).write(to: source)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/zic")
        process.arguments = ["-d", folder.path, source.path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return folder
    }

    /// A log that holds each configuration as it would be recorded, and how it is read with no zone file in reach.
    private func log(_ versions: [(Configuration, Instant)]) throws -> (MemoryStore, PastRosters) {
        let store = MemoryStore()
        var chain = HashChain()
        for (number, (configuration, at)) in versions.enumerated() {
            let zones = configuration.zones.sorted { $0.key < $1.key }.map {
                ZoneFile(zone: $0.key, base64: Data($0.value).base64EncodedString())
            }
            let applied = DirectoryApplied(
                version: number + 1, digest: configuration.digest, sources: configuration.sources, zones: zones)
            let event = Event(sequence: Int64(number + 1), at: at, payload: .directoryApplied(applied))
            try store.append(chain.seal([event]), summaries: [])
        }
        let reader = ConfigurationReader(environment: [:], zoneinfo: [], readSecrets: false)
        return (store, PastRosters(reader))
    }

    private func who(_ past: PastRosters, _ store: MemoryStore, _ at: Instant, knownAt: Instant) throws -> [UserID] {
        let known = try past.known(at: knownAt, in: store)
        return known.directory.roster.onCall("sun", at: at, amendments: known.amendments).duties.map(\.user)
    }

    @Test("When zone rules changed, the past keeps the handoffs that it had")
    func zoneRules() throws {
        let (old, new) = (try zoneinfo("1:00"), try zoneinfo("3:00"))
        defer { for folder in [old, new] { try? FileManager.default.removeItem(at: folder) } }
        var reading = Reading(Self.text("[ana, ben]"))
        reading.zoneinfo = [old.path]
        let before = try reading.configuration()
        reading.zoneinfo = [new.path]
        let after = try reading.configuration()
        #expect(before.digest != after.digest)
        let (store, past) = try log([(before, Self.first), (after, Self.second)])

        // At 09:00 in town: 08:00 UTC under the old rules, 06:00 under the new.
        let day = try #require(Instant(rfc3339: "2026-11-25T07:00:00Z"))
        let then = try who(past, store, day, knownAt: day)
        let now = try who(past, store, day, knownAt: Self.second)
        #expect(then.count == 1 && now.count == 1 && then != now)
        #expect(try who(past, store, day - .hours(2), knownAt: day) == then)
        #expect(try who(past, store, day + .minutes(59), knownAt: day) == then)
        #expect(try who(past, store, day + .hours(1), knownAt: day) == now)
        let known = try past.known(at: day, in: store)
        #expect(known.directory.version == 1)
        #expect(known.directory.roster.zones["Test/Town"]?.offsetSeconds(at: day) == 3600)
        #expect(
            try past.known(at: Self.second, in: store).directory.roster.zones["Test/Town"]?.offsetSeconds(at: day)
                == 10800)
    }

    @Test("A configuration edited afterwards does not change who was on call")
    func edited() throws {
        let folder = try zoneinfo("1:00")
        defer { try? FileManager.default.removeItem(at: folder) }
        var reading = Reading(Self.text("[ana]"))
        reading.zoneinfo = [folder.path]
        let before = try reading.configuration()
        reading.files["tocsin.yaml"] = Self.text("[ben]")
        let (store, past) = try log([(before, Self.first), (try reading.configuration(), Self.second)])
        let at = Self.first + .days(1)
        #expect(try who(past, store, at, knownAt: at) == ["ana"])
        #expect(try who(past, store, at, knownAt: Self.second) == ["ben"])
        #expect(try who(past, store, Self.first - .days(1), knownAt: Self.first - .days(1)) == ["ana"])
    }

    @Test("Holidays of a file are those that were read then, however long ago that was")
    func holidaysLongAgo() throws {
        var reading = Reading(Reading.base + "holidays: {germany: {file: de.ics}}\n")
            .replacing("ana: {name: Ana Lindt,", "ana: {name: Ana Lindt, holidays: [germany],")
        let day = CivilDate("2019-01-07")!
        reading.files["de.ics"] = HolidaySamples.calendar(["UID:1\nDTSTART;VALUE=DATE:20190107\nSUMMARY:Epiphany"])
        let read = ZoneRules.utc.firstInstant(of: CivilDateTime(date: day.adding(days: -30), time: .midnight))
        let (store, past) = try log([(try reading.configuration(), read)])
        let known = try past.known(at: read + .days(31), in: store)
        let schedule = try #require(known.directory.roster.schedules["primary"])
        #expect(schedule.timeOff.map(\.user) == ["ana"])
    }

    @Test("A zone that is not known is answered with its neighbour by name")
    func zones() throws {
        let zones = ConfigurationReader(environment: [:]).zones
        #expect(try zones.zone("Europe/London").id == "Europe/London")
        #expect(throws: UnknownZone.self) { try zones.zone("Europe/Lodnon") }
        do {
            _ = try zones.zone("Berln")
        } catch let unknown as UnknownZone {
            #expect(unknown.nearest == "Europe/Berlin")
        }
        for name in ["", "../etc/passwd", "/etc/passwd", "Europe"] {
            #expect(throws: UnknownZone.self, "\(name)") { try zones.zone(name) }
        }
    }
}
