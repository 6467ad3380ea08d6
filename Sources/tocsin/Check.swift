import ArgumentParser
import Documents
import Engine
import Foundation
import Incidents
import OnCall
import SQLiteStore
import Timekeeping

/// `tocsin check`: is this configuration right, and whom would it fail?
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Check a configuration: every mistake with file, line and what to do; and who can be reached by what.",
        discussion: "Exits 0 when it is valid, 1 when it is not. Warnings do not change that, unless --strict.")

    @OptionGroup var files: ConfigurationOptions

    @Option(
        help: "Also count what people entered and proved at /me, from this database. It may be in use by a server.")
    var database: String?

    @Flag(help: "Do not look for secrets: the check runs where they are not.")
    var withoutSecrets = false

    @Flag(help: "Exit 1 on warnings too.")
    var strict = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let report = try checked()
        if json { try Output.json(report) } else { report.lines.forEach { print($0) } }
        if !report.valid || (strict && !report.warnings.isEmpty) { throw ExitCode(1) }
    }

    /// Ten years and their leap days.
    private static let horizon = Duration.days(3653)

    private func checked() throws -> CheckReport {
        let reader = files.reader(readSecrets: !withoutSecrets, horizon: Self.horizon)
        do {
            var settings = try files.load(reader)
            let entered = try entered(settings)
            if !entered.isEmpty { settings = try files.load(reader, entered: entered) }
            let reachability = Reachability(
                channels: settings.channels, contacts: settings.contacts.entering(entered))
            settings.warnings += files.pageTemplates().problems.map { "templates: \($0)" }
            settings.warnings += files.postmortemTemplates().problems.map { "templates: \($0)" }
            let lint = try files.runbookLibrary(reader).lint(
                today: HostTime.today, directory: settings.directory)
            settings.warnings += (lint.errors + lint.warnings).map { "runbooks: \($0)" }
            if !withoutSecrets { settings.warnings += repositoryWarnings(settings) }
            return CheckReport(path: files.path, settings, reachability)
        } catch let errors as ConfigurationErrors {
            return CheckReport(errors)
        }
    }

    /// Where the secrets are, the models' folders should be too.
    private func repositoryWarnings(_ settings: Configuration) -> [String] {
        settings.serving.sorted { $0.key < $1.key }.compactMap { service, serving in
            guard let folder = serving.repository else { return nil }
            let field = "services.\(service).rollback.target.v2.repository"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                return "\(field): there is no folder \(folder) on this machine. Write the model's own folder."
            }
            guard !FileManager.default.isWritableFile(atPath: folder) else { return nil }
            return "\(field): \(folder) is not writable for whoever runs this check. On MLServer nothing could be "
                + "rolled back, for there files are renamed in it. Let Tocsin write there."
        }
    }

    /// What people entered themselves, as far as the log says that it was proved.
    private func entered(_ settings: Configuration) throws -> [UserID: ContactDetails] {
        guard let database else { return [:] }
        guard FileManager.default.fileExists(atPath: database) else {
            throw ValidationError("There is no database at \(database). Name it with --database.")
        }
        let store = try SQLiteStore(path: database, readOnly: true)
        guard try !store.contacts().isEmpty else { return [:] }
        return try ContactBook(store: store, configuration: settings).everybody
    }
}
