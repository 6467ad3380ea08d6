import ArgumentParser
import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Timekeeping

/// `tocsin schedule export`: shifts as a calendar file or as JSON.
struct ScheduleExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a schedule's shifts as a calendar file (iCalendar) or as JSON.",
        discussion: """
            Asks the server. With --config it answers from a configuration instead, offline and without the overrides \
            that people have made.
            A file is a copy and does not follow changes; `tocsin calendar issue` makes an address to subscribe to.
            """)

    enum Format: String, ExpressibleByArgument { case ics, json }

    @Argument(help: "The schedule.") var schedule: String
    @Option(help: "ics or json.") var format = Format.ics
    @Option(help: "From, as RFC 3339. Default: now.") var from: String?
    @Option(help: "Until, as RFC 3339. Default: 28 days after that.") var until: String?
    @Option(help: "Only this person's shifts.") var user: String?
    @Option(name: .customLong("config"), help: "Answer from this configuration, offline.") var path: String?
    @OptionGroup var server: ServerOptions

    private static let standardLength = Duration.days(28)

    func run() async throws {
        let window = try window()
        if let path { return try offline(path, window) }
        var query = "from=\(APIClient.encode(window.from.rfc3339))&until=\(APIClient.encode(window.until.rfc3339))"
        if let user { query += "&user=\(APIClient.encode(user))" }
        let place = "/schedules/\(APIClient.encode(schedule))/shifts"
        switch format {
        case .json: try await server.api().get("\(place)?\(query)").printJSON()
        case .ics: print(try await server.api().getText("\(place).ics?\(query)"), terminator: "")
        }
    }

    private func window() throws -> ShiftWindow {
        let from = try from.map { try instant($0, "--from") } ?? HostTime.now
        let until = try until.map { try instant($0, "--until") } ?? from + Self.standardLength
        guard from < until else { throw ValidationError("--until must be after --from.") }
        return ShiftWindow(from: from, until: until)
    }

    private func instant(_ text: String, _ option: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else {
            throw ValidationError("\(option): '\(text)' is not a time. Write it like 2026-11-23T16:00:00Z.")
        }
        return instant
    }

    private func offline(_ path: String, _ window: ShiftWindow) throws {
        let directory: Directory
        do {
            directory = try ConfigurationOptions.load(path: path, contacts: nil, .here(readSecrets: false)).directory
        } catch let errors as ConfigurationErrors {
            throw APIClient.Failure(errors.problems.map(\.description).joined(separator: "\n"))
        }
        let id = ScheduleID(rawValue: schedule)
        guard directory.roster.schedules[id] != nil else {
            throw APIClient.Failure(Refusal.noSuchSchedule(id).explanation)
        }
        let user = user.map { UserID(rawValue: $0) }
        if let user, directory.users[user] == nil { throw APIClient.Failure(Refusal.noSuchUser(user).explanation) }
        let feed = ShiftFeed(
            directory: directory, amendments: .none,
            history: RosterHistory(configured: .init(sequence: 0, at: HostTime.now)), home: nil)
        let selection = ShiftSelection.schedule(id, of: user, in: directory)
        switch format {
        case .ics: print(feed.file(selection, in: window), terminator: "")
        case .json:
            try Output.json(
                List(
                    schedule: schedule, from: window.from.rfc3339, until: window.until.rfc3339,
                    items: feed.shifts(selection, in: window).map { Item($0, directory) }))
        }
    }

    /// What the server answers too.
    private struct List: Encodable { let schedule: String, from: String, until: String, items: [Item] }

    private struct Item: Encodable {
        let schedule: String, user: String, name: String, from: String?, until: String?, why: [String]

        init(_ shift: DutyShift, _ directory: Directory) {
            schedule = shift.schedule.rawValue
            user = shift.user.rawValue
            name = directory.users[shift.user]?.name ?? shift.user.rawValue
            from = shift.from?.rfc3339
            until = shift.until?.rfc3339
            why = shift.reasons.map(\.explanation)
        }

        private enum CodingKeys: String, CodingKey { case schedule, user, name, from, until, why }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(schedule, forKey: .schedule)
            try values.encode(user, forKey: .user)
            try values.encode(name, forKey: .name)
            // Present even when nothing is known: a reader tells "for ever" from an old server.
            try values.encode(from, forKey: .from)
            try values.encode(until, forKey: .until)
            try values.encode(why, forKey: .why)
        }
    }
}
