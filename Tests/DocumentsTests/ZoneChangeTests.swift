import Documents
import Engine
import EngineCore
import Foundation
import Incidents
import LogDoubles
import Logging
import OnCall
import Testing
import Timekeeping

@Suite("Rules of time zones that change while Tocsin runs")
struct ZoneChangeTests {
    private static let daylight = """
        Rule V 2007 max - Mar Sun>=8 2:00 1:00 D
        Rule V 2007 max - Nov Sun>=1 2:00 0 S

        """

    @Test("new rules are put in force, recorded as a version, and told with each handoff that moves")
    func moves() async throws {
        let place = try ZonePlace()
        defer { place.remove() }
        try place.compile("2026a", Self.daylight + "Zone America/Vancouver -8:00 V P%sT\n")
        let house = try await House(place)
        let before = house.engine.configuration
        #expect(await house.desk.lookAtZones() == nil)
        #expect(house.desk.zoneState.version == "2026a")

        try place.compile(
            "2026b",
            Self.daylight + "Zone America/Vancouver -8:00 V P%sT 2026 Jun 1 0:00\n\t\t-7:00 - PDT\n")
        let difference = try #require(await house.desk.lookAtZones())
        #expect(difference.zones == ["America/Vancouver"])
        #expect(difference.fromVersion == "2026a" && difference.toVersion == "2026b")
        #expect(difference.moves.count >= 15)
        for move in difference.moves {
            #expect(move.before?.hasSuffix("T10:00:00-08:00") == true)
            #expect(move.after?.hasSuffix("T10:00:00-07:00") == true)
            #expect(move.handoff.isMoved)
        }
        let head = difference.lines.first { $0.contains("America/Vancouver's rules changed") }
        #expect(
            head == "America/Vancouver's rules changed (tzdata 2026a to 2026b): these \(difference.moves.count) "
                + "handoffs move:")
        let after = house.engine.configuration
        #expect(after.directory.version == before.directory.version + 1)
        #expect(after.zones["America/Vancouver"] != before.zones["America/Vancouver"])
        #expect(
            after.directory.roster.zones["America/Vancouver"]?.offsetSeconds(at: at("2030-01-01T00:00:00Z")) == -25_200)
        #expect(house.desk.zoneState.lastDifference == difference)
        #expect(house.desk.news.first?.lines == difference.lines)
        #expect(await house.desk.lookAtZones() == nil)
    }

    @Test("what was edited in the files and not applied is not put in force with them")
    func editedFilesWait() async throws {
        let place = try ZonePlace()
        defer { place.remove() }
        try place.compile("2026a", Self.daylight + "Zone America/Vancouver -8:00 V P%sT\n")
        let house = try await House(place)
        try place.configure(people: "ben, ana")
        try place.compile("2026b", "Zone America/Vancouver -7:00 - PDT\n")
        #expect(await house.desk.lookAtZones() != nil)
        #expect(house.engine.configuration.sources.allSatisfy { !$0.text.contains("ben, ana") })
    }

    @Test("a file that is no rules, or is gone, leaves the rules in force and is said until it is mended")
    func unreadable() async throws {
        let place = try ZonePlace()
        defer { place.remove() }
        try place.compile("2026a", Self.daylight + "Zone America/Vancouver -8:00 V P%sT\n")
        let house = try await House(place)
        let before = house.engine.configuration
        try place.write("TZif2", to: "America/Vancouver")
        #expect(await house.desk.lookAtZones() == nil)
        #expect(house.desk.zoneState.problem?.contains("America/Vancouver") == true)
        #expect(house.engine.configuration.directory.version == before.directory.version)
        try place.compile("2026a", Self.daylight + "Zone America/Vancouver -8:00 V P%sT\n")
        #expect(await house.desk.lookAtZones() == nil)
        #expect(house.desk.zoneState.problem == nil)
    }

    @Test("an edit that is refused says so although new rules came with it, and those are in force")
    func rulesBeforeEdits() async throws {
        let place = try ZonePlace()
        defer { place.remove() }
        try place.compile("2026a", Self.daylight + "Zone America/Vancouver -8:00 V P%sT\n")
        let house = try await House(place)
        try place.compile("2026b", "Zone America/Vancouver -7:00 - PDT\n")
        try place.configure(people: "chi")
        guard case .refused(let changes) = await house.desk.apply(accept: false) else {
            Issue.record("It was not refused.")
            return
        }
        #expect(changes.first?.after == ["chi"])
        #expect(house.desk.zoneState.lastDifference?.zones == ["America/Vancouver"])
        guard case .applied(let change) = await house.desk.apply(accept: true) else {
            Issue.record("It was not applied.")
            return
        }
        #expect(change.files == ["tocsin.yaml": .changed])
        #expect(change.zones.isEmpty)
    }

    /// An engine over a configuration in that place.
    private struct House {
        let engine: Engine
        let desk: ConfigurationDesk

        init(_ place: ZonePlace) async throws {
            try place.configure(people: "ana, ben")
            let reader = ConfigurationReader(environment: [:], zoneinfo: [place.zoneinfo])
            let configuration = try place.read(reader)
            let store = MemoryStore()
            let book = try ContactBook(store: store, configuration: configuration)
            var log = Logger(label: "test")
            log.logLevel = .critical
            engine = try Engine(
                store: store, configuration: book.equipped(), pagers: [:], publicURL: "http://tocsin.test",
                version: "test", log: log)
            try await engine.start()
            desk = ConfigurationDesk(
                engine: engine, book: book, read: { try place.read(reader) },
                zones: ZoneSource(
                    files: { reader.zoneFiles($0) }, version: { reader.tzdataVersion },
                    read: { try place.reread(reader, $0, $1) }))
        }
    }
}

/// A folder with a configuration and a tz database of one zone, compiled by `zic` as a package would bring it.
private struct ZonePlace: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("zones-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    var zoneinfo: String { folder.appendingPathComponent("zoneinfo").path }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// The new database takes the old one's place at once, as a link does.
    func compile(_ version: String, _ source: String) throws {
        let release = folder.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: release, withIntermediateDirectories: true)
        let file = release.appendingPathComponent("source")
        try Data(source.utf8).write(to: file)
        let zic = Process()
        zic.executableURL = URL(fileURLWithPath: "/usr/sbin/zic")
        zic.arguments = ["-b", "fat", "-d", release.path, file.path]
        try zic.run()
        zic.waitUntilExit()
        try #require(zic.terminationStatus == 0)
        try Data("# version \(version)\n".utf8).write(to: release.appendingPathComponent("tzdata.zi"))
        let link = folder.appendingPathComponent("link-\(UUID().uuidString)").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: release.path)
        try #require(rename(link, zoneinfo) == 0)
    }

    func write(_ text: String, to zone: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(zoneinfo)/\(zone)"))
    }

    func configure(people: String) throws {
        let text = """
            defaults: {unrouted: ranker, last_resort: {page: [user ana]}}
            users:
              ana: {zone: America/Vancouver}
              ben: {zone: America/Vancouver}
              chi: {zone: America/Vancouver}
            schedules:
              primary:
                zone: America/Vancouver
                layers: [{people: [\(people)], turn: 1 week, handoff: mon 10:00}]
            policies: {ml: {steps: [{page: [schedule primary], wait: 5m}]}}
            services: {ranker: {policy: ml}}
            """
        try Data(text.utf8).write(to: folder.appendingPathComponent("tocsin.yaml"))
    }

    func read(_ reader: ConfigurationReader) throws -> Configuration {
        try reader.read(path: folder.appendingPathComponent("tocsin.yaml").path, now: Reading.now)
    }

    func reread(
        _ reader: ConfigurationReader, _ configuration: Configuration, _ zones: [ZoneID: [UInt8]]
    ) throws -> Configuration {
        try reader.read(sources: configuration.sources, zones: zones, now: Reading.now)
    }
}

private func at(_ text: String) -> Instant { Instant(rfc3339: text)! }
