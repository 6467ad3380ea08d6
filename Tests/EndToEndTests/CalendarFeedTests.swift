import Foundation
import Integrations
import Testing

/// The built program's calendars, read by Python's `icalendar` and `recurring-ical-events` as a calendar program would.
@Suite(.serialized) struct CalendarFeedTests {
    private struct Read: Decodable {
        let name: String, method: String, errors: [String], parts: [String]
        let attendees: Int, bare: Int
        let longestLine: Int
        let events: [Row]

        struct Row: Decodable, Hashable {
            let from: String, until: String, uid: String, summary: String, sequence: String, transp: String
        }
    }

    /// Rotations by the week, the day and the hour, restrictions, zones that change their clocks, somebody behind,
    /// somebody away, holidays, and people whose names are a trial.
    private static let configuration = """
        defaults: {unrouted: ranker, last_resort: {page: [user dia]}}
        users:
          ana: {name: "Ana; Lindt, \\\\ \\"A\\"", zone: Europe/Berlin, holidays: shut}
          ben: {name: "Ben\\nEND:VEVENT", zone: America/New_York, time_off: [{from: 2027-02-01, until: 2027-03-01}]}
          chi: {name: "田中 智 🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨", zone: Asia/Tokyo}
          dia: {name: Dia Lim, zone: Africa/Cairo}
        teams: {ml: {members: [ana, ben, chi]}}
        holidays: {shut: {file: shut.ics}}
        schedules:
          primary:
            zone: Europe/Berlin
            layers:
              - {name: week, people: [ana, ben, chi], turn: 1 week, handoff: mon 02:30}
              - {name: evenings, people: [dia], turn: 1 week, handoff: mon 00:00, hours: "fri 18:00-24:00"}
          secondary: {behind: primary, by: 1}
          cairo:
            zone: Africa/Cairo
            layers: [{name: day, people: [dia, chi], turn: 1 day, handoff: "00:00", hours: "mon-fri 00:00-12:00"}]
          clock:
            zone: America/New_York
            layers: [{name: slots, people: [ana, ben, chi], turn: 8 hours, handoff: "01:30"}]
        policies: {ml: {steps: [{page: [schedule primary, schedule clock], wait: 5m}]}}
        services: {ranker: {policy: ml, team: ml}}
        """

    private static let holidays = """
        BEGIN:VCALENDAR
        BEGIN:VEVENT
        UID:1
        DTSTART;VALUE=DATE:20201224
        DTEND;VALUE=DATE:20201227
        RRULE:FREQ=YEARLY
        SUMMARY:Christmas
        END:VEVENT
        END:VCALENDAR
        """

    private func python(_ file: [UInt8], _ from: String, _ until: String) throws -> Read {
        let python = PythonDouble.root.appending(path: ".venv-tests/bin/python")
        let place = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString).ics")
        try Data(file).write(to: place)
        defer { try? FileManager.default.removeItem(at: place) }
        let script = PythonDouble.root.appending(path: "Tests/Python/ical_events.py").path
        let said = try Installation.run(python, [script, place.path, from, until])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Read.self, from: Data(said.utf8))
    }

    private func issue(_ house: Installation, _ kind: String, _ name: String) async throws -> String {
        let said = try house.command("calendar", "issue", kind, name)
        #expect(said.contains("24 hours"))
        let url = try #require(said.split(separator: "\n").first { $0.contains("  http") })
        return url.trimmingCharacters(in: .whitespaces)
    }

    private func fetch(_ house: Installation, _ url: String) async throws -> [UInt8] {
        let (status, body) = try await house.request(.get, url)
        try #require(status == 200)
        return body
    }

    /// The first days of months: two years that lie within what a calendar holds.
    private static func years() -> (from: String, until: String) {
        let today = Calendar(identifier: .gregorian).dateComponents(
            in: TimeZone(identifier: "UTC") ?? .current, from: Date())
        let (year, month) = (today.year ?? 0, today.month ?? 0)
        let month2 = month < 10 ? "0\(month)" : "\(month)"
        return ("\(year)-\(month2)-01", "\(year + 2)-\(month2)-01")
    }

    /// `from until user schedule` of the API's shifts with some time between the two.
    private func listed(
        _ house: Installation, _ schedules: [String], user: String? = nil, _ years: (from: String, until: String)
    ) async throws -> Set<String> {
        var rows: Set<String> = []
        for schedule in schedules {
            let whose = user.map { "&user=\($0)" } ?? ""
            let answer = try await house.get(
                "/schedules/\(schedule)/shifts?from=\(years.from)T00:00:00Z&until=\(years.until)T00:00:00Z\(whose)")
            for item in try #require(answer["items"] as? [[String: any Sendable]]) {
                let name = try #require(item["name"] as? String).split(whereSeparator: \.isWhitespace).joined(
                    separator: " ")
                let (from, until) = (try #require(item["from"] as? String), try #require(item["until"] as? String))
                rows.insert("\(from) \(until) On call \(schedule): \(name)")
            }
        }
        return rows
    }

    private func rows(_ read: Read) -> Set<String> { Set(read.events.map { "\($0.from) \($0.until) \($0.summary)" }) }

    @Test(
        "for two years a calendar program sees the very shifts that the API lists: a schedule's, a person's, a team's")
    func sameShifts() async throws {
        let house = try Installation(configuration: Self.configuration)
        defer { house.remove() }
        try Self.holidays.write(to: house.folder.appending(path: "shut.ics"), atomically: true, encoding: .utf8)
        try await house.start()
        let soon = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 40 * 86400)).prefix(10)
        let later = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 43 * 86400)).prefix(10)
        _ = try house.command(
            "override", "add", "primary", "--cover", "dia", "--from", "\(soon)T12:00:00Z", "--until",
            "\(later)T07:00:00Z")
        let years = Self.years()
        let all = ["primary", "secondary", "cairo", "clock"]
        let feeds: [(kind: String, name: String, schedules: [String], user: String?)] =
            all.map { ("schedule", $0, [$0], nil) } + [
                ("person", "ana", all, "ana"), ("person", "chi", all, "chi"),
                ("team", "ml", ["primary", "clock"], nil),
            ]
        for feed in feeds {
            let file = try await fetch(house, try await issue(house, feed.kind, feed.name))
            let read = try python(file, years.from, years.until)
            #expect(read.errors.isEmpty && read.bare == 0 && read.attendees == 0)
            #expect(read.longestLine <= 75)
            #expect(read.method == "PUBLISH" && Set(read.parts) == ["VEVENT"])
            #expect(Set(read.events.map(\.uid)).count == read.events.count, "\(feed.name): a UID is one event's.")
            let expected = try await listed(house, feed.schedules, user: feed.user, years)
            #expect(expected.count > 40 && read.events.count == expected.count)
            #expect(rows(read) == expected, "\(feed.kind) \(feed.name)")
        }
    }

    @Test(
        "an override is seen under its new person, and its removal too, each under a higher sequence; a restart is not")
    func overrides() async throws {
        let house = try Installation(configuration: Self.configuration)
        defer { house.remove() }
        try Self.holidays.write(to: house.folder.appending(path: "shut.ics"), atomically: true, encoding: .utf8)
        try await house.start()
        let url = try await issue(house, "schedule", "primary")
        let years = Self.years()
        func read() async throws -> Read { try python(try await fetch(house, url), years.from, years.until) }
        let before = try await read()
        // Somebody else takes a shift, who has none beside it: two that touch would be one.
        let people = ["ana": "Ana", "ben": "Ben", "chi": "田中"]
        let place = 20
        let (slot, nearby) = (before.events[place], before.events[place - 1...place + 1].map(\.summary))
        let (user, name) = try #require(
            people.sorted { $0.key < $1.key }.first { _, name in !nearby.contains { $0.contains(name) } })
        func now(_ read: Read) throws -> Read.Row { try #require(read.events.first { $0.uid == slot.uid }) }

        _ = try house.command(
            "override", "add", "primary", "--cover", user, "--from", slot.from, "--until", slot.until)
        let during = try now(try await read())
        #expect(during.summary.hasPrefix("On call primary: \(name)"))
        #expect(try #require(Int(during.sequence)) > #require(Int(slot.sequence)))

        _ = try house.command("override", "remove", "1")
        let after = try await read()
        #expect(try now(after).summary == slot.summary)
        #expect(try #require(Int(now(after).sequence)) > #require(Int(during.sequence)))
        #expect(rows(after) == rows(before))

        let file = try await fetch(house, url)
        house.kill()
        try await house.start()
        #expect(try await fetch(house, url) == file, "Nothing has changed.")

        _ = try house.command("calendar", "revoke", "1")
        let (status, _) = try await house.request(.get, url)
        #expect(status == 404)
    }

    @Test("a schedule is exported without a server, as a file and as JSON")
    func export() throws {
        let house = try Installation(configuration: Self.configuration)
        defer { house.remove() }
        try Self.holidays.write(to: house.folder.appending(path: "shut.ics"), atomically: true, encoding: .utf8)
        let config = house.folder.appending(path: "tocsin.yaml").path
        func export(_ format: String) throws -> String {
            try Installation.run(
                Installation.binary(),
                [
                    "schedule", "export", "primary", "--format", format, "--config", config,
                    "--from", "2027-01-01T00:00:00Z", "--until", "2029-01-01T00:00:00Z",
                ])
        }
        let read = try python(Array(try export("ics").utf8), "2027-01-01", "2029-01-01")
        let json = try JSONSerialization.jsonObject(with: Data(try export("json").utf8)) as? [String: Any]
        let items = try #require(json?["items"] as? [[String: Any]])
        #expect(items.count > 100 && items.count == read.events.count)
        #expect(Set(items.compactMap { $0["from"] as? String }) == Set(read.events.map(\.from)))
        // Ana is away at Christmas, and Ben in February.
        #expect(
            !read.events.contains { $0.summary.contains("Ben") && $0.from > "2027-02-01" && $0.until < "2027-03-01" })
    }
}
