import Engine
import Incidents
import OnCall
import Timekeeping

/// Reads a configuration: a folder of YAML files or one file, and the contacts beside it.
///
/// Tells every mistake it finds, not only the first, each with file, line, column and field. Reads files, and nothing
/// else of the world: the environment and the time are given.
public struct ConfigurationReader: Sendable {
    private let environment: [String: String]
    let zoneinfo: [String]
    private let readSecrets: Bool
    private let runbooks: String?
    private let horizon: Duration

    /// How far ahead schedules are looked at where nobody waits for a proof.
    public static let standardHorizon = Duration.days(14)

    /// - Parameters:
    ///   - environment: where `{env: NAME}` and `TZDIR` are looked up.
    ///   - zoneinfo: folders of the tz database, the first that has a zone winning; nil means `TZDIR` and the usual
    ///     places.
    ///   - readSecrets: false to check a configuration where its secrets are not. Keys and secrets of what is read
    ///     are then empty, so it must not be served.
    ///   - runbooks: the folder of the runbooks that come with Tocsin; nil means none.
    ///   - horizon: how far ahead schedules are looked at for holes.
    public init(
        environment: [String: String], zoneinfo: [String]? = nil, readSecrets: Bool = true, runbooks: String? = nil,
        horizon: Duration = Self.standardHorizon
    ) {
        self.environment = environment
        self.zoneinfo = zoneinfo ?? (environment["TZDIR"].map { [$0] } ?? []) + ZoneLibrary.systemFolders
        self.readSecrets = readSecrets
        self.runbooks = runbooks
        self.horizon = horizon
    }

    /// Reads the configuration at `path`.
    ///
    /// - Parameters:
    ///   - contacts: the contacts file; nil means `contacts.yaml` beside the configuration, if there is one.
    ///   - now: schedules are proved from here on.
    ///   - entered: what people entered and proved themselves. It counts for who can be reached and is not put into
    ///     `contacts`.
    /// - Throws: everything that is wrong, if anything is.
    public func read(
        path: String, contacts: String? = nil, entered: [UserID: ContactDetails] = [:], now: Instant
    ) throws(ConfigurationErrors) -> Configuration {
        let problems = Problems()
        let contactsPath = contacts ?? Self.contacts(beside: path)
        let sources = SourceFolder(problems: problems).sources(at: path, butNot: contactsPath)
        return try read(
            sources, named: path, contacts: contactsPath, entered: entered, zones: ZoneLibrary(.folders(zoneinfo)),
            secrets: SecretReader(
                environment: environment, folder: SourceFolder.folder(of: path), mode: readSecrets ? .strict : .none),
            isRecorded: false, problems, now: now)
    }

    /// Reads a configuration as it was recorded, under the zone rules it was recorded with.
    ///
    /// This is for the last good configuration when the present one is invalid, and must work then: a secret that has
    /// gone or a mistake in the contacts file takes away what needs it, and is a warning. An integration without its
    /// key is left out of `integrations`.
    ///
    /// - Parameters:
    ///   - contacts: the contacts file, as `contacts(beside:)` finds it; nil means none.
    ///   - entered: what people entered and proved themselves, as above.
    ///   - now: schedules are proved from here on.
    public func read(
        sources: [SourceFile], zones: [ZoneID: [UInt8]], contacts: String? = nil,
        entered: [UserID: ContactDetails] = [:], now: Instant
    ) throws(ConfigurationErrors) -> Configuration {
        try read(
            sources, named: "the recorded configuration", contacts: contacts, entered: entered,
            zones: ZoneLibrary(.recorded(zones)),
            secrets: SecretReader(
                environment: environment, folder: contacts.map(SourceFolder.folder(of:)),
                mode: readSecrets ? .lenient : .none),
            isRecorded: true, Problems(), now: now)
    }

    /// The folder of runbooks that the configuration at `path` names, if it names one; nothing else of it is checked.
    /// - Throws: `ConfigurationErrors` when the configuration cannot be parsed or there is no such folder.
    public func runbookFolder(path: String) throws -> String? {
        let problems = Problems()
        let sources = SourceFolder(problems: problems).sources(at: path, butNot: Self.contacts(beside: path))
        let roots = sources.compactMap { YAMLText.root(of: $0, problems) }
        let fields = roots.flatMap { $0.entries() ?? [] }.filter { $0.name == "runbooks" }
        let folder = fields.first.flatMap {
            RunbookLibrary.folder($0.value, beside: SourceFolder.folder(of: path))
        }
        guard !problems.hasErrors else { throw ConfigurationErrors(problems: problems.sortedErrors) }
        return folder
    }

    /// The rules of a zone by its name in the tz database; nil when it has none.
    public func zone(_ name: String) -> ZoneRules? { ZoneLibrary(.folders(zoneinfo)).zone(named: name) }

    /// Looks up zones that somebody names.
    public var zones: ZoneFinder {
        let folders = zoneinfo
        return ZoneFinder(
            find: { ZoneLibrary(.folders(folders)).zone(named: $0) },
            nearest: { ZoneLibrary(.folders(folders)).nearest(to: $0) })
    }

    /// Where the contacts of a configuration at `path` are by default; nil when they are not there.
    public static func contacts(beside path: String) -> String? {
        let place = "\(SourceFolder.folder(of: path))/\(SourceFolder.contactsName)"
        return SourceFolder.exists(place) ? place : nil
    }

    private func read(
        _ sources: [SourceFile], named name: String, contacts: String?, entered: [UserID: ContactDetails],
        zones: ZoneLibrary, secrets: SecretReader, isRecorded: Bool, _ problems: Problems, now: Instant
    ) throws(ConfigurationErrors) -> Configuration {
        let contactsProblems = Problems()
        let contactsRoot = contacts.flatMap { SourceFolder(problems: contactsProblems).source(at: $0) }
            .flatMap { YAMLText.root(of: $0, contactsProblems) }
        // What was recorded names the runbooks too, by their digests, and holds the calendars of holidays.
        let written = sources.filter {
            !$0.path.hasPrefix(Runbook.sourceFolder) && !$0.path.hasPrefix(HolidayFeed.sourceFolder)
        }
        if let document = Document(written, named: name, problems) {
            let builder = ConfigurationBuilder(
                document: document, contacts: contactsRoot, contactsProblems: contactsProblems, entered: entered,
                problems: problems, zones: zones, secrets: secrets, now: now,
                shippedRunbooks: runbooks, horizon: horizon)
            if let configuration = builder.build(sources: sources, isRecorded: isRecorded) { return configuration }
        } else {
            problems.take(contactsProblems, asWarnings: secrets.mode == .lenient)
        }
        throw ConfigurationErrors(problems: problems.sortedErrors)
    }
}
