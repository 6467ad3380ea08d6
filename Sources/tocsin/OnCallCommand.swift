import ArgumentParser
import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Timekeeping

/// `tocsin oncall`: who is on call, and why.
struct OnCallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oncall", abstract: "Say who is on call, now or at any moment, and why.",
        discussion: """
            Asks the server. With --database it answers from the log, offline; with --config from a configuration alone, \
            without the overrides that people have made.

            When neither the server nor the database can be asked, it answers from last-known.json, which the server \
            keeps beside its database: who is on call for the next days, with their phone numbers. It is looked for \
            beside --database, here, in var and in /var/lib/tocsin.

            The past is answered with what was known then: the configuration that was in force, under the zone rules \
            of that time, and the overrides made by then. --as-known now answers with what is known today.

            --at takes 2026-10-25T01:30, '2026-10-25 01:30' or 2026-10-25 (its midnight) on the clocks of --in, or \
            RFC 3339 with an offset. A time that clocks show twice has both its answers; one that they skip is answered \
            for the first valid moment after.
            """)

    @Argument(help: "The schedule; all of them when none is named.")
    var schedule: String?

    @Option(help: "The moment, such as 2026-10-25T01:30 or 2026-10-25T00:30:00Z. Default: now.")
    var at: String?

    @Option(
        name: .customLong("in"),
        help: "The time zone whose clocks --at is read on, and the answer written. Default: this machine's ($TZ).")
    var zone: String?

    @Flag(help: "Explain how the answer comes about.")
    var why = false

    @Option(help: "What the past is answered with: what was known then, or what is known now.")
    var asKnown: AsKnown = .then

    @Option(name: .customLong("config"), help: "Answer from this configuration, offline.")
    var path: String?

    @Option(help: "Answer from this database file, offline. It may be in use by a running server.")
    var database: String?

    @Option(help: "Answer from this last-known.json, offline.")
    var lastKnown: String?

    @OptionGroup var server: ServerOptions

    enum AsKnown: String, ExpressibleByArgument, CaseIterable { case then, now }

    func validate() throws {
        if path != nil, database != nil { throw ValidationError("Give --config or --database, not both.") }
        if let at, AskedMoment(at, in: .utc) == nil {
            throw ValidationError("--at: '\(at)' is not a time. Write it like \(AskedMoment.example).")
        }
    }

    func run() async throws {
        if let lastKnown { return try LastKnownAnswer(path: lastKnown).show(schedule, at, json: server.json) }
        let answer: Answer
        do {
            answer = path == nil && database == nil ? try await online() : try offline()
        } catch {
            guard path == nil, LastKnownAnswer.isWanted(after: error, offline: database != nil),
                let left = LastKnownAnswer.find(database)
            else { throw error }
            Terminal.printError("\(error)\nThis is what was known last.")
            return try left.show(schedule, at, json: server.json)
        }
        if server.json { return answer.printJSON() }
        let items = schedule == nil ? answer["items"].items : [answer]
        let notes = items.compactMap { $0["note"].text }
        for (index, note) in notes.enumerated() where !notes[..<index].contains(note) { print(note) }
        for item in items {
            let readings = item["readings"].items
            for reading in readings.isEmpty ? [item] : readings { show(reading) }
        }
    }

    private func show(_ answer: Answer) {
        let people = answer["people"].items.map { person in
            let until = person["until_local"].text.map { ", until \(Self.clock($0))" } ?? ""
            let local = Self.clock(person["local_time"].text ?? "")
            return "\(person["name"].text ?? "?") (\(person["user"].text ?? "?")), local \(local)\(until)"
        }
        let who = people.isEmpty ? "nobody: \(answer["hole"].text ?? "")" : people.joined(separator: " and ")
        let when = at == nil ? "" : " at \(answer["at_local"].text ?? "")"
        print("\(answer["schedule"].text ?? "?")\(when): \(who)")
        for line in answer["explanation"].texts { print("  \(line)") }
    }

    /// "Mon 17:00" of "2026-11-23T17:00:00+09:00".
    private static func clock(_ time: String) -> String {
        guard let date = CivilDate(String(time.prefix(10))) else { return time }
        return "\(date.weekday.abbreviation) \(time.dropFirst(11).prefix(5))"
    }

    // MARK: Asking

    private func online() async throws -> Answer {
        let parts = [
            at.map { "at=\(APIClient.encode($0))" },
            zoneName.map { "in=\(APIClient.encode($0))" },
            why ? "why=1" : nil,
            asKnown == .now ? "as_known=now" : nil,
        ]
        let query = parts.compactMap(\.self).joined(separator: "&")
        let place = schedule.map { "/\(APIClient.encode($0))" } ?? ""
        return try await server.api().get("/oncall\(place)\(query.isEmpty ? "" : "?\(query)")")
    }

    /// A local time that names no zone is read on this machine's clocks.
    private var zoneName: String? {
        if let zone { return zone }
        guard let at, Instant(rfc3339: at) == nil else { return nil }
        return HostTime.zoneName
    }

    // MARK: Offline

    private func offline() throws -> Answer {
        let reader = ConfigurationReader.here(readSecrets: false)
        let zone = try zoneName.map(reader.zones.zone)
        let now = HostTime.now
        let moment = at.flatMap { AskedMoment($0, in: zone ?? .utc) } ?? AskedMoment(now)
        let question = DutyQuestion(
            moment: moment, zone: zone, why: why, knowledge: asKnown == .now ? .now : .then, now: now)
        let rosters = try rosters(for: question, reader)
        guard let schedule else { return Answer(json: DutyAnswers(question, from: rosters).json) }
        let id = ScheduleID(rawValue: schedule)
        guard let answer = question.answer(id, from: rosters) else {
            throw APIClient.Failure(Refusal.noSuchSchedule(id).explanation)
        }
        return Answer(json: answer.json)
    }

    private func rosters(for question: DutyQuestion, _ reader: ConfigurationReader) throws -> [KnownRoster] {
        if let database {
            let store = try LogCommand.DatabaseOption.open(database)
            let past = PastRosters(reader)
            return try question.knownAt.map { try past.known(at: $0 ?? question.now, in: store) }
        }
        do {
            let directory = try ConfigurationOptions.load(path: path ?? "", contacts: nil, reader).directory
            return question.knownAt.map { _ in
                KnownRoster(directory: directory, amendments: .none, asKnownAt: question.now)
            }
        } catch let errors as ConfigurationErrors {
            throw APIClient.Failure(errors.problems.map(\.description).joined(separator: "\n"))
        }
    }
}

extension HostTime {
    /// What this machine calls its time zone: `$TZ`, else the system's; UTC when it has no name.
    static var zoneName: String {
        let name = TimeZone.current.identifier
        return name == "GMT" ? "UTC" : name
    }
}
