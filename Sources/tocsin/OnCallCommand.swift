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
        commandName: "oncall", abstract: "Say who is on call.",
        discussion: """
            Asks the server. With --config it answers from a configuration instead, offline and without the overrides \
            that people have made.
            """)

    @Argument(help: "The schedule; all of them when none is named.")
    var schedule: String?

    @Option(help: "The moment, as RFC 3339: 2026-11-23T16:00:00Z. Default: now.")
    var at: String?

    @Flag(help: "Explain how the answer comes about.")
    var why = false

    @Option(name: .customLong("config"), help: "Answer from this configuration, offline.")
    var path: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        if let at, Instant(rfc3339: at) == nil {
            throw ValidationError("--at: '\(at)' is not a time. Write it like 2026-11-23T16:00:00Z.")
        }
        if let path { return try offline(path) }
        let query = at.map { "at=\(APIClient.encode($0))" }
        if let schedule {
            let parts = [query, why ? "why=1" : nil].compactMap { $0 }
            let answer = try await server.api().get(
                "/oncall/\(APIClient.encode(schedule))\(parts.isEmpty ? "" : "?" + parts.joined(separator: "&"))")
            if server.json { return answer.printJSON() }
            show(answer)
        } else {
            let answer = try await server.api().get("/oncall\(query.map { "?" + $0 } ?? "")")
            if server.json { return answer.printJSON() }
            for item in answer["items"].items { show(item) }
        }
    }

    private func show(_ answer: Answer) {
        let people = answer["people"].items.map { person in
            let until = person["until_local"].text.map { ", until \(Self.clock($0))" } ?? ""
            let text =
                "\(person["name"].text ?? "?") (\(person["user"].text ?? "?")), local \(Self.clock(person["local_time"].text ?? ""))\(until)"
            return why ? text + ": \(person["why"].text ?? "")" : text
        }
        let who = people.isEmpty ? "nobody: \(answer["hole"].text ?? "")" : people.joined(separator: " and ")
        print("\(answer["schedule"].text ?? "?"): \(who)")
        for line in answer["explanation"].texts { print("  \(line)") }
    }

    /// "Mon 17:00" of "2026-11-23T17:00:00+09:00".
    private static func clock(_ time: String) -> String {
        guard let date = CivilDate(String(time.prefix(10))) else { return time }
        return "\(date.weekday.abbreviation) \(time.dropFirst(11).prefix(5))"
    }

    private func offline(_ path: String) throws {
        let directory: Directory
        do {
            directory = try ConfigurationOptions.load(path: path, contacts: nil, .here(readSecrets: false)).directory
        } catch let errors as ConfigurationErrors {
            throw APIClient.Failure(errors.problems.map(\.description).joined(separator: "\n"))
        }
        let now = at.flatMap { Instant(rfc3339: $0) } ?? HostTime.now
        let wanted = schedule.map { [ScheduleID(rawValue: $0)] } ?? directory.roster.schedules.keys.sorted()
        struct Line: Encodable {
            let schedule: String, at: String, people: [Person], hole: String?, nextChange: String?
            struct Person: Encodable {
                let user: String, name: String, why: String, until: String?
            }
        }
        var lines: [Line] = []
        for id in wanted {
            guard directory.roster.schedules[id] != nil else {
                throw APIClient.Failure(Refusal.noSuchSchedule(id).explanation)
            }
            let answer = directory.roster.onCall(id, at: now, amendments: .none)
            lines.append(
                Line(
                    schedule: id.rawValue, at: now.rfc3339,
                    people: answer.duties.map {
                        .init(
                            user: $0.user.rawValue, name: directory.users[$0.user]?.name ?? $0.user.rawValue,
                            why: $0.reason.explanation, until: $0.until?.rfc3339)
                    }, hole: answer.hole?.explanation, nextChange: answer.nextChange?.rfc3339))
            guard !server.json else { continue }
            let people = answer.duties.map { duty in
                DutyLines.text(duty, at: now, directory) + (why ? ", who \(duty.reason.explanation)" : "")
            }
            let who = people.isEmpty ? "nobody: \(answer.hole?.explanation ?? "")" : people.joined(separator: " and ")
            print("\(id): \(who)")
        }
        if server.json { try Output.json(lines) }
    }
}
