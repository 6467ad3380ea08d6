import OnCall
import Timekeeping

/// The process came up. Attempts of earlier incarnations without an outcome are in doubt from here on.
public struct EngineStarted: Hashable, Sendable, Codable {
    public let incarnation: Int
    public let version: String

    public init(incarnation: Int, version: String) {
        self.incarnation = incarnation
        self.version = version
    }
}

/// The wall clock moved against elapsed time by more than two seconds (S3). Waits do not move.
public struct ClockStepped: Hashable, Sendable, Codable {
    public let byMilliseconds: Int64

    public init(byMilliseconds: Int64) {
        self.byMilliseconds = byMilliseconds
    }
}

/// An append had failed or was in doubt; the state was read anew from the log, and this is the first append since.
public struct LogRecovered: Hashable, Sendable, Codable {
    public let incarnation: Int

    public init(incarnation: Int) {
        self.incarnation = incarnation
    }
}

/// A version of the configuration, whole, with the zone rules it was read under.
public struct DirectoryApplied: Hashable, Sendable, Codable {
    public let version: Int
    /// Lower-case hex SHA-256 of the sources and zones.
    public let digest: String
    public let sources: [SourceFile]
    public let zones: [ZoneFile]

    public init(version: Int, digest: String, sources: [SourceFile], zones: [ZoneFile]) {
        self.version = version
        self.digest = digest
        self.sources = sources
        self.zones = zones
    }
}

/// Somebody covers for somebody.
public struct OverrideAdded: Hashable, Sendable, Codable {
    public let override: Override

    public init(override: Override) {
        self.override = override
    }
}

/// An override was taken back.
public struct OverrideRemoved: Hashable, Sendable, Codable {
    public let id: Int
    public let by: Actor

    public init(id: Int, by: Actor) {
        self.id = id
        self.by = by
    }
}
