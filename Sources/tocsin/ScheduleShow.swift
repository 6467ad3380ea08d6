import ArgumentParser
import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Timekeeping

/// `tocsin schedule show`: a schedule's coming days as a picture, of letters or as SVG.
struct ScheduleShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Draw who is on call: with everybody's nights, holes and clock changes.",
        discussion: """
            Asks the server. With --config it draws a configuration instead, offline and without the overrides and the \
            time off that people have entered.
            """)

    @Argument(help: "The schedules; all of them when none is named.")
    var names: [String] = []

    @Option(help: "How many weeks, 1 to 20. Default: 1.")
    var weeks: Int?

    @Option(help: "How many days, instead of weeks.")
    var days: Int?

    @Option(help: "The first day, such as 2026-11-23. Default: today.")
    var from: String?

    @Option(
        name: .customLong("in"), help: "On the clocks of this zone, such as Europe/Berlin. Default: the schedule's.")
    var zone: String?

    @Option(name: .customLong("config"), help: "Draw this configuration, offline.")
    var path: String?

    @Option(help: "Write an SVG picture of one schedule to this file; '-' is standard output.")
    var svg: String?

    @Flag(help: "The SVG picture is for a dark page.")
    var dark = false

    @Option(help: "Columns. Default: the terminal's, or 100.")
    var width: Int?

    @OptionGroup var server: ServerOptions

    private var count: Int { days ?? (weeks ?? 1) * 7 }

    func validate() throws {
        if days != nil, weeks != nil { throw ValidationError("Give --weeks or --days, not both.") }
        guard (1...DutyDays.longest).contains(count) else {
            throw ValidationError("A picture has 1 to \(DutyDays.longest) days.")
        }
        if let from, CivilDate(from) == nil {
            throw ValidationError("--from: '\(from)' is not a date. Write it like 2026-11-23.")
        }
        if svg != nil, names.count != 1 { throw ValidationError("Name the one schedule that --svg shall draw.") }
        if svg != nil, server.json { throw ValidationError("Give --svg or --json, not both.") }
    }

    func run() async throws {
        if let path { return try offline(path) }
        let api = try server.api()
        var wanted = names
        if wanted.isEmpty { wanted = try await api.get("/oncall")["items"].items.compactMap { $0["schedule"].text } }
        var charts: [String] = []
        for name in wanted {
            let place = "/schedules/\(APIClient.encode(name))"
            if svg != nil {
                try write(try await api.getText("\(place)/picture.svg?\(query(["theme": dark ? "dark" : "light"]))"))
            } else if server.json {
                charts.append(try await api.getText("\(place)/chart?\(query([:]))"))
            } else {
                let look = ["format": "text", "width": String(columns), "colour": isColoured ? "yes" : "no"]
                charts.append(try await api.getText("\(place)/chart?\(query(look))"))
            }
        }
        if server.json {
            print("[\(charts.map { $0.trimmingCharacters(in: .newlines) }.joined(separator: ",\n"))]")
        } else if svg == nil {
            print(charts.joined(separator: "\n"), terminator: "")
        }
    }

    private func query(_ more: [String: String]) -> String {
        var fields = more
        fields["days"] = String(count)
        fields["from"] = from
        fields["in"] = zone
        return fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(APIClient.encode($0.value))" }
            .joined(separator: "&")
    }

    private var columns: Int { width ?? (Terminal.isInteractive ? Terminal.width : 100) }
    private var isColoured: Bool { Terminal.showsColours() }

    // MARK: Offline

    private func offline(_ path: String) throws {
        let reader = ConfigurationReader.here(readSecrets: false)
        let directory: Directory
        do {
            directory = try ConfigurationOptions.load(path: path, contacts: nil, reader).directory
        } catch let errors as ConfigurationErrors {
            throw APIClient.Failure(errors.problems.map(\.description).joined(separator: "\n"))
        }
        let wanted = names.isEmpty ? directory.roster.schedules.keys.sorted() : names.map { ScheduleID(rawValue: $0) }
        let charts = try wanted.map { try chart($0, directory, reader) }
        if let svg = charts.first, self.svg != nil {
            try write(DutyPicture(svg, theme: dark ? .dark : .light).svg)
        } else if server.json {
            try Output.json(charts.map(DutyRecord.init))
        } else {
            let text = DutyText(width: columns, isColoured: isColoured)
            print(charts.map(text.draw).joined(separator: "\n"), terminator: "")
        }
    }

    private func chart(_ id: ScheduleID, _ directory: Directory, _ reader: ConfigurationReader) throws -> DutyChart {
        guard let schedule = directory.roster.schedules[id] else {
            throw APIClient.Failure(Refusal.noSuchSchedule(id).explanation)
        }
        let rules = zone.map { reader.zone($0) } ?? directory.roster.zones[schedule.zone]
        guard let rules else {
            throw APIClient.Failure("--in: '\(zone ?? "")' is no zone of the tz database, such as Europe/Berlin.")
        }
        let now = HostTime.now
        let first = from.flatMap { CivilDate($0) } ?? rules.civil(at: now).date
        guard rules.has(first) else {
            throw APIClient.Failure(
                "--from: clocks in \(rules.id) never showed \(first). Write \(first.adding(days: 1)), the day after.")
        }
        let days = DutyDays(from: first, count: count, zone: rules)
        guard let chart = DutyChart(id, directory: directory, amendments: .none, days: days, now: now) else {
            throw APIClient.Failure(Refusal.noSuchSchedule(id).explanation)
        }
        return chart
    }

    private func write(_ picture: String) throws {
        guard let svg, svg != "-" else { return print(picture, terminator: "") }
        do {
            try Data(picture.utf8).write(to: URL(filePath: svg), options: .atomic)
        } catch {
            throw APIClient.Failure("\(svg) cannot be written: \(error.localizedDescription)")
        }
    }
}
