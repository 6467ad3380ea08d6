import Documents
import Engine
import Foundation
import OnCall
import Timekeeping

/// Reads configurations from a folder of their own, as `tocsin check` would on a Monday morning in November 2026.
struct Reading {
    static let now = Instant(rfc3339: "2026-11-23T09:00:00Z") ?? Instant(milliseconds: 0)
    static let signingKey = "whsec_" + Data(repeating: 0x5A, count: 32).base64EncodedString()
    static let environment = [
        "KEY_PROD": "prod-key-0123456789", "KEY_OTHER": "other-key-0123456789", "HOOK_SECRET": signingKey,
        "SMTP_PASSWORD": "mail-hunter2", "NTFY_TOKEN": "tk_hunter2", "SLACK_BOT": "xoxb-hunter2",
        "SLACK_SECRET": "slack-hunter2-0123", "SLACK_APP": "xapp-hunter2", "TW_TOKEN": "twilio-hunter2",
        "TW_SID": "hunter2-no-sid", "SW_TOKEN": "PThunter2",
    ]

    var files: [String: String] = [:]
    var environment = Self.environment
    var zoneinfo: [String]?
    var readSecrets = true
    /// The folder of the shipped runbooks.
    var runbooks: String?
    /// Read this file instead of the whole folder.
    var file: String? = "tocsin.yaml"

    init(_ text: String = Reading.base) { files["tocsin.yaml"] = text }

    /// A folder with these files.
    init(folder files: [String: String]) {
        self.files = files
        file = nil
    }

    func result(entered: [UserID: ContactDetails] = [:]) throws -> Result<Configuration, ConfigurationErrors> {
        try inFolder { folder in
            let reader = ConfigurationReader(
                environment: environment, zoneinfo: zoneinfo, readSecrets: readSecrets, runbooks: runbooks)
            let path = file.map { "\(folder)/\($0)" } ?? folder
            do {
                return .success(try reader.read(path: path, entered: entered, now: Self.now))
            } catch let errors as ConfigurationErrors {
                return .failure(errors)
            }
        }
    }

    /// `original` as it was recorded, with the contacts file of this folder.
    func restored(_ original: Configuration) throws -> Configuration {
        try inFolder { folder in
            try ConfigurationReader(environment: environment, zoneinfo: [])
                .read(
                    sources: original.sources, zones: original.zones, contacts: "\(folder)/contacts.yaml",
                    now: Self.now)
        }
    }

    private func inFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("documents-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let place = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
        }
        return try body(folder.path)
    }

    func configuration(entered: [UserID: ContactDetails] = [:]) throws -> Configuration {
        try result(entered: entered).get()
    }

    /// Every error as it is printed; none when the configuration is valid.
    func errors() throws -> [String] {
        guard case .failure(let errors) = try result() else { return [] }
        return errors.problems.map(\.description)
    }

    /// With one place of the text changed.
    func replacing(_ old: String, _ new: String) -> Reading {
        var copy = self
        copy.files["tocsin.yaml"] = files["tocsin.yaml"]?.replacingOccurrences(of: old, with: new)
        return copy
    }

    /// A valid configuration of 39 lines with nothing to warn about.
    static let base = """
        defaults: {unrouted: ranker, last_resort: {page: [user ana, user ben]}}
        users:
          ana: {name: Ana Lindt, zone: Europe/Berlin}
          ben:
            name: Ben Okoro
            zone: America/New_York
            high: [webhook now, inbox 1m]
        teams:
          ml: {members: [ana, ben]}
        schedules:
          primary:
            zone: Europe/Berlin
            layers:
              - name: week
                people: [ana, ben]
                turn: 1 week
                handoff: mon 10:00
          secondary: {behind: primary, by: 1}
        policies:
          ml:
            steps:
              - {page: [schedule primary], wait: 5m}
              - page: [schedule secondary, user ana]
                wait: 10m
                when: severity >= sev2
            repeat: 1
            ack_timeout: {sev1: 30m}
        services:
          ranker: {policy: ml, team: ml}
        routes:
          - {match: 'model="ranker"', service: ranker}
        integrations:
          prod: {type: alertmanager, key: {env: KEY_PROD}, expect_every: 10m}
          other:
            type: generic
            key: {env: KEY_OTHER}
            map: {key: id, title: name}
        channels:
          webhook: {url: "https://example.com/hook", secret: {env: HOOK_SECRET}}

        """
}
