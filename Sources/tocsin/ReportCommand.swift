import ArgumentParser
import Documents
import Engine
import Foundation
import Timekeeping

/// `tocsin report …`: what being on call cost.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Report on weeks of being on call.", subcommands: [Load.self],
        defaultSubcommand: Load.self)

    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What being on call cost each person: hours, nights, weekends, pages, broken sleep.",
            discussion: """
                Nights are 22:00-07:00 and weekends Saturday and Sunday on each person's own clock. Ringing pages within \
                30 minutes of each other break sleep once; the inbox and mail do not. Told as too much: less than 11 \
                hours of rest after a page at night (Directive 2003/88/EC, article 3), and more than 2 incidents in 12 \
                hours of a shift (Site Reliability Engineering, chapter 11).
                """)

        @Option(help: "Where the report begins, such as 2026-11-01. Default: 28 days before its end.")
        var from: String?

        @Option(help: "Where it ends. Default: now.")
        var until: String?

        @Option(
            name: .customLong("in"), help: "The time zone of --from and --until. Default: this machine's ($TZ).")
        var zone: String?

        @Option(help: "Read this database file instead of asking a server. It may be in use.")
        var database: String?

        @OptionGroup var server: ServerOptions

        func validate() throws {
            for (name, text) in [("from", from), ("until", until)] {
                if let text, AskedMoment(text, in: .utc) == nil {
                    throw ValidationError("--\(name): '\(text)' is not a time. Write it like \(AskedMoment.example).")
                }
            }
        }

        func run() async throws {
            let answer = try database.map(offline)
            let report = if let answer { answer } else { try await online() }
            server.json ? report.printJSON() : show(report)
        }

        private func online() async throws -> Answer {
            let parts = [
                from.map { "from=\(APIClient.encode($0))" }, until.map { "until=\(APIClient.encode($0))" },
                "in=\(APIClient.encode(zone ?? HostTime.zoneName))",
            ]
            return try await server.api().get("/reports/load?\(parts.compactMap(\.self).joined(separator: "&"))")
        }

        private func offline(_ path: String) throws -> Answer {
            let store = try LogCommand.DatabaseOption.open(path)
            let reader = ConfigurationReader.here(readSecrets: false)
            let zone = try reader.zones.zone(zone ?? HostTime.zoneName)
            let end = until.flatMap { AskedMoment($0, in: zone)?.readings.last } ?? HostTime.now
            let begin =
                from.flatMap { AskedMoment($0, in: zone)?.readings.first } ?? end - .days(LoadReport.standardDays)
            guard begin < end, end - begin <= .days(LoadReport.longestDays) else {
                throw ValidationError(
                    "--from must lie before --until, by at most \(LoadReport.longestDays) days.")
            }
            let report = try LoadReport(from: begin, until: end, zone: zone, past: PastRosters(reader), store: store) {
                count in
                if count % 1000 == 0 { Terminal.printError("\(count) incidents read …") }
            }
            return Answer(json: report.json)
        }

        // MARK: The table

        private func show(_ report: Answer) {
            print("From \(report["from_local"].text ?? "") until \(report["until_local"].text ?? "").")
            if let note = report["note"].text { print(note) }
            let people = report["people"].items
            if people.isEmpty { return print("Nobody was on call, and nobody was paged.") }
            let head = ["person", "on call", "night", "weekend", "shifts", "incidents", "pages", "sleep broken"]
            let rows = people.map { person in
                let hours = ["on_call_seconds", "night_seconds", "weekend_seconds"].map {
                    LoadReport.hours(.seconds(person[$0].number ?? 0))
                }
                let counts = ["shifts", "incidents", "pages", "interruptions"].map { "\(person[$0].number ?? 0)" }
                return [person["name"].text ?? "?"] + hours + counts
            }
            Self.lines([head] + rows).forEach { print($0) }
            let findings = report["findings"].items.compactMap { $0["sentence"].text }
            print(findings.isEmpty ? "\nNobody was asked for too much." : "\nToo much:")
            for finding in findings { print("- \(finding)") }
        }

        /// The first column is left-aligned, the others right.
        private static func lines(_ rows: [[String]]) -> [String] {
            let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
            return rows.map { row in
                row.enumerated().map { column, text in
                    let space = String(repeating: " ", count: widths[column] - text.count)
                    return column == 0 ? text + space : space + text
                }.joined(separator: "  ")
            }
        }
    }
}
