import Incidents
import OnCall
import Timekeeping

/// What taking a configuration up has changed.
public struct ConfigurationChange: Sendable, Hashable {
    public enum FileChange: String, Sendable, Hashable {
        case added, changed, removed
    }

    public let version: Int
    /// The same when nothing was changed.
    public let previousVersion: Int
    /// Lower-case hex SHA-256 of the files and the zone rules.
    public let digest: String
    /// By name; runbooks among them.
    public let files: [String: FileChange]
    /// Zones whose rules are others than before.
    public let zones: [ZoneID]
    /// Schedules in which others are on call from now on.
    public let moved: [DutyChange]
    public let warnings: [String]

    public var isNews: Bool { version != previousVersion }

    init(from old: Configuration, to new: Configuration, moved: [DutyChange]) {
        version = new.directory.version
        previousVersion = old.directory.version
        digest = new.digest
        let (before, after) = (Self.texts(old.sources), Self.texts(new.sources))
        var files: [String: FileChange] = [:]
        for path in before.keys where after[path] == nil { files[path] = .removed }
        for (path, text) in after where before[path] != text { files[path] = before[path] == nil ? .added : .changed }
        self.files = files
        zones = new.zones.keys.filter { old.zones[$0] != nil && old.zones[$0] != new.zones[$0] }.sorted()
        self.moved = moved
        warnings = new.warnings
    }

    private static func texts(_ sources: [SourceFile]) -> [String: String] {
        Dictionary(sources.map { ($0.path, $0.text) }) { first, _ in first }
    }
}
