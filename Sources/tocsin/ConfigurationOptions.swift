import ArgumentParser
import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Timekeeping

/// Where the configuration is.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration: a folder of YAML files, or one file.")
    var path = "tocsin.yaml"

    @Option(help: "The contacts file. Default: contacts.yaml beside the configuration, if there is one.")
    var contacts: String?

    @Option(help: "The folder of templates. Default: those that came with Tocsin.")
    var templates: String?

    @Option(help: "The folder of the runbooks that come with Tocsin. Default: those beside it.")
    var runbooks: String?

    func pageTemplates() -> PageTemplates {
        guard let folder = templates ?? ShareFolder.find("templates") else { return .none }
        return PageTemplates(folder: folder)
    }

    func postmortemTemplates() -> PostmortemTemplates { .here(templates) }

    func reader(
        readSecrets: Bool = true, horizon: Duration = ConfigurationReader.standardHorizon
    ) -> ConfigurationReader {
        .here(readSecrets: readSecrets, runbooks: runbooks, horizon: horizon)
    }

    /// The shipped runbooks and the configuration's own.
    func runbookLibrary(_ reader: ConfigurationReader) throws -> RunbookLibrary {
        let own = try reader.runbookFolder(path: path)
        return RunbookLibrary(folders: [runbooks ?? ShareFolder.find("runbooks"), own].compactMap { $0 })
    }

    /// - Parameter entered: what people entered and proved themselves.
    func load(
        _ reader: ConfigurationReader, entered: [UserID: ContactDetails] = [:]
    ) throws -> Configuration {
        try Self.load(path: path, contacts: contacts, entered: entered, reader)
    }

    /// The same for a service that runs: what is wrong comes as `ConfigurationTrouble`.
    func loadForService(_ reader: ConfigurationReader, entered: [UserID: ContactDetails]) throws -> Configuration {
        do {
            return try load(reader, entered: entered)
        } catch let errors as ConfigurationErrors {
            throw ConfigurationTrouble(problems: errors.problems.map(\.description))
        }
    }

    /// Untyped on purpose: Swift 6.3 crashes on the typed error where this is called.
    static func load(
        path: String, contacts: String?, entered: [UserID: ContactDetails] = [:], _ reader: ConfigurationReader
    ) throws -> Configuration {
        try reader.read(path: path, contacts: contacts, entered: entered, now: HostTime.now)
    }
}

extension PostmortemTemplates {
    /// - Parameter folder: the operator's own templates.
    static func here(_ folder: String?) -> PostmortemTemplates {
        PostmortemTemplates(folder: folder, shipped: ShareFolder.find("templates"))
    }
}

extension ConfigurationReader {
    /// With this process's environment.
    /// - Parameters:
    ///   - runbooks: instead of the shipped ones.
    ///   - zoneinfo: a folder of the tz database, instead of the usual ones.
    ///   - horizon: how far ahead schedules are looked at for warnings.
    static func here(
        readSecrets: Bool, runbooks: String? = nil, zoneinfo: String? = nil,
        horizon: Duration = ConfigurationReader.standardHorizon
    ) -> ConfigurationReader {
        ConfigurationReader(
            environment: ProcessInfo.processInfo.environment, zoneinfo: zoneinfo.map { [$0] },
            readSecrets: readSecrets, runbooks: runbooks ?? ShareFolder.find("runbooks"), horizon: horizon)
    }
}

/// The wall clock, for commands that work without an engine.
enum HostTime {
    static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
