import Documents
import Engine
import Foundation
import Incidents
import Logging
import OnCall
import SQLiteStore
import Timekeeping

/// Who was to be on call by the configuration that ran before this start, if that was another one.
///
/// A start takes the configuration as it is: refusing it would be refusing to page. So what moves is said loudly.
struct EarlierRoster {
    private let roster: Roster
    private let zones: [ZoneID: [UInt8]]

    /// Nil at the first start, when nothing was changed, and when what ran before cannot be read any more.
    init?(_ store: SQLiteStore, _ reader: ConfigurationReader, unlike settings: Configuration) {
        guard let record = try? store.lastRecord(kind: EventKind.directoryApplied.rawValue),
            case .directoryApplied(let last)? = try? EventCodec.decode(record).payload,
            last.digest != settings.digest, let settings = try? Self.read(last, reader)
        else { return nil }
        roster = settings.directory.roster
        zones = settings.zones
    }

    /// Untyped on purpose: Swift 6.3 crashes on the typed error where this is called.
    private static func read(_ last: DirectoryApplied, _ reader: ConfigurationReader) throws -> Configuration {
        try reader.read(sources: last.sources, zones: last.zoneBytes, now: HostTime.now)
    }

    /// Says who is on call now and was not, in the log, on the terminal and in the console.
    func tell(_ configuration: ConfigurationDesk, _ log: Logger) {
        configuration.noteRules(before: zones)
        let lines = configuration.dutyChanges(since: roster).map { "\($0.sentence(isDone: true))." }
        guard !lines.isEmpty else { return }
        let head = "The configuration was changed while Tocsin was stopped, and others are on call now:"
        log.warning("others are on call now", metadata: ["changes": "\(lines.joined(separator: " "))"])
        Terminal.printError(([head] + lines.map { "  \($0)" }).joined(separator: "\n"))
        configuration.note([head] + lines)
    }
}
