import ArgumentParser
import Documents
import Engine
import Foundation
import Incidents
import SQLiteStore
import Timekeeping

/// `tocsin postmortem INC`: the draft, from a running server or offline from the database file.
struct PostmortemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postmortem", abstract: "Draft the post-mortem of an incident.",
        discussion: """
            Everything in the draft comes from the log, and every line of its timeline cites its record. The same log \
            gives the same draft. Without --database a running server is asked; with it the file is read, and nothing \
            else has to run.
            """)

    @OptionGroup var which: IncidentCommand.Which
    @Flag(help: "A self-contained HTML file instead of Markdown.") var html = false
    @Option(help: "Write it to this file instead of standard output.") var output: String?
    @Option(help: "A time zone such as Europe/Berlin, to be shown beside UTC.") var zone: String?
    @Option(help: "Read this database file instead of asking a server. It may be in use.") var database: String?
    @Option(help: "The folder of templates, with --database. Default: those that came with Tocsin.")
    var templates: String?
    @OptionGroup var server: ServerOptions

    func validate() throws {
        if html, server.json { throw ValidationError("Give --html or --json, not both.") }
        if templates != nil, database == nil {
            throw ValidationError("--templates is for --database. A running server uses its own.")
        }
    }

    func run() async throws {
        let text = if let database { try offline(database) } else { try await fromServer() }
        guard let output else { return FileHandle.standardOutput.write(Data(text.utf8)) }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw ValidationError("\(output) cannot be written. Is the folder there, and may you write in it?")
        }
    }

    private func fromServer() async throws -> String {
        let format = server.json ? "json" : (html ? PostmortemFormat.html : .markdown).rawValue
        let zone = zone.map { "&zone=\(APIClient.encode($0))" } ?? ""
        return try await server.api().getText("/incidents/\(which.number())/postmortem?format=\(format)\(zone)")
    }

    // MARK: Offline

    private func offline(_ path: String) throws -> String {
        let store = try LogCommand.DatabaseOption.open(path)
        let reader = ConfigurationReader.here(readSecrets: false)
        let rules = try zone.map { name in
            guard let rules = reader.zone(name) else {
                throw ValidationError("'\(name)' is not a time zone. Use a name such as Europe/Berlin.")
            }
            return rules
        }
        let id = Incident.ID(try which.number())
        let records = try store.records(stream: Event.Stream.incident(id).description)
        guard let draft = try PostmortemDraft(records, directory: directory(store, reader), zone: rules) else {
            throw ValidationError("There is no \(id) in \(path).")
        }
        if server.json { return draft.json }
        let files = PostmortemTemplates.here(templates)
        for problem in files.problems { Terminal.printError("warning: templates: \(problem)") }
        let render = files.renderer { Terminal.printError("warning: \($0)") }
        return render(draft, html ? .html : .markdown)
    }

    /// For the names, as last recorded. Without it everybody is called by the id.
    private func directory(_ store: SQLiteStore, _ reader: ConfigurationReader) throws -> Directory {
        guard let record = try store.lastRecord(kind: EventKind.directoryApplied.rawValue),
            case .directoryApplied(let last) = try EventCodec.decode(record).payload,
            let settings = try? reader.read(sources: last.sources, zones: last.zoneBytes, now: HostTime.now)
        else { return .nobody }
        return settings.directory
    }
}
